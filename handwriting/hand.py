"""A visitor's hand: writes any number, digits that were drawn as they were drawn and the others as they may look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from handwriting.features import Glyph
from handwriting.line import LineStyle, mark_strokes, measure_line_style, set_line, vary_glyph
from handwriting.style import StyleModel
from ink.drawing import DrawingError
from ink.strokes import Stroke

MAX_TEXT_CHARACTERS = 60
"""Of one text: more than any number that people write by hand."""

MAX_STRENGTH = 2.0
"""Twice as strong as measured best: a caricature."""


@dataclass(frozen=True, eq=False)
class Hand:
    """Somebody's hand, as far as the drawn digits tell.

    Attributes:
        style: what was learned of other people's hands.
        examples: digits that were drawn: strokes float32 ``[n, 2]`` in pixels, and which digit they are.
        weights: how sure the digit of each example is, above 0 and at most 1.
        factors: float ``[K]``, what the examples say of the hand.
        allographs: digit -> which of its shapes it takes, where somebody has said so.
        traced: the examples are pictures that were traced.
    """

    style: StyleModel
    examples: tuple[tuple[Glyph, int], ...]
    weights: tuple[float, ...]
    factors: np.ndarray
    allographs: tuple[tuple[int, int], ...] = ()
    traced: bool = False

    @cached_property
    def line_style(self) -> LineStyle:
        """Size, spacing and line of the examples."""
        return measure_line_style([glyph for glyph, _ in self.examples])

    @cached_property
    def wobble(self) -> float:
        """How unsteady the examples are, per what is usual."""
        return self.style.wobble(self.examples)

    def choose(self, digit: int, allograph: int) -> Hand:
        """The hand of somebody who writes a digit in a shape of :meth:`handwriting.writer.Writer.allographs`.

        The click says something of the whole hand, too.

        Raises:
            DrawingError: there is no such digit or shape.
        """
        if digit not in range(10) or allograph not in range(self.style.shape_count(digit)):
            raise DrawingError(f"There is no shape by that number of the digit {digit}.")
        chosen = {**dict(self.allographs), digit: allograph}
        allographs = tuple(sorted(chosen.items()))
        factors = self.style.infer(self.examples, self.weights, allographs, self.traced)
        return replace(self, allographs=allographs, factors=factors)

    def write(self, text: str, strength: float = 1.0, seed: int = 0) -> list[Glyph]:
        """The text in this hand, set on one line that starts at the origin, in pixels of the examples.

        Digits that were drawn come back as drawn, moved to their place; where one comes more often it varies a little.
        The line rises, and its digits bounce on it, as those that were drawn in a row.

        Args:
            text: digits, and any of ``. , : - / + ( )`` and spaces, which have no strokes.
            strength: 0 for an average hand, 1 for the hand as measured best, up to 2.
            seed: of what differs from one time to the next.

        Returns:
            One entry a character: strokes float32 ``[n, 2]``, y down, the line's foot at ``line_style.height``.

        Raises:
            DrawingError: the text is too long or has other characters, or the strength is out of range.
        """
        if len(text) > MAX_TEXT_CHARACTERS:
            raise DrawingError(f"The text has {len(text)} characters; at most {MAX_TEXT_CHARACTERS} are written.")
        if not 0 <= strength <= MAX_STRENGTH:
            raise DrawingError(f"The strength must be 0 to {MAX_STRENGTH:g}, not {strength:g}.")
        seed = abs(int(seed))
        style, written = self.line_style, dict.fromkeys(range(10), 0)
        glyphs: list[Glyph] = []
        for character in text:
            if character.isascii() and character.isdigit():
                digit = int(character)
                glyphs.append(self._write_digit(digit, written[digit], strength, seed))
                written[digit] += 1
            else:
                glyphs.append(mark_strokes(character, style, self.style.lean(self.factors)))
        return set_line(glyphs, text, style, np.random.default_rng([seed, len(text)]))

    def draw(self, text: str, width: float, strength: float = 1.0, seed: int = 0) -> list[Stroke]:
        """As :meth:`write`, all strokes in the order they are drawn, by a pen so many pixels wide."""
        return [Stroke(path, width) for glyph in self.write(text, strength, seed) for path in glyph]

    def _write_digit(self, digit: int, number: int, strength: float, seed: int) -> Glyph:
        """The ``number``-th of a digit: the examples in turn, then what is like them; or made ones, no two the same."""
        drawn = [glyph for glyph, shown in self.examples if shown == digit]
        if number < len(drawn):
            return drawn[number]
        # All made sevens of a line have one shape, as a hand has it, and are not copies of one another.
        choice = np.random.default_rng([seed, digit]) if seed else None
        made = drawn[number % len(drawn)] if drawn else self._made(digit, strength, choice)
        return vary_glyph(made, np.random.default_rng([seed, digit, number])) if number else made

    def _made(self, digit: int, strength: float, choice: np.random.Generator | None) -> Glyph:
        shape = dict(self.allographs).get(digit)
        made = self.style.make(self.factors, digit, strength, shape, choice, self.wobble)
        return [(path * self.line_style.height).astype(np.float32) for path in made]


def check_examples(examples: Sequence[tuple[Sequence[np.ndarray], int]]) -> tuple[tuple[Glyph, int], ...]:
    """The examples as float32, moved so that they begin at the origin; strokes without points are left out.

    Raises:
        DrawingError: there are none, or one is no digit in strokes.
    """
    if not len(examples):
        raise DrawingError("Draw at least one digit, so that there is a hand to go by.")
    found = [_check_example(example) for example in examples]
    # Times or world coordinates as large as 1e9 would leave float32 no digits for the writing itself.
    corner = np.min([path.min(0) for glyph, _ in found for path in glyph], 0)
    with np.errstate(over="ignore"):
        moved = tuple(([(path - corner).astype(np.float32) for path in glyph], digit) for glyph, digit in found)
    if not all(np.isfinite(path).all() for glyph, _ in moved for path in glyph):
        raise DrawingError("The drawing is too large: its coordinates are beyond what a pen can reach.")
    return moved


def _check_example(example: tuple[Sequence[np.ndarray], int]) -> tuple[list[np.ndarray], int]:
    """One example as float64."""
    try:
        glyph, digit = example
        paths = [path for path in (np.asarray(path, float) for path in glyph) if path.size]
    except (TypeError, ValueError):
        raise DrawingError("An example must be a list of strokes, and the digit that they show.") from None
    if not paths or any(p.ndim != 2 or p.shape[1] != 2 for p in paths):
        raise DrawingError("A digit must be a list of strokes, and a stroke a list of points [x, y].")
    if not all(np.isfinite(p).all() for p in paths):
        raise DrawingError("The drawing has points that are no pairs of numbers.")
    if digit not in range(10):
        raise DrawingError(f"Only the digits 0 to 9 can be learned from, not {digit}.")
    return paths, int(digit)
