"""mAP of plain arrays; the figures of the hand-computed scenes."""

import numpy as np
import pytest

from comparison.evaluation.metrics import mean_average_precision
from detectors.detections import Detections
from tests.helpers import detections
from training.runs.detector_scores import score_detector
from training.scenes.composer import Scene

LEFT, RIGHT = [0.0, 0, 40, 40], [100.0, 0, 140, 40]


def truth(*rows: tuple[list[float], int]) -> tuple[np.ndarray, np.ndarray]:
    boxes = np.array([box for box, _ in rows], np.float32).reshape(-1, 4)
    return boxes, np.array([class_id for _, class_id in rows], np.int64)


@pytest.mark.parametrize(
    ("found", "truths", "expected"),
    [
        ([detections((LEFT, 0, 0.9))], [truth((LEFT, 0))], 1.0),  # the first class is a class, too
        ([detections((LEFT, 3, 0.9))], [truth((LEFT, 4))], 0.0),
        ([detections((LEFT, 3, 0.9))], [truth((LEFT, 3), (RIGHT, 11))], 0.5),  # of two classes one is found
        ([detections((LEFT, 3, 0.9)), detections()], [truth((LEFT, 3)), truth((LEFT, 3))], 51 / 101),  # half the recall
        ([Detections.empty()], [truth((LEFT, 3))], 0.0),
        ([Detections.empty()], [truth()], 0.0),
        ([], [], 0.0),
    ],
)
def test_map_by_hand(found: list[Detections], truths: list[tuple[np.ndarray, np.ndarray]], expected: float) -> None:
    assert mean_average_precision(found, truths) == pytest.approx((expected, expected), abs=1e-6)


def test_scores_by_kind() -> None:
    image = np.zeros((200, 200, 3), np.uint8)
    scenes = [Scene(image, *truth((LEFT, 3)), "single"), Scene(image, *truth((LEFT, 3), (RIGHT, 4)), "row")]
    scores = score_detector([detections((LEFT, 3, 0.9)), detections((LEFT, 3, 0.8))], scenes)
    assert (scores["exact/single"], scores["exact/row"], scores["exact/all"]) == (1, 0, 0.5)
    assert scores["mAP50"] == pytest.approx(0.5)
