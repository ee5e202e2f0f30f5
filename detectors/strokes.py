"""Pen strokes, as live ink records them -> a drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from detectors.canvas import BLANK_SIDE, DrawingError

MAX_STROKES, MAX_POINTS = 400, 20_000
"""Any client can send anything: more than a patient person draws is refused."""

MIN_SIDE, MAX_SIDE = 50, 1600
"""Sides of a sheet in pixels."""

MAX_PEN = 80.0
"""Widest pen in pixels."""

_SCALE, _SHIFT = 3, 4  # drawn at three times the size and reduced; OpenCV takes sixteenths of a pixel


@dataclass(frozen=True, eq=False)
class Stroke:
    """One movement of the pen.

    Attributes:
        points: float32 ``[n, 2]``, x to the right and y down, in pixels; one point is a dot.
        width: of the pen in pixels.
    """

    points: np.ndarray
    width: float


def read_strokes(value: Any) -> tuple[int, list[Stroke]]:
    """What live ink sends or saves -> side of its square sheet in pixels, and its strokes.

    Args:
        value: ``{"side": 400, "strokes": [{"w": 6, "p": [[x, y], ...]}, ...]}``; None is an empty sheet.

    Raises:
        DrawingError: it has another form, too many points, or points that are no numbers.
    """
    if value is None:
        return BLANK_SIDE, []
    try:
        side = int(value.get("side", BLANK_SIDE))
        rows = list(value["strokes"])
        if len(rows) > MAX_STROKES or sum(len(row["p"]) for row in rows) > MAX_POINTS:
            raise DrawingError(f"The drawing is too long: at most {MAX_STROKES} strokes and {MAX_POINTS:,} points.")
        strokes = [Stroke(np.array(row["p"], np.float32), float(row["w"])) for row in rows if len(row["p"])]
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
        if isinstance(error, DrawingError):
            raise
        raise DrawingError("These are no pen strokes: expected a sheet's side and a list of strokes.") from error
    if not MIN_SIDE <= side <= MAX_SIDE:
        raise DrawingError(f"A sheet's side must be {MIN_SIDE} to {MAX_SIDE} pixels, not {side}.")
    for stroke in strokes:
        if stroke.points.ndim != 2 or stroke.points.shape[1] != 2 or not np.isfinite(stroke.points).all():
            raise DrawingError("The drawing has points that are no pairs of numbers.")
        if np.abs(stroke.points - side / 2).max() > 2 * side or not 0 < stroke.width <= MAX_PEN:
            raise DrawingError("The drawing leaves its sheet, or its pen is too wide.")
    return side, strokes


def draw_strokes(strokes: Sequence[Stroke], side: int = BLANK_SIDE) -> np.ndarray:
    """Black ink on white paper, uint8 ``[side, side, 3]``, the same in every browser."""
    sheet = np.full((side * _SCALE, side * _SCALE), 255, np.uint8)
    for stroke in strokes:
        at = stroke.points * _SCALE
        at = np.repeat(at, 2, 0) if len(at) == 1 else at
        path = np.round(at * (1 << _SHIFT)).astype(np.int32).reshape(-1, 1, 2)
        thickness = max(1, round(stroke.width * _SCALE - 1.4))  # OpenCV's smooth lines come out 1.4 px wider
        cv2.polylines(sheet, [path], False, 0, thickness, cv2.LINE_AA, _SHIFT)
    small = cv2.resize(sheet, (side, side), interpolation=cv2.INTER_AREA)
    return cv2.merge([small, small, small])
