"""A crop of any size -> the square that a classifier's network sees, the same in training and in serving."""

from __future__ import annotations

import cv2
import numpy as np

from ink.ink import CROP_INK_THRESHOLD, ink_window, scale_ink
from models.classes import CROP_CONTENT_PX, CROP_PLANES, CROP_SIDE_PX


def fit_square(crop: np.ndarray) -> np.ndarray:
    """A crop of any size, fitted into the network's square: aspect kept, ink centred, darkest ink at full.

    Args:
        crop: uint8 ``[h, w]`` grey, dark ink on white; or ``[h, w, 2]``, the second plane with the other ink around
            the one in question.

    Returns:
        uint8 ``[2, 32, 32]``, 0 paper to 255 ink: the ink, and what is around it.  All 0 for a crop without ink.
    """
    ink = 255 - (crop if crop.ndim == 2 else crop[..., 0])
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
    if crop.ndim == 3:
        # The window of the source that the square shows, at the very scale of the ink.
        x1, x2 = (round(x + (edge - left) * w / width) for edge in (0, CROP_SIDE_PX))
        y1, y2 = (round(y + (edge - top) * h / height) for edge in (0, CROP_SIDE_PX))
        around = ink_window(255 - crop[..., 1], x1, y1, x2, y2)
        if around.any():
            square[1] = scale_ink(around, CROP_SIDE_PX, CROP_SIDE_PX)
    return square
