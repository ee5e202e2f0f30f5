import numpy as np
import pytest

from training.runs.anchor_clusters import kmeans_anchors, wh_iou


def test_iou_by_hand() -> None:
    np.testing.assert_allclose(wh_iou(np.array([[2.0, 2]]), np.array([[2.0, 2], [1, 1], [4, 1]])), [[1, 0.25, 2 / 6]])


def test_finds_the_clusters() -> None:
    rng = np.random.default_rng(0)
    centres = np.array([[10, 20], [40, 40], [100, 60]])
    sizes = np.concatenate([c * np.exp(rng.normal(0, 0.05, (200, 2))) for c in centres])
    assert kmeans_anchors(sizes, 3) == pytest.approx(centres, rel=0.05)
