"""Figures where people look: ``python -m training.cards --report OUT/report.json`` puts an evaluation's into every
model card, into the README and into docs/measurements.md.

Each weight file has ``<name>.json`` for programs and ``<name>.md`` for people; the second is made from the first.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from comparison.report.tables import replace_between
from detectors import DETECTORS, method_lines
from training.glyphs.sources import SOURCES
from training.runs.card_text import RELIABILITY_PICTURE, render_card, results_table
from training.runs.plots import plot_reliability
from training.runs.settings import parse_settings
from weights.store import WEIGHTS_FOLDER

README = WEIGHTS_FOLDER.parent / "README.md"
MEASUREMENTS = WEIGHTS_FOLDER.parent / "docs" / "measurements.md"
README_SLICES = ("single", "row", "touching")
"""Kinds of scenes in the README's table; docs/measurements.md has all."""

RELIABILITY = WEIGHTS_FOLDER.parent / "docs" / RELIABILITY_PICTURE

EVALUATED_SET = "python -m training.compose --kind first --count 500 --out out/val500 (seed 2026, validation writers)"
"""The scenes that the shipped cards tell of."""

BEGIN, END = "<!-- results: written by training.cards -->", "<!-- end of results -->"


@dataclass(frozen=True)
class CardSettings:
    """What to write into the cards."""

    report: Path = Path("out/evaluation/report.json")  # of `python -m comparison evaluate`
    evaluated: str = EVALUATED_SET  # what it is of


def main(argv: list[str] | None = None) -> None:
    """Rewrites every card beside the weights."""
    settings = parse_settings(CardSettings, argv, __doc__)
    if not settings.report.is_file():
        raise SystemExit(f"There is no report at {settings.report}; make one with `python -m comparison evaluate`.")
    report = json.loads(settings.report.read_text())
    method_of_weights = {method.weights: name for name, method in DETECTORS.items()}
    cards = []
    for path in sorted(WEIGHTS_FOLDER.glob("*.json")):
        card = json.loads(path.read_text())
        if card["name"] not in method_of_weights:
            continue  # no detector's: its command writes its card whole
        names = [s if isinstance(s, str) else s["file"] for s in card["data"]]
        card["data"] = [{"file": name, **asdict(SOURCES[name])} for name in names]
        method = method_of_weights[card["name"]]
        if method in report["methods"]:
            figures = report["methods"][method]
            card["evaluation"] = {
                "method": method,
                "data": settings.evaluated,
                "figures": {k: figures[k] for k in ("images", "objects", "mAP50", "mAP", "exact")}
                | {f"exact, {name}": row["exact"] for name, row in figures["slices"].items()},
            }
        path.write_text(json.dumps(card, indent=2) + "\n")
        path.with_suffix(".md").write_text(render_card(card))
        print(path.with_suffix(".md"))
        cards.append(card)
    lines = method_lines(method_of_weights.values())
    plot_reliability(cards, {name: lines[method] for name, method in method_of_weights.items()}, RELIABILITY)
    replace_between(README, BEGIN, END, results_table(report, README_SLICES))
    replace_between(MEASUREMENTS, BEGIN, END, results_table(report))


if __name__ == "__main__":
    main()
