"""Which boxes of two lists are the same object: greedy by IoU, best pair first."""

from __future__ import annotations

import numpy as np

MIN_OBJECT_IOU = 0.5
"""IoU from which two boxes count as one object."""


def iou_matrix(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """IoU of every pair: float ``[N, 4]``, ``[M, 4]`` -> float64 ``[N, M]``; 0 for boxes without area."""
    a, b = a.astype(np.float64), b.astype(np.float64)
    overlap = (np.minimum(a[:, None, 2:], b[None, :, 2:]) - np.maximum(a[:, None, :2], b[None, :, :2])).clip(0).prod(2)
    union = (a[:, 2:] - a[:, :2]).prod(1)[:, None] + (b[:, 2:] - b[:, :2]).prod(1)[None] - overlap
    return np.divide(overlap, union, out=np.zeros_like(overlap), where=union > 0)


def match_boxes(a: np.ndarray, b: np.ndarray, threshold: float = MIN_OBJECT_IOU) -> list[tuple[int, int]]:
    """Pairs of indices into ``a`` and ``b``, each used once, of IoU at least ``threshold``, best overlap first."""
    table = iou_matrix(a, b)
    pairs = []
    for flat in np.argsort(-table, axis=None, kind="stable"):
        i, j = np.unravel_index(flat, table.shape)
        if table[i, j] < threshold:
            break
        pairs.append((int(i), int(j)))
        table[i, :] = -1
        table[:, j] = -1
    return pairs
