"""Scenes of plain ones: a single stroke of any length, width and lean."""

from __future__ import annotations

import numpy as np

from ink.pen import snap_width
from ink.strokes import stroke_bounds
from models.classes import OTHER
from training.glyphs.augment import add_tremor, bend_strokes
from training.scenes.groups import GlyphGroup, move_group, place_beside
from training.scenes.layouts import LayoutContext, fit_group, write_line
from training.scenes.placing import PlacedGlyph

LENGTH_RANGE = (0.2, 0.95)
"""Length of a plain one as a share of the scene's height."""

MAX_LEAN_DEGREES = 30
PEN_RANGE_PX = (1.0, 40.0)
MAX_PEN_SHARE = 0.3
"""Pen's width as a share of a one's length: a shorter one is a dot."""


def straight_stroke(context: LayoutContext, length: float, degrees: float, pen: float, class_id: int) -> PlacedGlyph:
    """A line of the pen, ``degrees`` clockwise from upright, hardly bent, from the origin's left and right."""
    rng = context.rng
    line = np.stack([np.zeros(12), np.linspace(-0.5, 0.5, 12)], 1)
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    sines = np.stack([rng.uniform(0, 0.02, (1, 2)), rng.uniform(2, 5, (1, 2)), rng.uniform(0, 2 * np.pi, (1, 2))])
    strokes = bend_strokes([line], np.array([[c, -s], [s, c]]), sines)
    if rng.random() < 0.3:
        strokes = add_tremor(strokes, rng, float(rng.uniform(0, 0.006)))
    return PlacedGlyph([path * np.float32(max(length - pen, 2)) for path in strokes], class_id, pen)


def _scene_pen(context: LayoutContext) -> float:
    return context.log_uniform(*PEN_RANGE_PX)


def plain(context: LayoutContext) -> GlyphGroup:
    """A one that is a single stroke of any length, alone or beside other digits; sometimes a long minus, no digit."""
    rng = context.rng
    kind = rng.choice(["one", "beside", "minus"], p=[0.6, 0.28, 0.12])
    length = float(rng.uniform(*LENGTH_RANGE)) * context.height
    lean = float(np.clip(rng.normal(0, 13), -MAX_LEAN_DEGREES, MAX_LEAN_DEGREES))
    if kind == "minus":
        length = float(rng.uniform(*LENGTH_RANGE)) * context.width
        pen = snap_width(min(_scene_pen(context), 0.12 * length))
        return fit_group(context, [straight_stroke(context, length, 90 + float(rng.normal(0, 5)), pen, OTHER)])
    pen = snap_width(min(_scene_pen(context), MAX_PEN_SHARE * length))
    if kind == "one":
        return fit_group(context, [straight_stroke(context, length, lean, pen, 1)])
    line: GlyphGroup = []
    height = min(length, 0.9 * context.height)
    for digit in rng.permutation([1, *rng.integers(0, 10, rng.integers(1, 4)).tolist()]).tolist():
        if digit == 1:
            pen_of_one = line[0].pen if line else context.pen_for(height)
            group: GlyphGroup = [straight_stroke(context, height * rng.uniform(0.8, 1.2), lean, pen_of_one, 1)]
        else:
            group = write_line(context, [digit], height, (0.1, 0.1))
        low, high = stroke_bounds([s for item in group for s in item.paths])
        group = move_group(group, 0, -float(low[1] + high[1]) / 2)
        line = place_beside(line, group, rng.uniform(0.08, 0.5) * height + 2)
    return fit_group(context, line)
