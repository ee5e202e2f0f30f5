"""The README's tree of folders, made from their docstrings: ``python -m tools.documents``."""

from __future__ import annotations

import ast
from pathlib import Path

from comparison.report.tables import replace_between

ROOT = Path(__file__).resolve().parents[1]
BEGIN, END = "<!-- tree: written by tools.documents -->", "<!-- end of tree -->"
NAME_WIDTH = 24

ORDER = (
    "ink", "models", "weights", "classifiers", "detectors", "explain", "comparison", "collection", "handwriting",
    "training", "ui", "benchmarks", "tools", "examples", "tests",
)  # fmt: skip
"""From the ground floor upwards; folders that are not there are left out."""


def first_line(module: Path) -> str:
    """The first line of a module's docstring, without the marks of code."""
    docstring = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    return docstring.partition("\n")[0].replace("``", "")


def folders() -> list[tuple[str, str]]:
    """Every folder of code with its sentence, inner folders behind their room; the folders of tests are left out."""
    rows = []
    for name in ORDER:
        for module in sorted((ROOT / name).rglob("__init__.py")):
            place = module.parent.relative_to(ROOT)
            if place.parts[0] != "tests" or len(place.parts) == 1:
                rows.append((f"{'    ' * (len(place.parts) - 1)}{place.name}/", first_line(module)))
    return rows


def render_tree() -> list[str]:
    """The tree as a block of text."""
    rows = [
        ("app.py", first_line(ROOT / "app.py")),
        *folders(),
        ("web/", "The page without a server: the rooms of reading once more, in TypeScript."),
        ("docs/", "Prose and pictures only."),
    ]
    return ["```text", *(f"{name:{NAME_WIDTH}}{sentence}" for name, sentence in rows), "```"]


if __name__ == "__main__":
    replace_between(ROOT / "README.md", BEGIN, END, render_tree())
