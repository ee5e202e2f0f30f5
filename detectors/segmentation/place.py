"""Where on its sheet some ink stands, and how large it is beside the rest: what a crop alone cannot say."""

from __future__ import annotations

import cv2
import numpy as np

from classifiers.crop import FAINT, PLACE_SIDE, Crop
from detectors.segmentation.pieces import Piece, sheet_pieces
from ink.ink import ink_window, scale_ink
from ink.sheet import Sheet
from models.classes import CROP_SIDE_PX

MIN_SHOWN_STROKE_PX = 1.1
"""Width of strokes in the place plane, at least."""

MAX_SMALL_PIXELS = 16_000_000
"""Pixels of a sheet at the scale of the place plane: one on which all that stands are specks would come out larger."""


def typical_size(sheet: Sheet) -> float:
    """Longer side of a sheet's typical piece in pixels of its ink: their mean by ink, which dots do not pull down."""
    return sheet.step("typical size", _measure_size)


def _measure_size(sheet: Sheet) -> float:
    sizes = np.array([piece.size for piece in sheet_pieces(sheet)], float)
    return float((sizes**2).sum() / sizes.sum()) if len(sizes) else 1.0


def _small_ink(sheet: Sheet) -> np.ndarray:
    """The sheet's ink at the scale of the place plane, uint8 ``[h, w]``."""
    shrink = min(CROP_SIDE_PX / (PLACE_SIDE * typical_size(sheet)), (MAX_SMALL_PIXELS / sheet.ink.size) ** 0.5)
    height, width = (max(1, round(side * shrink)) for side in sheet.ink.shape)
    return scale_ink(sheet.ink, width, height, MIN_SHOWN_STROKE_PX)


def draw_place(sheet: Sheet, piece: Piece) -> np.ndarray:
    """The place plane of some of a sheet's ink, see :class:`classifiers.crop.Crop`: uint8 ``[32, 32]``."""
    small = sheet.step("small ink", _small_ink)
    down, across = (a / b for a, b in zip(small.shape, sheet.ink.shape, strict=True))
    x1, y1, x2, y2 = piece.box
    left, right = round(x1 * across), max(round(x2 * across), round(x1 * across) + 1)
    top, bottom = round(y1 * down), max(round(y2 * down), round(y1 * down) + 1)
    x, y = (left + right - CROP_SIDE_PX) // 2, (top + bottom - CROP_SIDE_PX) // 2
    seen = ink_window(small, x, y, x + CROP_SIDE_PX, y + CROP_SIDE_PX)
    # A pixel of the small sheet is the piece's if any of the piece's ink falls on it.
    own = cv2.resize(piece.ink, (right - left, bottom - top), interpolation=cv2.INTER_AREA)
    own = ink_window(own, x - left, y - top, x - left + CROP_SIDE_PX, y - top + CROP_SIDE_PX)
    return np.where(own > 0, seen, seen // FAINT).astype(np.uint8)


def crop_piece(sheet: Sheet, piece: Piece) -> Crop:
    """Some of a sheet's ink as the classifiers take it."""
    return Crop(piece.crop(sheet.ink), draw_place(sheet, piece))
