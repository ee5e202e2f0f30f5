"""Tables of what was tried: ``python -m tools.experiments`` puts docs/experiments.csv into docs/experiments.md.

The file has one metric per row; rows of one experiment have the same id.  Where ``data`` is ``card NAME`` the figure
after the change is one of the shipped card's.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from comparison.report.tables import markdown_table, replace_between

DOCS = Path(__file__).resolve().parents[1] / "docs"
BEGIN, END = "<!-- experiments: written by tools.experiments -->", "<!-- end of experiments -->"

AREAS = {
    "paper": "Paper and ink",
    "detector": "Detector",
    "serving": "Serving",
    "segmentation": "Segmentation",
    "context": "Objects that stand together",
    "referee": "Both together",
    "classifier": "Classifiers",
    "handwriting": "In your hand",
}
"""Area in the file -> heading of its table."""


@dataclass(frozen=True)
class Measurement:
    """One row: a metric of one experiment before and after a change; the fields are the file's columns."""

    id: str  # a letter for the area and a number, such as D-041
    date: str  # of the commit
    commit: str  # that wrote the figure down
    area: str  # a key of AREAS
    change: str
    data: str  # what it was measured on
    seed: str  # of the training run, where there was one
    metric: str  # with its unit
    before: str  # a number where there is one
    after: str
    kept: str  # begins with "yes", "no" or "only"


def read_experiments(path: Path = DOCS / "experiments.csv") -> list[Measurement]:
    """All rows of the file.

    Raises:
        ValueError: its columns are others.
    """
    with path.open(newline="", encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    if head != [field.name for field in fields(Measurement)]:
        raise ValueError(f"{path} has the columns {', '.join(head)}.")
    return [Measurement(*row) for row in rows]


def render_tables(rows: Sequence[Measurement]) -> list[str]:
    """One table per area; id, change and verdict stand in an experiment's first line only."""
    lines: list[str] = []
    for area, title in AREAS.items():
        cells, last = [], ""
        for row in (row for row in rows if row.area == area):
            new = row.id != last
            last = row.id
            measured = f"{row.metric}; {row.data}"
            cells.append(
                [row.id, row.date, row.change, measured, row.before, row.after, row.kept]
                if new
                else ["", "", "", measured, row.before, row.after, ""]
            )
        head = ["id", "date", "change", "measured", "before", "after", "kept"]
        lines += [f"### {title}", "", *markdown_table(head, cells), ""]
    return lines[:-1]


if __name__ == "__main__":
    replace_between(DOCS / "experiments.md", BEGIN, END, render_tables(read_experiments()))
