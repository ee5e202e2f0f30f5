"""Experiments as data: ids, commits, columns, and figures that the cards must bear out."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from tools.experiments import AREAS, BEGIN, DOCS, END, Measurement, read_experiments, render_tables

ROOT = Path(__file__).resolve().parents[2]
ROWS = read_experiments()
LETTERS = {
    "paper": "P", "detector": "D", "serving": "E", "segmentation": "S", "context": "K", "classifier": "C",
    "referee": "R",
    "handwriting": "H",
}  # fmt: skip
CARDS = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "weights").glob("*.json")}
EVALUATED = {"exact": "exact", "mAP@0.5": "mAP50", "mAP@0.5:0.95": "mAP"}


def test_ids_are_unique_and_say_their_area() -> None:
    experiments: dict[str, tuple[str, ...]] = {}
    for row in ROWS:
        assert row.area in AREAS
        assert re.fullmatch(LETTERS[row.area] + r"-\d{3}", row.id), row.id
        one = (row.date, row.commit, row.area, row.change, row.seed, row.kept)
        assert experiments.setdefault(row.id, one) == one, f"{row.id} stands for two experiments"
    measured = [(row.id, row.metric, row.data) for row in ROWS]
    assert len(measured) == len(set(measured))


def test_every_row_is_whole() -> None:
    for row in ROWS:
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", row.date), row
        assert re.match(r"(yes|no|only)\b", row.kept), row
        assert re.fullmatch(r"[0-9a-f]{7,40}", row.commit), row
        assert row.change, row
        assert row.data, row
        assert row.metric, row
        assert row.seed == "" or row.seed.isdigit(), row


def test_commits_exist_where_the_history_is_there() -> None:
    shallow = subprocess.run(
        ["git", "rev-parse", "--is-shallow-repository"], cwd=ROOT, capture_output=True, text=True
    ).stdout.strip()
    if shallow != "false":
        pytest.skip("a shallow clone lacks the commits: git fetch --unshallow")
    commits = sorted({row.commit for row in ROWS})
    answer = subprocess.run(
        ["git", "cat-file", "--batch-check"], cwd=ROOT, input="\n".join(commits), capture_output=True, text=True
    ).stdout.splitlines()
    assert [line for line in answer if " commit " not in line] == []


def card_figure(row: Measurement) -> float | None:
    """What the card that a row names says of its metric; None where no run of it is the row's."""
    card = CARDS[row.data.removeprefix("card ")]
    if row.metric in EVALUATED:
        return float(card["evaluation"]["figures"][EVALUATED[row.metric]])
    if row.metric == "parameters":
        return float(card["parameters"])
    return next((float(r[row.metric]) for r in card["training"] if str(r.get("seed")) == row.seed), None)


def test_kept_figures_that_name_a_card_are_true_of_it() -> None:
    """Runs stand in a card for good; of its other figures the last kept row is the one that must be true."""
    named = [row for row in ROWS if row.data.startswith("card ") and row.kept.startswith("yes")]
    last = {(row.data, row.metric, row.seed if row.metric in ("crops", "canvases") else ""): row for row in named}
    assert len(last) > 15
    for row in last.values():
        assert card_figure(row) == pytest.approx(float(row.after), abs=6e-4), row


def test_the_page_shows_the_file() -> None:
    """`python -m tools.experiments` writes it."""
    _, _, rest = (DOCS / "experiments.md").read_text(encoding="utf-8").partition(BEGIN)
    assert rest.partition(END)[0].strip().splitlines() == render_tables(ROWS)
