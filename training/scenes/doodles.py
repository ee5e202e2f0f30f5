"""Scenes of doodles as people bring them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.classes import CENSORED, OTHER
from training.glyphs.glyph_set import DOODLE_SOURCES
from training.scenes.groups import GlyphGroup
from training.scenes.layouts import LayoutContext, scatter_shapes

CENSORED_SHARE = 0.02
"""Of doodles: about as rare as on a page that everybody may draw on."""

SIGN_SHARE = 0.12
"""Of the other doodles: letters and signs."""


def _doodle(context: LayoutContext) -> tuple[list[np.ndarray], int]:
    """Strokes and class of one doodle."""
    rng = context.rng
    class_id = CENSORED if rng.random() < CENSORED_SHARE else OTHER
    sources = () if rng.random() < SIGN_SHARE else DOODLE_SOURCES
    return context.shape(context.glyphs.pick(class_id, rng, sources), 0.8), class_id


def doodles(context: LayoutContext) -> GlyphGroup:
    """One doodle, large or small; sometimes two or three, or one with a digit beside it."""
    rng = context.rng
    count = int(rng.choice([1, 2, 3], p=[0.75, 0.17, 0.08]))
    shapes = [_doodle(context) for _ in range(count)]
    if rng.random() < 0.12:
        digit = int(rng.integers(10))
        shapes.append((context.shape(context.index(digit)), digit))
    fine = replace(context, pen=min(context.pen, rng.uniform(0.008, 0.03) * context.short))
    return scatter_shapes(fine, shapes, 0.12, 0.95 if len(shapes) == 1 else 0.5)
