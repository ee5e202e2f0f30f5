"""Strokes -> pixels."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from ink.drawing import BLANK_SIDE
from ink.strokes import Stroke

_SCALE, _SHIFT = 3, 4  # drawn at three times the size and reduced; OpenCV takes sixteenths of a pixel


def draw_strokes(strokes: Sequence[Stroke], side: int = BLANK_SIDE) -> np.ndarray:
    """Black ink on white paper, uint8 ``[side, side, 3]``, the same in every browser."""
    sheet = np.full((side * _SCALE, side * _SCALE), 255, np.uint8)
    for stroke in strokes:
        at = stroke.points * _SCALE
        at = np.repeat(at, 2, 0) if len(at) == 1 else at
        path = np.round(at * (1 << _SHIFT)).astype(np.int32).reshape(-1, 1, 2)
        thickness = max(1, round(stroke.width * _SCALE - 1.4))  # OpenCV's smooth lines come out 1.4 px wider
        cv2.polylines(sheet, [path], False, 0, thickness, cv2.LINE_AA, _SHIFT)
    small = cv2.resize(sheet, (side, side), interpolation=cv2.INTER_AREA)
    return cv2.merge([small, small, small])


_SUBPIXEL_BITS = 4  # OpenCV takes coordinates in sixteenths of a pixel
_OVERSAMPLING = 2  # sheets are drawn at twice the size and reduced: finer edges and finer steps of width


def snap_pen(width: float) -> float:
    """The nearest pen width, in sheet pixels, that OpenCV can draw.

    Its anti-aliased lines of thickness 2k measure 2k + 1.43 pixels (measured, OpenCV 4.14), those of thickness 1
    measure 1.35; at twice the size that is k + 0.72 and 0.67.
    """
    return max(0, round(width - 0.72)) + 0.72
