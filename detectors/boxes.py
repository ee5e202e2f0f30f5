"""Areas of boxes, ``xyxy``, and what two of them share."""

from __future__ import annotations

import numpy as np


def box_areas(boxes: np.ndarray) -> np.ndarray:
    """Of float or int ``[N, 4]``: ``[N]``."""
    return np.asarray((boxes[:, 2:] - boxes[:, :2]).prod(1))


def shared_areas(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """What every pair of boxes has in common: ``[N, 4]``, ``[M, 4]`` -> ``[N, M]``."""
    low, high = np.maximum(a[:, None, :2], b[None, :, :2]), np.minimum(a[:, None, 2:], b[None, :, 2:])
    return np.asarray((high - low).clip(0).prod(2))


def iou_matrix(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """IoU of every pair: float ``[N, 4]``, ``[M, 4]`` -> float64 ``[N, M]``; 0 for boxes without area."""
    a, b = a.astype(np.float64), b.astype(np.float64)
    shared = shared_areas(a, b)
    union = box_areas(a)[:, None] + box_areas(b)[None] - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)
