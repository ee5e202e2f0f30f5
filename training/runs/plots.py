"""Curves and confusion matrices of a run."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt


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
