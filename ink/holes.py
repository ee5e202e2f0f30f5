"""Holes along the margin of paper that was in a binder: they are dark like ink, and are none."""

from __future__ import annotations

import cv2
import numpy as np

from ink.connected import find_connected
from ink.ink import LOCATING_THRESHOLD

MIN_HOLES = 4
"""Holes of a row, at least: fewer may be the points of something written."""

MARGIN_SHARE = 0.15
"""How far from an edge holes lie, as a share of the side, at most."""

MIN_HOLE_PX = 3
"""Size of a hole in pixels, at least."""

MAX_HOLE_SHARE = 0.05
"""Size of a hole as a share of the shorter side, at most."""

MIN_HOLE_FILL = 0.72
"""Share of its box that a hole fills, at least; a disc fills 0.79."""

MAX_UNLIKE = 1.35
"""Ratio of a hole's sides, and of its size to the usual one's, at most."""

MAX_OFFSET = 0.75
"""How far a hole lies beside their row, in sizes of a hole, at most."""

MIN_ROW_SHARE = 0.5
"""Length of a row of holes as a share of the side, at least; a stroke of dots is mostly shorter."""

MIN_GAP = 2.2
"""From one hole to the next, in sizes of a hole, at least; the dots of a stroke nearly touch."""

MAX_UNEVEN = 0.15
"""By how much two gaps between holes differ, as a share of the usual one, at most."""


def drop_holes(ink: np.ndarray) -> np.ndarray:
    """Ink, uint8 ``[H, W]``, without evenly spaced round specks in a row along an edge."""
    largest, down, across = MAX_HOLE_SHARE * min(ink.shape), *(max(1, round(MARGIN_SHARE * side)) for side in ink.shape)
    left = ink
    for at, turned in (
        (np.s_[:, :across], False),
        (np.s_[:, -across:], False),
        (np.s_[:down], True),
        (np.s_[-down:], True),
    ):
        mask = cv2.threshold(ink[at], LOCATING_THRESHOLD, 1, cv2.THRESH_BINARY)[1]
        holes = _find_holes(np.ascontiguousarray(mask.T) if turned else mask, largest)
        if holes is not None:
            left = left.copy() if left is ink else left
            left[at][(holes.T if turned else holes) > 0] = 0
    return left


def _find_holes(margin: np.ndarray, largest: float) -> np.ndarray | None:
    """The holes in the margin along the left or right edge, and what is right beside them; None without any.

    Args:
        margin: uint8 ``[h, w]`` of 0 and 1, what is dark.
        largest: size of a hole in pixels, at most.
    """
    labels, stats = find_connected(margin)
    wide, high, area = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_AREA]
    size = np.maximum(wide, high)
    is_round = (size <= MAX_UNLIKE * np.minimum(wide, high)) & (area >= MIN_HOLE_FILL * wide * high)
    is_round &= (size >= MIN_HOLE_PX) & (size <= largest)
    is_round[0] = False
    row = np.flatnonzero(is_round)
    if len(row) < MIN_HOLES:
        return None
    middles = stats[:, :2] + stats[:, 2:4] / 2
    row = row[np.argsort(middles[row, 1], kind="stable")]
    usual, level = np.median(size[row]), np.median(middles[row, 0])
    alike = np.maximum(size[row] / usual, usual / size[row]) <= MAX_UNLIKE
    row = row[alike & (np.abs(middles[row, 0] - level) <= MAX_OFFSET * usual)]
    if len(row) < MIN_HOLES:
        return None
    gaps = np.diff(middles[row, 1])
    if gaps.sum() < MIN_ROW_SHARE * len(margin) or gaps.min() < MIN_GAP * usual:
        return None
    steps = gaps / np.median(gaps)
    if (np.abs(steps - np.round(steps)) > MAX_UNEVEN).any():  # one of them may be written over
        return None
    return cv2.dilate(np.isin(labels, row).astype(np.uint8), np.ones((3, 3), np.uint8))
