"""Which boxes of several readings are one object, what objects are called, and in which order all are read."""

from __future__ import annotations

import itertools

import cv2
import numpy as np
import pytest

from comparison.agreement import compare_matched
from comparison.objects import match_readings, object_letter
from comparison.reading import read_sheet
from detectors import Detections, load_detector, read_drawing
from detectors.boxes import iou_matrix
from detectors.matching import MIN_OBJECT_IOU, object_overlap
from ink.sheet import Sheet
from models.classes import CENSORED
from tests.helpers import detections
from ui.tabs.draw import EXAMPLES

A, B, C = [0.0, 0, 10, 10], [20.0, 0, 30, 10], [40.0, 0, 50, 10]
THIN, WIDER, BESIDE = [100.0, 50, 106, 150], [102.0, 48, 116, 152], [126.0, 50, 132, 150]


def test_a_plain_one_is_one_object_however_tight_its_boxes_are() -> None:
    thin, wider, beside = (np.array([box]) for box in (THIN, WIDER, BESIDE))
    assert iou_matrix(thin, wider)[0, 0] < MIN_OBJECT_IOU <= object_overlap(thin, wider)[0, 0]
    assert object_overlap(thin, beside)[0, 0] < MIN_OBJECT_IOU  # another 1 next to it
    matched = match_readings([detections((THIN, 1, 0.9)), detections((WIDER, 1, 1.0))])
    assert [o.rows for o in matched.objects] == [(0, 0)]
    assert compare_matched(matched, 0, 1, ("Detection", "Segmentation")).sentence == "Both read 1."


def test_two_ones_side_by_side_stay_two_objects() -> None:
    matched = match_readings(
        [detections((THIN, 1, 0.9), (BESIDE, 1, 0.9)), detections((BESIDE, 1, 0.9), (THIN, 7, 0.9))]
    )
    assert [o.rows for o in matched.objects] == [(0, 1), (1, 0)]
    assert matched.texts == ["11", "71"]


def test_boxes_without_extent_are_matched_to_nothing() -> None:
    assert not object_overlap(np.array([[5.0, 5, 5, 5]]), np.array([A])).any()
    assert match_readings([]).objects == []
    assert match_readings([Detections.empty(), Detections.empty()]).texts == ["", ""]


def test_letters_go_on_after_z() -> None:
    assert [object_letter(k) for k in (0, 25, 26, 51, 52, 702)] == ["A", "Z", "AA", "AZ", "BA", "AAA"]


def test_two_readings_are_read_in_one_order() -> None:
    """Where one way would see two lines in its boxes and the other one three, both are read in the same two."""
    low, high = [40.0, 8, 50, 18], [40.0, 3, 50, 13]  # the last digit hangs: alone its boxes decide for another line
    first, second = (detections((A, 3, 0.9), (B, 9, 0.9), (last, 6, 0.9)) for last in (low, high))
    assert (first.reading(), second.reading()) == ("39\n6", "396")
    texts = match_readings([first, second]).texts
    assert texts[0] == texts[1]


def test_what_is_no_digit_has_its_place_and_joins_no_lines() -> None:
    house, second_line = [60.0, 0, 200, 60], [0.0, 40, 10, 50]
    found = detections((house, 11, 0.9), (second_line, 5, 0.9), (A, 4, 0.9))
    matched = match_readings([found])
    assert matched.texts == ["4\n5"] == [found.reading()]
    assert [found.class_id[o.rows[0]] for o in matched.objects] == [4, 11, 5]


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (detections(), "nothing"),
        (detections((A, 11, 0.9)), "no digit"),
        (detections((A, CENSORED, 0.9), (B, 11, 0.9)), "censored"),
        (detections((A, 3, 0.9), (B, CENSORED, 0.9)), "3"),
        (detections((A, 3, 0.9), ([0, 40, 10, 50], 6, 0.9)), "3 / 6"),
    ],
)
def test_words(found: Detections, words: str) -> None:
    assert match_readings([found]).words(0) == words


def test_a_third_reading_finds_the_objects_of_the_first_two() -> None:
    matched = match_readings([detections((A, 1, 0.9)), detections((B, 2, 0.9)), detections((B, 3, 0.9), (A, 4, 0.9))])
    assert [o.rows for o in matched.objects] == [(0, None, 1), (None, 0, 0)]
    assert compare_matched(matched, 0, 2, ("a", "b")).kinds == {"A": "class", "B": "second"}


def test_where_the_ways_agree_their_headlines_are_equal() -> None:
    """On every example and every method, also where the methods alone would group lines differently."""
    methods = {name: load_detector(name) for name in ("yolov3", "contours-cnn", "contours-vit")}
    for path in EXAMPLES:
        readings = read_sheet(Sheet(read_drawing(path)), methods)
        matched = match_readings([reading.shown() for reading in readings.values()])
        for i, j in itertools.combinations(range(len(methods)), 2):
            if compare_matched(matched, i, j, ("a", "b")).agree:
                assert matched.texts[i] == matched.texts[j], path.name


def test_a_drawn_one_is_matched_on_real_readings() -> None:
    """A plain stroke, which the detector boxes with some paper on both sides."""
    drawing = np.full((400, 400, 3), 255, np.uint8)
    cv2.line(drawing, (200, 120), (200, 280), (0, 0, 0), 8, cv2.LINE_AA)
    readings = read_sheet(Sheet(drawing), {name: load_detector(name) for name in ("yolov3", "contours-cnn")})
    assert len(match_readings([reading.shown() for reading in readings.values()]).objects) == 1
