"""Pieces of HTML that the report and the page share."""

from __future__ import annotations

import base64

import cv2
import numpy as np


def data_url(image: np.ndarray, largest: int) -> str:
    """An image, uint8 ``[H, W, 3]`` RGB or ``[H, W]``, as a PNG data URL, reduced to ``largest`` pixels."""
    scale = min(1.0, largest / max(image.shape[:2]))
    if scale < 1:
        size = max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale))
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    data = cv2.imencode(".png", image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_RGB2BGR))[1]
    return "data:image/png;base64," + base64.b64encode(data.tobytes()).decode()
