"""A drawing as a picture for the browser."""

from __future__ import annotations

import numpy as np

from comparison.export import data_url

MAX_PICTURE_SIDE_PX = 800
"""Longer side of a picture that is sent to the browser; larger drawings are reduced."""


def png_url(image: np.ndarray, max_side: int = MAX_PICTURE_SIDE_PX) -> str:
    """An image, uint8 ``[H, W, 3]`` RGB or ``[H, W]``, as a data URL; reduced where a side exceeds ``max_side``."""
    return data_url(image, max_side)
