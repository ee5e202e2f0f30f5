"""A drawing as a picture for the browser, with censored parts veiled."""

from __future__ import annotations

import numpy as np

from comparison.censor import blur_censored, censored_boxes
from comparison.export import data_url
from ui.session import Session

MAX_PICTURE_SIDE_PX = 800
"""Pixels of the picture that is sent to the browser; larger drawings are reduced."""


def png_url(image: np.ndarray, largest: int = MAX_PICTURE_SIDE_PX) -> str:
    """An image, uint8 ``[H, W, 3]`` RGB or ``[H, W]``, as a data URL; reduced where it is larger than ``largest``."""
    return data_url(image, largest)


def blurred_drawing(shown: Session) -> np.ndarray:
    """The drawing with everything blurred that some method takes for censored; its own array where there is nothing."""
    return blur_censored(shown.image, censored_boxes(r.proposals for r in shown.readings.values()))


def is_censored(shown: Session) -> bool:
    """Whether some method takes part of the drawing for censored."""
    return len(censored_boxes(r.proposals for r in shown.readings.values())) > 0
