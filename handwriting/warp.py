"""Bending a digit towards the features that it should have: leant, stretched, turned, narrowed, bowed, no further."""

from __future__ import annotations

import numpy as np

from handwriting.features import glyph_features

LIMITS = np.array([0.45, 0.40, 0.15, 0.30, 0.12, 0.12])
"""How far each way of bending goes at most; see :func:`bend_points`."""

ROUNDS = 2
"""Steps towards the features: they are nearly linear in the bending."""

STEP = 0.05
"""Of the differences that the slope of the features is taken from."""


def bend_points(points: np.ndarray, amounts: np.ndarray) -> np.ndarray:
    """Digits bent in six ways.

    Args:
        points: float ``[N, 64, 2]``, around the origin and about one unit large.
        amounts: float ``[N, 6]``: lean to the right, widening (logarithm), turn to the right (radians), top wider than
            the bottom, sides bowed to the right, bars bowed down.

    Returns:
        float32 ``[N, 64, 2]``.
    """
    lean, wide, turn, top, bow, sag = (amounts[:, k, None] for k in range(6))
    x, y = points[..., 0] * np.exp(wide / 2), points[..., 1] * np.exp(-wide / 2)
    x = x * (1 - top * y) + bow * (0.25 - y**2) * 2
    y = y + sag * (0.25 - x**2) * 2
    x = x - lean * y
    c, s = np.cos(turn), np.sin(turn)
    return np.stack([c * x - s * y, s * x + c * y], 2).astype(np.float32)


def warp_towards(
    points: np.ndarray, stroke: np.ndarray, target: np.ndarray, weight: np.ndarray, ridge: float
) -> np.ndarray:
    """Digits whose features are nearer to those wanted, by damped Gauss-Newton steps.

    Args:
        points: float ``[N, 64, 2]`` of :func:`handwriting.features.resample_glyph`.
        stroke: int ``[N, 64]``.
        target: features wanted, float ``[N, F]``.
        weight: of their squared differences, float ``[N, F]``.
        ridge: what bending as far as its limit costs.

    Returns:
        float32 ``[N, 64, 2]``.
    """
    ways, count = len(LIMITS), len(points)
    amounts, steps = np.zeros((count, 1, ways)), np.concatenate([np.zeros((1, ways)), STEP * np.eye(ways)])
    many, numbers = np.repeat(points, ways + 1, 0), np.repeat(stroke, ways + 1, 0)
    cost = np.diag(ridge / LIMITS**2)
    for _ in range(ROUNDS):
        tried = (amounts + steps).reshape(-1, ways)
        found = glyph_features(bend_points(many, tried), numbers).reshape(count, ways + 1, -1)
        slope = (found[:, 1:] - found[:, :1]) / STEP
        weighted = slope * weight[:, None]
        pull = np.einsum("nwf,nf->nw", weighted, target - found[:, 0]) - amounts[:, 0] @ cost
        move = np.linalg.solve(weighted @ slope.transpose(0, 2, 1) + cost, pull[..., None])[..., 0]
        amounts = np.clip(amounts + move[:, None], -LIMITS, LIMITS)
    return bend_points(points, amounts[:, 0])
