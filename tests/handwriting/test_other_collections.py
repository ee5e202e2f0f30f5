"""Digits as other collections give them: any unit, place, rate and device; what is not the hand's changes nothing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from handwriting import Hand, load_writer
from handwriting.features import Glyph
from ink.drawing import DrawingError
from ink.strokes import densify_stroke, distance_along, points_at
from tests.helpers import digit_strokes

DRAWN = (2, 4, 7)


def learned(change: Callable[[np.ndarray], np.ndarray]) -> Hand:
    return load_writer().learn([([change(p) for p in digit_strokes(d, (100 * d, 150), 100)], d) for d in DRAWN])


PLAIN = learned(lambda path: path)


def likeness(hand: Hand) -> float:
    """Cosine between this hand and the one learned from the plain digits."""
    a, b = hand.factors, PLAIN.factors
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


def resample(path: np.ndarray, step: float) -> np.ndarray:
    length = float(distance_along(path)[-1])
    return points_at(path, np.linspace(0, length, max(2, round(length / step) + 1)))


@pytest.mark.parametrize(
    ("change", "least"),
    [
        (lambda p: p.astype(float) / 1000, 0.9999),  # metres
        (lambda p: p.astype(float) * 1e6, 0.9999),  # units of a fine tablet
        (lambda p: p.astype(float) + np.array([1.7e9, -3e9]), 0.999),  # far from the origin
        (lambda p: np.repeat(p, 3, 0), 0.9999),  # every point three times
        (lambda p: densify_stroke(p, 0.3), 0.99),  # a fast tablet
        (lambda p: resample(p, 12), 0.9),  # a slow one
        (lambda p: np.round(p), 0.98),  # whole pixels
        (lambda p: p.tolist(), 0.9999),  # plain lists
    ],
    ids=["metres", "tablet units", "far away", "repeated points", "fast", "slow", "whole pixels", "lists"],
)
def test_units_place_and_rate_do_not_count(change: Callable[[np.ndarray], np.ndarray], least: float) -> None:
    assert likeness(learned(change)) > least


def test_what_is_written_has_the_unit_of_what_was_drawn() -> None:
    small = learned(lambda p: p.astype(float) / 1000 + 5e3)
    for a, b in zip(PLAIN.write("0123456789"), small.write("0123456789"), strict=True):
        np.testing.assert_allclose(np.concatenate(a), 1000 * np.concatenate(b), atol=0.5)


@pytest.mark.parametrize(
    "glyph",
    [
        [np.array([[3.0, 3.0]])],  # a dot
        [np.array([[0.0, 0.0], [0.0, 9.0]])],  # two points
        [np.array([[k, 2.0]]) for k in range(5)],  # dots alone
        [np.zeros((40, 2))],  # a pen that went nowhere
        [np.array([[0, 0], [9, 0], [9, 9], [0, 9], [0, 0]])],  # a closed loop with corners
        [np.array([[k, k % 7] for k in range(3000)])],  # a long scribble
        [np.array([[0.0, 0.0], [1e-9, 1e-9]])],  # smaller than any pen
        [np.zeros((0, 2)), np.array([[0.0, 0.0], [0.0, 9.0]])],  # a stroke without points beside another
    ],
    ids=["dot", "two points", "dots", "standstill", "loop", "scribble", "tiny", "empty stroke"],
)
@pytest.mark.parametrize("traced", [False, True])
def test_odd_digits_give_a_hand_that_writes(glyph: Glyph, traced: bool) -> None:
    written = load_writer().learn([(glyph, 1)], traced=traced).write("0123456789 1")
    assert all(np.isfinite(path).all() for character in written for path in character)


@pytest.mark.parametrize(
    ("examples", "message"),
    [
        ([(digit_strokes(4, (0, 0), 1),)], "list of strokes, and the digit"),
        ([7], "list of strokes, and the digit"),
        ([([np.array([[0.0, 0.0], [1e300, -1e308]])], 1)], "too large"),
        ([([np.array([[0.0, np.inf]])], 1)], "no pairs of numbers"),
    ],
)
def test_what_no_pen_gives_is_refused(examples: list, message: str) -> None:
    with pytest.raises(DrawingError, match=message):
        load_writer().learn(examples)


@pytest.mark.parametrize("digit", range(10))
def test_strokes_in_any_order_and_direction_are_arranged(digit: int) -> None:
    """Of a traced digit it is not known how it was walked: however it is handed in, the same strokes come back."""
    style, glyph = load_writer().style, digit_strokes(digit, (0, 0), 100)
    first, second = (style.arrange(g, digit) for g in (glyph, [path[::-1] for path in glyph[::-1]]))
    assert len(first) == len(glyph)
    for a, b in zip(first, second, strict=True):
        np.testing.assert_allclose(a[[0, -1]], b[[0, -1]], atol=8)
    before = {tuple(np.round(path).ravel()) for stroke in glyph for path in stroke}
    assert {tuple(np.round(path).ravel()) for stroke in first for path in stroke} <= before
