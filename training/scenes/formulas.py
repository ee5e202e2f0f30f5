"""Pieces of a formula, written: digits, signs and letters of one size on one line, fractions, powers and roots."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ink.strokes import normalise_strokes, stroke_bounds
from models.classes import OTHER
from training.scenes.groups import (
    GlyphGroup,
    drawn_sign,
    group_bounds,
    move_group,
    place_below,
    place_beside,
    scale_group,
)
from training.scenes.layouts import LayoutContext
from training.scenes.placing import PlacedGlyph

LETTER_SOURCES = ("unipen-letters", "writemath-symbols", "numberpad-symbols")
"""Where letters and signs between digits come from."""

REAL_SIGN_SHARE = 0.75
"""Of the signs that people wrote in the data; the rest is drawn by rule."""

Paths = list[list[tuple[float, float]]]


@dataclass(frozen=True)
class SignShape:
    """How large a sign is beside digits of height 1, where its middle lies, and its strokes when drawn by rule."""

    height: float  # of the longer side
    level: float  # of the middle above (-) or below (+) the middle of the line
    paths: Paths


SIGN_SHAPES: dict[str, SignShape] = {
    "plus": SignShape(0.6, 0.0, [[(-0.5, 0), (0.5, 0)], [(0, -0.5), (0, 0.5)]]),
    "minus": SignShape(0.55, 0.0, [[(-0.5, 0), (0.5, 0)]]),
    "equals": SignShape(0.6, 0.0, [[(-0.5, -0.17), (0.5, -0.17)], [(-0.5, 0.17), (0.5, 0.17)]]),
    "times": SignShape(0.5, 0.05, [[(-0.5, -0.5), (0.5, 0.5)], [(0.5, -0.5), (-0.5, 0.5)]]),
    "divided": SignShape(0.6, 0.0, [[(-0.5, 0), (0.5, 0)], [(0, -0.4), (0.01, -0.4)], [(0, 0.4), (0.01, 0.4)]]),
    "slash": SignShape(1.15, 0.0, [[(0.22, -0.5), (-0.22, 0.5)]]),
    "colon": SignShape(0.5, 0.0, [[(0, -0.5), (0.02, -0.5)], [(0, 0.5), (0.02, 0.5)]]),
    "point": SignShape(0.04, 0.47, [[(0, 0), (0.5, 0)]]),
    "comma": SignShape(0.25, 0.55, [[(0.12, -0.5), (0.12, -0.1), (-0.2, 0.5)]]),
    "open": SignShape(1.15, 0.0, [[(0.14, -0.5), (-0.06, -0.25), (-0.12, 0), (-0.06, 0.25), (0.14, 0.5)]]),
    "close": SignShape(1.15, 0.0, [[(-0.14, -0.5), (0.06, -0.25), (0.12, 0), (0.06, 0.25), (-0.14, 0.5)]]),
    "open-square": SignShape(1.15, 0.0, [[(0.14, -0.5), (-0.12, -0.5), (-0.12, 0.5), (0.14, 0.5)]]),
    "close-square": SignShape(1.15, 0.0, [[(-0.14, -0.5), (0.12, -0.5), (0.12, 0.5), (-0.14, 0.5)]]),
    "less": SignShape(0.6, 0.0, [[(0.45, -0.4), (-0.45, 0), (0.45, 0.4)]]),
    "greater": SignShape(0.6, 0.0, [[(-0.45, -0.4), (0.45, 0), (-0.45, 0.4)]]),
    "percent": SignShape(0.95, 0.0, []),
    "question": SignShape(1.0, 0.0, []),
    "exclamation": SignShape(1.0, 0.0, [[(0, -0.5), (0, 0.25)], [(0, 0.5), (0.02, 0.5)]]),
    "arrow": SignShape(1.0, 0.0, [[(0, 0.5), (0, -0.5)], [(-0.22, -0.2), (0, -0.5), (0.22, -0.2)]]),
    "asterisk": SignShape(
        0.5, -0.3, [[(0, -0.5), (0, 0.5)], [(-0.43, -0.25), (0.43, 0.25)], [(0.43, -0.25), (-0.43, 0.25)]]
    ),
    "check": SignShape(0.9, 0.0, [[(-0.4, 0.05), (-0.1, 0.4), (0.45, -0.45)]]),
} | {
    name: SignShape(1.1, 0.0, [])
    for name in ("dollar", "euro", "pounds", "hash", "ampersand", "at", "heart", "star", "smiley")
}
"""Signs by the names of ``training.glyphs.signs``; those without strokes are only taken from the data."""

ROOT: Paths = [[(-0.35, 0.1), (-0.22, 0.0), (-0.05, 0.5), (0.2, -0.5)]]
"""The radical sign's hook; its bar is as long as what stands under it."""

Token = int | str
"""A digit, the name of a sign, or ``letter``."""


@dataclass(frozen=True)
class Typesetter:
    """Writes formulas of one size with one pen around the middle of a line, which is at height 0."""

    context: LayoutContext
    height: float  # of a digit in pixels
    pen: float
    spread: float  # white between neighbours as a share of the height

    def digits(self, number: list[int]) -> GlyphGroup:
        """A number."""
        line: GlyphGroup = []
        for strokes, digit in zip(self.context.digit_shapes(number), number, strict=True):
            low, high = stroke_bounds(strokes)
            size = self.height * self.context.log_uniform(0.88, 1.12) - self.pen
            glyph = self._fit(strokes, max(size, 2) / max(float(high[1] - low[1]), 0.55), digit)
            line = self._append(line, move_group([glyph], 0, self.context.rng.normal(0, 0.04) * self.height))
        return line

    def sign(self, name: str) -> GlyphGroup:
        """A sign as somebody wrote it, where the data has it, or one drawn by rule."""
        shape, rng = SIGN_SHAPES[name], self.context.rng
        known = self.context.glyphs.signs.get(name, ())
        size = max(shape.height * self.height * self.context.log_uniform(0.8, 1.25) - self.pen, 1.0)
        if known and (not shape.paths or rng.random() < REAL_SIGN_SHARE):
            strokes = normalise_strokes(known[int(rng.integers(len(known)))])
            glyph = self._fit(strokes, size, OTHER)
        elif shape.paths:
            glyph = drawn_sign(self.context, shape.paths, self.pen, size)
        else:
            return self.sign("plus")
        middle = shape.level * self.height + rng.normal(0, 0.03) * self.height
        x1, y1, _, y2 = group_bounds([glyph])
        return move_group([glyph], -x1, middle - (y1 + y2) / 2)

    def letter(self) -> GlyphGroup:
        """A letter or a sign of the class ``other``."""
        context = self.context
        strokes = context.shape(context.glyphs.pick(OTHER, context.rng, LETTER_SOURCES), 0.7)
        low, high = stroke_bounds(strokes)
        size = self.height * context.log_uniform(0.6, 1.1) - self.pen
        return [self._fit(strokes, max(size, 2) / max(float(high[1] - low[1]), 0.6), OTHER)]

    def line(self, tokens: list[Token]) -> GlyphGroup:
        """Tokens beside one another; digits that follow one another are one number of one hand."""
        line: GlyphGroup = []
        number: list[int] = []
        for token in [*tokens, None]:
            if isinstance(token, int):
                number.append(token)
                continue
            if number:
                line, number = self._append(line, self.digits(number)), []
            if token is not None:
                line = self._append(line, self.letter() if token == "letter" else self.sign(token))
        return line

    def fraction(self, over: GlyphGroup, under: GlyphGroup) -> GlyphGroup:
        """One group over another with a bar between; its middle is at the bar."""
        width = max(x2 - x1 for x1, _, x2, _ in (group_bounds(over), group_bounds(under)))
        bar = drawn_sign(self.context, [[(-0.5, 0), (0.5, 0)]], self.pen, width * self.context.rng.uniform(1.0, 1.3))
        gap = max(self.context.rng.uniform(0.06, 0.25) * self.height, 2)
        whole = place_below(place_below(over, [bar], gap), under, gap)
        _, top, _, bottom = group_bounds(whole[len(over) : len(over) + 1])
        return move_group(whole, 0, -(top + bottom) / 2)

    def power(self, base: GlyphGroup, exponent: GlyphGroup) -> GlyphGroup:
        """A group with a smaller one raised behind it."""
        small = scale_group(exponent, float(self.context.rng.uniform(0.5, 0.68)))
        _, top, right, _ = group_bounds(base)
        x1, y1, _, y2 = group_bounds(small)
        gap = self.context.rng.uniform(0.03, 0.15) * self.height + 1
        raised = top + self.context.rng.uniform(0.0, 0.15) * self.height - (y1 + y2) / 2
        return base + move_group(small, right + gap - x1, raised)

    def root(self, under: GlyphGroup) -> GlyphGroup:
        """A radical sign over a group: one object whose box holds the group."""
        x1, y1, x2, y2 = group_bounds(under)
        room = self.context.rng.uniform(0.08, 0.2) * self.height + 1
        tall, wide = y2 - y1 + 1.5 * room, 0.5 * self.height
        hook = [(x * wide * 1.6, y * tall) for x, y in ROOT[0]]
        bar_end = (hook[-1][0] + room + (x2 - x1) + 0.1 * self.height, hook[-1][1])
        path = np.array([*hook, bar_end]) / self.height
        sign = drawn_sign(self.context, [[(float(x), float(y)) for x, y in path]], self.pen, self.height)
        corner = sign.paths[0][-7] if len(sign.paths[0]) > 7 else sign.paths[0][-1]
        return [*move_group([sign], x1 - room - float(corner[0]) - self.pen, y1 - room - float(corner[1])), *under]

    def _append(self, line: GlyphGroup, group: GlyphGroup) -> GlyphGroup:
        gap = self.context.rng.uniform(0.5, 1.5) * self.spread * self.height
        return place_beside(line, group, max(gap, 1.5))

    def _fit(self, strokes: list[np.ndarray], scale: float, class_id: int) -> PlacedGlyph:
        """Strokes made larger by ``scale`` and put with their middle on the line."""
        low, high = stroke_bounds(strokes)
        middle = (low + high) / 2
        return PlacedGlyph([((s - middle) * scale).astype(np.float32) for s in strokes], class_id, self.pen)
