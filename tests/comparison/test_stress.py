"""Each stress does to the ink what it says, and a course tells where a method changes its mind."""

import itertools

import numpy as np
import pytest

from comparison.reading import Reading, read_sheet
from comparison.stress import DRAWING_SIDE_PX, STRESSES, SUBJECT_SIDE_PX, Stress, Subject, make_subject, run_stress
from detectors import Detections, Detector
from detectors.segmentation.pieces import find_pieces
from ink.ink import ink_bounds
from ink.sheet import Sheet
from tests.helpers import FakeDetector, detections, draw_digits


def drawn(*digits: tuple[int, tuple[int, int], int]) -> Subject:
    image = draw_digits(*digits)
    pieces = find_pieces(255 - image[..., 0], 6)
    result = make_subject(image, np.array([p.box for p in pieces], float))
    assert result is not None
    return result


def extent(ink: np.ndarray) -> tuple[int, int]:
    box = ink_bounds(ink, 127)
    assert box is not None
    return box[2] - box[0], box[3] - box[1]


def test_no_ink_is_no_subject() -> None:
    assert make_subject(np.full((50, 50, 3), 255, np.uint8), np.zeros((0, 4))) is None


def test_a_subject_is_centred_and_of_one_size() -> None:
    for place, size in (((80, 90), 40), ((200, 200), 300)):
        s = drawn((0, place, size))
        box = ink_bounds(s.ink)
        assert box is not None
        assert max(extent(s.ink)) == pytest.approx(SUBJECT_SIDE_PX, abs=8)
        assert (box[0] + box[2]) / 2 == pytest.approx(DRAWING_SIDE_PX / 2, abs=3)
        assert len(s.boxes) == 1


@pytest.mark.parametrize("stress", STRESSES.values(), ids=STRESSES.keys())
def test_every_stress_keeps_the_sheet_and_its_start_is_the_drawing(stress: Stress) -> None:
    s = drawn((4, (120, 200), 120), (7, (280, 200), 120))
    sheets = [stress.change(s, value) for value in stress.values]
    assert all(
        ink.shape == (DRAWING_SIDE_PX, DRAWING_SIDE_PX) and ink.dtype == np.uint8 and ink.max() > 127 for ink in sheets
    )
    assert all(not np.array_equal(a, b) for a, b in itertools.pairwise(sheets))
    assert stress.start in stress.values
    if stress.label not in ("Overlap of two digits", "Size"):
        start = sheets[stress.values.index(stress.start)]
        assert np.mean((start > 127) != (s.ink > 127)) < 0.002


def test_nothing_is_cut_off_by_turning_what_fills_its_sheet() -> None:
    s = Subject(np.zeros((DRAWING_SIDE_PX, DRAWING_SIDE_PX), np.uint8), np.zeros((0, 4), int))
    low, high = (DRAWING_SIDE_PX - SUBJECT_SIDE_PX) // 2, (DRAWING_SIDE_PX + SUBJECT_SIDE_PX) // 2
    s.ink[low:high, low:high] = 255
    for degrees in STRESSES["rotation"].values:
        turned = STRESSES["rotation"].change(s, degrees)
        assert turned.mean() == pytest.approx(s.ink.mean(), rel=0.01), degrees


def test_rotation_is_clockwise() -> None:
    s = drawn((1, (200, 200), 200))
    wide, tall = extent(STRESSES["rotation"].change(s, 90))
    assert (tall, wide) == pytest.approx(extent(s.ink), abs=3)
    corner = Subject(np.zeros((DRAWING_SIDE_PX, DRAWING_SIDE_PX), np.uint8), s.boxes)
    corner.ink[100:120, 100:120] = 255  # the upper left goes to the upper right
    box = ink_bounds(STRESSES["rotation"].change(corner, 90))
    assert box is not None
    assert box[0] > 470
    assert box[3] < 130


def test_size_is_a_share_of_the_sheet() -> None:
    s = drawn((8, (200, 200), 200))
    for share in (0.06, 0.25, 0.8):
        assert max(extent(STRESSES["size"].change(s, share))) == pytest.approx(share * DRAWING_SIDE_PX, rel=0.08)


def test_a_pen_gets_wider_on_both_sides() -> None:
    ink = np.zeros((DRAWING_SIDE_PX, DRAWING_SIDE_PX), np.uint8)
    ink[100:500, 290:310] = 255
    s = Subject(ink, np.array([[290, 100, 310, 500]]))
    for times in (0.5, 1, 2, 3):
        assert extent(STRESSES["pen"].change(s, times))[0] == pytest.approx(20 * times, abs=2)


def test_halves_are_pulled_apart() -> None:
    s = drawn((1, (200, 200), 200))
    assert len(find_pieces(STRESSES["gap"].change(s, 0.2), 6)) == 2
    height = s.boxes[0, 3] - s.boxes[0, 1]
    assert extent(STRESSES["gap"].change(s, 0.2))[1] == pytest.approx(extent(s.ink)[1] + 0.2 * height, abs=3)


def test_two_digits_overlap_and_one_is_doubled() -> None:
    for s in (drawn((0, (120, 200), 120), (0, (280, 200), 120)), drawn((0, (200, 200), 120))):
        apart, over = (STRESSES["overlap"].change(s, depth) for depth in (-0.3, 0.5))
        assert len(find_pieces(apart, 6)) == 2
        assert len(find_pieces(over, 6)) == 1
        assert extent(over)[0] < extent(apart)[0]


class Narrow(FakeDetector):
    """Finds an object only where the ink is narrower than it is tall."""

    def propose(self, sheets: object) -> list[Detections]:
        found = super().propose(sheets)  # type: ignore[arg-type]
        return [f if len(f) and np.ptp(f.xyxy[0, ::2]) < np.ptp(f.xyxy[0, 1::2]) else Detections.empty() for f in found]


def read(drawing: np.ndarray, detectors: dict[str, Detector]) -> dict[str, Reading]:
    return read_sheet(Sheet(drawing), detectors)


def test_a_course_tells_where_a_method_breaks() -> None:
    drawing = draw_digits((1, (200, 200), 200))
    detectors: dict[str, Detector] = {
        "all": FakeDetector("all", "Detection", 4),
        "narrow": Narrow("narrow", "Segmentation", 9),
        "weak": FakeDetector("weak", "Detection", 2, 0.3),
    }
    course = run_stress(STRESSES["rotation"], drawing, read(drawing, detectors), detectors)
    assert course is not None
    assert course.span("all") == (-90, 90)
    low, high = course.span("narrow") or (0, 0)
    assert -60 <= low <= -15
    assert 15 <= high <= 60
    assert course.steps["narrow"][0].reading == ""
    assert course.span("weak") is None
    assert course.steps["weak"][0].confidence == 0
    assert all(course.held("weak"))  # nothing changes where nothing is read
    assert [value for value, held in zip(course.stress.values, course.held("narrow"), strict=True) if held] == [
        value for value in course.stress.values if low <= value <= high
    ]
    assert (course.own["all"], course.own["weak"], course.steps["weak"][0].words) == ("4", "", "nothing")


@pytest.mark.parametrize("name", [name for name, stress in STRESSES.items() if not stress.shows_pair])
def test_a_course_starts_from_the_readings_of_the_drawing_itself(name: str) -> None:
    """Whatever the methods make of the drawing once it stands in the middle of another sheet."""
    drawing = draw_digits((1, (200, 200), 200))
    detectors: dict[str, Detector] = {"a": FakeDetector("a", "Detection", 4)}
    shown = {"a": Reading(detections(([150.0, 100, 250, 300], 7, 0.8)), 1.0)}
    stress = STRESSES[name]
    course = run_stress(stress, drawing, shown, detectors)
    assert course is not None
    assert course.own == {"a": "7"}
    assert course.steps["a"][stress.values.index(stress.start)].reading == "7"
    assert course.span("a") == (stress.start, stress.start)


def test_a_pair_is_held_to_what_was_read_of_its_two_objects() -> None:
    drawing = draw_digits((0, (120, 200), 120), (1, (280, 200), 120))
    boxes = [45.0, 130, 195, 270], [240.0, 130, 320, 270]
    detectors: dict[str, Detector] = {"a": FakeDetector("a", "Detection", 4)}
    for rows, own in (((0, 1), "69"), ((0,), "66")):
        shown = {"a": Reading(detections(*((boxes[k], (6, 9)[k], 0.9) for k in rows)), 1.0)}
        course = run_stress(STRESSES["overlap"], drawing, shown, detectors)
        assert course is not None
        assert (course.own["a"], course.span("a"), course.doubled) == (own, None, len(rows) == 1)
        assert {step.reading for step in course.steps["a"]} == {"4"}
        assert all(course.held("a"))  # as it reads the two apart


def test_nothing_drawn_has_no_course() -> None:
    blank, detector = np.full((50, 50, 3), 255, np.uint8), FakeDetector("a", "Detection", 4)
    assert run_stress(STRESSES["noise"], blank, {"a": Reading(Detections.empty(), 1.0)}, {"a": detector}) is None
