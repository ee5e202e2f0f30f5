"""Boxes whose ink surer ones have already go, and nothing else."""

import numpy as np
import pytest

from detectors.detections import Detections
from detectors.yolov3.ghosts import drop_ghosts
from models.classes import OTHER

INK = np.zeros((100, 200), np.uint8)
INK[20:80, 20:60] = INK[20:80, 70:110] = 255
LEFT, RIGHT, BETWEEN = (20, 20, 60, 80), (70, 20, 110, 80), (45, 20, 85, 80)


def found(*rows: tuple[tuple[int, int, int, int], float, int]) -> Detections:
    boxes, confidence, classes = zip(*rows, strict=True)
    return Detections(np.array(boxes), np.array(confidence), np.array(classes), np.eye(12)[list(classes)])


def test_a_box_between_two_surer_ones_goes() -> None:
    left = drop_ghosts(found((LEFT, 0.99, 7), (RIGHT, 0.98, 7), (BETWEEN, 0.6, 7)), INK, 1.0)
    assert left.xyxy.tolist() == [list(LEFT), list(RIGHT)]


@pytest.mark.parametrize(
    "rows",
    [
        [(LEFT, 0.99, 7), (RIGHT, 0.98, 7), (BETWEEN, 0.9, 1)],  # surer than a ghost
        [(LEFT, 0.99, 7), (BETWEEN, 0.6, 7)],  # the right half of its ink is nobody's
        [((0, 0, 200, 100), 0.99, OTHER), (LEFT, 0.6, 7)],  # a number in a ring
        [(LEFT, 0.6, 7)],
    ],
)
def test_nothing_else_goes(rows: list[tuple[tuple[int, int, int, int], float, int]]) -> None:
    assert len(drop_ghosts(found(*rows), INK, 1.0)) == len(rows)


def test_boxes_are_in_pixels_of_the_drawing() -> None:
    rows = [(tuple(2 * v for v in box), c, 7) for box, c in ((LEFT, 0.99), (RIGHT, 0.98), (BETWEEN, 0.6))]
    assert len(drop_ghosts(found(*rows), INK, 0.5)) == 2  # type: ignore[arg-type]
