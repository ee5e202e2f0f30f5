"""Pen strokes: reading and checking them, and their geometry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ink.drawing import BLANK_SIDE, DrawingError

MAX_STROKES, MAX_POINTS = 400, 20_000
"""Any client can send anything: more than a patient person draws is refused."""

MIN_SIDE, MAX_SIDE = 50, 1600
"""Sides of a sheet in pixels."""

MAX_LENGTH = 2_000
"""Sides of the sheet that the pen may go: a thick pen back and forth over a large sheet takes seconds to draw."""

MIN_PEN, MAX_PEN = 0.5, 80.0
"""Finest and widest pen in pixels."""


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
        DrawingError: it has another form, too many points, a path that is too long, or points that are no numbers.
    """
    if value is None:
        return BLANK_SIDE, []
    try:
        side = int(value.get("side", BLANK_SIDE))
        rows = list(value["strokes"])
        if len(rows) > MAX_STROKES or sum(len(row["p"]) for row in rows) > MAX_POINTS:
            raise DrawingError(f"The drawing is too long: at most {MAX_STROKES} strokes and {MAX_POINTS:,} points.")
        # Numbers are checked in double precision: as single ones, large ones overflow.
        strokes = [Stroke(np.array(row["p"], np.float64), float(row["w"])) for row in rows]
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
        if isinstance(error, DrawingError):
            raise
        raise DrawingError("These are no pen strokes: expected a sheet's side and a list of strokes.") from error
    if not MIN_SIDE <= side <= MAX_SIDE:
        raise DrawingError(f"A sheet's side must be {MIN_SIDE} to {MAX_SIDE} pixels.")
    if not all(MIN_PEN <= stroke.width <= MAX_PEN for stroke in strokes):
        raise DrawingError(f"The pen has to be {MIN_PEN:g} to {MAX_PEN:g} pixels wide.")
    strokes = [stroke for stroke in strokes if stroke.points.shape != (0,)]
    for stroke in strokes:
        if stroke.points.ndim != 2 or stroke.points.shape[1] != 2 or not np.isfinite(stroke.points).all():
            raise DrawingError("The drawing has points that are no pairs of numbers.")
        if np.abs(stroke.points - side / 2).max() > 2 * side:
            raise DrawingError("The drawing leaves its sheet.")
    if strokes and not any(_on_sheet(stroke, side) for stroke in strokes):
        raise DrawingError("The drawing lies beside its sheet.")
    if sum(distance_along(stroke.points)[-1] for stroke in strokes) > MAX_LENGTH * side:
        raise DrawingError(f"The drawing is too long: the pen goes at most {MAX_LENGTH:,} times the sheet's side.")
    return side, [Stroke(stroke.points.astype(np.float32), stroke.width) for stroke in strokes]


def _on_sheet(stroke: Stroke, side: int) -> bool:
    """Whether the pen may touch the sheet: its path's bounds, widened by the pen's radius, meet it."""
    low, high = stroke.points.min(0) - stroke.width / 2, stroke.points.max(0) + stroke.width / 2
    return bool((high > 0).all() and (low < side).all())


def stroke_bounds(paths: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Smallest and largest coordinates, each float ``[2]``."""
    points = np.concatenate(paths)
    return points.min(0), points.max(0)


def normalise_strokes(paths: list[np.ndarray]) -> list[np.ndarray]:
    """Centred on the origin, the longer side one unit."""
    low, high = stroke_bounds(paths)
    side = max(float((high - low).max()), 1e-6)
    return [((path - (low + high) / 2) / side).astype(np.float32) for path in paths]


def distance_along(path: np.ndarray) -> np.ndarray:
    """How far the pen has come at each point of a path ``[n, 2]``: float64 ``[n]``, from 0."""
    return np.concatenate([[0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])


def points_at(path: np.ndarray, distances: np.ndarray) -> np.ndarray:
    """Where the pen is after these distances (float ``[m]``): float64 ``[m, 2]``."""
    return np.stack([np.interp(distances, distance_along(path), path[:, k]) for k in (0, 1)], 1)


def densify_stroke(path: np.ndarray, step: float) -> np.ndarray:
    """The same path with points at most ``step`` apart."""
    if len(path) < 2:
        return path
    length = distance_along(path)[-1]
    if length == 0:
        return path[:1]
    return points_at(path, np.linspace(0, length, max(2, int(length / step) + 1))).astype(np.float32)
