"""On what a program drew nothing is light or paper that was drawn, and every pen counts."""

import cv2
import numpy as np
import pytest

from ink.drawn import find_palest_pen, is_drawn_by_program
from ink.ink import INK_THRESHOLD
from ink.paper import read_paper
from ink.patches import colour_distance
from tests.helpers import draw_digits

Box = tuple[int, int, int, int]


def blank() -> np.ndarray:
    return np.full((400, 400, 3), 255, np.uint8)


def distance_to_white(drawing: np.ndarray) -> np.ndarray:
    return colour_distance(drawing, np.array([255.0, 255.0, 255.0]))


def wobbly(drawing: np.ndarray, start: tuple[int, int], end: tuple[int, int], seed: int, pen: int = 5) -> None:
    """A line as a hand draws it."""
    rng = np.random.default_rng(seed)
    bends = cv2.blur(rng.normal(0, 12, (60, 2)), (1, 15))
    points = np.linspace(start, end, 60) + bends
    cv2.polylines(drawing, [np.round(points).astype(np.int32)], False, (0, 0, 0), pen, cv2.LINE_AA)


def inked(drawing: np.ndarray, where: Box) -> float:
    """Share of a box, x1, y1, x2, y2, that is ink."""
    x1, y1, x2, y2 = where
    return float((read_paper(drawing)[0][y1:y2, x1:x2] > INK_THRESHOLD).mean())


def test_a_drawing_is_told_from_a_photograph() -> None:
    drawing = draw_digits((4, (150, 200), 80), (7, (260, 200), 80))
    noise = np.random.default_rng(1).integers(0, 4, drawing.shape, dtype=np.uint8)
    assert is_drawn_by_program(distance_to_white(drawing))
    assert not is_drawn_by_program(distance_to_white(cv2.subtract(drawing, noise)))
    file = cv2.imencode(".jpg", drawing, [cv2.IMWRITE_JPEG_QUALITY, 60])[1]
    assert not is_drawn_by_program(distance_to_white(np.asarray(cv2.imdecode(file, cv2.IMREAD_COLOR))))


def test_the_palest_pen_is_found_beside_a_black_one() -> None:
    drawing = draw_digits((4, (150, 200), 80))
    assert find_palest_pen(distance_to_white(drawing)) == 255
    cv2.line(drawing, (60, 320), (340, 320), (200, 200, 200), 12)
    assert find_palest_pen(distance_to_white(drawing)) == 55


@pytest.mark.parametrize("colour", [(200, 200, 200), (210, 230, 255), (255, 190, 220)])
def test_a_pale_pen_beside_a_black_one_is_ink(colour: tuple[int, int, int]) -> None:
    drawing = draw_digits((4, (110, 200), 120))
    pale = draw_digits((7, (290, 200), 120))
    drawing[pale[..., 0] < 128] = colour
    found = read_paper(drawing)[0] > INK_THRESHOLD
    assert found[pale[..., 0] < 128].all()


def test_a_grey_disc_is_drawn_and_no_shadow() -> None:
    drawing = draw_digits((4, (110, 120), 90))
    cv2.circle(drawing, (250, 270), 70, (150, 150, 150), cv2.FILLED)
    assert inked(drawing, (220, 240, 280, 300)) == 1


def test_a_marker_under_digits_is_paper() -> None:
    drawing = draw_digits((4, (120, 200), 90), (7, (270, 200), 90))
    marked = cv2.line(blank(), (60, 190), (340, 205), (255, 240, 90), 110, cv2.LINE_AA)
    clean, found = (read_paper(each)[0] > INK_THRESHOLD for each in (drawing, cv2.min(drawing, marked)))
    assert found[clean].mean() > 0.97
    assert (found & ~cv2.dilate(clean.astype(np.uint8), np.ones((5, 5))).astype(bool)).mean() < 0.001


def test_two_big_dots_near_the_edge_are_no_holes() -> None:
    drawing = draw_digits((4, (230, 200), 90))
    for y in (100, 300):
        cv2.circle(drawing, (24, y), 12, (0, 0, 0), cv2.FILLED, cv2.LINE_AA)
    assert inked(drawing, (18, 94, 30, 106)) == inked(drawing, (18, 294, 30, 306)) == 1


def test_a_window_is_no_comb() -> None:
    drawing = draw_digits((0, (200, 190), 60))
    for k, (start, end) in enumerate([((90, 280), (310, 282)), ((90, 100), (91, 280)), ((310, 102), (309, 280))]):
        wobbly(drawing, start, end, k)
    ink = read_paper(drawing)[0] > INK_THRESHOLD
    assert ink[(drawing[..., 0] < 64)].mean() > 0.9


@pytest.mark.parametrize("inset", [24, 25, 28])
def test_a_table_drawn_along_the_edges_is_no_edge_of_a_scan(inset: int) -> None:
    drawing = draw_digits((4, (120, 120), 90), (7, (280, 280), 90))
    digits = read_paper(drawing)[0] > INK_THRESHOLD
    cv2.rectangle(drawing, (inset, inset), (399 - inset, 399 - inset), (0, 0, 0), 12)
    cv2.line(drawing, (200, inset), (200, 399 - inset), (0, 0, 0), 12)
    cv2.line(drawing, (inset, 200), (399 - inset, 200), (0, 0, 0), 12)
    assert (read_paper(drawing)[0] > INK_THRESHOLD)[digits].mean() > 0.97
