"""The order in which objects are read: lines from the top, each from left to right."""

import numpy as np
import pytest

from detectors.reading_order import find_lines
from tests.helpers import detections

READINGS = [
    # boxes (x, y, side), classes, text
    ([(50, 0, 20), (0, 0, 20)], [2, 4], "42"),  # order of detection does not matter
    ([(0, 0, 20), (30, 50, 20), (0, 50, 20)], [1, 3, 2], "1\n23"),  # two lines
    ([(0, 0, 40), (50, 25, 15)], [7, 0], "70"),  # a small neighbour low on the line
    ([(0, 20, 40), (45, 0, 25), (80, 20, 40), (125, 5, 20)], [5, 2, 7, 3], "5273"),  # powers, raised above the line
    ([(0, 50, 40), (0, 0, 25)], [5, 2], "2\n5"),  # above the line, but not behind a digit
    ([(0, 60, 20), (30, 50, 20), (60, 40, 20), (90, 30, 20)], [1, 2, 3, 4], "1234"),  # a climbing line
    ([(0, 0, 20), (30, 0, 20), (60, 0, 20)], [1, 11, 2], "12"),  # other drawings are not read
    ([(0, 0, 20)], [10], ""),  # nor censored ones
]


@pytest.mark.parametrize(("boxes", "classes", "text"), READINGS)
def test_reading(boxes: list[tuple[int, int, int]], classes: list[int], text: str) -> None:
    rows = [([x, y, x + s, y + s], c, 0.9) for (x, y, s), c in zip(boxes, classes, strict=True)]
    assert detections(*rows).reading() == text


def test_every_box_is_in_one_line() -> None:
    corners = np.random.default_rng(0).uniform(0, 300, (40, 2))
    boxes = np.hstack([corners, corners + 20])
    lines = find_lines(boxes)
    assert sorted(np.concatenate(lines).tolist()) == list(range(40))
    for line in lines:
        assert (np.diff(boxes[line, 0]) >= 0).all()


def test_a_box_goes_to_the_line_that_it_lies_beside_most() -> None:
    """Between two lines, nearer to the lower one."""
    boxes = np.array([[0, 0, 20, 40], [0, 50, 20, 90], [30, 30, 50, 70]], float)
    assert [line.tolist() for line in find_lines(boxes)] == [[0], [1, 2]]


def test_no_boxes() -> None:
    assert find_lines(np.zeros((0, 4))) == []
