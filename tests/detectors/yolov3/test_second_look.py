"""What no box explains is found and looked at once more; what is explained, small or around something is not."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from detectors import read_drawing
from detectors.detections import Detections
from detectors.yolov3.detector import YOLOv3Detector
from detectors.yolov3.letterbox import Frame
from detectors.yolov3.second_look import unexplained_ink
from ink.connected import find_connected
from ink.sheet import Sheet
from models.classes import OTHER
from tests.helpers import draw_digits

CASES = Path(__file__).parents[1] / "cases"

LEFT, RIGHT = (20, 20, 60, 80), (140, 20, 180, 80)


def inked(*boxes: tuple[int, int, int, int]) -> np.ndarray:
    ink = np.zeros((120, 200), np.uint8)
    for x1, y1, x2, y2 in boxes:
        ink[y1:y2, x1:x2] = 255
    return ink


def test_ink_without_a_box_is_left_over() -> None:
    bar = (20, 90, 180, 94)
    left = unexplained_ink(inked(LEFT, RIGHT, bar), np.array([LEFT, RIGHT]))
    assert left is not None
    assert np.array_equal(left, inked(bar))


@pytest.mark.parametrize(
    ("box", "other"),
    [
        (LEFT, (130, 50, 136, 56)),  # a dot
        ((20, 20, 45, 80), LEFT),  # a box that is too narrow still explains its ink
        (LEFT, (18, 82, 58, 88)),  # a stroke that belongs to it
        (LEFT, LEFT),  # nothing else is there
    ],
)
def test_what_is_small_or_explained_is_not(box: tuple[int, ...], other: tuple[int, int, int, int]) -> None:
    assert unexplained_ink(inked(LEFT, other), np.array([box])) is None


def test_nor_what_is_around_a_box() -> None:
    ink = inked((10, 10, 100, 110))
    ink[14:106, 14:96] = 0
    ink[30:90, 35:75] = 255
    assert unexplained_ink(ink, np.array([(35, 30, 75, 90)])) is None


class FindsTheWidest(YOLOv3Detector):
    """Finds one object in whatever it is shown, the widest."""

    def __init__(self) -> None:
        super().__init__(lambda batch: [], np.ones((3, 3, 2)))  # type: ignore[arg-type]
        self.looks = 0

    def read_frames(
        self, frames: Sequence[tuple[np.ndarray, Frame]], sizes: Sequence[tuple[int, ...]]
    ) -> Iterator[Detections]:
        for ink, frame in frames:
            self.looks += 1
            _, parts = find_connected(ink)
            x, y, width, height, _ = max(parts[1:].tolist(), key=lambda part: part[2])
            box = frame.to_sheet(np.array([[x, y, x + width, y + height]], np.float32))
            yield Detections(box, np.ones(1), np.array([7]), np.eye(12)[[7]])


def test_the_detector_looks_once_more_and_no_further() -> None:
    """Of three drawings each look finds one, so two are found; where one look explains all there is no second."""
    detector = FindsTheWidest()
    three = draw_digits((4, (80, 200), 120), (2, (200, 200), 80), (7, (320, 200), 80))
    found, alone = detector.propose([Sheet(three), Sheet(draw_digits((4, (200, 200), 120)))])
    assert len(found) == 2
    assert len(alone) == 1
    assert detector.looks == 3


def test_a_bar_that_the_first_look_misses_is_found() -> None:
    found = YOLOv3Detector.load()(read_drawing(CASES / "long_bar_852_37.png"))
    assert sorted(found.class_id.tolist()) == [2, 3, 5, 7, 8, OTHER]
