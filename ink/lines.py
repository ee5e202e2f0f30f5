"""Straight, thin, nearly level lines in ink."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np

from ink.connected import find_connected
from ink.ink import inked_along

SLOPES = tuple(float(s) for s in np.arange(-9, 10) / 100)
"""Pixels down for one across, of lines that still count as level: five degrees either way."""

ASKEW_SLOPES = tuple(float(s) for s in np.arange(-40, 41) / 200)
"""The same of rulings in a photograph, which is held askew: eleven degrees."""

ASKEW_REACH = 0.03
"""By how much the slopes of rulings on one paper differ, at most, as it is seen in perspective."""

ASKEW_STEP = 8
"""Every so many of these are tried first, on lines made wider."""

MIN_ASKEW_SHARE = 0.25
"""Length of a ruling in a photograph as a share of the side, at least: where it is askew, corners cut it short."""

MAX_LINES = 80
"""Lines of one direction that are looked at, the longest."""

MIN_RULING_FILL = 0.8
"""Share of a row from edge to edge that a ruling inks, at least."""


@dataclass(frozen=True)
class Line:
    """A straight, thin, nearly level line in the reduced ink; upright ones are level in the ink turned over.

    Attributes:
        start: first column.
        end: last column.
        at: row at the first column.
        slope: rows down for one column.
        thickness: in rows.
        body: height of the connected ink that it is a part of, in rows.
    """

    start: int
    end: int
    at: float
    slope: float
    thickness: int
    body: int = 0

    @property
    def length(self) -> int:
        return self.end - self.start + 1

    def row(self, column: Any) -> Any:
        """Where it is at a column, or at each of several."""
        return self.at + self.slope * (column - self.start)


def _shear(mask: np.ndarray, slope: float) -> np.ndarray:
    """A mask, uint8 ``[h, w]``, moved up as lines of this slope fall, and down by what keeps all of it."""
    height, width = mask.shape
    matrix = np.array([[1, 0, 0], [-slope, 1, max(0.0, slope * width)]])
    return cv2.warpAffine(mask, matrix, (width, height + int(abs(slope) * width) + 1), flags=cv2.INTER_NEAREST)


def _row_sums(mask: np.ndarray) -> np.ndarray:
    """Pixels that are 1 in each row of a mask, uint8 ``[h, w]`` of 0 and 1: int32 ``[h]``."""
    return cv2.reduce(mask, 1, cv2.REDUCE_SUM, dtype=cv2.CV_32S).ravel()


def find_level_lines(mask: np.ndarray, least: int, thickness: int, slopes: tuple[float, ...] = SLOPES) -> list[Line]:
    """The long thin runs of a mask, uint8 ``[h, w]`` of 0 and 1, along any of the slopes, the longest first."""
    width, full = mask.shape[1], round(0.97 * least)
    found: list[tuple[int, Line]] = []  # with their area, which is largest at the right slope
    for slope in slopes:
        lift = max(0.0, slope * width)
        sheared = _shear(mask, slope)
        inked = _row_sums(sheared)
        # Rulings may have gaps, and strokes on them: enough of a row has to be inked, and less of those around.
        tops, bottoms = find_runs(inked / width >= MIN_RULING_FILL)
        for top, bottom in zip(tops.tolist(), bottoms.tolist(), strict=True):
            if bottom - top <= thickness:
                columns = np.flatnonzero(sheared[top:bottom].any(0))
                start, end = int(columns[0]), int(columns[-1])
                row = (top + bottom - 1) / 2 - lift + slope * start
                found.append(((bottom - top) * (end - start), Line(start, end, row, slope, bottom - top)))
        rows = np.flatnonzero(inked >= full)  # no other row has a run
        if not len(rows):
            continue
        first = int(rows[0])
        within = sheared[first : int(rows[-1]) + 1]
        sums = cv2.boxFilter(within, cv2.CV_16S, (least, 1), normalize=False, borderType=cv2.BORDER_CONSTANT)
        runs = (sums >= full).astype(np.uint8)
        held = inked_along(runs, 1)
        if not held.any():
            continue
        # Rows without a run only keep apart what is above and below them, which one row does.
        kept = np.flatnonzero(held | np.roll(held, 1))
        left, _, wide, _ = cv2.boundingRect(runs)
        runs = np.ascontiguousarray(runs[kept, left : left + wide])
        _, _, stats, centres = cv2.connectedComponentsWithStats(runs, connectivity=4)
        thin = (stats[:, cv2.CC_STAT_HEIGHT] <= thickness) & (
            stats[:, cv2.CC_STAT_WIDTH] + least >= 6 * stats[:, cv2.CC_STAT_HEIGHT]
        )
        thin[0] = False
        largest = np.argsort(np.where(thin, -stats[:, cv2.CC_STAT_AREA], 0), kind="stable")[
            : min(MAX_LINES, thin.sum())
        ]
        tops = stats[largest, cv2.CC_STAT_TOP]
        middles = centres[largest, 1] + kept[tops] - tops + first
        for (x, _, w, _, area), middle in zip(stats[largest].tolist(), middles.tolist(), strict=True):
            start, end = max(0, left + x - least // 2), min(width - 1, left + x + w - 1 + least // 2)
            row = middle - lift + slope * start
            found.append((area, Line(start, end, row, slope, -(-area // w))))
    return drop_copies([line for _, line in sorted(found, key=lambda each: (-each[0], abs(each[1].slope)))])


def drop_copies(lines: list[Line]) -> list[Line]:
    """Lines without those whose middle is on an earlier one: the same line at a slope beside the right one."""
    kept: list[Line] = []
    for line in lines[: 8 * MAX_LINES]:
        middle = (line.start + line.end) / 2
        row = line.row(middle)
        # Written out, as this is asked thousands of times.
        if not any(
            k.start <= middle <= k.end and abs(k.at + k.slope * (middle - k.start) - row) <= k.thickness + 2
            for k in kept
        ):
            kept.append(line)
            if len(kept) == MAX_LINES:
                break
    return kept


def find_askew_lines(mask: np.ndarray, thickness: int) -> list[Line]:
    """As :func:`find_level_lines`, of what may be rulings on paper that is held askew."""
    width = mask.shape[1]
    # The longest of them inks most columns of some band: that is soon told, and the others are nearly parallel to it.
    coarse = ASKEW_SLOPES[::ASKEW_STEP]
    step = coarse[1] - coarse[0]
    filled = cv2.dilate(mask, np.ones((int(step * width / 2) + 3, 1), np.uint8))
    held = [slope for slope in coarse if _row_sums(_shear(filled, slope)).max() >= MIN_RULING_FILL * width]
    slopes = tuple(s for s in ASKEW_SLOPES if any(abs(s - each) <= step / 2 + ASKEW_REACH for each in held))
    return find_level_lines(mask, round(MIN_ASKEW_SHARE * width), thickness, slopes) if slopes else []


def find_runs(filled: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Starts and ends (excluded) of the stretches of True in bool ``[n]``."""
    if not filled.any():
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], filled, [False]]).astype(np.int8)))
    return edges[::2], edges[1::2]


def measure_bodies(lines: list[Line], mask: np.ndarray) -> list[Line]:
    """The lines with the height of the connected ink, uint8 ``[h, w]`` of 0 and 1, that each is a part of."""
    labels, stats = find_connected(mask)
    known = []
    for line in lines:
        columns = np.arange(line.start, line.end + 1)
        rows = np.clip(np.round(line.row(columns)).astype(int), 0, len(mask) - 1)
        counts = np.bincount(labels[rows, columns], minlength=len(stats))
        counts[0] = 0
        known.append(replace(line, body=int(stats[counts.argmax(), cv2.CC_STAT_HEIGHT])))
    return known
