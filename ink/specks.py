"""Specks all over a sheet: the points of dotted paper, or dust on a scan."""

from __future__ import annotations

import cv2
import numpy as np

from ink.connected import find_connected
from ink.ink import LOCATING_THRESHOLD

MIN_SPECKS = 40
"""Specks on a sheet, at least."""

MAX_SPECK_SHARE = 0.014
"""Longer side of a speck as a share of the sheet's shorter side, at most; in any case :data:`MIN_SPECK_PX`."""

MIN_SPECK_PX = 4
"""The same in pixels, on the smallest sheets."""

MIN_STROKE_SPECKS = 5
"""Longer side of something written as a multiple of a speck's, at least."""

MAX_UNLIKE = 4
"""Area of a speck as a multiple of the usual one's, at most."""

CELLS = 5
"""Rows and columns of cells into which a sheet is divided to see whether specks are everywhere."""

MIN_EVENNESS = 0.35
"""Specks in a cell as a multiple of those in the usual one, at least."""

MIN_CELL_SHARE = 0.8
"""Share of the cells with so many, at least: strokes of points, and sprayed ones, leave more without."""


def drop_specks(ink: np.ndarray) -> np.ndarray:
    """Ink, uint8 ``[H, W]``, without specks that are all over it; itself where none are, or nothing else is."""
    mask = cv2.threshold(ink, LOCATING_THRESHOLD, 1, cv2.THRESH_BINARY)[1]
    if cv2.connectedComponents(mask)[0] <= MIN_SPECKS:  # measuring them is dear
        return ink
    labels, stats = find_connected(mask)
    sides = stats[:, 2:4].max(1)
    largest = max(MIN_SPECK_PX, round(MAX_SPECK_SHARE * min(ink.shape)))
    is_speck = sides <= largest
    is_speck[0] = False
    area = stats[:, cv2.CC_STAT_AREA]
    if is_speck.any():  # points that are written are larger
        is_speck &= area <= MAX_UNLIKE * np.median(area[is_speck])
    if is_speck.sum() < MIN_SPECKS or sides[1:].max() < MIN_STROKE_SPECKS * largest:
        return ink
    columns, rows = ((stats[is_speck, :2] + stats[is_speck, 2:4] / 2) * CELLS // np.array(ink.shape[::-1])).T.astype(
        int
    )
    held = np.bincount(rows * CELLS + columns, minlength=CELLS**2)
    if (held >= MIN_EVENNESS * held.mean()).mean() < MIN_CELL_SHARE:
        return ink
    return np.where(cv2.dilate(is_speck[labels].astype(np.uint8), np.ones((3, 3), np.uint8)) > 0, 0, ink).astype(
        np.uint8
    )
