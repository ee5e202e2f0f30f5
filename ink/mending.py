"""Ink in fragments, mended before anything looks for pieces: print with fine gaps, strokes of dashes or specks."""

from __future__ import annotations

import cv2
import numpy as np

from ink.connected import find_connected
from ink.ink import INK_THRESHOLD, stroke_width

CLOSED_SIDES_PX = (3, 5)
"""Sides of the squares that broken print is closed with, at working size: gaps of two and of four pixels."""

MIN_BROKEN_PIECES = 10
"""Pieces of ink from which a drawing may be one that is broken up."""

MIN_PIECES_JOINED = 4
"""Pieces that closing has to make one of, on average.  Of 2,140 sheets of all kinds 4 have so many, of 100 sheets with
blank stripes through the ink 91."""

MIN_GROWTH = 2.3
"""How many times as large the shorter side of pieces has to become.  Fragments of strokes become digits and grow 2.6
times at least; the digits of a small sum that closing would smear into a line hardly grow across it."""

DASH_SIDES_PX = (7, 9, 13, 17)
"""Sides of the squares that dashed, dotted and sprayed strokes are closed with, and their diagonals."""

MAX_DASH_LENGTH = 6.0
"""Longer side of most dashes, dots or specks as a multiple of the pen's width, at most; digits are mostly longer."""

MAX_DASH_AREA = 1.45
"""Area of most of them as a multiple of the pen's width times the diagonal of their box, at most: a dash is one
straight stroke.  Of dashes and dots it is 1.2 to 1.35, of small digits 1.5 to 2."""

MIN_DASHED_SHARE = 0.68
"""Share of the ink that they have, at least: of dashed numbers they have 0.70 and more.  A dotted line beside a number,
or small digits beside a large one, have less."""

MIN_DASH_PEN_PX = 3
"""Width of a pen below which only specks as small as itself are taken for its traces: digits of a few pixels are no
longer than its dashes."""

MAX_DASH_GAP = 3.0
"""Side of the square that dashes are closed with as a multiple of the pen's width, at most."""

MAX_SPRAY_SIDE_PX = 13
"""The same in pixels, however fine the specks of a spray are."""

MIN_DASHES_JOINED = 3
"""Dashes that closing has to make one of, on average."""

MIN_DASH_GROWTH = 2.0
"""How many times as large the shorter side of dashes has to become."""


def mend_gaps(ink: np.ndarray) -> np.ndarray:
    """The ink with the gaps of broken print, or of dashed, dotted and sprayed strokes, closed; as it was without such.

    Args:
        ink: uint8 ``[H, W]``, 0 paper to 255 ink.

    Returns:
        uint8 ``[H, W]``.
    """
    x, y, w, h = cv2.boundingRect(_mask(ink))
    inked = ink[y : y + h, x : x + w]
    # To count the pieces takes a sixth of the time of measuring them.
    if not inked.size or cv2.connectedComponents(_mask(inked))[0] <= MIN_BROKEN_PIECES:
        return ink
    pieces = _measure_pieces(inked)
    best = _mend_print(inked, pieces)
    if best is None:
        best = _mend_dashes(inked, pieces)
    if best is None:
        return ink
    mended = ink.copy()
    mended[y : y + h, x : x + w] = best
    return mended


def _mend_print(ink: np.ndarray, pieces: np.ndarray) -> np.ndarray | None:
    """Ink, which consists of these pieces, closed by the smallest square that joins most; None where none does."""
    best = None
    for side in reversed(CLOSED_SIDES_PX):
        closed = _close(ink, side)
        if not _are_joined(pieces, _measure_pieces(closed), MIN_PIECES_JOINED, MIN_GROWTH):
            break  # a smaller square joins no more
        best = closed
    return best


def _mend_dashes(ink: np.ndarray, pieces: np.ndarray) -> np.ndarray | None:
    """As :func:`_mend_print`, of strokes that were drawn as rows of dashes, dots or specks."""
    pen = stroke_width(ink)
    areas, sides = pieces[:, 2], pieces[:, :2]
    longest = (MAX_DASH_LENGTH if pen >= MIN_DASH_PEN_PX else 1.0) * pen
    if np.median(sides.max(1)) > longest:
        return None
    if pen >= MIN_DASH_PEN_PX and areas[sides.max(1) <= longest].sum() < MIN_DASHED_SHARE * areas.sum():
        return None
    if np.median(areas / np.hypot(*sides.T)) > MAX_DASH_AREA * pen:
        return None
    for side in DASH_SIDES_PX:
        if side <= max(MAX_SPRAY_SIDE_PX, MAX_DASH_GAP * pen):
            closed = _close_all_ways(ink, side)
            if _are_joined(pieces, _measure_pieces(closed), MIN_DASHES_JOINED, MIN_DASH_GROWTH):
                return closed
    return None


def _are_joined(pieces: np.ndarray, joined: np.ndarray, fewer: float, growth: float) -> bool:
    """Whether pieces have become so many times fewer, and so many times larger across."""
    before, after = (float(np.median(each[:, :2].min(1))) for each in (pieces, joined))
    return len(pieces) >= fewer * len(joined) and after >= growth * before


def _close(ink: np.ndarray, side: int) -> np.ndarray:
    return cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))


def _close_all_ways(ink: np.ndarray, side: int) -> np.ndarray:
    """Ink closed by a square and by its diagonals: a square alone bridges no gap between the ends of slanted dashes."""
    falling = np.eye(side, dtype=np.uint8)
    # Beyond the edge lies paper, or whatever is near it would be closed with the edge.
    padded = cv2.copyMakeBorder(ink, side, side, side, side, cv2.BORDER_CONSTANT, value=0)
    rising = np.ascontiguousarray(falling[::-1])
    slanted = [cv2.morphologyEx(padded, cv2.MORPH_CLOSE, each) for each in (falling, rising)]
    closed = cv2.max(_close(padded, side), cv2.max(*slanted))
    return np.ascontiguousarray(closed[side:-side, side:-side])


def _mask(ink: np.ndarray) -> np.ndarray:
    return cv2.threshold(ink, INK_THRESHOLD, 255, cv2.THRESH_BINARY)[1]


def _measure_pieces(ink: np.ndarray) -> np.ndarray:
    """Width, height and area in pixels of every piece of ink, uint8 ``[h, w]``: int32 ``[N, 3]``."""
    _, stats = find_connected(_mask(ink))
    return stats[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA]]
