import itertools
from collections.abc import Callable

import cv2
import numpy as np
import pytest

from ink.ink import INK_THRESHOLD
from ink.mending import mend_gaps
from tests.helpers import draw_digits

SMALLEST_ZERO = cv2.rectangle(np.zeros((7, 5), np.uint8), (0, 0), (4, 6), 255)
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


def dashed(dash: float, gap: float, pen: int) -> np.ndarray:
    """A 7 and a 4 of straight strokes, in dashes of this length and with these gaps, in pixels."""
    ink = np.zeros((240, 320), np.uint8)
    corners = [(30, 50), (120, 50), (70, 190)], [(230, 50), (190, 140), (290, 140)], [(260, 90), (260, 190)]
    for stroke in corners:
        for start, end in itertools.pairwise(np.array(stroke, float)):
            length = np.hypot(*(end - start))
            for at in np.arange(0, length, dash + gap):
                ends = [start + (end - start) * min(each, length) / length for each in (at, at + dash)]
                cv2.line(ink, *(tuple(np.round(each).astype(int).tolist()) for each in ends), 255, pen)
    return ink


@pytest.mark.parametrize(
    "ink",
    [dashed(10, 12, 5), dashed(0, 12, 8), dashed(16, 20, 10)],
    ids=["dashes", "dots", "long dashes"],
)
def test_strokes_in_dashes_become_strokes(ink: np.ndarray) -> None:
    mended = mend_gaps(ink)
    assert count_pieces(ink) >= 14
    assert count_pieces(mended) <= 4
    assert (mended >= ink).all()


def test_sprayed_strokes_become_strokes() -> None:
    rng = np.random.default_rng(0)
    ink = NUMBER * (rng.random(NUMBER.shape) < 0.15).astype(np.uint8)
    assert count_pieces(ink) > 20 * count_pieces(mend_gaps(ink))


@pytest.mark.parametrize(
    "make",
    [
        lambda: np.zeros((80, 80), np.uint8),
        lambda: NUMBER,
        lambda: np.tile(NUMBER[150:250, 50:350], (5, 2)),
        lambda: np.tile(np.pad(np.full((6, 6), 255, np.uint8), 8), (8, 8)),
        lambda: striped(7, 2)[160:174],
        lambda: np.tile(
            np.pad(cv2.rectangle(np.zeros((20, 14), np.uint8), (1, 1), (12, 18), 255, 3), ((9, 9), (1, 1))), 13
        ),
        lambda: np.pad(np.tile(np.pad(np.full((50, 5), 255, np.uint8), ((0, 0), (5, 5))), 14), 20),
        lambda: np.tile(np.pad(SMALLEST_ZERO, 3), (9, 12)),
    ],
    ids=[
        "nothing",
        "a number",
        "a page of digits",
        "dots that stand apart",
        "a few dashes",
        "a long number written small",
        "tally marks",
        "zeros of five by seven pixels",
    ],
)
def test_other_ink_stays(make: Callable[[], np.ndarray]) -> None:
    ink = make()
    assert mend_gaps(ink) is ink
