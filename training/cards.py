"""Figures where people look: ``python -m training.cards --report OUT/report.json`` puts an evaluation's into every
model card and into the README.

Each weight file has ``<name>.json`` for programs and ``<name>.md`` for people; the second is made from the first.
"""

from __future__ import annotations

import csv
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from training.settings import parse
from training.sources import SOURCES
from weights import WEIGHTS_FOLDER

METHOD_OF = {"yolov3": "yolov3", "cnn": "contours-cnn", "vit": "contours-vit"}

LADDER = Path(__file__).with_name("ladder.csv")
"""Steps of each model that were measured before and after; docs/experiments.md has all that was tried."""

README = WEIGHTS_FOLDER.parent / "README.md"
BEGIN, END = "<!-- results: written by training.cards -->", "<!-- end of results -->"


@dataclass(frozen=True)
class CardSettings:
    """What to write into the cards."""

    report: Path = Path("out/evaluation/report.json")  # of `python -m comparison evaluate`
    evaluated: str = "python -m training.compose --out out/val500 (seed 2026, validation writers)"


def _table(figures: dict[str, Any]) -> list[str]:
    lines = ["| what | value |", "| --- | --- |"]
    for key, value in figures.items():
        if isinstance(value, dict):
            lines += [f"| {key}: {k} | {v} |" for k, v in value.items()]
        else:
            lines.append(f"| {key} | {value} |")
    return lines


def ladder(model: str) -> list[list[str]]:
    """The steps of one model: change, what it was measured on, the figure before and after."""
    with LADDER.open(newline="") as file:
        return [row[1:] for row in csv.reader(file) if row[0] == model]


def readable(card: dict[str, Any]) -> str:
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
    lines += ["## Validation during training", "", *_table(card["validation"]), ""]
    if "evaluation" in card:
        lines += [f"## Evaluation as {card['evaluation']['method']}", "", f"On {card['evaluation']['data']}.", ""]
        lines += [*_table(card["evaluation"]["figures"]), ""]
    steps = ladder(card["name"])
    if steps:
        lines += [
            "## What its strength came from",
            "",
            "Steps measured before and after, on sheets or crops of validation writers; they do not add up, for the "
            "weights and sheets between them changed.",
            "",
        ]
        lines += ["| change | measured | before | after |", "| --- | --- | --- | --- |"]
        lines += ["| " + " | ".join(step) + " |" for step in steps] + [""]
    lines += ["## Data, licences and attribution", ""]
    lines += [f"- {s['title']}. {s['url']}. Licence: {s['licence']}. Cite: {s['cite']}." for s in card["data"]]
    lines += [
        "",
        "The weights are MIT like the project. The censored drawings show one motif only: nothing is known about "
        "other obscene content.",
    ]
    return "\n".join(lines) + "\n"


def readme_table(report: dict[str, Any]) -> str:
    """The README's table of an evaluation: slices against methods, as Markdown."""
    methods = report["methods"]
    first = next(iter(methods.values()))
    rows = [["", *methods], ["---"] * (len(methods) + 1)]
    for title, key in (("mAP@0.5", "mAP50"), ("mAP@0.5:0.95", "mAP"), ("**read exactly, all**", "exact")):
        rows.append([title, *(f"{m[key]:.3f}" for m in methods.values())])
    for name, row in first["slices"].items():
        rows.append([f"{name} ({row['images']})", *(f"{m['slices'][name]['exact']:.2f}" for m in methods.values())])
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def main(argv: list[str] | None = None) -> None:
    """Rewrites every card beside the weights."""
    settings = parse(CardSettings, argv, __doc__)
    if not settings.report.is_file():
        raise SystemExit(f"There is no report at {settings.report}; make one with `python -m comparison evaluate`.")
    report = json.loads(settings.report.read_text())
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
        path.with_suffix(".md").write_text(readable(card))
        print(path.with_suffix(".md"))
    before, _, rest = README.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    README.write_text(f"{before}{BEGIN}\n{readme_table(report)}\n{END}{after}")


if __name__ == "__main__":
    main()
