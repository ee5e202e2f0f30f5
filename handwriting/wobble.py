"""How unsteady a hand is: measured on drawn digits, and given to made ones."""

from __future__ import annotations

import numpy as np

WINDOW = np.array([-3, 12, 17, 12, -3]) / 35
"""Where a point lies on a steady curve, by its neighbours (A. Savitzky, M. Golay, 1964): bends are no wobble."""

NOISE_WINDOW = np.array([1, 2, 1]) / 4
"""Tremor is slower than one point after the next."""

MIN_WOBBLE = 1e-4
"""Per size of a digit; below it all hands are steady."""


def wobble_offsets(points: np.ndarray, stroke: np.ndarray) -> np.ndarray:
    """How far off a steady curve each point is.

    Args:
        points: float ``[N, 64, 2]`` of :func:`handwriting.features.resample_glyph`.
        stroke: int ``[N, 64]``.

    Returns:
        float ``[N, 64, 2]``, 0 at the two first and last points of each stroke.
    """
    reach = len(WINDOW) // 2
    inner = slice(reach, points.shape[1] - reach)
    steady = sum(w * points[:, k : points.shape[1] - 2 * reach + k] for k, w in enumerate(WINDOW))
    together = stroke[:, 2 * reach :] == stroke[:, : -2 * reach]
    offsets = np.zeros(points.shape)
    offsets[:, inner] = (points[:, inner] - steady) * together[..., None]
    return offsets


def measure_wobble(points: np.ndarray, stroke: np.ndarray) -> np.ndarray:
    """The median distance from a steady curve per digit, float ``[N]``; corners are few, so they don't count."""
    off = np.hypot(*np.moveaxis(wobble_offsets(points, stroke), -1, 0))
    off[off == 0] = np.nan
    none = np.isnan(off).all(1)
    off[none] = 0
    return np.maximum(np.nanmedian(off, 1), MIN_WOBBLE)


def set_wobble(points: np.ndarray, stroke: np.ndarray, wanted: float, rng: np.random.Generator) -> np.ndarray:
    """One digit, float ``[64, 2]`` and int ``[64]``, as unsteady as wanted: steadied, or with a tremor added."""
    own = float(measure_wobble(points[None], stroke[None])[0])
    if wanted <= own:
        return points - (1 - wanted / own) * wobble_offsets(points[None], stroke[None])[0]
    noise = rng.normal(0, 1, points.shape)
    noise = np.stack([np.convolve(noise[:, k], NOISE_WINDOW, "same") for k in (0, 1)], 1)
    size = float(measure_wobble(noise[None], stroke[None])[0])
    return points + noise * (np.sqrt(wanted**2 - own**2) / size)
