"""Holes of a binder along the margin."""

import cv2
import numpy as np
import pytest

from ink.holes import drop_holes
from tests.helpers import draw_digits

NUMBER = 255 - draw_digits((4, (150, 200), 80), (7, (260, 200), 80))[..., 0]


def with_specks(places: list[tuple[int, int]], size: int = 5) -> np.ndarray:
    ink = NUMBER.copy()
    for place in places:
        cv2.circle(ink, place, size, 255, cv2.FILLED, cv2.LINE_AA)
    return ink


HOLES = {
    "left": [(20, y) for y in range(30, 400, 45)],
    "right, two apart": [(375, y) for y in (30, 60, 90, 300, 330, 360)],
    "top": [(x, 22) for x in range(15, 400, 30)],
    "bottom, askew": [(x, 372 + x // 100) for x in range(15, 400, 30)],
}


@pytest.mark.parametrize("name", list(HOLES))
def test_holes_are_dropped(name: str) -> None:
    left = drop_holes(with_specks(HOLES[name]))
    assert np.abs(left.astype(int) - NUMBER).max() <= 96
    np.testing.assert_array_equal(left > 96, NUMBER > 96)


KEPT = {
    "a number": [],
    "three points": [(20, y) for y in (100, 150, 200)],
    "a stroke of dots": [(20, y) for y in range(30, 300, 20)],
    "a short row": [(20, y) for y in (100, 140, 180, 220)],
    "points within": [(x, 300) for x in range(80, 320, 30)],
    "specks here and there": [(12, 30), (30, 95), (18, 120), (40, 260), (25, 370)],
    "unevenly spaced": [(20, y) for y in (30, 90, 130, 260, 371)],
}


@pytest.mark.parametrize("name", list(KEPT))
def test_other_specks_are_kept(name: str) -> None:
    ink = with_specks(KEPT[name])
    assert drop_holes(ink) is ink


def test_digits_along_an_edge_are_kept() -> None:
    ink = 255 - draw_digits(*((0, (25, y), 18) for y in range(30, 400, 45)), pen=3)[..., 0]
    assert drop_holes(ink) is ink


@pytest.mark.parametrize("places", [[(24, 80), (24, 320)], [(80, 376), (320, 376)]])
def test_two_large_holes_are_a_folder_s(places: list[tuple[int, int]]) -> None:
    np.testing.assert_array_equal(drop_holes(with_specks(places, 14)) > 96, NUMBER > 96)


@pytest.mark.parametrize(
    ("places", "size"),
    [([(24, 180), (24, 240)], 14), ([(24, 80), (48, 320)], 14), ([(24, 80), (24, 320)], 8), ([(24, 80)], 14)],
)
def test_a_colon_and_points_are_no_holes(places: list[tuple[int, int]], size: int) -> None:
    """Too near, not above one another, no larger than the pen, or alone."""
    ink = with_specks(places, size)
    assert drop_holes(ink) is ink
