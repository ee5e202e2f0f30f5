"""Holes along the margin of paper that was in a binder: they are dark like ink, and are none."""

from __future__ import annotations

import cv2
import numpy as np

from ink.connected import find_connected
from ink.ink import LOCATING_THRESHOLD, stroke_width

MIN_HOLES = 4
"""Holes of a row, at least: fewer may be the points of something written."""

MARGIN_SHARE = 0.15
"""How far from an edge holes lie, as a share of the side, at most."""

MIN_HOLE_PX = 3
"""Size of a hole in pixels, at least."""

MAX_HOLE_SHARE = 0.05
"""Size of a hole as a share of the shorter side, at most."""

MIN_HOLE_FILL = 0.69
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


PAIR_PENS = 2.5
"""Size of each of two holes for a folder, at least, in widths of the pen: dots have one."""

PAIR_SHARE = 0.085
"""Size of such a hole as a share of the shorter side, at most."""

MIN_PAIR_GAP = 0.25
"""From one of two such holes to the other, as a share of the side, at least."""

MAX_PAIR_UNLIKE = 1.2
"""Ratio of their sizes, at most."""


def drop_holes(ink: np.ndarray) -> np.ndarray:
    """Ink, uint8 ``[H, W]``, without evenly spaced round specks in a row along an edge, or two holes for a folder."""
    short, (down, across) = min(ink.shape), (max(1, round(MARGIN_SHARE * side)) for side in ink.shape)
    sizes = MAX_HOLE_SHARE * short, PAIR_PENS * stroke_width(ink), PAIR_SHARE * short
    left = ink
    for at, turned in (
        (np.s_[:, :across], False),
        (np.s_[:, -across:], False),
        (np.s_[:down], True),
        (np.s_[-down:], True),
    ):
        mask = cv2.threshold(ink[at], LOCATING_THRESHOLD, 1, cv2.THRESH_BINARY)[1]
        holes = _find_holes(np.ascontiguousarray(mask.T) if turned else mask, *sizes)
        if holes is not None:
            left = left.copy() if left is ink else left
            left[at][(holes.T if turned else holes) > 0] = 0
    return left


def _find_holes(margin: np.ndarray, largest: float, least_of_two: float, largest_of_two: float) -> np.ndarray | None:
    """The holes in the margin along the left or right edge, and what is right beside them; None without any.

    Args:
        margin: uint8 ``[h, w]`` of 0 and 1, what is dark.
        largest: size of a hole in pixels, at most.
        least_of_two: size of each of two holes in pixels, at least.
        largest_of_two: and at most.
    """
    labels, stats = find_connected(margin)
    wide, high, area = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_AREA]
    size = np.maximum(wide, high)
    is_round = (size <= MAX_UNLIKE * np.minimum(wide, high)) & (area >= MIN_HOLE_FILL * wide * high)
    is_round[0] = False
    middles = stats[:, :2] + stats[:, 2:4] / 2
    order = np.argsort(middles[:, 1], kind="stable")
    small, large = (
        order[(is_round & (size >= least) & (size <= most))[order]]
        for least, most in ((MIN_HOLE_PX, largest), (least_of_two, largest_of_two))
    )
    found = _find_row(small, middles, size, len(margin))
    if found is None:
        found = _find_pair(large, middles, size, len(margin))
    return None if found is None else cv2.dilate(np.isin(labels, found).astype(np.uint8), np.ones((3, 3), np.uint8))


def _find_row(row: np.ndarray, middles: np.ndarray, size: np.ndarray, length: int) -> np.ndarray | None:
    """Which of some round specks, given from the top, are evenly spaced holes; None without such a row.

    Args:
        row: numbers of the specks, int ``[N]``.
        middles: x and y of everything in the margin, float ``[M, 2]``.
        size: of that in pixels, int ``[M]``.
        length: of the margin in pixels.
    """
    if len(row) < MIN_HOLES:
        return None
    usual, level = np.median(size[row]), np.median(middles[row, 0])
    alike = np.maximum(size[row] / usual, usual / size[row]) <= MAX_UNLIKE
    row = row[alike & (np.abs(middles[row, 0] - level) <= MAX_OFFSET * usual)]
    if len(row) < MIN_HOLES:
        return None
    gaps = np.diff(middles[row, 1])
    if gaps.sum() < MIN_ROW_SHARE * length or gaps.min() < MIN_GAP * usual:
        return None
    steps = gaps / np.median(gaps)
    # Unless one of them is written over.
    return None if (np.abs(steps - np.round(steps)) > MAX_UNEVEN).any() else row


def _find_pair(row: np.ndarray, middles: np.ndarray, size: np.ndarray, length: int) -> np.ndarray | None:
    """As :func:`_find_row`, of two large holes far from each other, and no third."""
    if len(row) != 2:
        return None
    (across, apart), sizes = np.abs(middles[row[1]] - middles[row[0]]), size[row]
    alike = sizes.max() <= MAX_PAIR_UNLIKE * sizes.min() and across <= MAX_OFFSET * sizes.min()
    return row if alike and apart >= MIN_PAIR_GAP * length else None
