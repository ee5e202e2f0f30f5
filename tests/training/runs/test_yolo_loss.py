import math
from typing import Any

import pytest
import torch
from torch import Tensor
from torchvision.ops import complete_box_iou_loss

from training.runs.yolo_loss import LossConfig, assign, split_anchors, yolo_loss

STRIDES = (32, 16, 8)
ANCHORS = torch.tensor(
    [[[40.0, 60], [70, 70], [120, 170]], [[20, 30], [25, 45], [36, 36]], [[7, 13], [12, 15], [15, 23]]]
)
SIDE = 64
NO_SMOOTHING = LossConfig(smoothing=0.0)


def loss_of(predictions: list[Tensor], *rest: Any) -> dict[str, Tensor]:
    """The loss of predictions ``[B, 3, h, w, 17]``, laid out as the network's maps."""
    return yolo_loss([p.permute(0, 1, 4, 2, 3).flatten(1, 2) for p in predictions], *rest)


def test_each_anchor_has_channels_of_its_own() -> None:
    """Channel 5 * 1 + 4 of two outputs with no classes is the second anchor's objectness."""
    raw = torch.arange(2 * 15 * 4 * 6).reshape(2, 15, 4, 6)
    found = split_anchors(raw)
    assert found.shape == (2, 3, 4, 6, 5)
    assert found[1, 1, 2, 3, 4] == raw[1, 9, 2, 3]


def blank(batch: int = 1) -> list[Tensor]:
    """Outputs of a network that is sure there is nothing."""
    outputs = [torch.zeros(batch, 3, SIDE // s, SIDE // s, 17) for s in STRIDES]
    for raw in outputs:
        raw[..., 4] = -20
    return outputs


def logit(p: Tensor) -> Tensor:
    return torch.log(p / (1 - p))


def perfect(objects: Tensor, batch: int = 1) -> list[Tensor]:
    """Outputs that answer every assigned object exactly."""
    outputs = blank(batch)
    for raw, anchors, stride in zip(outputs, ANCHORS, STRIDES, strict=True):
        m = assign(objects, anchors, stride, raw.shape[2], raw.shape[3], NO_SMOOTHING.anchor_ratio)
        for k in range(len(m.sample)):
            box = m.boxes[k]
            centre = (box[:2] + box[2:]) / 2 / stride - torch.stack([m.column[k], m.row[k]])
            size = (box[2:] - box[:2]) / anchors[m.anchor[k]]
            answer = raw[m.sample[k], m.anchor[k], m.row[k], m.column[k]]
            answer[:2] = logit(((centre + 0.5) / 2).clamp(1e-6, 1 - 1e-6))
            answer[2:4] = logit((size.sqrt() / 2).clamp(1e-6, 1 - 1e-6))
            answer[4] = 20
            answer[5 + m.classes[k]] = 30
    return outputs


def objects(*rows: tuple[float, ...]) -> Tensor:
    return torch.tensor(rows, dtype=torch.float32).reshape(-1, 6)


ONE = (0, 3, 20.0, 21, 44, 50)

CASES = {
    "one object": objects(ONE),
    "on a cell border": objects(
        (0, 7, 20.0, 20, 44, 44)
    ),  # its centre is at (32, 32), a corner of cells at every scale
    "two in one cell": objects((0, 1, 20.0, 20, 38, 42), (0, 2, 24.0, 22, 50, 46)),
    "in the corner": objects((0, 5, 0.0, 0, 10, 14)),
    "as large as the input": objects((0, 9, 0.0, 0, 64, 64)),
    "two scenes": objects((0, 1, 5.0, 5, 30, 40), (1, 2, 30.0, 30, 60, 60)),
    "nothing": objects(),
}


@pytest.mark.parametrize("truth", CASES.values(), ids=CASES.keys())
def test_a_perfect_prediction_costs_about_nothing(truth: Tensor) -> None:
    batch = 2
    losses = loss_of(perfect(truth, batch), truth, ANCHORS, STRIDES, NO_SMOOTHING)
    if len(truth) == 2 and truth[0, 0] == truth[1, 0]:
        # Where two objects claim the same prediction it can be right about one box only, and in two minds about the
        # class; at worst that is so at all three scales, for every prediction.
        apart = complete_box_iou_loss(truth[:1, 2:], truth[1:, 2:]).item()
        assert losses["objectness"].item() < 0.02
        assert losses["classes"].item() < 3 * math.log(2) + 0.02
        assert losses["box"].item() < 3 * LossConfig().box * apart / 2 + 0.02
    else:
        assert 0 <= losses["loss"].item() < 0.02, losses


def test_an_empty_scene_has_only_objectness() -> None:
    losses = loss_of([torch.zeros_like(o) for o in blank()], objects(), ANCHORS, STRIDES)
    assert losses["box"] == losses["classes"] == 0
    balance = sum(LossConfig().balance)
    assert losses["objectness"].item() == pytest.approx(LossConfig().objectness * balance * 0.6931, rel=1e-3)


@pytest.mark.parametrize("part", ["box", "objectness", "classes"])
def test_each_part_sees_its_own_mistake(part: str) -> None:
    truth = objects(ONE)
    good = loss_of(perfect(truth), truth, ANCHORS, STRIDES, NO_SMOOTHING)
    outputs = perfect(truth)
    for raw in outputs:
        mine = raw[..., 4] > 0
        column = {"box": 2, "objectness": 4, "classes": 5 + 3}[part]
        raw[..., column][mine] -= 35
    bad = loss_of(outputs, truth, ANCHORS, STRIDES, NO_SMOOTHING)
    assert bad[part] > good[part] + 0.3
    for other in {"box", "classes"} - {part}:
        assert bad[other].item() == pytest.approx(good[other].item(), abs=1e-3)


def test_a_box_larger_than_any_anchor_is_still_answered_for() -> None:
    """200 px on a 192 px input is 1.2 times the largest anchor; one of four times its size is nobody's."""
    big, huge = objects((0, 1, 0.0, 0, 200, 200)), objects((0, 1, 0.0, 0, 500, 700))
    assert len(assign(big, ANCHORS[0], 32, 6, 6, 3.5).sample) > 0
    assert all(len(assign(huge, a, s, 6, 6, 3.5).sample) == 0 for a, s in zip(ANCHORS, STRIDES, strict=True))
    losses = loss_of(blank(), huge, ANCHORS, STRIDES)
    assert losses["loss"].isfinite()


def test_neighbour_cells_share_the_work() -> None:
    """Centre (38, 42) at stride 16 is cell (2, 2), nearer to its left border and nearer to its lower one."""
    m = assign(objects((0, 3, 26.0, 24, 50, 60)), ANCHORS[1][:1], 16, 4, 4, 3.5)
    assert sorted(zip(m.column.tolist(), m.row.tolist(), strict=True)) == [(1, 2), (2, 2), (2, 3)]


def test_gradients_are_finite_and_point_the_right_way() -> None:
    truth = CASES["two scenes"]
    outputs = [torch.zeros_like(o).requires_grad_() for o in blank(2)]
    loss_of(outputs, truth, ANCHORS, STRIDES)["loss"].backward()
    for raw in outputs:
        assert raw.grad is not None
        assert raw.grad.isfinite().all()
    stepped = [(o - 5 * o.grad).detach() for o in outputs]  # type: ignore[operator]
    assert loss_of(stepped, truth, ANCHORS, STRIDES)["loss"] < loss_of(outputs, truth, ANCHORS, STRIDES)["loss"]


THIN = (0, 1, 31.0, 0, 33, 64)
"""A plain vertical 1 of 2x64 input pixels."""


def test_a_thin_one_gets_an_anchor() -> None:
    """No anchor is within the ratio of a box 32 times as high as wide, unless it counts as thicker."""
    matches = [assign(objects(THIN), a, s, SIDE // s, SIDE // s, 3.5) for a, s in zip(ANCHORS, STRIDES, strict=True)]
    assert sum(len(match.sample) for match in matches) > 0
    for match in matches:
        assert (match.boxes == torch.tensor(THIN[2:])).all()  # what it is asked for stays as thin as it is


def test_the_loss_of_a_thin_one_falls_as_its_middle_line_is_met() -> None:
    """Boxes beside the 1 overlap it nowhere, and cost less the nearer they are."""
    truth = objects(THIN)
    parts = []
    for aside in (24.0, 12, 6, 3, 0):
        answers = perfect(truth)
        for raw, stride in zip(answers, STRIDES, strict=True):
            centre = 2 * raw[..., 0].sigmoid() + aside / stride
            raw[..., 0] = torch.where(raw[..., 4] > 0, logit((centre / 2).clamp(1e-6, 1 - 1e-6)), raw[..., 0])
        parts.append(loss_of(answers, truth, ANCHORS, STRIDES, NO_SMOOTHING)["box"].item())
    assert parts == sorted(parts, reverse=True)
    assert parts[-1] < 0.02
    assert parts[-2] < 0.6 * parts[0]


def test_thick_boxes_are_judged_as_they_are() -> None:
    truth = objects((0, 3, 20.0, 20, 34, 50))
    answers = [torch.zeros_like(raw) for raw in blank()]
    losses = [
        loss_of(answers, truth, ANCHORS, STRIDES, LossConfig(min_aspect=share))["box"].item() for share in (0.0, 0.2)
    ]
    assert losses[0] == losses[1]
