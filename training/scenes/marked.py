"""Scenes of numbers with slashes and brackets that stand as steep as a 1, which sums have too rarely."""

from __future__ import annotations

import numpy as np

from training.scenes.groups import GlyphGroup, drawn_sign, group_bounds, move_group, place_beside
from training.scenes.layouts import LayoutContext, fit_group
from training.scenes.sums import fitting_height, short_number, typesetter

LEAN_RANGE_DEGREES = (8.0, 40.0)
"""Of a slash, from upright."""


def _slash(context: LayoutContext, height: float, pen: float) -> GlyphGroup:
    """A straight stroke, mostly longer than the digits of that height beside it."""
    lean = np.tan(np.radians(context.rng.uniform(*LEAN_RANGE_DEGREES)))
    size = height * context.log_uniform(1.0, 1.7)
    sign = [drawn_sign(context, [[(0.5 * lean, -0.5), (-0.5 * lean, 0.5)]], pen, size)]
    x1, y1, _, y2 = group_bounds(sign)
    return move_group(sign, -x1, context.rng.normal(0, 0.08) * height - (y1 + y2) / 2)


def marked(context: LayoutContext) -> GlyphGroup:
    """``7/11/98``, ``3/4`` and ``(030) 12 45``."""
    rng = context.rng
    slashed = rng.random() < 0.75
    parts = [short_number(context, 2) for _ in range(int(rng.integers(2, 4)))]
    count = sum(map(len, parts)) + 3
    setter = typesetter(context, fitting_height(context, count), context.log_uniform(0.08, 0.35))
    gap = setter.spread * setter.height + 2
    line: GlyphGroup = []
    for number, digits in enumerate(parts):
        bracketed = not slashed and number == 0
        part = setter.line(["open", *short_number(context), "close"] if bracketed else [*digits])
        if line and slashed:
            line = place_beside(line, _slash(context, setter.height, setter.pen), gap * rng.uniform(0.3, 1.3))
        line = place_beside(line, part, gap * (rng.uniform(0.3, 1.3) if slashed else rng.uniform(1, 4)))
    return fit_group(context, line)
