from collections.abc import Callable

import cv2
import numpy as np
import pytest

from ink.ink import INK_THRESHOLD
from ink.mending import mend_gaps
from tests.helpers import draw_digits

NUMBER = 255 - draw_digits((4, (100, 200), 80), (0, (200, 200), 80), (7, (300, 200), 80), pen=10)[..., 0]


def count_pieces(ink: np.ndarray) -> int:
    return cv2.connectedComponents((ink > INK_THRESHOLD).astype(np.uint8))[0] - 1


def striped(period: int, blank: int, across: bool = True, down: bool = False) -> np.ndarray:
    ink = NUMBER.copy()
    if across:
        ink[np.arange(len(ink)) % period < blank] = 0
    if down:
        ink[:, np.arange(ink.shape[1]) % period < blank] = 0
    return ink


@pytest.mark.parametrize(
    "broken",
    [striped(7, 2), striped(10, 4), striped(6, 2, across=False, down=True), striped(6, 2, down=True)],
    ids=["rows", "wide rows", "columns", "dots"],
)
def test_broken_ink_is_whole_again(broken: np.ndarray) -> None:
    mended = mend_gaps(broken)
    assert count_pieces(broken) > 10
    assert count_pieces(mended) == count_pieces(NUMBER) == 3
    # Nothing moves and nothing is thickened: what is mended is ink of the number.
    assert cv2.countNonZero(cv2.absdiff(mended, NUMBER)) < 0.3 * cv2.countNonZero(NUMBER)


@pytest.mark.parametrize(
    "make",
    [
        lambda: np.zeros((80, 80), np.uint8),
        lambda: NUMBER,
        lambda: np.tile(NUMBER[150:250, 50:350], (5, 2)),
        lambda: np.tile(np.pad(np.full((6, 6), 255, np.uint8), 8), (8, 8)),
        lambda: striped(7, 2)[160:180],
        lambda: np.tile(
            np.pad(cv2.rectangle(np.zeros((20, 14), np.uint8), (1, 1), (12, 18), 255, 3), ((9, 9), (1, 1))), 13
        ),
    ],
    ids=[
        "nothing",
        "a number",
        "a page of digits",
        "dots that stand apart",
        "a few dashes",
        "a long number written small",
    ],
)
def test_other_ink_stays(make: Callable[[], np.ndarray]) -> None:
    ink = make()
    assert mend_gaps(ink) is ink
