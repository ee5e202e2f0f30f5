"""Strokes of a picture in the order and direction in which people write the digit: a tracer can't know either."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np

from handwriting.features import Glyph, resample_glyph, strokes_of
from ink.strokes import distance_along, stroke_bounds

MAX_ARRANGED_STROKES = 3
"""Longest strokes whose order is tried; the others follow as they are."""

LOOP_STARTS = 6
"""Places of a loop where the pen may have begun."""

MAX_LOOP_GAP = 0.06
"""Between a loop's ends, per size of the digit; what is further apart is open."""

Walk = tuple[int, float]
"""How a stroke is walked: 1 as it is or -1 the other way round, and at which share of a loop it begins."""


def arrange_strokes(glyph: Glyph, cost: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Glyph:
    """The strokes of one digit in the order, and walked in the direction, that cost least.

    Args:
        glyph: strokes float ``[n, 2]`` in any order.
        cost: of many resampled digits, float ``[N, 64, 2]`` and int ``[N, 64]``: float ``[N]``.
    """
    glyph = sorted(glyph, key=lambda path: -float(distance_along(path)[-1]))
    first, others = glyph[:MAX_ARRANGED_STROKES], glyph[MAX_ARRANGED_STROKES:]
    parts = strokes_of(*resample_glyph(first))
    low, high = stroke_bounds(glyph)
    gap = MAX_LOOP_GAP * float((high - low).max())
    choices = [_walks(path, gap) for path in first]
    tried = [
        (order, walks) for order in itertools.permutations(range(len(first))) for walks in itertools.product(*choices)
    ]
    points = np.stack([np.concatenate([walk_stroke(parts[k], walks[k]) for k in order]) for order, walks in tried])
    counts = [len(part) for part in parts]
    stroke = np.stack([np.repeat(np.arange(len(first)), [counts[k] for k in order]) for order, _ in tried])
    order, walks = tried[int(np.argmin(cost(points, stroke)))]
    return [walk_stroke(first[k], walks[k]) for k in order] + others


def walk_stroke(path: np.ndarray, walk: Walk) -> np.ndarray:
    """A stroke ``[n, 2]`` the other way round, or a loop begun elsewhere."""
    way, start = walk
    if start:
        # A loop's last point is its first one: it is left out, and the new first one comes again.
        turned = np.roll(path[:-1], -round(start * (len(path) - 1)), 0)
        path = np.concatenate([turned, turned[:1]])
    return path[::way]


def _walks(path: np.ndarray, gap: float) -> list[Walk]:
    """How a stroke may have been walked, given how near a loop's ends are."""
    is_loop = len(path) > 2 * LOOP_STARTS and bool(np.hypot(*(path[0] - path[-1])) <= gap)
    starts = [k / LOOP_STARTS for k in range(LOOP_STARTS)] if is_loop else [0.0]
    return [(way, start) for way in (1, -1) for start in starts]
