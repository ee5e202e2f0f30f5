"""A drawing as a picture for the browser, with censored parts veiled."""

from __future__ import annotations

import base64
from collections.abc import Iterable

import cv2
import numpy as np

from comparison.reading import Reading
from models import CENSORED

LARGEST_SIDE = 800
"""Pixels of the picture that is sent to the browser; larger drawings are reduced."""

VEILED_FROM = 0.25
"""Confidence from which a censored object is veiled: a little more often than it is called one."""


def png(image: np.ndarray, largest: int = LARGEST_SIDE) -> str:
    """An image, uint8 ``[H, W, 3]`` RGB or ``[H, W]``, as a data URL; reduced where it is larger than ``largest``."""
    scale = min(1.0, largest / max(image.shape[:2]))
    if scale < 1:
        size = max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale))
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    data = cv2.imencode(".png", image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_RGB2BGR))[1]
    return "data:image/png;base64," + base64.b64encode(data.tobytes()).decode()


def veil(image: np.ndarray, readings: Iterable[Reading]) -> np.ndarray:
    """The drawing with everything blurred that some method finds censored; the same array where there is nothing.

    Args:
        image: uint8 ``[H, W, 3]`` RGB.
        readings: of all methods.
    """
    boxes = [
        box
        for reading in readings
        for box in reading.shown(VEILED_FROM).xyxy[reading.shown(VEILED_FROM).class_id == CENSORED]
    ]
    if not boxes:
        return image
    height, width = image.shape[:2]
    veiled = image.copy()
    for box in boxes:
        margin = 0.06 * max(box[2] - box[0], box[3] - box[1]) + 4
        x1, y1 = (max(0, int(v - margin)) for v in box[:2])
        x2, y2 = min(width, int(box[2] + margin) + 1), min(height, int(box[3] + margin) + 1)
        part = image[y1:y2, x1:x2]
        # Down to a handful of blocks first: a blur alone can be guessed through.
        blocks = (
            max(1, round(6 * part.shape[1] / max(part.shape[:2]))),
            max(1, round(6 * part.shape[0] / max(part.shape[:2]))),
        )
        small = cv2.resize(part, blocks, interpolation=cv2.INTER_AREA)
        veiled[y1:y2, x1:x2] = cv2.resize(small, (x2 - x1, y2 - y1), interpolation=cv2.INTER_CUBIC)
    return veiled
