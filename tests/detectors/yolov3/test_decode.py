import numpy as np
import pytest
import torch

from classifiers.calibration import logit, sigmoid
from detectors.yolov3.decode import decode_centres, decode_proposals, decode_sizes


def test_decode_by_hand() -> None:
    """Raw zeros mean: the middle of the cell, the anchor's own size, half sure, all classes alike."""
    raw = np.zeros((1, 51, 2, 3), np.float32)
    anchors = np.array([[[8.0, 4.0], [16.0, 16.0], [2.0, 6.0]]])
    found = decode_proposals([raw], anchors, (10,), 0.4)
    assert found.boxes.shape == (18, 4)
    assert found.sample.tolist() == [0] * 18
    # anchor 0, row 1, column 2: the centre is at (25, 15)
    assert found.boxes[5].tolist() == [21, 13, 29, 17]
    # anchor 2, row 0, column 0: the centre is at (5, 5)
    assert found.boxes[12].tolist() == [4, 2, 6, 8]
    assert np.unique(found.objectness).tolist() == [0.5]
    np.testing.assert_allclose(found.probabilities, 1 / 12, rtol=1e-6)


def test_only_what_may_be_an_object_is_decoded() -> None:
    raw = np.full((2, 51, 4, 4), -9.0, np.float32)
    raw[1, 17 + 4, 2, 3] = 2.0  # the second anchor's objectness
    raw[1, 17 + 5 + 7, 2, 3] = 5.0
    found = decode_proposals([raw, raw[:, :, ::2, ::2] * 0 - 9], np.ones((2, 3, 2)), (8, 16), 0.01)
    assert found.sample.tolist() == [1]
    assert found.objectness == pytest.approx([0.8808], abs=1e-4)
    assert found.probabilities.argmax(1).tolist() == [7]
    assert decode_proposals([raw], np.ones((1, 3, 2)), (8,), 0.9).boxes.shape == (0, 4)


def test_sizes_are_bounded() -> None:
    """However wrong the network, a box has at most four times its anchor's sides."""
    found = decode_proposals([np.full((1, 51, 1, 1), 1e4, np.float32)], np.full((1, 3, 2), 10.0), (32,), 0.5)
    assert np.isfinite(found.boxes).all()
    assert found.boxes[0, 2] - found.boxes[0, 0] == 40


def test_several_scales() -> None:
    maps = [np.zeros((2, 51, n, n), np.float32) for n in (1, 2, 4)]
    found = decode_proposals(maps, np.ones((3, 3, 2)), (32, 16, 8), 0.5)
    assert (found.boxes.shape, found.objectness.shape, found.probabilities.shape) == ((126, 4), (126,), (126, 12))
    assert np.bincount(found.sample).tolist() == [63, 63]


def test_loss_and_serving_mean_the_same() -> None:
    rng = np.random.default_rng(0)
    raw = rng.normal(0, 2, (1, 51, 3, 2)).astype(np.float32)
    anchors = rng.uniform(5, 50, (1, 3, 2)).astype(np.float32)
    found = decode_proposals([raw], anchors, (8,), 1e-6)
    share = torch.from_numpy(raw).view(1, 3, 17, 3, 2).permute(0, 1, 3, 4, 2)[..., :4].sigmoid()
    rows, columns = torch.meshgrid(torch.arange(3), torch.arange(2), indexing="ij")
    centres = decode_centres(share[..., :2], torch.stack([columns, rows], -1), 8)
    sizes = decode_sizes(share[..., 2:], torch.from_numpy(anchors[0])[:, None, None])
    expected = torch.cat([centres - sizes / 2, centres + sizes / 2], -1).reshape(-1, 4)
    np.testing.assert_allclose(found.boxes, expected.numpy(), atol=1e-3)


def test_sigmoid_and_logit() -> None:
    assert sigmoid(np.array([logit(0.3), 1e9, -1e9])) == pytest.approx([0.3, 1, 0])
