"""Ink that no box explains, which is looked at once more, by itself: the last line of a page, a bar among digits."""

from __future__ import annotations

import cv2
import numpy as np

from ink.connected import find_connected
from ink.ink import INK_THRESHOLD

MIN_LEFT_SHARE = 0.5
"""Share of connected ink outside all boxes, from which it is not explained."""

MIN_LEFT_SIZE = 0.5
"""Its size as a share of the boxes' usual one, at least: dots and specks are not looked at again."""


MAX_STROKE_GAP, MAX_STROKE_SIZE = 0.15, 0.8
"""Gap to a box and size, as shares of the box's size, up to which it may be a stroke of what is in the box, as the bar
of a 5 that was drawn apart: that stays with it."""


def unexplained_ink(ink: np.ndarray, boxes: np.ndarray) -> np.ndarray | None:
    """The connected ink that lies outside the boxes for the most part and is of some size; None where there is none.

    What has a box within its own bounds is left out: alone, a ring around a digit would be a zero.  So is what may be a
    stroke of what is in a box.

    Args:
        ink: uint8 ``[h, w]``, 0 paper to 255 ink.
        boxes: ``xyxy`` in its pixels, float ``[N, 4]``, at least one.

    Returns:
        uint8 ``[h, w]``, 0 where the ink is explained.
    """
    corners = np.round(boxes).astype(int).clip(0)
    sizes = (corners[:, 2:] - corners[:, :2]).max(1)
    usual = float(np.median(sizes))
    mask = cv2.threshold(ink, INK_THRESHOLD, 1, cv2.THRESH_BINARY)[1]
    left = mask.copy()
    for x1, y1, x2, y2 in corners.tolist():
        left[y1:y2, x1:x2] = 0
    if cv2.countNonZero(left) < MIN_LEFT_SHARE * MIN_LEFT_SIZE * usual:  # not even a thin line is left
        return None
    labels, stats = find_connected(mask)
    outside = np.bincount(labels[left > 0], minlength=len(stats))
    low, high = stats[:, :2], stats[:, :2] + stats[:, 2:4]
    size = stats[:, 2:4].max(1)
    chosen = (outside > MIN_LEFT_SHARE * stats[:, cv2.CC_STAT_AREA]) & (size >= MIN_LEFT_SIZE * usual)
    chosen[0] = False
    rows = np.flatnonzero(chosen)
    before, behind = corners[:, :2] - high[rows, None], low[rows, None] - corners[:, 2:]
    gap = np.linalg.norm(np.maximum(before, behind).clip(0), axis=2)
    is_stroke = (gap <= MAX_STROKE_GAP * sizes) & (size[rows, None] <= MAX_STROKE_SIZE * sizes)
    centres = (corners[:, :2] + corners[:, 2:]) / 2
    is_around = ((centres >= low[rows, None]) & (centres < high[rows, None])).all(2)
    chosen[rows] = ~(is_stroke | is_around).any(1)
    return np.where(chosen[labels], ink, 0).astype(np.uint8) if chosen.any() else None
