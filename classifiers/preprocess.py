"""The one road from a crop to what a classifier's network sees, the same in training and in serving."""

from __future__ import annotations

import cv2
import numpy as np

from models import CROP_PLANES

SIDE = 32
"""Side in pixels of a network's input."""

CONTENT = 26
"""Side in pixels of the square that the drawing is fitted into; the rest is a margin."""

MIN_STROKE = 1.6
"""Width in pixels below which strokes are thickened before they are reduced, or thin pens would fade to nothing."""


def stroke_width(ink: np.ndarray) -> float:
    """Rough width of the strokes in pixels: area over the part of it that one erosion eats, which is the outline.

    Args:
        ink: uint8 ``[h, w]``, 0 paper to 255 ink.
    """
    mask = cv2.threshold(ink, 127, 255, cv2.THRESH_BINARY)[1]
    area = cv2.countNonZero(mask)
    if area == 0:
        return 1.0
    outline = area - cv2.countNonZero(cv2.erode(mask, np.ones((3, 3), np.uint8), borderValue=0))
    return 2.0 * area / max(outline, 1)


def scale_ink(ink: np.ndarray, width: int, height: int, min_stroke: float = MIN_STROKE) -> np.ndarray:
    """Ink resized to uint8 ``[height, width]`` with thin strokes kept visible.

    Args:
        ink: uint8 ``[h, w]``, 0 paper to 255 ink.
        width: of the result in pixels.
        height: of the result in pixels.
        min_stroke: strokes that would come out thinner than this are thickened first.
    """
    scale = max(width / ink.shape[1], height / ink.shape[0])
    if scale >= 1:
        return cv2.resize(ink, (width, height), interpolation=cv2.INTER_LINEAR)
    if scale < 0.75:
        thicken = round(min_stroke / scale - stroke_width(ink))
        if thicken > 0:
            kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (thicken + 1, thicken + 1))
            ink = cv2.dilate(ink, kernel)
    return cv2.resize(ink, (width, height), interpolation=cv2.INTER_AREA)


def window(ink: np.ndarray, x1: int, y1: int, x2: int, y2: int) -> np.ndarray:
    """The ink between these edges (ends excluded), which may lie outside the sheet: paper goes on there."""
    height, width = ink.shape
    seen = np.zeros((y2 - y1, x2 - x1), np.uint8)
    top, left, bottom, right = max(y1, 0), max(x1, 0), min(y2, height), min(x2, width)
    if top < bottom and left < right:
        seen[top - y1 : bottom - y1, left - x1 : right - x1] = ink[top:bottom, left:right]
    return seen


def fit_square(crop: np.ndarray) -> np.ndarray:
    """A crop of any size, fitted into the network's square: aspect kept, ink centred, darkest ink at full.

    Args:
        crop: uint8 ``[h, w]`` grey, dark ink on white; or ``[h, w, 2]``, the second plane with the other ink around
            the one in question.

    Returns:
        uint8 ``[2, 32, 32]``, 0 paper to 255 ink: the ink, and what is around it.  All 0 for a crop without ink.
    """
    ink = 255 - (crop if crop.ndim == 2 else crop[..., 0])
    mask = cv2.threshold(ink, 48, 255, cv2.THRESH_BINARY)[1]
    x, y, w, h = cv2.boundingRect(mask)
    square = np.zeros((CROP_PLANES, SIDE, SIDE), np.uint8)
    if w == 0 or h == 0:
        return square
    ink = ink[y : y + h, x : x + w]
    scale = CONTENT / max(w, h)
    width, height = max(1, round(w * scale)), max(1, round(h * scale))
    small = scale_ink(ink, width, height)
    peak = int(small.max())
    if 0 < peak < 255:
        small = cv2.convertScaleAbs(small, alpha=255 / peak)
    left, top = (SIDE - width) // 2, (SIDE - height) // 2
    square[0, top : top + height, left : left + width] = small
    if crop.ndim == 3:
        # The window of the source that the square shows, at the very scale of the ink.
        x1, x2 = (round(x + (edge - left) * w / width) for edge in (0, SIDE))
        y1, y2 = (round(y + (edge - top) * h / height) for edge in (0, SIDE))
        around = window(255 - crop[..., 1], x1, y1, x2, y2)
        if around.any():
            square[1] = scale_ink(around, SIDE, SIDE)
    return square
