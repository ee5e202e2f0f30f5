"""Ink -> ink: where it is, how wide its strokes are, scaling and windows; thresholds that rooms share."""

from __future__ import annotations

import cv2
import numpy as np

MIN_CONTRAST = 24
"""Grey levels (of 255) between paper and ink below which a drawing counts as empty."""

MAX_GRAIN = 12.0
"""Grey levels that the grain of even paper and JPEG ringing differ by from its colour."""

CROP_INK_THRESHOLD = 48
"""Level of ink (of 255) above which a pixel counts when a crop is fitted into a classifier's square."""

LOCATING_THRESHOLD = 64
"""Level of ink above which a pixel counts as drawn on when drawings are located."""

INK_THRESHOLD = 96
"""Level of ink above which a pixel belongs to a piece of segmentation."""

STROKE_THRESHOLD = 127
"""Level of ink above which a pixel counts when the width of strokes is measured: half its cover is ink."""

MIN_CROP_STROKE_PX = 1.6
"""Width in pixels below which strokes are thickened before they are reduced, or thin pens would fade to nothing."""

MAX_KERNEL_PX = 32
"""Widest kernel that thickens ink as it is; for wider ones ink is reduced first, as the cost grows with their area."""

POOLED_KERNEL_PX = 8
"""Width of the kernel that thickens ink once it is reduced: fine enough for strokes of a pixel or two."""


def stroke_width(ink: np.ndarray) -> float:
    """Rough width of the strokes in pixels: area over the part of it that one erosion eats, which is the outline.

    Args:
        ink: uint8 ``[h, w]``, 0 paper to 255 ink.
    """
    mask = cv2.threshold(ink, STROKE_THRESHOLD, 255, cv2.THRESH_BINARY)[1]
    area = cv2.countNonZero(mask)
    if area == 0:
        return 1.0
    outline = area - cv2.countNonZero(cv2.erode(mask, np.ones((3, 3), np.uint8), borderValue=0))
    return 2.0 * area / max(outline, 1)


def otsu_level(grey: np.ndarray) -> float:
    """The level that parts light pixels from dark ones best (Otsu, IEEE Trans. SMC 9(1), 1979)."""
    return cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[0]


def pool_ink(ink: np.ndarray, factor: int) -> np.ndarray:
    """Ink reduced to a whole fraction of its size, every pixel the darkest of its block, so that no line is lost.

    Args:
        ink: uint8 ``[h, w]``, 0 paper to 255 ink.
        factor: side of a block; 1 gives the ink itself.

    Returns:
        uint8 ``[ceil(h / factor), ceil(w / factor)]``.
    """
    if factor <= 1:
        return ink
    block = np.ones((factor, factor), np.uint8)
    return np.ascontiguousarray(cv2.dilate(ink, block, anchor=(0, 0))[::factor, ::factor])


def scale_ink(ink: np.ndarray, width: int, height: int, min_stroke: float = MIN_CROP_STROKE_PX) -> np.ndarray:
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
            factor = 1 if thicken < MAX_KERNEL_PX else thicken // POOLED_KERNEL_PX
            ink = pool_ink(ink, factor)
            side = round(thicken / factor) + 1
            ink = cv2.dilate(ink, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)))
    return cv2.resize(ink, (width, height), interpolation=cv2.INTER_AREA)


def ink_window(ink: np.ndarray, x1: int, y1: int, x2: int, y2: int) -> np.ndarray:
    """The ink between these edges (ends excluded), which may lie outside the sheet: paper goes on there."""
    height, width = ink.shape
    seen = np.zeros((y2 - y1, x2 - x1), np.uint8)
    top, left, bottom, right = max(y1, 0), max(x1, 0), min(y2, height), min(x2, width)
    if top < bottom and left < right:
        seen[top - y1 : bottom - y1, left - x1 : right - x1] = ink[top:bottom, left:right]
    return seen


def ink_bounds(ink: np.ndarray, threshold: int = LOCATING_THRESHOLD) -> tuple[int, int, int, int] | None:
    """Bounding box of the ink as x1, y1, x2, y2 with the ends excluded; None where there is none."""
    mask = cv2.threshold(ink, threshold, 255, cv2.THRESH_BINARY)[1]
    x, y, width, height = cv2.boundingRect(mask)
    return (x, y, x + width, y + height) if width and height else None


def inked_along(mask: np.ndarray, axis: int) -> np.ndarray:
    """Which columns (axis 0) or rows (axis 1) of a mask, uint8 ``[h, w]``, hold anything: bool ``[w]`` or ``[h]``."""
    # Each library is slow along the other axis.
    most = mask.max(0) if axis == 0 else cv2.reduce(mask, 1, cv2.REDUCE_MAX).ravel()
    return np.asarray(most > 0)


def erode_square(mask: np.ndarray, side: int) -> np.ndarray:
    """What is left of a mask, uint8 ``[h, w]``, where a square of this side fits; beyond the edges lies nothing."""
    return cv2.erode(mask, np.ones((side, side), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=0)


def ink_on_paper(ink: np.ndarray) -> np.ndarray:
    """Ink, uint8 ``[h, w]`` of 0 paper to 255, as a picture of dark ink on white, uint8 ``[h, w, 3]``."""
    return cv2.merge([255 - ink] * 3)
