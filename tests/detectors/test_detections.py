import numpy as np
import pytest

from detectors import Detections
from tests.helpers import detections


def test_empty() -> None:
    empty = Detections.empty()
    assert (len(empty), empty.reading(), empty.to_json()) == (0, "", [])
    assert len(empty[np.zeros(0, bool)]) == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"xyxy": np.zeros((1, 3))}, r"xyxy must have shape \(1, 4\), got \(1, 3\)"),
        ({"xyxy": np.array([[5.0, 0, 1, 1]])}, "x1 <= x2"),
        ({"xyxy": np.array([[np.nan, 0, 1, 1]])}, "xyxy holds values that are not finite"),
        ({"confidence": np.array([1.5])}, "confidence must lie in 0..1"),
        ({"class_id": np.array([12])}, "class_id must lie in 0..11"),
        ({"class_id": np.array([1, 2])}, "class_id must have shape"),
        ({"probabilities": np.full((1, 12), 0.5)}, "sum to one"),
        ({"probabilities": np.full((1, 10), 0.1)}, "probabilities must have shape"),
        ({"xyxy": np.array([["a", "b", "c", "d"]])}, "must hold numbers"),
    ],
)
def test_refuses_what_does_not_fit(change: dict[str, np.ndarray], message: str) -> None:
    fine = {
        "xyxy": np.array([[0.0, 0, 1, 1]]), "confidence": np.array([0.5]), "class_id": np.array([3]),
        "probabilities": np.eye(12)[[3]],
    }  # fmt: skip
    Detections(**fine)
    with pytest.raises(ValueError, match=message):
        Detections(**(fine | change))


def test_types_are_the_contract() -> None:
    d = detections(([0, 0, 4, 4], 7, 0.5))
    assert (d.xyxy.dtype, d.confidence.dtype, d.class_id.dtype, d.probabilities.dtype) == (
        np.float32, np.float32, np.int64, np.float32,
    )  # fmt: skip


def test_frozen() -> None:
    with pytest.raises(AttributeError):
        Detections.empty().xyxy = np.zeros((0, 4))  # type: ignore[misc]


def test_slicing() -> None:
    d = detections(([0, 0, 4, 4], 7, 0.5), ([10, 0, 14, 4], 3, 0.9))
    assert d[d.confidence > 0.6].class_id.tolist() == [3]
    assert d[:1].class_id.tolist() == [7]
    assert d[[1, 0]].class_id.tolist() == [3, 7]


def test_json() -> None:
    (row,) = detections(([1, 2, 3, 4], 10, 0.25)).to_json()
    assert (row["label"], row["confidence"], row["box"]) == ("censored", 0.25, [1, 2, 3, 4])
    assert len(row["probabilities"]) == 12
