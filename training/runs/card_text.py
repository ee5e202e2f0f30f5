"""Model cards and the README's table of an evaluation, as Markdown."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from comparison.report.tables import markdown_table

LADDER = Path(__file__).with_name("ladder.csv")
"""Steps of each model that were measured before and after; docs/experiments.md has all that was tried."""

HELD_OUT = Path(__file__).with_name("held_out.csv")
"""Digits of writers and sources that a small network like the model had not seen: `python -m training.label_noise`."""

RELIABILITY_PICTURE = "reliability.png"
"""In ``docs/``: shares of right answers by confidence."""


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
    """A model card, as read from its JSON, as Markdown."""
    lines = [f"# {card['name']}", "", f"Task: {card['task']}.", ""]
    kept = f"{card['parameters']:,} parameters, stored in {card.get('stored', 'half')} precision"
    lines += [f"{kept}; SHA-256 `{card['sha256']}`.", ""]
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
        lines += [f"![Share of right answers by confidence](../docs/{RELIABILITY_PICTURE})", ""]
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
        kinds: of scenes whose share read exactly has a row, where the set has them; None for all.
    """
    methods = report["methods"]
    slices = next(iter(methods.values()))["slices"]
    rows = []
    for title, key in (("mAP@0.5", "mAP50"), ("mAP@0.5:0.95", "mAP"), ("**read exactly, all**", "exact")):
        rows.append([title, *(f"{m[key]:.3f}" for m in methods.values())])
    for name in slices if kinds is None else [kind for kind in kinds if kind in slices]:
        title = f"{name} ({slices[name]['images']})"
        rows.append([title, *(f"{m['slices'][name]['exact']:.2f}" for m in methods.values())])
    return markdown_table(["", *methods], rows)
