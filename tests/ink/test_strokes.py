from typing import Any

import numpy as np
import pytest

from ink.drawing import DrawingError
from ink.pen import draw_strokes
from ink.strokes import MAX_POINTS, MAX_STROKES, Stroke, read_strokes

LINE = [[100, 50], [100, 350]]


def test_an_empty_sheet() -> None:
    assert read_strokes(None) == (400, [])
    assert read_strokes({"side": 300, "strokes": []}) == (300, [])
    assert draw_strokes([], 60).shape == (60, 60, 3)
    assert draw_strokes([]).min() == 255


@pytest.mark.parametrize("width", [1, 3, 6, 12, 40])
def test_a_line_is_as_wide_as_its_pen(width: int) -> None:
    side, strokes = read_strokes({"side": 400, "strokes": [{"w": width, "p": LINE}]})
    row = 1 - draw_strokes(strokes, side)[200, :, 0] / 255
    assert row.sum() == pytest.approx(width, abs=0.5)
    assert (row * np.arange(400)).sum() / row.sum() == pytest.approx(100, abs=0.5)


def test_a_tap_leaves_a_dot() -> None:
    ink = 255 - draw_strokes([Stroke(np.array([[200, 200]], np.float32), 20.0)])[..., 0]
    ys, xs = np.nonzero(ink > 127)
    assert np.ptp(xs) + 1 == pytest.approx(20, abs=2)
    assert np.ptp(ys) + 1 == pytest.approx(20, abs=2)


REFUSED: list[tuple[Any, str]] = [
    ("hello", "no pen strokes"),
    ([], "no pen strokes"),
    ({}, "no pen strokes"),
    ({"strokes": 7}, "no pen strokes"),
    ({"strokes": [{"p": [[1, 2]]}]}, "no pen strokes"),
    ({"strokes": [{"w": 6, "p": [["a", "b"]]}]}, "no pen strokes"),
    ({"strokes": [{"w": 6, "p": [[1, 2], [3]]}]}, "no pen strokes"),
    ({"side": "wide", "strokes": []}, "no pen strokes"),
    ({"side": float("inf"), "strokes": []}, "no pen strokes"),
    ({"side": 10, "strokes": []}, "50 to 1600"),
    ({"side": 10**9, "strokes": []}, "50 to 1600"),
    ({"strokes": [{"w": 6, "p": [1, 2]}]}, "no pairs"),
    ({"strokes": [{"w": 6, "p": [[1, 2, 3]]}]}, "no pairs"),
    ({"strokes": [{"w": 6, "p": "5"}]}, "no pairs"),
    ({"strokes": [{"w": 6, "p": [[]]}]}, "no pairs"),
    ({"strokes": [{"w": 6, "p": [[float("nan"), 2]]}]}, "no pairs"),
    ({"strokes": [{"w": 6, "p": [[1e9, 2]]}]}, "leaves its sheet"),
    ({"strokes": [{"w": 6, "p": [[1e308, -1e308]]}]}, "leaves its sheet"),
    ({"strokes": [{"w": 0, "p": []}]}, "pen has to be"),
    ({"strokes": [{"w": 1e-300, "p": [[100, 50], [100, 350]]}]}, "pen has to be"),
    ({"strokes": [{"w": 80, "p": [[0, 0], [400, 400]] * 1000}]}, "2,000 times"),
    ({"strokes": [{"w": 6, "p": [[-90, 20], [-9, 20]]}]}, "beside its sheet"),
    ({"strokes": [{"w": 0, "p": LINE}]}, "pen has to be 0.5"),
    ({"strokes": [{"w": 1e6, "p": LINE}]}, "pen has to be 0.5"),
    ({"strokes": [{"w": float("nan"), "p": LINE}]}, "pen has to be 0.5"),
    ({"strokes": [{"w": 6, "p": LINE}] * (MAX_STROKES + 1)}, "too long"),
    ({"strokes": [{"w": 6, "p": [[1, 2]] * (MAX_POINTS + 1)}]}, "too long"),
]


@pytest.mark.parametrize(("value", "message"), REFUSED)
def test_refuses_in_words(value: Any, message: str) -> None:
    with pytest.raises(DrawingError, match=message):
        read_strokes(value)
