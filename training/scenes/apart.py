"""Scenes of digits whose strokes do not meet."""

from __future__ import annotations

import numpy as np

from ink.strokes import stroke_bounds
from training.glyphs.apart import pull_apart
from training.scenes.groups import Group, move_group, place_beside
from training.scenes.layouts import LayoutContext, fit_group
from training.scenes.placing import PlacedGlyph, move_strokes, place_apart

GAP_RANGE = (0.02, 0.2)
"""White between the parts of a digit, as a share of its longer side."""

MAX_TRIES = 8
"""Drawings tried until one has strokes that can be set apart."""


def apart_shape(context: LayoutContext, digit: int, white: float, pen: float) -> list[np.ndarray]:
    """Strokes of one digit, about one unit large, with so much white between its parts where it has any."""
    for _ in range(MAX_TRIES):
        strokes = context.shape(context.index(digit), 0.8)
        parts = pull_apart(strokes, digit, white + pen, context.rng)
        if parts is not None:
            return parts
    return strokes


def apart(context: LayoutContext) -> Group:
    """Digits whose strokes do not meet, by 2 to 20 % of their size, in a row or anywhere."""
    rng = context.rng
    digits = rng.choice(10, rng.integers(1, 5), p=np.array([1, 3, 2, 2, 5, 5, 1, 3, 3, 2]) / 27).tolist()
    size = context.log_uniform(0.22, 0.75 if len(digits) < 3 else 0.4) * context.short
    pen = context.pen_for(size)
    white = context.log_uniform(*GAP_RANGE)
    glyphs = []
    for digit in digits:
        scale = size * context.log_uniform(0.9, 1.1)
        strokes = [s * np.float32(scale - pen) for s in apart_shape(context, digit, white, pen / scale)]
        glyphs.append(PlacedGlyph(strokes, digit, pen))
    if len(digits) > 1 and rng.random() < 0.6:
        line: Group = []
        for glyph in glyphs:
            low, high = stroke_bounds(glyph.paths)
            level = move_group([glyph], 0, -float(low[1] + high[1]) / 2 + rng.normal(0, 0.04) * size)
            # White between digits is wider than the white inside them, or no one could tell.
            line = place_beside(line, level, (max(0.2, 1.6 * white) + rng.uniform(0, 0.3)) * size)
        return fit_group(context, line)
    boxes = [glyph.box() for glyph in glyphs]
    sides = [(float(box[2] - box[0]), float(box[3] - box[1])) for box in boxes]
    margin = max(pen, 1.6 * white * size, 0.1 * size)
    centres = place_apart(sides, (context.width - 4, context.height - 4), margin, rng)
    return [
        PlacedGlyph(
            move_strokes(
                glyph.paths, centre[0] + 2 - float(box[0] + box[2]) / 2, centre[1] + 2 - float(box[1] + box[3]) / 2
            ),
            glyph.class_id,
            pen,
        )
        for glyph, box, centre in zip(glyphs, boxes, centres, strict=True)
        if centre is not None
    ]
