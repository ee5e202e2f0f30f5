"""The one rasteriser: strokes -> pixels.  Live ink, composed scenes and generated digits are all drawn by this pen."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from ink.drawing import BLANK_SIDE
from ink.ink import ink_on_paper
from ink.strokes import Stroke

SUBPIXEL_BITS = 4
"""OpenCV takes coordinates in sixteenths of a pixel."""

OVERSAMPLING = 2
"""Ink is drawn at this many times its size and reduced: finer edges and finer steps of width."""

LINE_EXCESS_PX = 0.72
"""How much wider than asked for a line comes out: OpenCV's smooth lines of thickness 2k measure 2k + 1.43 pixels."""


def snap_width(width: float) -> float:
    """The nearest width of a stroke, in pixels, that the pen can draw: whole pixels and :data:`LINE_EXCESS_PX`."""
    return max(0, round(width - LINE_EXCESS_PX)) + LINE_EXCESS_PX


def to_fixed_point(points: np.ndarray) -> np.ndarray:
    """Points float ``[n, 2]`` as OpenCV takes them, int32 ``[n, 1, 2]`` in sixteenths of a pixel."""
    return np.round(points * (1 << SUBPIXEL_BITS)).astype(np.int32).reshape(-1, 1, 2)


def draw_ink(strokes: Sequence[Stroke], height: int, width: int) -> np.ndarray:
    """How much pen is on each pixel.

    Args:
        strokes: in pixels; coordinates name the middles of pixels, and a stroke of one point is a dot.
        height: of the result in pixels.
        width: of the result in pixels.

    Returns:
        uint8 ``[height, width]``, 0 paper to 255 ink.
    """
    large = np.zeros((height * OVERSAMPLING, width * OVERSAMPLING), np.uint8)
    for stroke in strokes:
        path = (stroke.points + 0.5) * OVERSAMPLING - 0.5
        path = np.repeat(path, 2, 0) if len(path) == 1 else path
        thickness = max(1, OVERSAMPLING * round(stroke.width - LINE_EXCESS_PX))
        cv2.polylines(large, [to_fixed_point(path)], False, 255, thickness, cv2.LINE_AA, SUBPIXEL_BITS)
    return cv2.resize(large, (width, height), interpolation=cv2.INTER_AREA)


def draw_strokes(strokes: Sequence[Stroke], side: int = BLANK_SIDE) -> np.ndarray:
    """A drawing of black ink on a square of white paper, uint8 ``[side, side, 3]`` RGB."""
    return ink_on_paper(draw_ink(strokes, side, side))
