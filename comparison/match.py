"""Which boxes of two lists are the same object: greedy by IoU, best pair first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detectors.detections import Detections
from models.classes import CLASSES

SAME_OBJECT = 0.5
"""IoU from which two boxes count as one object."""


def iou_matrix(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """IoU of every pair: float ``[N, 4]``, ``[M, 4]`` -> float64 ``[N, M]``; 0 for boxes without area."""
    a, b = a.astype(np.float64), b.astype(np.float64)
    overlap = (np.minimum(a[:, None, 2:], b[None, :, 2:]) - np.maximum(a[:, None, :2], b[None, :, :2])).clip(0).prod(2)
    union = (a[:, 2:] - a[:, :2]).prod(1)[:, None] + (b[:, 2:] - b[:, :2]).prod(1)[None] - overlap
    return np.divide(overlap, union, out=np.zeros_like(overlap), where=union > 0)


def match_boxes(a: np.ndarray, b: np.ndarray, threshold: float = SAME_OBJECT) -> list[tuple[int, int]]:
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


def is_exact(found: Detections, xyxy: np.ndarray, class_id: np.ndarray) -> bool:
    """Whether every object was found once, with its class, and nothing else was found."""
    pairs = match_boxes(found.xyxy, xyxy)
    return len(pairs) == len(found) == len(class_id) and all(found.class_id[i] == class_id[j] for i, j in pairs)


def confusion(
    found: Sequence[Detections], truths: Sequence[tuple[np.ndarray, np.ndarray]]
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Counts of (true class, answer) over matched boxes; the last row is "nothing there", the last column "missed".

    Returns:
        int64 ``[13, 13]`` and the labels of its rows and columns.
    """
    none = len(CLASSES)
    matrix = np.zeros((none + 1, none + 1), np.int64)
    for detections, (xyxy, class_id) in zip(found, truths, strict=True):
        pairs = match_boxes(detections.xyxy, xyxy)
        for i, j in pairs:
            matrix[class_id[j], detections.class_id[i]] += 1
        for j in set(range(len(class_id))) - {j for _, j in pairs}:
            matrix[class_id[j], none] += 1
        for i in set(range(len(detections))) - {i for i, _ in pairs}:
            matrix[none, detections.class_id[i]] += 1
    return matrix, (*CLASSES, "nothing")
