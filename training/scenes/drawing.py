"""Placed glyphs to pixels."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from ink.pen import _OVERSAMPLING, _SUBPIXEL_BITS
from training.scenes.placing import PlacedGlyph


def draw_ink(objects: list[PlacedGlyph], height: int, width: int) -> np.ndarray:
    """Coverage of ink, uint8 ``[height, width]``, 0 paper to 255 full ink."""
    sheet = np.zeros((height * _OVERSAMPLING, width * _OVERSAMPLING), np.uint8)
    for item in objects:
        thickness = max(1, 2 * round(item.pen - 0.72))
        paths = []
        for stroke in item.strokes:
            at = (stroke + 0.5) * _OVERSAMPLING - 0.5
            if len(at) == 1:
                at = np.repeat(at, 2, 0)  # a tap leaves a dot
            paths.append(np.round(at * (1 << _SUBPIXEL_BITS)).astype(np.int32).reshape(-1, 1, 2))
        cv2.polylines(sheet, paths, False, 255, thickness, cv2.LINE_AA, _SUBPIXEL_BITS)
    return cv2.resize(sheet, (width, height), interpolation=cv2.INTER_AREA)


def draw_owners(objects: Sequence[PlacedGlyph], height: int, width: int) -> np.ndarray:
    """Whose ink each pixel is, uint8 ``[height, width]``: 0 nobody's, k + 1 that of object k; the last one on top."""
    sheet = np.zeros((height, width), np.uint8)
    for number, item in enumerate(objects):
        paths = [np.round(stroke * (1 << _SUBPIXEL_BITS)).astype(np.int32).reshape(-1, 1, 2) for stroke in item.strokes]
        cv2.polylines(sheet, paths, False, number + 1, max(1, round(item.pen)), cv2.LINE_8, _SUBPIXEL_BITS)
    return sheet
