"""Rules of the house that no other test would notice."""

import ast
import json
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = {"app", "classifiers", "comparison", "detectors", "models", "training", "ui", "weights"}

CARDS = sorted((ROOT / "weights").glob("*.json"))

# Folder -> what it may import of ours, beside itself.
MAY_IMPORT = {
    "models": set(),
    "weights": {"models"},
    "classifiers": {"models", "weights"},
    "detectors": {"classifiers", "models", "weights"},
    "comparison": {"detectors", "models", "weights"},
    "ui": {"comparison", "detectors", "models"},
    "training": OURS - {"app", "ui"},
}


def imports(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {a.name.split(".")[0] for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("folder", list(MAY_IMPORT))
def test_data_flows_one_way(folder: str) -> None:
    files = list((ROOT / folder).rglob("*.py"))
    assert files
    for path in files:
        wrong = (imports(path) & OURS) - MAY_IMPORT[folder] - {folder}
        assert not wrong, f"{path.relative_to(ROOT)} imports {wrong}"


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_no_large_files_and_no_pickles() -> None:
    for path in tracked():
        assert path.stat().st_size < 10_000_000, path
        assert path.suffix not in {".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".npz"}, path


def test_modules_are_small() -> None:
    for path in tracked():
        if path.suffix == ".py" and "tests" not in path.parts:
            assert len(path.read_text().splitlines()) <= 350, f"{path} holds more than one idea"


def test_readme_and_cards_tell_the_same_figures() -> None:
    """New weights have no evaluation in their card until it is made anew (`python -m training.cards`)."""
    text = (ROOT / "README.md").read_text()
    evaluations = {c["name"]: c["evaluation"] for c in map(json.loads, (p.read_text() for p in CARDS))}
    assert set(evaluations) == {"yolov3", "cnn", "vit"}
    for title, key in (("mAP@0.5", "mAP50"), ("mAP@0.5:0.95", "mAP"), ("**read exactly, all**", "exact")):
        figures = [f"{evaluations[name]['figures'][key]:.3f}" for name in ("yolov3", "cnn", "vit")]
        assert f"| {title} | {' | '.join(figures)} |" in text
