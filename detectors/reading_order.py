"""Who decides the order of reading: boxes -> lines of writing, from the top, each from left to right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

MIN_LINE_OVERLAP = 0.4
"""Overlap in height, as a share of the less tall box's height, above which a box continues a line."""

MAX_POWER_HEIGHT = 0.75
"""Height of a raised digit as a share of that of the digit before it, at most."""

MAX_POWER_GAP = 0.4
"""How far behind that digit it begins, at most, as a share of its height; or how far it reaches in above it."""


def find_lines(xyxy: np.ndarray) -> list[np.ndarray]:
    """Lines of writing from the top.

    Args:
        xyxy: float ``[N, 4]``, x1, y1, x2, y2 of what is read.

    Returns:
        For each line the rows of its boxes from left to right, int64; every row is in one line.
    """
    bases = _find_bases(xyxy)
    lines: list[list[int]] = []
    for row in np.argsort((xyxy[:, 1] + xyxy[:, 3]) / 2, kind="stable").tolist():
        if row in bases:
            continue
        home = find_home(xyxy, lines, row)
        if home is None:
            lines.append([row])
        else:
            lines[home].append(row)
    for power, base in bases.items():
        while base in bases:
            base = bases[base]
        next(line for line in lines if base in line).append(power)
    lines.sort(key=lambda line: float(np.mean(xyxy[line, 1] + xyxy[line, 3])))
    return [np.array(sorted(line, key=lambda row: float(xyxy[row, 0] + xyxy[row, 2]))) for line in lines]


def find_home(xyxy: np.ndarray, lines: Sequence[Sequence[int]], row: int) -> int | None:
    """Which line a box continues; None where it stands by itself.

    Args:
        xyxy: float ``[N, 4]``.
        lines: rows of the boxes of each line; none is empty.
        row: of the box.
    """
    home, best = None, MIN_LINE_OVERLAP
    for number, line in enumerate(lines):
        # A line's neighbour at hand is the one nearest in x: writing may climb along the line.
        near = min(line, key=lambda other: abs(xyxy[other, 0] - xyxy[row, 0]))
        overlap = _height_overlap(xyxy[row], xyxy[near])
        if overlap > best:
            home, best = number, overlap
    return home


def _find_bases(xyxy: np.ndarray) -> dict[int, int]:
    """Rows of powers, and of what each of them is a power of: smaller, close behind it, and hardly beside it."""
    tall = xyxy[:, 3] - xyxy[:, 1]
    bases = {}
    for row, (left, _, _, bottom) in enumerate(xyxy.tolist()):
        behind = np.abs(left - xyxy[:, 2]) <= MAX_POWER_GAP * tall
        # What is beside more of it continues its line anyway.
        within = bottom - xyxy[:, 1]
        beside = (within >= 0) & (within < MIN_LINE_OVERLAP * tall[row])
        found = np.flatnonzero(behind & beside & (tall[row] <= MAX_POWER_HEIGHT * tall))
        if len(found):
            bases[row] = int(found[np.abs(left - xyxy[found, 2]).argmin()])
    # What goes on with a line of its own, above larger writing, is none; only the first of several digits is behind
    # the base alone.
    for row in sorted(bases, key=lambda each: float(xyxy[each, 0])):
        gap = xyxy[row, 0] - xyxy[:, 2]
        before = [
            j for j in np.flatnonzero((np.abs(gap) <= tall[row]) & (xyxy[:, 0] < xyxy[row, 0])).tolist()
            if j != row and j not in bases and _height_overlap(xyxy[row], xyxy[j]) > MIN_LINE_OVERLAP
        ]  # fmt: skip
        if before:
            del bases[row]
    return bases


def _height_overlap(a: np.ndarray, b: np.ndarray) -> float:
    """How much of the less tall box's height lies beside the other box; below 0 where none does."""
    height = max(min(a[3] - a[1], b[3] - b[1]), 1e-6)
    return float((min(a[3], b[3]) - max(a[1], b[1])) / height)
