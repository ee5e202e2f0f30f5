"""The memory of a visit: corrected crops lend their label to what looks alike, and to nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from classifiers.crop import Crop, fit_square
from collection.adapt import (
    MAX_REMEMBERED,
    VisitMemory,
    adapt_readings,
    crop_box,
    misread_objects,
    remember_objects,
    shown_changes,
)
from collection.record import LabelledObjects
from comparison.reading import Reading
from ink.sheet import Sheet
from tests.helpers import detections, draw_digits


def pixels(crops: Sequence[Crop]) -> np.ndarray:
    """Features that need no network: the ink itself."""
    return np.stack([fit_square(crop)[0].ravel().astype(np.float32) for crop in crops])


SEVENS = draw_digits((7, (100, 200), 120), (1, (300, 200), 120))
SEVEN_BOX, ONE_BOX = [35.0, 130, 165, 270], [260.0, 130, 340, 270]


def read_as(first: int, second: int) -> dict[str, Reading]:
    found = detections((SEVEN_BOX, first, 0.9), (ONE_BOX, second, 0.9))
    return {"yolov3": Reading(found, 1.0), "contours-cnn": Reading(found, 1.0)}


def test_what_was_corrected_is_read_so_and_what_looks_alike_too() -> None:
    sheet = Sheet(SEVENS)
    objects = LabelledObjects(np.array([SEVEN_BOX, ONE_BOX], np.float32), np.array([7, 1]))
    readings = read_as(1, 1)
    assert misread_objects(objects, readings).tolist() == [True, False]
    memory = remember_objects(VisitMemory(), sheet, objects, readings, pixels)
    assert memory.class_id.tolist() == [7]
    adapted = adapt_readings(sheet, readings, memory, pixels)
    changes = shown_changes(readings, adapted)
    assert [(c.method, c.row, c.before, c.after) for c in changes] == [("yolov3", 0, 1, 7), ("contours-cnn", 0, 1, 7)]
    for name in readings:
        assert adapted[name].proposals.class_id.tolist() == [7, 1]
        np.testing.assert_array_equal(adapted[name].proposals.xyxy, readings[name].proposals.xyxy)
        np.testing.assert_allclose(adapted[name].proposals.probabilities.sum(1), 1, atol=1e-5)
    other = Sheet(draw_digits((7, (120, 180), 150), (1, (300, 200), 120)))
    again = {"yolov3": Reading(detections(([40.0, 95, 200, 265], 1, 0.9), (ONE_BOX, 1, 0.9)), 1.0)}
    again["yolov3"].proposals.probabilities[0] = [0, 0.6, 0, 0, 0, 0, 0, 0.4, 0, 0, 0, 0]
    assert adapt_readings(other, again, memory, pixels)["yolov3"].proposals.class_id.tolist() == [7, 1]


def test_without_corrections_nothing_changes() -> None:
    readings, sheet = read_as(1, 1), Sheet(SEVENS)
    adapted = adapt_readings(sheet, readings, VisitMemory(), pixels)
    assert shown_changes(readings, adapted) == []
    assert adapted["yolov3"] is readings["yolov3"]
    right = LabelledObjects(np.array([SEVEN_BOX], np.float32), np.array([1]))
    empty = VisitMemory()
    assert remember_objects(empty, sheet, right, readings, pixels) is empty


def test_a_change_of_what_is_not_shown_is_none() -> None:
    """A proposal that no threshold shows, and one that a surer box over it hides."""
    sheet = Sheet(SEVENS)
    memory = remember_objects(
        VisitMemory(), sheet, LabelledObjects(np.array([SEVEN_BOX], np.float32), np.array([7])), read_as(1, 1), pixels
    )
    found = detections((SEVEN_BOX, 1, 0.3), (ONE_BOX, 1, 0.9))
    before = {"yolov3": Reading(found, 1.0)}
    after = adapt_readings(sheet, before, memory, pixels)
    assert after["yolov3"].proposals.class_id.tolist() == [7, 1]
    assert shown_changes(before, after) == []
    assert [(c.row, c.before, c.after) for c in shown_changes(before, after, confidence=0.2)] == [(1, 1, 7)]


def test_what_is_unlike_anything_remembered_is_left_alone() -> None:
    memory = VisitMemory(np.eye(1, 8, dtype=np.float32), np.array([3]), (np.zeros((1, 1), np.uint8),))
    rows = np.full((1, 12), 1 / 12, np.float32)
    np.testing.assert_array_equal(memory.lend(rows, np.eye(8, dtype=np.float32)[[5]]), rows)
    assert memory.lend(rows, np.eye(8, dtype=np.float32)[[0]]).argmax() == 3
    assert len(memory.lend(rows[:0], np.zeros((0, 8), np.float32))) == 0


def test_a_memory_is_bounded_and_a_second_thought_replaces_the_first() -> None:
    crop = Crop(np.zeros((4, 4), np.uint8), np.zeros((32, 32), np.uint8))
    memory = VisitMemory()
    for k in range(MAX_REMEMBERED + 3):
        memory = memory.with_crops([crop], np.eye(1, 64, k, dtype=np.float32), np.array([k % 10]))
    assert len(memory) == len(memory.pictures) == MAX_REMEMBERED
    assert memory.class_id[0] == 3
    memory = memory.with_crops([crop], np.eye(1, 64, 20, dtype=np.float32), np.array([9]))
    assert len(memory) == MAX_REMEMBERED
    same = memory.features[:, 20] > 0.9
    assert memory.class_id[same].tolist() == [9]
    assert len(memory.without(0)) == MAX_REMEMBERED - 1


BOXES = {
    "around the seven": (SEVEN_BOX, 130),
    "half of it": ([35.0, 130, 100, 270], 60),
    "empty paper": ([0.0, 0, 20, 20], 20),
    "beyond the sheet": ([380.0, 380, 420, 420], 20),
    "a line": ([100.0, 100, 100.5, 100.5], 1),
}


@pytest.mark.parametrize(("box", "width"), BOXES.values(), ids=BOXES.keys())
def test_the_ink_in_a_box_is_cropped(box: list[float], width: int) -> None:
    crop = crop_box(Sheet(SEVENS), np.array(box, np.float32))
    assert crop.grey.dtype == np.uint8
    assert crop.grey.size
    assert crop.place.shape == (32, 32)
    assert fit_square(crop).shape == (3, 32, 32)
