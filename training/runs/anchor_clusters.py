"""The detector's anchors, and k-means on IoU that fits others (Redmon and Farhadi, arXiv:1612.08242)."""

from __future__ import annotations

import numpy as np

ANCHORS = (
    ((52.0, 68.0), (75.0, 84.0), (119.0, 168.0)),
    ((23.0, 27.0), (29.0, 38.0), (36.0, 56.0)),
    ((10.0, 16.0), (19.0, 16.0), (15.0, 26.0)),
)
"""Width and height in input pixels, three per stride, coarsest stride first."""


def wh_iou(sizes: np.ndarray, anchors: np.ndarray) -> np.ndarray:
    """IoU of boxes and anchors laid on one corner: float ``[N, 2]``, ``[K, 2]`` -> float ``[N, K]``."""
    overlap = np.minimum(sizes[:, None], anchors[None]).prod(2)
    return overlap / (sizes.prod(1)[:, None] + anchors.prod(1)[None] - overlap)


def kmeans_anchors(sizes: np.ndarray, count: int = 9, rounds: int = 300, seed: int = 0) -> np.ndarray:
    """Anchors that cover the boxes best.

    Args:
        sizes: widths and heights, float ``[N, 2]``, in pixels.
        count: how many anchors.
        rounds: at most this many rounds of k-means.
        seed: of the first choice.

    Returns:
        float ``[count, 2]``, smallest area first.
    """
    rng = np.random.default_rng(seed)
    anchors = sizes[rng.choice(len(sizes), count, replace=False)].astype(float)
    nearest = np.full(len(sizes), -1)
    for _ in range(rounds):
        now = wh_iou(sizes, anchors).argmax(1)
        if (now == nearest).all():
            break
        nearest = now
        anchors = np.array(
            [np.median(sizes[nearest == k], 0) if (nearest == k).any() else anchors[k] for k in range(count)]
        )
    return anchors[anchors.prod(1).argsort()]
