"""A drawing as a picture for the browser, with censored parts veiled."""

from __future__ import annotations

import numpy as np

from comparison.html import data_url
from comparison.veil import censored_boxes, veil
from ui.shown import Shown

LARGEST_SIDE = 800
"""Pixels of the picture that is sent to the browser; larger drawings are reduced."""


def png(image: np.ndarray, largest: int = LARGEST_SIDE) -> str:
    """An image, uint8 ``[H, W, 3]`` RGB or ``[H, W]``, as a data URL; reduced where it is larger than ``largest``."""
    return data_url(image, largest)


def veiled(shown: Shown) -> np.ndarray:
    """The drawing with everything blurred that some method takes for censored; its own array where there is nothing."""
    return veil(shown.image, censored_boxes(r.candidates for r in shown.readings.values()))


def is_veiled(shown: Shown) -> bool:
    """Whether some method takes part of the drawing for censored."""
    return len(censored_boxes(r.candidates for r in shown.readings.values())) > 0
