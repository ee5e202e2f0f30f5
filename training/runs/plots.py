"""Pictures of a run: its curves, a confusion matrix, what a confidence means."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import pyplot as plt

plt.switch_backend("Agg")  # files only, also where there is a screen

MIN_CROPS = 30
"""Crops of about one confidence whose share of right answers is drawn; that of fewer is chance."""


def plot_curves(metrics: Sequence[Path], target: Path) -> None:
    """Every logged figure against the step, one small plot each; a run has one file for each time it was started."""
    rows = [row for path in metrics for row in csv.DictReader(path.read_text().splitlines())]
    rows.sort(key=lambda row: int(row["step"]))
    keys = sorted({k for row in rows for k in row} - {"step", "epoch"})
    if not keys:
        return
    columns = min(4, max(1, len(keys)))
    figure, axes = plt.subplots(-(-len(keys) // columns) or 1, columns, figsize=(4 * columns, 11), squeeze=False)
    for axis, key in zip(axes.flat, keys, strict=False):
        points = [(int(r["step"]), float(r[key])) for r in rows if r.get(key)]
        if points:
            axis.plot(*zip(*points, strict=True))
        axis.set_title(key)
    figure.tight_layout()
    figure.savefig(target, dpi=80)
    plt.close(figure)


def plot_confusion(matrix: np.ndarray, labels: tuple[str, ...], target: Path) -> None:
    """A confusion matrix (rows: truth, columns: answer, int ``[C, C]``) with counts in its cells."""
    figure, axis = plt.subplots(figsize=(8, 7.4))
    shares = matrix / np.maximum(matrix.sum(1, keepdims=True), 1)
    axis.imshow(shares, cmap="cividis", vmin=0, vmax=1)
    for (row, column), count in np.ndenumerate(matrix):
        if count:
            colour = "black" if shares[row, column] > 0.5 else "white"
            axis.text(column, row, str(int(count)), ha="center", va="center", color=colour, fontsize=7)
    axis.set_xticks(range(len(labels)), labels, rotation=45)
    axis.set_yticks(range(len(labels)), labels)
    axis.set_xlabel("answer")
    axis.set_ylabel("truth")
    figure.tight_layout()
    figure.savefig(target, dpi=80)
    plt.close(figure)


def plot_reliability(cards: Sequence[dict[str, Any]], lines: Mapping[str, tuple[str, str]], target: Path) -> None:
    """The share of right answers against confidence, a line for each card that has it; the diagonal is ideal.

    Args:
        cards: as read from their JSON; ``reliability`` has rows of confidence, share and count.
        lines: colour and dashes by the card's name.
        target: the picture; none is made where no card has any.
    """
    known = [card for card in cards if any(row[2] >= MIN_CROPS for row in card.get("reliability", []))]
    if not known:
        return
    figure, axis = plt.subplots(figsize=(4.6, 4), layout="constrained")
    axis.plot([0, 1], [0, 1], color="#777777", linewidth=0.8)
    for card in known:
        colour, dashes = lines[card["name"]]
        confidence, right, _ = zip(*(row for row in card["reliability"] if row[2] >= MIN_CROPS), strict=True)
        axis.plot(confidence, right, dashes, color=colour, marker="o", label=card["name"])
    axis.set(xlabel="confidence", ylabel="share of right answers", title="What a classifier's confidence means")
    axis.legend()
    figure.savefig(target, dpi=110)
    plt.close(figure)
