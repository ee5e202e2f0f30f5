"""What the ways that are shown and the referee call censored is blurred in every picture, until it is asked for."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from comparison.objects import match_readings
from detectors import Detections
from models.classes import CENSORED

_BLUR_BLOCKS = 6  # along the longer side; down to a handful of blocks first, as a blur alone can be guessed through


def censored_boxes(readings: Sequence[Detections]) -> np.ndarray:
    """What all of these readings call censored, float32 ``[N, 4]``: each box holds those of every reading.

    One way alone is mistaken too often to hide a drawing from the person who made it; its opinion stays a label.
    """
    censored = [found[found.class_id == CENSORED] for found in readings]
    boxes = [
        [found.xyxy[row] for found, row in zip(censored, thing.rows, strict=True)]
        for thing in match_readings(censored).objects
        if None not in thing.rows
    ]
    corners = [np.concatenate([np.min(b, axis=0)[:2], np.max(b, axis=0)[2:]]) for b in boxes]
    return np.array(corners, np.float32).reshape(-1, 4)


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
