"""Hollow digits are filled, and nothing else is."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from ink.outlines import fill_outlines
from tests.helpers import draw_digits

PLACES = ((2, (80, 200), 90), (6, (200, 200), 90), (7, (320, 200), 90))


def strokes(pen: int) -> np.ndarray:
    return 255 - draw_digits(*PLACES, pen=pen)[..., 0]


def hollow(wide: int, narrow: int) -> np.ndarray:
    """A number in outlines between two pens."""
    return cv2.subtract(strokes(wide), strokes(narrow))


def count_lost(ink: np.ndarray, wanted: np.ndarray) -> float:
    """Share of the wanted ink that is not there, and of other ink that is."""
    return cv2.countNonZero(cv2.absdiff(ink, wanted) & 128) / cv2.countNonZero(wanted & 128)


@pytest.mark.parametrize(("wide", "narrow"), [(22, 14), (30, 22), (16, 10)])
def test_hollow_digits_become_strokes(wide: int, narrow: int) -> None:
    outlines = hollow(wide, narrow)
    filled = fill_outlines(outlines)
    assert count_lost(outlines, strokes(wide)) > 0.4
    assert count_lost(filled, strokes(wide)) < 0.06  # the soft rim


def test_tinted_insides_are_filled_and_shadows_dropped() -> None:
    tinted = np.maximum(hollow(22, 14), strokes(32) // 3)
    assert count_lost(fill_outlines(tinted), strokes(22)) < 0.06


def ringed(ink: np.ndarray) -> np.ndarray:
    """A ring around every digit, which holds some that close up themselves."""
    seen = ink.copy()
    for _, place, size in PLACES:
        cv2.circle(seen, place, int(0.75 * size), 255, 4)
    return seen


@pytest.mark.parametrize(
    "make",
    [
        lambda: np.zeros((80, 80), np.uint8),
        lambda: np.full((80, 80), 255, np.uint8),
        lambda: strokes(6),
        lambda: strokes(30),
        lambda: 255 - draw_digits((0, (100, 200), 90), (8, (200, 200), 90), (6, (300, 200), 90), pen=6)[..., 0],
        lambda: ringed(255 - draw_digits((0, (80, 200), 60), (8, (200, 200), 60), (9, (320, 200), 60), pen=6)[..., 0]),
        lambda: hollow(22, 14)[:, :140],
        lambda: (np.random.default_rng(0).random((300, 300)) < 0.5).astype(np.uint8) * 255,
    ],
    ids=[
        "nothing", "all ink", "a thin pen", "a thick pen", "digits that close up", "digits in rings",
        "one hollow digit", "noise",
    ],
)  # fmt: skip
def test_other_ink_stays(make: Callable[[], np.ndarray]) -> None:
    ink = make()
    assert fill_outlines(ink) is ink
