import pytest

from comparison.agreement import compare_readings
from comparison.objects import match_readings
from detectors import Detections
from tests.helpers import detections

A, B, C = [0, 0, 10, 10], [20, 0, 30, 10], [40, 0, 50, 10]
HALF_B = [26, 0, 34, 10]  # overlaps B by a third of their union

CASES = [
    (detections(), detections(), True, "Both find nothing."),
    (detections((A, 4, 0.9), (B, 2, 0.9)), detections((B, 2, 0.8), (A, 4, 0.7)), True, "Both read 42."),
    (detections((A, 11, 0.9)), detections((A, 11, 0.9)), True, "Both read a drawing that is no digit."),
    (
        detections((A, 1, 0.9), (B, 10, 0.9)), detections((A, 1, 0.9), (B, 10, 0.9)), True,
        "Both read 1 with a censored drawing.",
    ),
    (
        *[detections((A, 11, 0.9), (B, 11, 0.9), (C, 10, 0.9))] * 2, True,
        "Both read 2 drawings that are no digits and a censored drawing.",
    ),
    (detections((A, 4, 0.9)), detections((A, 8, 0.9)), False, "Detection reads it as a 4, segmentation as an 8."),
    (detections((A, 4, 0.9)), detections(), False, "Only detection finds a 4."),
    (
        detections((A, 4, 0.9), (B, 1, 0.9)), detections((A, 4, 0.9)), False,
        "Both read 4; only detection finds a 1 (B).",
    ),
    (
        detections((A, 2, 0.9), (B, 0, 0.9), (C, 6, 0.9)), detections((A, 2, 0.9), (B, 0, 0.9), (C, 5, 0.9)), False,
        "Both read 20?; detection reads C as a 6, segmentation as a 5.",
    ),
    (
        detections((A, 4, 0.9)), detections((A, 9, 0.9), (B, 1, 0.9), (C, 11, 0.9)), False,
        "Detection reads A as a 4, segmentation as a 9; only segmentation finds a 1 (B) and a drawing "
        "that is no digit (C).",
    ),
    (
        detections((A, 2, 0.9), (B, 7, 0.9)), detections((A, 2, 0.9), (HALF_B, 7, 0.9)), False,
        "Both read 2?; both see a 7, but box B differently.",
    ),
    (
        detections((B, 7, 0.9)), detections((HALF_B, 1, 0.9)), False,
        "Detection boxes it as a 7, segmentation other ink as a 1.",
    ),
    (
        detections(*(([x, 0, x + 10, 10], 1, 0.9) for x in range(0, 100, 20))), detections(), False,
        "Only detection finds a 1 (A), a 1 (B), a 1 (C) and 2 more.",
    ),
    (
        detections(*(([x, 0, x + 10, 10], 1, 0.9) for x in range(0, 80, 20))),
        detections(*(([x, 0, x + 10, 10], 7, 0.9) for x in range(0, 80, 20))), False,
        "Detection reads A as a 1, segmentation as a 7; detection reads B as a 1, segmentation as a 7; detection reads "
        "C as a 1, segmentation as a 7; 1 more read or boxed differently.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("first", "second", "agree", "sentence"), CASES)
def test_sentence(first: Detections, second: Detections, agree: bool, sentence: str) -> None:
    result = compare_readings(first, second)
    assert (result.agree, result.sentence) == (agree, sentence)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (detections((A, 4, 0.9), (B, 11, 0.9)), detections((A, 4, 0.9)), True),
        (detections((A, 4, 0.9), (B, 11, 0.9)), detections((A, 4, 0.9), (B, 10, 0.9)), True),
        (detections((A, 4, 0.9), (B, 11, 0.9)), detections((A, 4, 0.9), (B, 1, 0.9)), False),
        (detections((A, 4, 0.9)), detections((A, 9, 0.9)), False),
        (detections((A, 4, 0.9)), detections(), False),
        (detections((A, 11, 0.9)), detections(), False),
    ],
)
def test_same_digits_whatever_else_is_seen(first: Detections, second: Detections, same: bool) -> None:
    assert compare_readings(first, second).same_digits == same


def test_objects_have_letters_in_reading_order_and_are_matched_once() -> None:
    readings = [
        detections((C, 3, 0.9), (A, 4, 0.9), (B, 7, 0.9)), detections((HALF_B, 7, 0.9), (A, 9, 0.9), (C, 3, 0.8)),
    ]  # fmt: skip
    assert compare_readings(*readings).kinds == {"A": "class", "B": "apart", "C": "same"}
    assert [(o.letter, o.rows) for o in match_readings(readings).objects] == [
        ("A", (1, 1)),
        ("B", (2, 0)),
        ("C", (0, 2)),
    ]


def test_json_counts() -> None:
    result = compare_readings(detections((A, 4, 0.9), (B, 1, 0.9)), detections((A, 9, 0.9), (C, 2, 0.9))).to_json()
    assert {k: result[k] for k in ("agree", "same", "other_class", "box_apart", "only_first", "only_second")} == {
        "agree": False, "same": 0, "other_class": 1, "box_apart": 0, "only_first": 1, "only_second": 1,
    }  # fmt: skip
