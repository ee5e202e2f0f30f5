"""Which boxes of two lists are the same object: greedy by IoU, best pair first."""

from __future__ import annotations

import numpy as np

MIN_OBJECT_IOU = 0.5
"""IoU from which two boxes count as one object."""

MIN_SIDE_SHARE = 1 / 3
"""Shorter side of a box, as a share of its longer one, below which :func:`object_overlap` widens it."""


def iou_matrix(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """IoU of every pair: float ``[N, 4]``, ``[M, 4]`` -> float64 ``[N, M]``; 0 for boxes without area."""
    a, b = a.astype(np.float64), b.astype(np.float64)
    overlap = (np.minimum(a[:, None, 2:], b[None, :, 2:]) - np.maximum(a[:, None, :2], b[None, :, :2])).clip(0).prod(2)
    union = (a[:, 2:] - a[:, :2]).prod(1)[:, None] + (b[:, 2:] - b[:, :2]).prod(1)[None] - overlap
    return np.divide(overlap, union, out=np.zeros_like(overlap), where=union > 0)


def _widen_thin(boxes: np.ndarray) -> np.ndarray:
    """Boxes float ``[N, 4]``, the shorter sides of thin ones grown about their middles to a third of the longer."""
    middle, size = (boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]
    half = np.maximum(size, MIN_SIDE_SHARE * size.max(1, keepdims=True, initial=0)) / 2
    return np.concatenate([middle - half, middle + half], 1)


def object_overlap(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """How much every pair of boxes means one object: float ``[N, 4]``, ``[M, 4]`` -> float64 ``[N, M]``, 0 to 1.

    The IoU, with thin boxes widened first: a plain 1 is so narrow that a pixel or two on either side halve its IoU,
    though middle and length say that it is one stroke.
    """
    return iou_matrix(_widen_thin(a.astype(np.float64)), _widen_thin(b.astype(np.float64)))


def match_boxes(a: np.ndarray, b: np.ndarray, threshold: float = MIN_OBJECT_IOU) -> list[tuple[int, int]]:
    """Pairs of indices into ``a`` and ``b``, each used once, of IoU at least ``threshold``, best overlap first."""
    return best_pairs(iou_matrix(a, b), threshold)


def best_pairs(overlaps: np.ndarray, threshold: float) -> list[tuple[int, int]]:
    """Row and column of the largest values of a table, float ``[N, M]``, each row and column used once, best first."""
    table, pairs = overlaps.copy(), []
    for flat in np.argsort(-table, axis=None, kind="stable"):
        i, j = np.unravel_index(flat, table.shape)
        if table[i, j] < threshold:
            break
        pairs.append((int(i), int(j)))
        table[i, :] = -1
        table[:, j] = -1
    return pairs
