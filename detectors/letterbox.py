"""A sheet of any shape -> the detector's square input, and boxes back again."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from classifiers.preprocess import scale_ink
from detectors.canvas import ink_bounds

MARGIN = 0.07
"""White left around the ink, as a share of its longer side."""

MAX_ZOOM = 4.0
"""Small drawings are enlarged at most this much: a speck should stay a speck."""


@dataclass(frozen=True)
class Window:
    """A square of the sheet, and how it maps to the input: ``input = (sheet - origin) * scale``."""

    left: float
    top: float
    scale: float

    def to_input(self, xyxy: np.ndarray) -> np.ndarray:
        """Boxes ``[N, 4]`` from sheet pixels to input pixels."""
        return ((xyxy - [self.left, self.top] * 2) * self.scale).astype(np.float32)

    def to_sheet(self, xyxy: np.ndarray) -> np.ndarray:
        """Boxes ``[N, 4]`` from input pixels to sheet pixels."""
        return (xyxy / self.scale + [self.left, self.top] * 2).astype(np.float32)


def look_closer(ink: np.ndarray, side: int) -> Window:
    """The window that shows all the ink as large as it can be shown, or the whole sheet where there is none."""
    height, width = ink.shape
    box = ink_bounds(ink) or (0, 0, width, height)
    centre = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    span = max(max(box[2] - box[0], box[3] - box[1]) * (1 + 2 * MARGIN), side / MAX_ZOOM)
    return Window(centre[0] - span / 2, centre[1] - span / 2, side / span)


def whole_sheet(ink: np.ndarray, side: int) -> Window:
    """The classic letterbox: the sheet's longer side fills the input."""
    span = max(ink.shape)
    return Window((ink.shape[1] - span) / 2, (ink.shape[0] - span) / 2, side / span)


def cut_out(ink: np.ndarray, window: Window, side: int) -> tuple[np.ndarray, Window]:
    """The window's pixels at input size; beyond the sheet lies paper.

    Args:
        ink: uint8 ``[H, W]``, 0 paper to 255 ink.
        window: what to show.
        side: of the input in pixels.

    Returns:
        uint8 ``[side, side]``, and the window moved to whole sheet pixels, which is the one that was cut.
    """
    span = max(1, round(side / window.scale))
    left, top = round(window.left), round(window.top)
    height, width = ink.shape
    x1, y1, x2, y2 = max(left, 0), max(top, 0), min(left + span, width), min(top + span, height)
    square = cv2.copyMakeBorder(
        ink[y1:y2, x1:x2], y1 - top, top + span - y2, x1 - left, left + span - x2, cv2.BORDER_CONSTANT, value=0
    )
    return scale_ink(square, side, side, min_stroke=1.2), Window(left, top, side / span)
