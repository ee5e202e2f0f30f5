import pytest

from comparison.agreement import compare
from detectors import Detections
from tests.conftest import detections

A, B, C = [0, 0, 10, 10], [20, 0, 30, 10], [40, 0, 50, 10]

CASES = [
    (detections(), detections(), True, "Both find nothing."),
    (detections((A, 4, 0.9), (B, 2, 0.9)), detections((B, 2, 0.8), (A, 4, 0.7)), True, "Both read 42."),
    (detections((A, 11, 0.9)), detections((A, 11, 0.9)), True, "Both read another drawing."),
    (
        detections((A, 1, 0.9), (B, 10, 0.9)), detections((A, 1, 0.9), (B, 10, 0.9)), True,
        "Both read 1 with a censored drawing.",
    ),
    (detections((A, 4, 0.9)), detections((A, 9, 0.9)), False, "Detection reads a 4 where segmentation reads a 9."),
    (detections((A, 4, 0.9), (B, 1, 0.9)), detections((A, 4, 0.9)), False, "Only detection finds a 1."),
    (
        detections((A, 4, 0.9)), detections((A, 9, 0.9), (B, 1, 0.9), (C, 11, 0.9)), False,
        "Detection reads a 4 where segmentation reads a 9; only segmentation finds a 1 and another drawing.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("first", "second", "agree", "sentence"), CASES)
def test_sentence(first: Detections, second: Detections, agree: bool, sentence: str) -> None:
    result = compare(first, second)
    assert (result.agree, result.sentence) == (agree, sentence)


def test_json_counts() -> None:
    result = compare(detections((A, 4, 0.9), (B, 1, 0.9)), detections((A, 9, 0.9), (C, 2, 0.9))).to_json()
    assert {k: result[k] for k in ("agree", "same", "other_class", "only_first", "only_second")} == {
        "agree": False, "same": 0, "other_class": 1, "only_first": 1, "only_second": 1,
    }  # fmt: skip
