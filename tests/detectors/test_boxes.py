import torch

from detectors.boxes import decode


def test_decode_by_hand() -> None:
    """Raw zeros mean: the middle of the cell, the anchor's own size, half sure, all classes alike."""
    raw = torch.zeros(1, 3, 2, 3, 17)
    anchors = torch.tensor([[[8.0, 4.0], [16.0, 16.0], [2.0, 6.0]]])
    boxes, objectness, classes = decode([raw], anchors, (10,))
    assert boxes.shape == (1, 18, 4)
    # anchor 0, row 1, column 2: the centre is at (25, 15)
    assert boxes[0, 5].tolist() == [21, 13, 29, 17]
    # anchor 2, row 0, column 0: the centre is at (5, 5)
    assert boxes[0, 12].tolist() == [4, 2, 6, 8]
    assert objectness.unique().tolist() == [0.5]
    assert torch.allclose(classes, torch.full_like(classes, 1 / 12))


def test_sizes_are_bounded() -> None:
    """However wrong the network, a box has at most four times its anchor's sides."""
    raw = torch.full((1, 3, 1, 1, 17), 1e4)
    boxes, _, _ = decode([raw], torch.full((1, 3, 2), 10.0), (32,))
    assert boxes.isfinite().all()
    assert (boxes[0, 0, 2] - boxes[0, 0, 0]).item() == 40


def test_several_scales() -> None:
    outputs = [torch.zeros(2, 3, n, n, 17) for n in (1, 2, 4)]
    boxes, objectness, classes = decode(outputs, torch.ones(3, 3, 2), (32, 16, 8))
    assert (boxes.shape, objectness.shape, classes.shape) == ((2, 63, 4), (2, 63), (2, 63, 12))
