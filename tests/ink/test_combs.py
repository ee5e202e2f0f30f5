"""Combs of forms: told from rings and fences, and taken off."""

import cv2
import numpy as np
import pytest

from ink.erasing import erase_lines
from tests.helpers import draw_digits

DIGITS = [(3, (90, 200)), (7, (180, 200)), (2, (270, 200))]
TEETH = (45, 135, 225, 315)


def ink_of(pen: float = 7.0) -> np.ndarray:
    return 255 - draw_digits(*((digit, at, 80.0) for digit, at in DIGITS), pen=pen)[..., 0]


def draw_comb(ink: np.ndarray, teeth: tuple[int, ...], rise: int, lean: float = 0.0) -> np.ndarray:
    """The ink with a comb 262 pixels down, which falls by ``lean`` for each pixel across."""
    combed = ink.copy()
    foot = [(x, 262 + round(lean * (x - teeth[0]))) for x in teeth]
    cv2.line(combed, foot[0], foot[-1], 255, 3)
    for x, y in foot:
        cv2.line(combed, (x, y), (x + round(lean * rise), y - rise), 255, 3)
    return combed


@pytest.mark.parametrize("lean", [-0.04, 0.0, 0.04])
@pytest.mark.parametrize("rise", [20, 45, 70, 95])
def test_a_comb_goes_whatever_its_teeth_and_the_writing_stays(rise: int, lean: float) -> None:
    ink = ink_of()
    left = erase_lines(draw_comb(ink, TEETH, rise, lean))
    wanted = ink > 96
    assert (left[wanted] > 96).mean() > 0.95
    assert not (left[~cv2.dilate(ink, np.ones((15, 15), np.uint8)).astype(bool)] > 96).any()


@pytest.mark.parametrize(("teeth", "ends"), [(TEETH[1:], (0, 315)), (TEETH[:-1], (45, 399)), (TEETH, (0, 399))])
def test_the_edge_of_the_picture_may_cut_a_comb(teeth: tuple[int, ...], ends: tuple[int, int]) -> None:
    ink = ink_of()
    combed = cv2.line(draw_comb(ink, teeth, 60), (ends[0], 262), (ends[1], 262), 255, 3)
    left = erase_lines(combed)
    assert not left[255:270].any()
    assert not left[205:262, [x + side for x in teeth for side in (-1, 0, 1)]].any()
    assert (left[ink > 96] > 96).mean() > 0.95


def test_a_comb_of_two_digits_is_no_underline_yet_a_comb() -> None:
    ink = 255 - draw_digits((1, (150, 190), 110), (8, (230, 190), 110), pen=7)[..., 0]
    combed = ink.copy()
    cv2.line(combed, (105, 268), (285, 268), 255, 4)
    for x in (105, 188, 285):
        cv2.line(combed, (x, 268), (x, 190), 255, 4)
    assert np.abs(erase_lines(combed).astype(int) - ink).mean() < 0.5


@pytest.mark.parametrize("axes", [(60, 60), (40, 70), (90, 50)])
def test_a_ring_around_a_digit_is_no_comb(axes: tuple[int, int]) -> None:
    ink = 255 - draw_digits((7, (200, 200), 50), pen=7)[..., 0]
    cv2.ellipse(ink, (200, 200), axes, 0, 0, 360, 255, 7)
    np.testing.assert_array_equal(erase_lines(ink), ink)
