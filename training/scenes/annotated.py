"""Scenes of numbers with what people put beside them: arrows, marks, hearts, signs of currencies."""

from __future__ import annotations

import numpy as np

from training.scenes.formulas import SIGN_SHAPES, Typesetter
from training.scenes.groups import GlyphGroup, drawn_sign, group_bounds, move_group, place_below, place_beside
from training.scenes.layouts import LayoutContext, fit_group
from training.scenes.sums import fitting_height, short_number, typesetter

IN_LINE = ("exclamation", "exclamation", "question", "dollar", "euro", "pounds", "hash", "asterisk", "at", "ampersand")
"""Signs that stand in the line of the number."""

AROUND = ("check", "heart", "star", "smiley", "exclamation", "question")
"""Signs that stand anywhere around it, beside arrows."""

ARROW_SHARE = 0.4
"""Of what stands around a number."""

DRAWN_ARROW_SHARE = 0.6
"""Of the arrows that are drawn by rule, in any direction."""

SIZE_RANGE = (0.6, 1.6)
"""Of a sign around a number, as a multiple of its usual size."""


def _drawn_arrow(setter: Typesetter) -> GlyphGroup:
    """An arrow in any direction, mostly upright or level."""
    rng = setter.context.rng
    angle = rng.integers(4) * np.pi / 2 + rng.normal(0, 0.12) if rng.random() < 0.7 else rng.uniform(0, 2 * np.pi)
    head, spread = rng.uniform(0.15, 0.45), rng.uniform(0.4, 0.9)
    along, across = np.array([np.sin(angle), -np.cos(angle)]), np.array([np.cos(angle), np.sin(angle)])
    tip = 0.5 * along
    barbs = [tuple(tip - head * (along + side * spread * across)) for side in (-1, 1)]
    paths = [[tuple(-tip), tuple(tip)], [barbs[0], tuple(tip), barbs[1]]]
    size = max(SIGN_SHAPES["arrow"].height * setter.height - setter.pen, 2.0)
    return [drawn_sign(setter.context, paths, setter.pen, size)]


def _sign_around(setter: Typesetter) -> GlyphGroup:
    rng = setter.context.rng
    larger = Typesetter(setter.context, setter.height * rng.uniform(*SIZE_RANGE), setter.pen, setter.spread)
    if rng.random() >= ARROW_SHARE:
        return larger.sign(str(rng.choice(AROUND)))
    return _drawn_arrow(larger) if rng.random() < DRAWN_ARROW_SHARE else larger.sign("arrow")


def annotated(context: LayoutContext) -> GlyphGroup:
    """``5!``, ``$ 20``, ``#1``, ``7 ?``, a number with an arrow to it, a check mark, a heart."""
    rng = context.rng
    digits = short_number(context, 5)
    setter = typesetter(context, fitting_height(context, len(digits) + 2), context.log_uniform(0.08, 0.4))
    gap = setter.spread * setter.height + 2
    group = setter.line(digits)
    if rng.random() < 0.6:
        sign = setter.sign(str(rng.choice(IN_LINE)))
        group = place_beside(group, sign, gap) if rng.random() < 0.6 else place_beside(sign, group, gap)
    for _ in range(int(rng.choice([0, 1, 2], p=[0.35, 0.45, 0.2]))):
        around, away = _sign_around(setter), rng.uniform(0.2, 1.2) * setter.height
        if rng.random() < 0.5:
            level = (sum(group_bounds(group)[1::2]) - sum(group_bounds(around)[1::2])) / 2
            around = move_group(around, 0, level)
            group = place_beside(group, around, away) if rng.random() < 0.5 else place_beside(around, group, away)
        else:
            align = float(rng.uniform(0, 1))
            above = rng.random() < 0.5
            group = place_below(around, group, away, align) if above else place_below(group, around, away, align)
    return fit_group(context, group)
