"""Which boxes of several readings of one drawing are the same object: greedy by IoU, best pair first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detectors.boxes import iou_matrix
from detectors.detections import Detections

MIN_OBJECT_IOU = 0.5
"""IoU from which two boxes count as one object."""

MIN_INK_IOU = 0.1
"""IoU from which two boxes that are not one object's still seem to mean the same ink."""

MIN_SIDE_SHARE = 1 / 3
"""Shorter side of a box, as a share of its longer one, below which :func:`object_overlap` widens it."""

ObjectRows = Sequence[int | None]
"""One object: its row in each of several readings, None where a reading has none."""


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
    pairs: dict[int, int] = {}
    for flat in np.argsort(-overlaps, axis=None, kind="stable"):
        i, j = (int(k) for k in np.unravel_index(flat, overlaps.shape))
        if overlaps[i, j] < threshold:
            break
        if i not in pairs and j not in pairs.values():
            pairs[i] = j
    return list(pairs.items())


def group_readings(readings: Sequence[Detections]) -> list[ObjectRows]:
    """Which detections of several readings of one drawing are one object.

    Each reading is matched to the objects of those before it: first what :func:`object_overlap` takes for one object,
    then, of what is left over, boxes that at least share ink.

    Returns:
        Everything that any reading has, first what the first one has.
    """
    groups: list[list[int | None]] = []
    for k, found in enumerate(readings):
        boxes = mean_boxes(groups, readings)
        pairs = best_pairs(object_overlap(boxes, found.xyxy), MIN_OBJECT_IOU)
        left = [i for i in range(len(groups)) if i not in {p[0] for p in pairs}]
        right = [j for j in range(len(found)) if j not in {p[1] for p in pairs}]
        shared_ink = best_pairs(iou_matrix(boxes[left], found.xyxy[right]), MIN_INK_IOU)
        row_of = dict(pairs) | {left[i]: right[j] for i, j in shared_ink}
        for i, group in enumerate(groups):
            group.append(row_of.get(i))
        groups += [[None] * k + [j] for j in range(len(found)) if j not in row_of.values()]
    return [tuple(group) for group in groups]


def mean_boxes(groups: Sequence[ObjectRows], readings: Sequence[Detections]) -> np.ndarray:
    """The mean box of each group, float64 ``[N, 4]``."""
    boxes = [
        np.mean([readings[k].xyxy[row] for k, row in enumerate(group) if row is not None], axis=0) for group in groups
    ]
    return np.array(boxes, np.float64).reshape(-1, 4)
