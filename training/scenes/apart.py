"""Scenes of digits whose own strokes were pulled apart in any direction."""

from __future__ import annotations

import numpy as np

from ink.strokes import stroke_bounds
from training.glyphs.apart import pull_apart
from training.scenes.groups import GlyphGroup, move_group, place_beside
from training.scenes.layouts import LayoutContext, fit_group
from training.scenes.placing import PlacedGlyph, move_strokes, place_apart

GAP_RANGE = (0.02, 0.2)
"""White between the parts of a digit, as a share of its longer side."""

WHOLE_SHARE = 0.15
"""Of the digits: any of the ten as it was written, so that neighbours of what fell apart are met as well."""

MAX_TRIES = 12
"""Glyphs tried until one has strokes that can be set apart."""


DIGIT_SHARES = np.array([1, 3, 2, 2, 5, 5, 1, 3, 3, 2]) / 27
"""How often each digit is tried: those that people write in several strokes more often."""


def apart_digit(context: LayoutContext, white: float, pen: float) -> tuple[list[np.ndarray], int]:
    """Strokes of a digit, about one unit large, with so much white between its parts, and which digit it is.

    Where no try has such parts, the last one is given as it is.
    """
    if context.rng.random() < WHOLE_SHARE:
        digit = int(context.rng.integers(10))
        return context.shape(context.index(digit), 0.8), digit
    for _ in range(MAX_TRIES):
        digit = int(context.rng.choice(10, p=DIGIT_SHARES))
        strokes = context.shape(context.index(digit), 0.8)
        parts = pull_apart(strokes, digit, white + pen, context.rng)
        if parts is not None:
            return parts, digit
    return strokes, digit


def apart(context: LayoutContext) -> GlyphGroup:
    """Digits whose strokes do not meet, by 2 to 20 % of their size, in a row or anywhere."""
    rng = context.rng
    count = int(rng.integers(1, 5))
    size = context.log_uniform(0.22, 0.75 if count < 3 else 0.4) * context.short
    pen = context.pen_for(size)
    white = float(rng.uniform(*GAP_RANGE))
    glyphs = []
    for _ in range(count):
        scale = size * context.log_uniform(0.9, 1.1)
        strokes, digit = apart_digit(context, white, pen / scale)
        glyphs.append(PlacedGlyph([s * np.float32(scale - pen) for s in strokes], digit, pen))
    if count > 1 and rng.random() < 0.6:
        line: GlyphGroup = []
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
