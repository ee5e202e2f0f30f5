"""Scenes with a long line between numbers, which sums and stacked ones have too rarely to be learned from."""

from __future__ import annotations

from training.scenes.groups import GlyphGroup, place_beside
from training.scenes.layouts import LayoutContext, fit_group
from training.scenes.stacked import addition
from training.scenes.sums import fitting_height, short_number, typesetter


def barred(context: LayoutContext) -> GlyphGroup:
    """A written addition, or one or two fractions."""
    rng = context.rng
    if rng.random() < 0.5:
        return fit_group(context, addition(context))
    setter = typesetter(context, 0.8 * fitting_height(context, 4), context.log_uniform(0.08, 0.45))
    line: GlyphGroup = []
    for _ in range(int(rng.integers(1, 3))):
        fraction = setter.fraction(setter.line(short_number(context)), setter.line(short_number(context)))
        gap = rng.uniform(0.6, 1.5) * setter.spread * setter.height + 2
        if line:
            line = place_beside(line, setter.sign(str(rng.choice(["plus", "minus", "equals", "times"]))), gap)
        line = place_beside(line, fraction, gap) if line else fraction
    return fit_group(context, line)
