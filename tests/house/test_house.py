"""Rules of the house that no other test would notice: imports, sizes, retired words."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

GROUND = {"ink", "models"}
READING = GROUND | {"weights", "classifiers", "detectors"}

# Folder -> what it may import of ours, beside itself.
MAY_IMPORT: dict[str, set[str]] = {
    "ink": set(),
    "models": set(),
    "weights": {"models"},
    "classifiers": GROUND | {"weights"},
    "detectors": READING - {"detectors"},
    "explain": READING,
    "comparison": READING,
    "collection": READING | {"comparison"},
    "handwriting": READING | {"comparison"},
    "ui": READING | {"explain", "comparison", "collection", "handwriting"},
    "app": READING | {"explain", "comparison", "collection", "handwriting", "ui"},
    "training": READING | {"explain", "comparison", "collection", "handwriting"},
    "examples": READING | {"explain", "comparison", "training", "tools"},
    "tools": READING | {"explain", "comparison", "collection", "handwriting", "training", "ui", "app"},
    "benchmarks": READING | {"explain", "comparison", "collection", "handwriting", "training", "ui", "app", "tools"},
}

MAY_IMPORT["tests"] = set(MAY_IMPORT)

MAX_MODULE_LINES = 300
MAX_FUNCTION_LINES = 60

# Participles and riddles that were names once: a name is a noun for a thing or a verb for an action.
RETIRED_NAMES = re.compile(
    r"Drawings|Stroked|Strokes|Desk|Trace|Shown|Kept|Seen|Told|Made|Found|Asked|Served|Serving|seen_by|veil|veiled|few_arenas"
    r"|lockstep|shared_out|answered|translated|with_other_hands|snap_pen|MET|LOOSE|NEARLY"
    r"|(MOST|LARGEST|FEWEST|LONGEST|WIDEST|SHORTEST)(_[A-Z_]+)?"
)


def tracked(suffix: str = "") -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [ROOT / name for name in listed.split("\0") if name]
    return [path for path in paths if path.is_file() and path.name.endswith(suffix)]


MODULES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in tracked(".py")}


def folder_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


NAMES = {module_name(path): path for path in MODULES}


def imported(path: Path) -> Iterator[str]:
    """Our modules that a module imports, wherever in it."""
    for node in ast.walk(MODULES[path]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] in MAY_IMPORT)
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in MAY_IMPORT:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in NAMES else node.module


@pytest.mark.parametrize("folder", sorted({folder_of(path) for path in MODULES}))
def test_imports_go_one_way(folder: str) -> None:
    for path in MODULES:
        if folder_of(path) == folder:
            wrong = {name for name in imported(path) if name.split(".")[0] not in MAY_IMPORT[folder] | {folder}}
            assert not wrong, f"{path.relative_to(ROOT)} imports {wrong}"


@pytest.mark.parametrize("folder", ["benchmarks", "tests"])
def test_programs_share_code_through_tools_and_never_through_each_other(folder: str) -> None:
    shared = {"tests.helpers"}
    for path in MODULES:
        if folder_of(path) == folder:
            wrong = {name for name in imported(path) if name.split(".")[0] == folder} - shared
            assert not wrong, f"{path.relative_to(ROOT)} imports {wrong}"


def test_commands_are_not_imported_by_the_rooms_of_training() -> None:
    commands = {name for name in NAMES if name.startswith("training.") and name.count(".") == 1}
    packages = {module_name(path.parent / "__init__.py") for path in MODULES}
    for path in MODULES:
        if folder_of(path) == "training" and path.parent != ROOT / "training":
            wrong = set(imported(path)) & (commands - packages)
            assert not wrong, f"{path.relative_to(ROOT)} imports the command {wrong}"


def test_no_circle_of_imports() -> None:
    arrows = {name: {n for n in imported(path) if n in NAMES and n != name} for name, path in NAMES.items()}
    done: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, " -> ".join((*way[way.index(name) :], name))
        if name not in done:
            for following in sorted(arrows[name]):
                visit(following, (*way, name))
            done.add(name)

    for name in sorted(arrows):
        visit(name, ())


def test_modules_and_functions_are_small() -> None:
    for path, tree in MODULES.items():
        count = len(path.read_text(encoding="utf-8").splitlines())
        assert count <= MAX_MODULE_LINES, f"{path.relative_to(ROOT)} has {count} lines"
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                assert lines <= MAX_FUNCTION_LINES, f"{path.relative_to(ROOT)}: {node.name} has {lines} lines"


def test_retired_names_stay_away() -> None:
    for path in MODULES:
        tokens = tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline)
        found = {t.string for t in tokens if t.type == tokenize.NAME and RETIRED_NAMES.fullmatch(t.string)}
        assert not found, f"{path.relative_to(ROOT)} says {sorted(found)}"


def test_every_folder_has_its_sentence() -> None:
    for path, tree in MODULES.items():
        if path.name == "__init__.py" and folder_of(path) != "tests":
            sentence = ast.get_docstring(tree) or ""
            assert re.fullmatch(r".{20,}\.", sentence, re.DOTALL), path.relative_to(ROOT)


def test_no_large_files_and_no_pickles() -> None:
    for path in tracked():
        assert path.stat().st_size < 10_000_000, path
        assert path.suffix not in {".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".npz"}, path
