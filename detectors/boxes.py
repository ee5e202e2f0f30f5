"""What YOLOv3's raw numbers mean as boxes: the one definition that loss and serving share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from models.yolov3 import YOLOv3


def decode_centres(raw_xy: Tensor, cells: Tensor, stride: int) -> Tensor:
    """Raw x, y ``[..., 2]`` in cells ``[..., 2]`` (column, row) -> centres in input pixels.

    2 * sigmoid - 0.5 lets a centre lie up to half a cell outside its cell, so that one on a border is reachable from
    both sides without infinite logits (as in YOLOv4's grid sensitivity, arXiv:2004.10934).
    """
    return (raw_xy.sigmoid() * 2 - 0.5 + cells) * stride


def decode_sizes(raw_wh: Tensor, anchors: Tensor) -> Tensor:
    """Raw width, height ``[..., 2]`` -> pixels: up to four times the anchor, and bounded, unlike the paper's exp."""
    return (raw_wh.sigmoid() * 2) ** 2 * anchors


def decode(outputs: list[Tensor], anchors: Tensor, strides: tuple[int, ...]) -> tuple[Tensor, Tensor, Tensor]:
    """All predictions of all scales.

    Args:
        outputs: one tensor a stride, float ``[B, 3, h, w, 5 + C]``, as the network gives them.
        anchors: float ``[strides, 3, 2]``, input pixels.
        strides: in the outputs' order.

    Returns:
        boxes float ``[B, P, 4]`` (x1, y1, x2, y2 in input pixels), objectness float ``[B, P]`` in 0..1 and class
        probabilities float ``[B, P, C]`` that sum to one.
    """
    boxes, objectness, classes = [], [], []
    for raw, scale_anchors, stride in zip(outputs, anchors, strides, strict=True):
        batch, _, height, width, _ = raw.shape
        rows, columns = torch.meshgrid(
            torch.arange(height, device=raw.device), torch.arange(width, device=raw.device), indexing="ij"
        )
        centres = decode_centres(raw[..., :2], torch.stack([columns, rows], -1), stride)
        sizes = decode_sizes(raw[..., 2:4], scale_anchors[:, None, None])
        boxes.append(torch.cat([centres - sizes / 2, centres + sizes / 2], -1).reshape(batch, -1, 4))
        objectness.append(raw[..., 4].sigmoid().reshape(batch, -1))
        classes.append(raw[..., 5:].softmax(-1).reshape(batch, -1, raw.shape[-1] - 5))
    return torch.cat(boxes, 1), torch.cat(objectness, 1), torch.cat(classes, 1)


class Decoded(nn.Module):
    """A network with its decoding, as it is served: input float ``[B, C, H, W]`` -> what :func:`decode` gives."""

    anchors: Tensor

    def __init__(self, net: YOLOv3, strides: tuple[int, ...]) -> None:
        super().__init__()
        self.net, self.strides = net, strides
        self.register_buffer("anchors", torch.tensor(net.config.anchors, dtype=torch.float32), persistent=False)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        return decode(self.net(x), self.anchors, self.strides)
