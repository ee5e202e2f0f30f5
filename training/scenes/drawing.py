"""Placed glyphs to pixels: their ink, and whose ink it is."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from ink.pen import SUBPIXEL_BITS, draw_ink, to_fixed_point
from training.scenes.placing import PlacedGlyph


def draw_glyphs(glyphs: Sequence[PlacedGlyph], height: int, width: int) -> np.ndarray:
    """The ink of all glyphs, uint8 ``[height, width]``, 0 paper to 255 ink."""
    return draw_ink([stroke for glyph in glyphs for stroke in glyph.strokes], height, width)


def draw_owners(glyphs: Sequence[PlacedGlyph], height: int, width: int) -> np.ndarray:
    """Whose ink each pixel is, uint8 ``[height, width]``: 0 nobody's, k + 1 that of glyph k; the last one on top."""
    owner = np.zeros((height, width), np.uint8)
    for number, glyph in enumerate(glyphs):
        paths = [to_fixed_point(path) for path in glyph.paths]
        cv2.polylines(owner, paths, False, number + 1, max(1, round(glyph.pen)), cv2.LINE_8, SUBPIXEL_BITS)
    return owner
