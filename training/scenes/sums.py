"""Scenes of sums and formulas, dates, times and prices."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ink.pen import snap_width
from training.scenes.formulas import Token, Typesetter
from training.scenes.groups import GlyphGroup, place_beside
from training.scenes.layouts import LayoutContext, fit_group

MAX_PEN_SHARE = 0.12
"""Pen's width as a share of a digit's height."""

OPERATIONS = ("plus", "plus", "minus", "minus", "times", "colon", "divided", "slash")


def short_number(context: LayoutContext, most: int = 3) -> list[Token]:
    """One to ``most`` digits."""
    digits: list[Token] = [int(d) for d in context.rng.integers(0, 10, context.rng.integers(1, most + 1))]
    return digits


def _operation(context: LayoutContext) -> str:
    return str(context.rng.choice(OPERATIONS))


def _sum(context: LayoutContext) -> list[Token]:
    """``12 + 7 = 19``, with or without a result; now and then three terms."""
    tokens = short_number(context)
    for _ in range(int(context.rng.choice([1, 1, 1, 2]))):
        tokens += [_operation(context), *short_number(context)]
    if context.rng.random() < 0.6:
        tokens.append("equals")
        tokens += short_number(context) if context.rng.random() < 0.8 else ["question"]
    return tokens


def _comparison(context: LayoutContext) -> list[Token]:
    """``3 < 15``."""
    return [*short_number(context), str(context.rng.choice(["less", "greater", "equals"])), *short_number(context)]


def _date(context: LayoutContext) -> list[Token]:
    """``12.05.24``, ``7/11/1998``, ``12-05``."""
    rng = context.rng
    mark = str(rng.choice(["point", "slash", "minus"], p=[0.4, 0.4, 0.2]))
    day, month, year = f"{rng.integers(1, 32):02d}", f"{rng.integers(1, 13):02d}", str(rng.integers(1950, 2031))
    text = [day, month] + ([year[2:] if rng.random() < 0.6 else year] if rng.random() < 0.8 else [])
    return [token for k, part in enumerate(text) for token in ([mark] if k else []) + [int(c) for c in part]]


def _time(context: LayoutContext) -> list[Token]:
    """``17:45``."""
    hour, minute = f"{context.rng.integers(24):02d}", f"{context.rng.integers(60):02d}"
    return [*map(int, hour), "colon", *map(int, minute)]


def _price(context: LayoutContext) -> list[Token]:
    """``3,50`` or ``12.99``, sometimes with a letter or a per cent sign."""
    rng = context.rng
    tokens = [*short_number(context), str(rng.choice(["comma", "point"])), *(int(d) for d in rng.integers(0, 10, 2))]
    return [*tokens, "letter" if rng.random() < 0.5 else "percent"] if rng.random() < 0.3 else tokens


def _letters(context: LayoutContext) -> list[Token]:
    """``2x + 5 = y``, ``A4``, ``B 12``."""
    rng = context.rng
    tokens: list[Token] = []
    for k in range(int(rng.integers(1, 4))):
        tokens += [_operation(context)] if k else []
        tokens += [*short_number(context, 2), "letter"] if rng.random() < 0.7 else ["letter", *short_number(context, 2)]
    return tokens


def _brackets(context: LayoutContext) -> list[Token]:
    """``3 (4 + 5)``, with round or square brackets."""
    square = "-square" if context.rng.random() < 0.3 else ""
    inner: list[Token] = [f"open{square}", *short_number(context, 2), _operation(context), *short_number(context, 2)]
    tokens = [*inner, f"close{square}"]
    if context.rng.random() < 0.6:
        return [*short_number(context, 2), *tokens]
    return [*tokens, _operation(context), *short_number(context, 2)]


LINES: dict[Callable[[LayoutContext], list[Token]], float] = {
    _sum: 0.3, _comparison: 0.05, _date: 0.16, _time: 0.07, _price: 0.1, _letters: 0.1, _brackets: 0.1,
}  # fmt: skip
"""Makers of a line's tokens and how often; the rest are formulas of more than one level."""


def _levels(setter: Typesetter) -> GlyphGroup:
    """Fractions, powers and roots in a line with a sign and a number."""
    context, rng = setter.context, setter.context.rng

    def inner() -> GlyphGroup:
        """A short number, or a short sum."""
        tokens = short_number(context, 2)
        return setter.line(tokens if rng.random() < 0.75 else [*tokens, "plus", *short_number(context, 1)])

    line: GlyphGroup = []
    for k in range(int(rng.choice([1, 2], p=[0.55, 0.45]))):
        kind = rng.choice(["fraction", "power", "root", "number"], p=[0.45, 0.27, 0.16, 0.12])
        part = {
            "fraction": lambda: setter.fraction(inner(), inner()),
            "power": lambda: setter.power(setter.line(short_number(context, 2)), setter.line(short_number(context, 1))),
            "root": lambda: setter.root(inner()),
            "number": lambda: setter.line(short_number(context, 3)),
        }[str(kind)]()
        gap = rng.uniform(0.6, 1.5) * setter.spread * setter.height + 2
        if k:
            line = place_beside(line, setter.sign(str(rng.choice(["plus", "minus", "equals", "times"]))), gap)
        line = place_beside(line, part, gap)
    return line


def sums(context: LayoutContext) -> GlyphGroup:
    """Digits, signs and letters of one size in one line, near each other: sums, dates, prices, fractions, roots."""
    rng = context.rng
    spread = context.log_uniform(0.08, 0.45)
    chosen = rng.random()
    for make, upto in zip(LINES, np.cumsum(list(LINES.values())), strict=True):
        if chosen < upto:
            tokens = make(context)
            height = fitting_height(context, len(tokens))
            return fit_group(context, typesetter(context, height, spread).line(tokens))
    height = fitting_height(context, 5) * 0.8
    return fit_group(context, _levels(typesetter(context, height, spread)))


def typesetter(context: LayoutContext, height: float, spread: float) -> Typesetter:
    """One that writes with a pen that leaves an equals sign legible."""
    return Typesetter(context, height, snap_width(min(context.pen, MAX_PEN_SHARE * height)), spread)


def fitting_height(context: LayoutContext, count: int) -> float:
    """A height of digits at which so many of them fill a third to all of the scene's width."""
    widest = min(0.8 * context.height, 1.35 * context.width / count)
    return context.log_uniform(max(0.35 * widest, 0.05 * context.short), widest)
