import numpy as np
import pytest

from comparison.evaluation.metrics import confusion, is_exact
from detectors import Detections
from detectors.boxes import iou_matrix
from detectors.matching import best_pairs, match_boxes
from tests.helpers import detections

NONE = np.zeros((0, 4), np.float32)


def boxes(*rows: list[float]) -> np.ndarray:
    return np.array(rows, np.float32).reshape(-1, 4)


def test_iou_by_hand() -> None:
    a = boxes([0, 0, 2, 2], [0, 0, 1, 1])
    b = boxes([1, 1, 3, 3], [0, 0, 2, 2], [5, 5, 5, 9])
    np.testing.assert_allclose(iou_matrix(a, b), [[1 / 7, 1, 0], [0, 1 / 4, 0]])


def test_a_pair_after_one_whose_row_is_taken_is_found() -> None:
    assert best_pairs(np.array([[0.9, 0.8, 0.0], [0.85, 0.0, 0.0], [0.0, 0.0, 0.6]]), 0.5) == [(0, 0), (2, 2)]


@pytest.mark.parametrize(
    ("a", "b", "pairs"),
    [
        (NONE, NONE, []),
        (boxes([0, 0, 4, 4]), NONE, []),
        (boxes([0, 0, 4, 4]), boxes([0, 0, 4, 4]), [(0, 0)]),
        (boxes([0, 0, 4, 4]), boxes([3, 3, 7, 7]), []),  # they overlap, but are not the same
        # Two boxes on one object: the better one gets it.
        (boxes([0, 0, 4, 3], [0, 0, 4, 4]), boxes([0, 0, 4, 4]), [(1, 0)]),
        # Crossed over.
        (boxes([0, 0, 4, 4], [10, 0, 14, 4]), boxes([10, 0, 14, 4], [0, 0, 4, 4]), [(0, 1), (1, 0)]),
    ],
)
def test_pairs(a: np.ndarray, b: np.ndarray, pairs: list[tuple[int, int]]) -> None:
    assert sorted(match_boxes(a, b)) == pairs


EXACT = [
    (detections(), NONE, [], True),  # an empty sheet read as empty
    (detections(([0, 0, 4, 4], 3, 0.9)), boxes([0, 0, 4, 4]), [3], True),
    (detections(([0, 0, 4, 4], 3, 0.9)), boxes([0, 0, 4, 4]), [8], False),  # wrong class
    (detections(), boxes([0, 0, 4, 4]), [3], False),  # missed
    (detections(([0, 0, 4, 4], 3, 0.9)), NONE, [], False),  # found where nothing is
    (detections(([0, 0, 4, 4], 3, 0.9), ([0, 0, 4, 3], 3, 0.8)), boxes([0, 0, 4, 4]), [3], False),  # found twice
]


@pytest.mark.parametrize(("found", "xyxy", "classes", "answer"), EXACT)
def test_exact(found: Detections, xyxy: np.ndarray, classes: list[int], answer: bool) -> None:
    assert is_exact(found, xyxy, np.array(classes, np.int64)) is answer


def test_confusion_by_hand() -> None:
    found = detections(([0, 0, 4, 4], 3, 0.9), ([20, 0, 24, 4], 1, 0.9))
    truth = boxes([0, 0, 4, 4], [10, 0, 14, 4])
    matrix, labels = confusion([found], [(truth, np.array([8, 5]))])
    assert labels[-1] == "nothing"
    assert {(int(r), int(c)) for r, c in zip(*np.nonzero(matrix), strict=True)} == {(8, 3), (5, 12), (12, 1)}
