"""Probabilities that mean what they say: temperature scaling (Guo et al., arXiv:1706.04599)."""

from __future__ import annotations

import numpy as np


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities from logits ``[N, C]``, as float32 rows that sum to one."""
    shifted = np.exp(logits - logits.max(1, keepdims=True))
    return (shifted / shifted.sum(1, keepdims=True)).astype(np.float32)


def fit_temperature(logits: np.ndarray, classes: np.ndarray) -> float:
    """The divisor of the logits that gives the least negative log-likelihood.

    Args:
        logits: float ``[N, C]``.
        classes: int64 ``[N]``.
    """
    candidates = np.exp(np.linspace(np.log(0.25), np.log(4), 121))
    rows = np.arange(len(classes))
    losses = [-np.log(np.maximum(softmax(logits / t)[rows, classes], 1e-12)).mean() for t in candidates]
    return round(float(candidates[int(np.argmin(losses))]), 4)


def reliability(probabilities: np.ndarray, classes: np.ndarray, bins: int = 15) -> np.ndarray:
    """What confidences mean: for every equal bin that has answers their mean confidence, the share right, their count.

    Args:
        probabilities: float ``[N, C]``.
        classes: int64 ``[N]``.
        bins: that 0..1 is divided into.

    Returns:
        float64 ``[B, 3]``, by rising confidence.
    """
    confidence, right = probabilities.max(1), probabilities.argmax(1) == classes
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    rows = [(confidence[which == b].mean(), right[which == b].mean(), (which == b).sum()) for b in np.unique(which)]
    return np.array(rows, np.float64).reshape(-1, 3)


def expected_calibration_error(probabilities: np.ndarray, classes: np.ndarray, bins: int = 15) -> float:
    """Mean distance between confidence and accuracy over equal bins of confidence, weighted by their counts."""
    confidence, right, count = reliability(probabilities, classes, bins).T
    return float((count * np.abs(confidence - right)).sum() / len(classes))


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Logits to 0..1; finite for any finite logit."""
    return 1 / (1 + np.exp(-np.clip(x, -60, 60)))


def logit(p: np.ndarray | float) -> np.ndarray:
    """The numbers whose sigmoids are ``p``, which lie between 0 and 1, ends excluded."""
    return np.asarray(np.log(p / (1 - p)))
