"""Pores in the ink of chalk, crayons and dry markers: paper that shines through their strokes."""

from __future__ import annotations

import cv2
import numpy as np

from ink.connected import find_connected
from ink.ink import INK_THRESHOLD, stroke_width

ESTIMATE_SIDE_PX = 5
"""Side of the square that pores are closed with before the width of strokes is measured."""

MAX_PORE_STROKES = 0.6
"""Side of a square as large as a pore, as a share of the strokes' width, at most; most loops of digits are larger."""

MIN_PORES = 8
"""Pores in the ink, at least."""

MIN_PORES_PER_PIECE = 1.5
"""The same per piece of ink: a digit has two loops at most."""

CLOSED_STROKES = 0.8
"""Diameter of the disc that pores are closed with, as a share of the strokes' width."""

MAX_CLOSED_PX = 31
"""The same in pixels, at most: the cost grows with its area."""


def fill_pores(ink: np.ndarray) -> np.ndarray:
    """The ink with its pores closed; as it was without pores.

    Args:
        ink: uint8 ``[H, W]``, 0 paper to 255 ink.

    Returns:
        uint8 ``[H, W]``.
    """
    inked = cv2.threshold(ink, INK_THRESHOLD, 255, cv2.THRESH_BINARY)[1]
    x, y, w, h = cv2.boundingRect(inked)
    if not w:
        return ink
    around = cv2.copyMakeBorder(inked[y : y + h, x : x + w], *(ESTIMATE_SIDE_PX,) * 4, cv2.BORDER_CONSTANT, value=0)
    solid = cv2.morphologyEx(around, cv2.MORPH_CLOSE, np.ones((ESTIMATE_SIDE_PX, ESTIMATE_SIDE_PX), np.uint8))
    stroke = stroke_width(solid)
    _, holes = find_connected(255 - around, connectivity=4)
    pores = int((holes[1:, cv2.CC_STAT_AREA] <= (MAX_PORE_STROKES * stroke) ** 2).sum())
    if pores < max(MIN_PORES, MIN_PORES_PER_PIECE * (cv2.connectedComponents(solid)[0] - 1)):
        return ink
    side = min(max(3, round(CLOSED_STROKES * stroke)) | 1, MAX_CLOSED_PX)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    # Beyond the edge lies paper, or whatever is near it would be closed with the edge.
    padded = cv2.copyMakeBorder(ink, side, side, side, side, cv2.BORDER_CONSTANT, value=0)
    return np.ascontiguousarray(cv2.morphologyEx(padded, cv2.MORPH_CLOSE, disc)[side:-side, side:-side])
