"""YOLOv3's loss, over the whole batch at once: which anchor answers for which object, and what it should have said."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional
from torchvision.ops import complete_box_iou_loss

from detectors.yolov3.decode import decode_centres, decode_sizes

MIN_ANCHOR_SHARE = 0.35
"""Share of its longer side that a box's shorter one counts as when it looks for an anchor.

A plain 1 is a tenth as wide as high: no anchor differs from it by less than the ratio, so none would answer for it."""

MIN_ANCHORED_PX = 4.0
"""Input pixels that a side counts as at least when it looks for an anchor."""


@dataclass(frozen=True)
class LossConfig:
    """Weights of the parts."""

    box: float = 2.5
    objectness: float = 6.0
    classes: float = 1.0
    balance: tuple[float, float, float] = (0.4, 1.0, 4.0)  # objectness of strides 32, 16, 8: finer maps are emptier
    anchor_ratio: float = 3.5  # an anchor answers for boxes whose sides differ from its own by less than this factor
    smoothing: float = 0.02  # of the class labels
    min_aspect: float = 0.2  # a box is judged as if its shorter side were at least this share of its longer one


@dataclass(frozen=True)
class Assignment:
    """Which predictions of one scale answer for which objects; all tensors have length M.

    An object is answered for by every fitting anchor, in the cell of its centre and in the nearest two neighbours.
    """

    sample: Tensor  # int64, index in the batch
    anchor: Tensor  # int64, 0 to 2
    row: Tensor  # int64
    column: Tensor  # int64
    boxes: Tensor  # float [M, 4], x1, y1, x2, y2 in input pixels
    classes: Tensor  # int64


def assign(objects: Tensor, anchors: Tensor, stride: int, height: int, width: int, ratio: float) -> Assignment:
    """Assigns objects to the anchors and cells of one scale.

    Args:
        objects: float ``[N, 6]``: sample, class, x1, y1, x2, y2 in input pixels.
        anchors: float ``[3, 2]`` in input pixels.
        stride: pixels a cell covers.
        height: rows of the grid.
        width: columns of the grid.
        ratio: see :class:`LossConfig`.
    """
    sizes = objects[:, 4:6] - objects[:, 2:4]
    sizes = torch.maximum(sizes, MIN_ANCHOR_SHARE * sizes.amax(1, keepdim=True)).clamp(min=MIN_ANCHORED_PX)
    centres = (objects[:, 2:4] + objects[:, 4:6]) / 2 / stride
    factor = sizes[:, None] / anchors[None]  # [N, 3, 2]
    fits = torch.maximum(factor, 1 / factor.clamp(min=1e-6)).amax(2) < ratio
    which, anchor = fits.nonzero(as_tuple=True)
    # The cell itself and, along each axis, the neighbour whose border is the nearer one.
    own = centres[which].floor()
    toward = torch.where(centres[which] - own < 0.5, -1.0, 1.0)
    steps = torch.stack([torch.zeros_like(own), toward * toward.new_tensor([1, 0]), toward * toward.new_tensor([0, 1])])
    cells = (own + steps).reshape(-1, 2)  # [3 * n, 2] as column, row
    limit = cells.new_tensor([width, height])
    inside = ((cells >= 0) & (cells < limit)).all(1)
    which, anchor, cells = which.repeat(3)[inside], anchor.repeat(3)[inside], cells[inside].long()
    chosen = objects[which]
    return Assignment(chosen[:, 0].long(), anchor, cells[:, 1], cells[:, 0], chosen[:, 2:6], chosen[:, 1].long())


def split_anchors(raw: Tensor) -> Tensor:
    """A raw map with one row per prediction: float ``[B, 3 * (5 + C), h, w]`` -> float ``[B, 3, h, w, 5 + C]``.

    The last axis is x, y, width, height, objectness and the class logits.
    """
    return raw.view(len(raw), 3, -1, *raw.shape[2:]).permute(0, 1, 3, 4, 2)


def _thickened(boxes: Tensor, truth: Tensor, min_aspect: float) -> tuple[Tensor, Tensor]:
    """Both boxes, float ``[M, 4]``, widened alike until the true one is not thin any more.

    Of a thin box the overlap says nothing: a pixel aside and it is gone.  What counts is where its middle line is and
    how far it extends.
    """
    sides = truth[:, 2:] - truth[:, :2]
    missing = (min_aspect * sides.amax(1, keepdim=True) - sides).clamp(min=0) / 2
    margin = torch.cat([-missing, missing], 1)
    return boxes + margin, truth + margin


def yolo_loss(
    maps: list[Tensor], objects: Tensor, anchors: Tensor, strides: tuple[int, ...], config: LossConfig | None = None
) -> dict[str, Tensor]:
    """Box (CIoU, arXiv:1911.08287), objectness (its target being the IoU reached) and class loss.

    Args:
        maps: one per stride, float ``[B, 3 * (5 + C), h, w]``, as ``models.yolov3.YOLOv3`` gives them.
        objects: float ``[N, 6]``: sample, class, x1, y1, x2, y2 in input pixels; N may be 0.
        anchors: float ``[strides, 3, 2]`` in input pixels.
        strides: in the maps' order.
        config: weights of the parts.

    Returns:
        Scalars ``box``, ``objectness`` and ``classes`` (weighted) and ``loss``, their sum.
    """
    config = config or LossConfig()
    zero = maps[0].new_zeros((), dtype=torch.float32)
    box_loss, object_loss, class_loss = zero, zero, zero
    for raw_map, scale_anchors, stride, balance in zip(maps, anchors, strides, config.balance, strict=True):
        raw = split_anchors(raw_map).float()
        target = raw.new_zeros(raw.shape[:-1])
        match = assign(objects, scale_anchors, stride, raw.shape[2], raw.shape[3], config.anchor_ratio)
        if len(match.sample):
            place = (match.sample, match.anchor, match.row, match.column)
            answer = raw[place]
            centres = decode_centres(answer[:, :2].sigmoid(), torch.stack([match.column, match.row], 1), stride)
            sizes = decode_sizes(answer[:, 2:4].sigmoid(), scale_anchors[match.anchor])
            boxes = torch.cat([centres - sizes / 2, centres + sizes / 2], 1)
            ciou_loss = complete_box_iou_loss(*_thickened(boxes, match.boxes, config.min_aspect))
            box_loss = box_loss + ciou_loss.mean()
            # Where two objects claim one prediction, the better overlap is what it should be confident of.
            quality = (1 - ciou_loss).detach().clamp(0, 1)
            height, width = raw.shape[2:4]
            flat = ((match.sample * 3 + match.anchor) * height + match.row) * width + match.column
            target = target.view(-1).scatter_reduce(0, flat, quality, "amax").view_as(target)
            class_loss = class_loss + functional.cross_entropy(
                answer[:, 5:], match.classes, label_smoothing=config.smoothing
            )
        object_loss = object_loss + balance * functional.binary_cross_entropy_with_logits(raw[..., 4], target)
    parts = {
        "box": config.box * box_loss,
        "objectness": config.objectness * object_loss,
        "classes": config.classes * class_loss,
    }
    return {**parts, "loss": parts["box"] + parts["objectness"] + parts["classes"]}
