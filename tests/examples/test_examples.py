"""The examples run as their first line says, and stay short."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted(path for path in (ROOT / "examples").glob("*.py") if path.stem != "__init__")


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_short_and_says_how_to_run_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 40
    assert f"python -m examples.{path.stem}" in text.splitlines()[0]


def run(name: str) -> str:
    """What an example prints."""
    done = subprocess.run(
        [sys.executable, "-m", f"examples.{name}"], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(("name", "line"), [("read_a_drawing", "contours-vit: "), ("add_a_detector", "whole-ink: ")])
def test_an_example_reads_a_drawing(name: str, line: str) -> None:
    assert line in run(name)


def test_the_tiny_network_learns() -> None:
    assert float(run("train_a_tiny_cnn").partition("%")[0]) > 80
