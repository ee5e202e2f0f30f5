import numpy as np
import pytest

from training.glyphs.apart import corners, cut_loop, distance_between, pull_apart, slide_away, strokes_cross

STEM = np.array([[0, -0.5], [0, 0.5]], np.float32)
FOOT = np.array([[-0.2, 0.5], [0.2, 0.5]], np.float32)
CROSSBAR = np.array([[-0.3, 0.0], [0.3, 0.05]], np.float32)
SEVEN = np.array([[-0.3, -0.5], [0.3, -0.5], [0, 0.5]], np.float32)


def eight() -> np.ndarray:
    """One stroke that crosses itself in the middle."""
    t = np.linspace(0.05, 2 * np.pi + 0.05, 80)
    return np.stack([0.3 * np.sin(2 * t), -0.5 * np.cos(t)], 1).astype(np.float32)


@pytest.mark.parametrize(("a", "b", "expected"), [(STEM, CROSSBAR, True), (STEM, FOOT, False), (FOOT, CROSSBAR, False)])
def test_strokes_cross_only_where_both_go_on(a: np.ndarray, b: np.ndarray, expected: bool) -> None:
    assert strokes_cross(a, b) == strokes_cross(b, a) == expected


@pytest.mark.parametrize("gap", [0.02, 0.1, 0.3])
def test_a_foot_slides_away_by_the_gap(gap: float) -> None:
    for degrees in (-40, 0, 40):
        moved = slide_away([FOOT], [STEM], gap, degrees)
        assert moved is not None
        assert distance_between(moved, [STEM]) == pytest.approx(gap, abs=0.015)


def test_a_crossed_seven_keeps_its_bar() -> None:
    crossed = [SEVEN, CROSSBAR + np.array([0.12, 0], np.float32)]
    assert slide_away([crossed[1]], [crossed[0]], 0.1, 0) is None
    for seed in range(20):
        parts = pull_apart(crossed, 7, 0.1, np.random.default_rng(seed))
        if parts is not None:  # cut at its corner: the bar still crosses what it crossed
            assert any(strokes_cross(parts[k], parts[j]) for k in range(len(parts)) for j in range(k))


def test_a_seven_has_a_corner_and_a_stem_has_none() -> None:
    assert corners(SEVEN) == pytest.approx([0.6], abs=0.05)
    assert corners(STEM) == []


def test_the_loops_of_an_eight_are_cut_where_they_cross() -> None:
    parts = cut_loop(eight())
    assert parts is not None
    heights = [np.ptp(part[:, 1]) for part in parts]
    assert heights == pytest.approx([0.5, 0.5], abs=0.12)
    assert cut_loop(STEM) is None


@pytest.mark.parametrize(("digit", "strokes"), [(1, [STEM]), (7, [SEVEN]), (8, [eight()])])
def test_digits_are_pulled_apart_by_the_gap(digit: int, strokes: list[np.ndarray]) -> None:
    for seed in range(10):
        parts = pull_apart(strokes, digit, 0.1, np.random.default_rng(seed))
        assert parts is not None
        assert len(parts) == 2
        assert distance_between(parts[:1], parts[1:]) == pytest.approx(0.1, abs=0.03)


def test_what_has_no_parts_stays() -> None:
    t = np.linspace(0, 6.2, 40)
    circle = np.stack([np.cos(t), np.sin(t)], 1).astype(np.float32) / 2
    assert pull_apart([circle], 0, 0.1, np.random.default_rng(0)) is None
