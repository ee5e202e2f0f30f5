"""Light on a photographed paper: it falls off, and hands and corners throw shadows."""

from __future__ import annotations

import cv2
import numpy as np

MIN_LIGHT = 0.45
"""Share of the full light that is left in the darkest place, so that a person still reads it."""

COARSE_SIDE = 48
"""Light changes slowly: it is made on a grid of this many cells per side."""


def light_on_paper(width: int, height: int, rng: np.random.Generator) -> np.ndarray:
    """How much of the full light reaches each pixel, float32 ``[height, width]`` from :data:`MIN_LIGHT` to 1."""
    ys, xs = np.mgrid[0 : 1 : COARSE_SIDE * 1j, 0 : 1 : COARSE_SIDE * 1j]
    light = np.ones((COARSE_SIDE, COARSE_SIDE))
    if rng.random() < 0.7:  # a lamp or a window on one side
        angle = rng.uniform(0, 2 * np.pi)
        along = np.cos(angle) * xs + np.sin(angle) * ys
        light *= 1 - rng.uniform(0.05, 0.35) * (along - along.min()) / np.ptp(along)
    if rng.random() < 0.4:  # the lens
        away = np.hypot(xs - 0.5, ys - 0.5) / 0.707
        light *= 1 - rng.uniform(0.1, 0.4) * away ** rng.uniform(1.5, 3)
    if rng.random() < 0.35:  # a hand, a head or a phone
        light *= 1 - rng.uniform(0.15, 0.42) * _shadow(xs, ys, rng)
    return cv2.resize(np.clip(light, MIN_LIGHT, 1).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)


def _shadow(xs: np.ndarray, ys: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A soft shadow that comes in from an edge or a corner, float ``[h, w]`` in 0..1."""
    softness = rng.uniform(0.03, 0.15)
    if rng.random() < 0.5:  # round, around a point of the edge
        x, y = rng.uniform(0, 1), float(rng.integers(2))
        x, y = (x, y) if rng.random() < 0.5 else (y, x)
        inside = rng.uniform(0.3, 0.7) - np.hypot(xs - x, ys - y)
    else:  # straight, beyond a line
        angle = rng.uniform(0, 2 * np.pi)
        inside = (xs - 0.5) * np.cos(angle) + (ys - 0.5) * np.sin(angle) - rng.uniform(0.0, 0.4)
    return np.clip(inside / softness + 0.5, 0, 1)


def darken_by_light(image: np.ndarray, light: np.ndarray) -> np.ndarray:
    """The picture under that light, float32 ``[H, W, 3]``."""
    return image * light[..., None]
