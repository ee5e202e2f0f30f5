"""A crop of any size -> the square that a classifier's network sees, the same in training and in serving."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from ink.ink import CROP_INK_THRESHOLD, ink_window, scale_ink
from models.classes import CROP_CONTENT_PX, CROP_PLANES, CROP_SIDE_PX

PLACE_SIDE = 2.5
"""Side of the stretch of a sheet that the place plane shows, in sizes of its typical drawing."""

FAINT = 2
"""Divisor of other ink in the place plane."""


@dataclass(frozen=True, eq=False)
class Crop:
    """Some ink cut out of a sheet.

    Attributes:
        grey: uint8 ``[h, w]``, dark ink on white; or ``[h, w, 2]``, the second plane with the other ink around it.
        place: uint8 ``[32, 32]``, 0 paper to 255 ink: a stretch of the sheet of ``PLACE_SIDE`` typical drawings with
            the ink in question in the middle, all other ink faint.  A comma and a nine look alike once both fill the
            square; here one is small and low.
    """

    grey: np.ndarray
    place: np.ndarray

    @cached_property
    def square(self) -> np.ndarray:
        """As :func:`fit_square` gives it; made once, however many classifiers look at it."""
        square = _fit_ink(self.grey)
        square[2] = self.place
        return square


def fit_square(crop: np.ndarray | Crop) -> np.ndarray:
    """A crop of any size, fitted into the network's square: aspect kept, ink centred, darkest ink at full.

    Args:
        crop: see :class:`Crop`; its ``grey`` alone is taken for the one drawing of a sheet.

    Returns:
        uint8 ``[3, 32, 32]``, 0 paper to 255 ink: the ink, what is around it, and its place on the sheet.  All 0 for a
        crop without ink.
    """
    if isinstance(crop, Crop):
        return crop.square
    square = _fit_ink(crop)
    if square.any():
        side = round(CROP_SIDE_PX / PLACE_SIDE * CROP_SIDE_PX / CROP_CONTENT_PX)
        margin = (CROP_SIDE_PX - side) // 2
        seen = np.maximum(square[0], square[1] // FAINT)
        square[2, margin : margin + side, margin : margin + side] = scale_ink(seen, side, side)
    return square


def _fit_ink(crop: np.ndarray) -> np.ndarray:
    """The first two planes; the third is 0."""
    planes = cv2.split(cv2.bitwise_not(crop))
    ink = planes[0]
    mask = cv2.threshold(ink, CROP_INK_THRESHOLD, 255, cv2.THRESH_BINARY)[1]
    x, y, w, h = cv2.boundingRect(mask)
    square = np.zeros((CROP_PLANES, CROP_SIDE_PX, CROP_SIDE_PX), np.uint8)
    if w == 0 or h == 0:
        return square
    ink = ink[y : y + h, x : x + w]
    scale = CROP_CONTENT_PX / max(w, h)
    width, height = max(1, round(w * scale)), max(1, round(h * scale))
    small = scale_ink(ink, width, height)
    peak = int(small.max())
    if 0 < peak < 255:
        small = cv2.convertScaleAbs(small, alpha=255 / peak)
    left, top = (CROP_SIDE_PX - width) // 2, (CROP_SIDE_PX - height) // 2
    square[0, top : top + height, left : left + width] = small
    if len(planes) > 1:
        # The window of the source that the square shows, at the very scale of the ink.
        x1, x2 = (round(x + (edge - left) * w / width) for edge in (0, CROP_SIDE_PX))
        y1, y2 = (round(y + (edge - top) * h / height) for edge in (0, CROP_SIDE_PX))
        around = ink_window(planes[1], x1, y1, x2, y2)
        if cv2.countNonZero(around):
            square[1] = scale_ink(around, CROP_SIDE_PX, CROP_SIDE_PX)
    return square
