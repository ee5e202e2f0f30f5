"""Groups of placed glyphs: their bounds, and moving, shrinking and lining them up as one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ink.pen import snap_width
from models.classes import OTHER
from training.glyphs.augment import warp_strokes
from training.scenes.layouts import LayoutContext
from training.scenes.placing import PlacedGlyph, move_strokes

GlyphGroup = list[PlacedGlyph]


def group_bounds(items: Sequence[PlacedGlyph]) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the drawn ink of all items."""
    boxes = np.array([item.box() for item in items])
    (x1, y1), (x2, y2) = boxes[:, :2].min(0), boxes[:, 2:].max(0)
    return float(x1), float(y1), float(x2), float(y2)


def move_group(items: Sequence[PlacedGlyph], dx: float, dy: float) -> GlyphGroup:
    """Every item shifted by pixels."""
    return [PlacedGlyph(move_strokes(item.paths, dx, dy), item.class_id, item.pen) for item in items]


def scale_group(items: Sequence[PlacedGlyph], factor: float) -> GlyphGroup:
    """Every item and its pen made smaller or larger about the origin."""
    return [
        PlacedGlyph([s * np.float32(factor) for s in item.paths], item.class_id, snap_width(item.pen * factor))
        for item in items
    ]


def place_beside(left: GlyphGroup, right: GlyphGroup, gap: float) -> GlyphGroup:
    """Both groups in one line, ``gap`` pixels of white between their boxes; the second one is moved."""
    if not left:
        return right
    return left + move_group(right, group_bounds(left)[2] + gap - group_bounds(right)[0], 0)


def place_below(upper: GlyphGroup, lower: GlyphGroup, gap: float, align: float = 0.5) -> GlyphGroup:
    """The second group under the first, ``gap`` pixels of white between them.

    ``align`` says where the narrower of the two lies within the wider one: 0 left, 0.5 in the middle, 1 right.
    """
    if not upper:
        return lower
    (left, _, right, bottom), (x1, y1, x2, _) = group_bounds(upper), group_bounds(lower)
    return upper + move_group(lower, left + align * (right - left - (x2 - x1)) - x1, bottom + gap - y1)


def drawn_sign(
    context: LayoutContext, paths: Sequence[Sequence[tuple[float, float]]], pen: float, unit: float
) -> PlacedGlyph:
    """A sign that is drawn by rule, as a careless hand draws it: an object of class ``other``.

    Args:
        context: where chance comes from.
        paths: corners of each stroke, in units.
        pen: its width in pixels.
        unit: pixels per unit.
    """
    strokes = [np.linspace(path[:-1], path[1:], 6, axis=1).reshape(-1, 2).astype(np.float32) for path in paths]
    strokes = warp_strokes(strokes, context.rng, 0.35, rotation=float(context.rng.normal(0, 2)))
    return PlacedGlyph([s * np.float32(unit) for s in strokes], OTHER, pen)
