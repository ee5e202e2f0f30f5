"""The same digits as other devices would have given them: pictures, few points, a shaky pen, a coarse grid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from handwriting.features import Glyph, glyph_features, resample_glyph, strokes_of
from handwriting.style import StyleModel
from ink.strokes import densify_stroke, distance_along, points_at
from training.handwriting import HandData, traced_features

PICTURE = "a picture, traced"


def thin_out(glyph: Glyph, rng: np.random.Generator) -> Glyph:
    """A point every fifth of the digit's size, as slow tablets give them."""
    found = []
    for path in glyph:
        length = float(distance_along(path)[-1])
        found.append(points_at(path, np.linspace(0, length, max(2, round(length / 0.2) + 1))))
    return found


def shake(glyph: Glyph, rng: np.random.Generator) -> Glyph:
    """Many points, each a hundredth of the size off by chance."""
    dense = [densify_stroke(path, 0.02) for path in glyph]
    return [path + rng.normal(0, 0.01, path.shape) for path in dense]


def coarsen(glyph: Glyph, rng: np.random.Generator) -> Glyph:
    """Stair-stepped: points on a grid of 24 cells per size."""
    return [np.round(densify_stroke(path, 0.01) * 24) / 24 for path in glyph]


DEVICES: dict[str, Callable[[Glyph, np.random.Generator], Glyph]] = {
    "few points": thin_out,
    "a shaky pen": shake,
    "a coarse grid": coarsen,
}
"""Kind of device -> what it makes of a digit of unit size."""


def redrawn_hands(style: StyleModel, hands: HandData, rows: np.ndarray, device: str) -> HandData:
    """The hands with the features that some of their digits, int ``[R]`` rows, have from a device."""
    rng, features = np.random.default_rng(0), hands.features.copy()
    for row in rows.tolist():
        if device == PICTURE:
            features[row] = traced_features(style, hands, row)
        else:
            changed = DEVICES[device](strokes_of(hands.points[row], hands.stroke[row]), rng)
            points, stroke = resample_glyph(changed)
            features[row] = glyph_features(points[None], stroke[None])[0]
    return replace(hands, features=features)
