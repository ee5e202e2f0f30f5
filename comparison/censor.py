"""Censored drawings are blurred in every picture until someone asks to see them."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from detectors import Detections
from models.classes import CENSORED

MIN_BLUR_CONFIDENCE = 0.25
"""Confidence from which an object that a method calls censored is blurred: a little sooner than it is called so."""

_BLUR_BLOCKS = 6  # along the longer side; down to a handful of blocks first, as a blur alone can be guessed through


def censored_boxes(found: Iterable[Detections]) -> np.ndarray:
    """What any of these readings takes for censored, float32 ``[N, 4]``."""
    parts = [d.xyxy[(d.class_id == CENSORED) & (d.confidence >= MIN_BLUR_CONFIDENCE)] for d in found]
    return np.concatenate([np.zeros((0, 4), np.float32), *parts])


def blur_censored(image: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """The drawing with these parts blurred beyond recognition; the same array where there are none.

    Args:
        image: uint8 ``[H, W, 3]`` RGB.
        boxes: float ``[N, 4]`` in its pixels.
    """
    if not len(boxes):
        return image
    height, width = image.shape[:2]
    blurred = image.copy()
    for box in boxes:
        margin = 0.06 * max(box[2] - box[0], box[3] - box[1]) + 4
        x1, y1 = (max(0, int(v - margin)) for v in box[:2])
        x2, y2 = min(width, int(box[2] + margin) + 1), min(height, int(box[3] + margin) + 1)
        if x2 <= x1 or y2 <= y1:
            continue
        part = image[y1:y2, x1:x2]
        tall, wide = (max(1, round(_BLUR_BLOCKS * side / max(part.shape[:2]))) for side in part.shape[:2])
        small = cv2.resize(part, (wide, tall), interpolation=cv2.INTER_AREA)
        blurred[y1:y2, x1:x2] = cv2.resize(small, (x2 - x1, y2 - y1), interpolation=cv2.INTER_CUBIC)
    return blurred
