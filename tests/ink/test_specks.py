"""Specks that are all over a sheet go; the points of writing stay."""

import numpy as np
import pytest

from ink.specks import drop_specks
from tests.helpers import draw_digits

NUMBER = 255 - draw_digits((4, (150, 200), 80), (7, (260, 200), 80))[..., 0]


def with_points(rows: range, columns: range, ink: np.ndarray = NUMBER) -> np.ndarray:
    speckled = ink.copy()
    for y in rows:
        for x in columns:
            speckled[y : y + 3, x : x + 3] = 255
    return speckled


def test_dotted_paper_is_told_from_writing() -> None:
    left = drop_specks(with_points(range(9, 395, 20), range(9, 395, 20)))
    rest = (left > 96) & ~(NUMBER > 96)
    assert (left[NUMBER > 96] > 96).all()
    assert rest.sum() < 0.02 * (NUMBER > 96).sum()  # points that touch the writing


def test_a_point_that_is_written_stays() -> None:
    ink = NUMBER.copy()
    ink[235:243, 205:213] = 255
    left = drop_specks(with_points(range(9, 395, 20), range(9, 395, 20), ink))
    assert (left[235:243, 205:213] == 255).all()


@pytest.mark.parametrize(
    "ink",
    [
        NUMBER,
        np.zeros((200, 300), np.uint8),
        with_points(range(20, 120, 12), range(40, 360, 12)),  # a patch of points
        with_points(range(9, 395, 20), range(9, 395, 20), np.zeros_like(NUMBER)),  # nothing but points
        with_points(range(9, 395, 90), range(9, 395, 90)),  # few
    ],
)
def test_anything_else_is_kept(ink: np.ndarray) -> None:
    assert drop_specks(ink) is ink
