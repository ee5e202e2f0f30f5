"""Figures where people look: ``python -m training.cards --report OUT/report.json`` puts an evaluation's into every
model card, into the README and into docs/measurements.md.

Each weight file has ``<name>.json`` for programs and ``<name>.md`` for people; the second is made from the first.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import matplotlib

from comparison.report.mistakes import METHOD_LINES
from comparison.report.tables import markdown_table, replace_between
from training.glyphs.sources import SOURCES
from training.runs.settings import parse_settings
from weights.store import WEIGHTS_FOLDER

matplotlib.use("Agg")
from matplotlib import pyplot as plt

METHOD_OF = {"yolov3": "yolov3", "cnn": "contours-cnn", "vit": "contours-vit"}

LADDER = Path(__file__).with_name("ladder.csv")
"""Steps of each model that were measured before and after; docs/experiments.md has all that was tried."""

HELD_OUT = Path(__file__).with_name("held_out.csv")
"""Digits of writers and sources that a small network like the model had not seen: `python -m training.label_noise`."""

README = WEIGHTS_FOLDER.parent / "README.md"
MEASUREMENTS = WEIGHTS_FOLDER.parent / "docs" / "measurements.md"
README_SLICES = ("single", "row", "touching")
"""Kinds of sheets in the README's table; docs/measurements.md has all."""

RELIABILITY = WEIGHTS_FOLDER.parent / "docs" / "reliability.png"
MIN_CROPS = 30
"""Crops of about one confidence whose share of right answers is drawn; that of fewer is chance."""

BEGIN, END = "<!-- results: written by training.cards -->", "<!-- end of results -->"


@dataclass(frozen=True)
class CardSettings:
    """What to write into the cards."""

    report: Path = Path("out/evaluation/report.json")  # of `python -m comparison evaluate`
    evaluated: str = "python -m training.compose --out out/val500 (seed 2026, validation writers)"


def _figures(figures: dict[str, Any]) -> list[str]:
    rows = []
    for key, value in figures.items():
        rows += [(f"{key}: {k}", str(v)) for k, v in value.items()] if isinstance(value, dict) else [(key, str(value))]
    return markdown_table(("what", "value"), rows)


def csv_table(model: str, path: Path) -> list[str]:
    """The rows of a CSV file whose first column names the model, as a Markdown table; empty where there are none."""
    with path.open(newline="") as file:
        head, *rows = csv.reader(file)
    mine = [row[1:] for row in rows if row[0] == model]
    return markdown_table(head[1:], mine) if mine else []


def render_card(card: dict[str, Any]) -> str:
    """The card as Markdown."""
    lines = [f"# {card['name']}", "", f"Task: {card['task']}.", ""]
    lines += [f"{card['parameters']:,} parameters, stored in half precision; SHA-256 `{card['sha256']}`.", ""]
    lines += [f"Made by `{card['made by']}`, each run going on from the one before:", ""]
    lines += [
        "- " + ", ".join(f"{k} {v if isinstance(v, str) else f'{v:,}'}" for k, v in run.items())
        for run in card["training"]
    ] + [""]
    lines += ["Classes: " + ", ".join(card["classes"]) + ".", ""]
    lines += [f"Config: `{json.dumps(card['config'])}`", "", f"Calibration: `{json.dumps(card['calibration'])}`", ""]
    lines += ["## Validation during training", "", *_figures(card["validation"]), ""]
    if "evaluation" in card:
        lines += [f"## Evaluation as {card['evaluation']['method']}", "", f"On {card['evaluation']['data']}.", ""]
        lines += [*_figures(card["evaluation"]["figures"]), ""]
    if "reliability" in card:
        lines += ["## What a confidence means", "", "On the validation crops, after calibration.", ""]
        lines += [f"![Share of right answers by confidence](../docs/{RELIABILITY.name})", ""]
    steps, held_out = (csv_table(card["name"], path) for path in (LADDER, HELD_OUT))
    if held_out:
        lines += [
            "## Writers and sources never seen",
            "",
            "Share of digits read right by networks of half the width, trained on a twentieth of the crops without a "
            "fifth of the writers, or of the sources, and asked about just those.",
            "",
            "The command is `python -m training.label_noise --folds 5 --crops 40000 --by writer`, or `source`.",
            "",
            *held_out,
            "",
        ]
    if steps:
        lines += [
            "## What its strength came from",
            "",
            "Steps measured before and after, on sheets or crops of validation writers. They do not add up, because "
            "the weights and sheets between them changed.",
            "",
            *steps,
            "",
        ]
    lines += ["## Data, licences and attribution", ""]
    lines += [f"- {s['title']}. {s['url']}. Licence: {s['licence']}. Cite: {s['cite']}." for s in card["data"]]
    lines += [
        "",
        "The weights are MIT like the project. The censored drawings show one motif only: nothing is known about "
        "other obscene content.",
    ]
    return "\n".join(lines) + "\n"


def results_table(report: dict[str, Any], kinds: Sequence[str] | None = None) -> list[str]:
    """An evaluation's figures against methods, as the lines of a Markdown table.

    Args:
        report: of `python -m comparison evaluate`.
        kinds: of sheets whose share read exactly has a row; None for all.
    """
    methods = report["methods"]
    first = next(iter(methods.values()))
    rows = []
    for title, key in (("mAP@0.5", "mAP50"), ("mAP@0.5:0.95", "mAP"), ("**read exactly, all**", "exact")):
        rows.append([title, *(f"{m[key]:.3f}" for m in methods.values())])
    for name in first["slices"] if kinds is None else kinds:
        title = f"{name} ({first['slices'][name]['images']})"
        rows.append([title, *(f"{m['slices'][name]['exact']:.2f}" for m in methods.values())])
    return markdown_table(["", *methods], rows)


def plot_reliability(cards: list[dict[str, Any]], path: Path = RELIABILITY) -> None:
    """Draws the share of right answers against confidence, a line for each card that has it; the diagonal is ideal."""
    known = [card for card in cards if any(row[2] >= MIN_CROPS for row in card.get("reliability", []))]
    if not known:
        return
    figure, axis = plt.subplots(figsize=(4.6, 4), layout="constrained")
    axis.plot([0, 1], [0, 1], color="#777777", linewidth=0.8)
    for card in known:
        colour, dashes = METHOD_LINES[METHOD_OF[card["name"]]]
        confidence, right, _ = zip(*(row for row in card["reliability"] if row[2] >= MIN_CROPS), strict=True)
        axis.plot(confidence, right, dashes, color=colour, marker="o", label=card["name"])
    axis.set(xlabel="confidence", ylabel="share of right answers", title="What a classifier's confidence means")
    axis.legend()
    figure.savefig(path, dpi=110)
    plt.close(figure)


def main(argv: list[str] | None = None) -> None:
    """Rewrites every card beside the weights."""
    settings = parse_settings(CardSettings, argv, __doc__)
    if not settings.report.is_file():
        raise SystemExit(f"There is no report at {settings.report}; make one with `python -m comparison evaluate`.")
    report = json.loads(settings.report.read_text())
    cards = []
    for path in sorted(WEIGHTS_FOLDER.glob("*.json")):
        card = json.loads(path.read_text())
        names = [s if isinstance(s, str) else s["file"] for s in card["data"]]
        card["data"] = [{"file": name, **asdict(SOURCES[name])} for name in names]
        method = METHOD_OF[card["name"]]
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
    plot_reliability(cards)
    replace_between(README, BEGIN, END, results_table(report, README_SLICES))
    replace_between(MEASUREMENTS, BEGIN, END, results_table(report))


if __name__ == "__main__":
    main()
