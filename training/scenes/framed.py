"""Scenes of numbers with a ring around them, and of digits with a ring each."""

from __future__ import annotations

import numpy as np

from ink.pen import snap_width
from models.classes import OTHER
from training.glyphs.augment import add_tremor
from training.scenes.groups import GlyphGroup, group_bounds, move_group, place_beside
from training.scenes.layouts import LayoutContext, fit_group, write_line
from training.scenes.placing import PlacedGlyph

CORNER_POWERS = (2.0, 2.0, 2.5, 4.0)
"""Of rings, as superellipses: round ones more often than boxes with round corners."""


def ring_around(context: LayoutContext, bounds: tuple[float, float, float, float], pen: float) -> PlacedGlyph:
    """A ring as a hand draws it, an object of class ``other``: it hardly closes, or runs on over its beginning.

    Args:
        context: where chance comes from.
        bounds: left, top, right and bottom of what it goes around, in scene pixels.
        pen: its width in pixels.
    """
    rng = context.rng
    x1, y1, x2, y2 = bounds
    power = float(rng.choice(CORNER_POWERS))
    # A superellipse meets the corners of what it encloses at 2 ** (1 / power) of the half sides.
    reach = 2 ** (1 / power) * rng.uniform(0.95, 1.25)
    room = rng.uniform(0.05, 0.35) * (y2 - y1) + pen
    half = np.array([(x2 - x1) / 2 * reach + room, (y2 - y1) / 2 * reach + room])
    begin = rng.uniform(0, 2 * np.pi)
    angle = np.linspace(begin, begin + 2 * np.pi * rng.uniform(0.94, 1.12), 48) * rng.choice([-1, 1])
    c, s = np.cos(angle), np.sin(angle)
    radius = (np.abs(c) ** power + np.abs(s) ** power) ** (-1 / power) * np.linspace(1, rng.uniform(0.92, 1.1), 48)
    path = np.stack([radius * c, radius * s], 1) + rng.normal(0, 0.02) * np.stack([s, c], 1)
    strokes = add_tremor([path.astype(np.float32)], rng, float(rng.uniform(0, 0.008)))
    middle = np.array([(x1 + x2) / 2, (y1 + y2) / 2])
    return PlacedGlyph([(stroke * half + middle).astype(np.float32) for stroke in strokes], OTHER, pen)


def framed(context: LayoutContext) -> GlyphGroup:
    """One or two numbers of up to four digits in a ring each; sometimes with a number beside them that has none."""
    rng = context.rng
    count = int(rng.choice([1, 2], p=[0.75, 0.25]))
    height = context.log_uniform(0.15, 0.5 / count) * context.short
    line: GlyphGroup = []
    for _ in range(count):
        number = write_line(context, rng.integers(0, 10, rng.integers(1, 5)).tolist(), height, (0.05, 0.35))
        pen = snap_width(number[0].pen * context.log_uniform(0.8, 1.25))
        line = place_beside(line, [*number, ring_around(context, group_bounds(number), pen)], 0.3 * height + 3)
    if rng.random() < 0.3:
        number = write_line(context, rng.integers(0, 10, rng.integers(1, 4)).tolist(), height, (0.05, 0.35))
        _, y1, _, y2 = group_bounds(line)
        _, top, _, bottom = group_bounds(number)
        line = place_beside(line, move_group(number, 0, (y1 + y2 - top - bottom) / 2), 0.3 * height + 3)
    return fit_group(context, line)


def ringed(context: LayoutContext) -> GlyphGroup:
    """Two to six digits in a line, most with a ring of its own around it, as bingo numbers and lists have it."""
    rng = context.rng
    count = int(rng.integers(2, 7))
    height = context.log_uniform(0.1, 0.55) * min(context.short, 1.1 * context.width / count)
    gap = context.log_uniform(0.02, 0.6) * height + 2
    line: GlyphGroup = []
    for digit in write_line(context, rng.integers(0, 10, count).tolist(), height, (0.1, 0.2)):
        pen = snap_width(digit.pen * context.log_uniform(0.7, 1.25))
        ring = [ring_around(context, group_bounds([digit]), pen)] if rng.random() < 0.85 else []
        line = place_beside(line, [digit, *ring], gap)
    return fit_group(context, line)
