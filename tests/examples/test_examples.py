"""The examples run as their first line says, and stay short."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from examples.train_a_tiny_cnn import main as train

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted(path for path in (ROOT / "examples").glob("*.py") if path.stem != "__init__")


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_short_and_says_how_to_run_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 40
    assert f"python -m examples.{path.stem}" in text.splitlines()[0]


@pytest.mark.parametrize(("name", "printed"), [("read_a_drawing", "contours-vit: "), ("add_a_detector", "whole-ink: ")])
def test_an_example_reads_a_drawing(name: str, printed: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", f"examples.{name}"], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert printed in done.stdout


def test_the_tiny_network_learns() -> None:
    assert train(steps=30) > 0.6
