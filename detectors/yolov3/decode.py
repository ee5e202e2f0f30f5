"""What YOLOv3's raw numbers mean as boxes: the one definition that loss and serving share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from classifiers.calibration import logit, sigmoid, softmax


def decode_centres(share: Any, cells: Any, stride: Any) -> Any:
    """Centres in input pixels, as an array or a tensor, whichever is given.

    2 * sigmoid - 0.5 lets a centre lie up to half a cell outside its cell, so that one on a border is reachable from
    both sides without infinite logits (as in YOLOv4's grid sensitivity, arXiv:2004.10934).

    Args:
        share: the sigmoid of raw x, y, ``[..., 2]``.
        cells: column and row, ``[..., 2]``.
        stride: pixels per cell; one number, or one per row.
    """
    return (share * 2 - 0.5 + cells) * stride


def decode_sizes(share: Any, anchors: Any) -> Any:
    """The sigmoid of raw width, height ``[..., 2]`` -> pixels: up to four times the anchor, unlike the paper's exp."""
    return (share * 2) ** 2 * anchors


@dataclass(frozen=True, eq=False)
class Proposals:
    """Predictions of a batch that may be objects.

    Attributes:
        sample: int64 ``[N]``, index in the batch.
        boxes: float32 ``[N, 4]``, x1, y1, x2, y2 in input pixels.
        objectness: float32 ``[N]`` in 0..1.
        probabilities: float32 ``[N, C]`` of the classes, rows that sum to one.
    """

    sample: np.ndarray
    boxes: np.ndarray
    objectness: np.ndarray
    probabilities: np.ndarray


def decode_proposals(
    maps: Sequence[np.ndarray], anchors: np.ndarray, strides: Sequence[int], least: float
) -> Proposals:
    """The predictions of all scales whose objectness is at least ``least``; most cells are empty and cost nothing.

    Args:
        maps: one array a stride, float32 ``[B, 3 * (5 + C), h, w]``, as ``models.yolov3.YOLOv3.forward`` gives them.
        anchors: float ``[strides, 3, 2]``, input pixels.
        strides: in the maps' order.
        least: in 0..1, ends excluded.
    """
    threshold = logit(least)
    parts = []
    for raw, scale_anchors, stride in zip(maps, anchors, strides, strict=True):
        batch, channels, height, width = raw.shape
        cells = raw.reshape(batch, len(scale_anchors), channels // len(scale_anchors), height, width)
        sample, anchor, row, column = (cells[:, :, 4] >= threshold).nonzero()
        place = np.stack([column, row], 1)
        answer = cells[sample, anchor, :, row, column]
        parts.append((sample, answer, place, scale_anchors[anchor], np.full((len(sample), 1), stride)))
    sample, answer, place, sizes, pixels = (np.concatenate(part) for part in zip(*parts, strict=True))
    share = sigmoid(answer[:, :5])
    centres = decode_centres(share[:, :2], place, pixels)
    half = decode_sizes(share[:, 2:4], sizes) / 2
    boxes = np.concatenate([centres - half, centres + half], 1).astype(np.float32)
    return Proposals(sample, boxes, share[:, 4], softmax(answer[:, 5:]))
