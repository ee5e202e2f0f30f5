import numpy as np
import pytest

from ink.strokes import normalise_strokes, stroke_bounds
from models.classes import CENSORED
from training.glyphs.reader import load_glyphs
from training.glyphs.writers import (
    WriterStyle,
    add_synthetic_writers,
    apply_style,
    extend_stroke,
    mix_strokes,
    random_style,
)

SAME = WriterStyle(np.eye(2), np.zeros((3, 1, 2)), 0.0, 0.0)
BAR = np.stack([np.linspace(0, 1, 21), np.zeros(21)], 1).astype(np.float32)


@pytest.mark.parametrize(
    ("length", "ends_at"),
    [(0.1, 1.1), (0.0, 1.0), (-0.1, 0.9), (9.0, 1.15), (-9.0, 0.8)],  # of any length something is left
)
def test_a_stroke_runs_on_or_stops_short(length: float, ends_at: float) -> None:
    longer = extend_stroke(BAR, length)
    np.testing.assert_allclose(longer[-1], [ends_at, 0], atol=1e-6)
    np.testing.assert_array_equal(longer[0], BAR[0])


@pytest.mark.parametrize("dot", [np.zeros((1, 2), np.float32), BAR[:2]])
def test_what_is_hardly_longer_than_a_dot_stays(dot: np.ndarray) -> None:
    for length in (0.1, -0.1):
        np.testing.assert_array_equal(extend_stroke(dot, length), dot)


def test_half_the_way_to_another_hand() -> None:
    lower = BAR + np.float32([0, 0.1])
    between = mix_strokes([BAR], [lower], 0.5)
    assert between is not None
    np.testing.assert_allclose(between[0][:, 1], 0.05, atol=1e-6)
    beyond = mix_strokes([BAR], [lower], -0.5)
    assert beyond is not None
    np.testing.assert_allclose(beyond[0][:, 1], -0.05, atol=1e-6)


@pytest.mark.parametrize("others", [[BAR, BAR], [BAR[::-1]], [BAR + np.float32([0, 0.5])]])
def test_other_movements_are_not_mixed(others: list[np.ndarray]) -> None:
    assert mix_strokes([BAR], others, 0.5) is None


def test_the_same_hand_moves_only_the_ends() -> None:
    (again,) = apply_style([BAR], SAME, np.random.default_rng(1))
    assert np.abs(again[:, 1]).max() < 1e-6
    assert abs(again[0, 0]) < 0.15
    assert abs(again[-1, 0] - 1) < 0.15


def test_a_narrow_hand_is_narrow() -> None:
    narrow = WriterStyle(np.diag([0.8, 1.25]), np.zeros((3, 1, 2)), 0.0, 0.0)
    square = [np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]], np.float32)]
    low, high = stroke_bounds(apply_style(square, narrow, np.random.default_rng(1)))
    assert (high - low)[0] < 0.75 * (high - low)[1]


def test_doubles_of_all_writers(data_folder: str) -> None:
    glyphs = load_glyphs(data_folder)
    more = add_synthetic_writers(glyphs, seed=3, copies=2)
    n = len(glyphs)
    assert len(more) == 3 * n
    for name in ("class_id", "source", "row", "times"):
        np.testing.assert_array_equal(getattr(more, name), np.tile(getattr(glyphs, name), 3))
    assert len(more.digits_by_writer) == 3 * len(glyphs.digits_by_writer) > 0
    for index in range(n):
        for mine, kept in zip(glyphs.strokes(index), more.strokes(index), strict=True):
            np.testing.assert_array_equal(mine, kept)
        low, high = stroke_bounds(more.strokes(n + index))
        assert np.isfinite(low).all()
        assert 0.5 < (high - low).max() < 2
    changed = [not np.array_equal(more.points[k], more.points[n + k]) for k in range(n)]
    assert all(changed)
    again = add_synthetic_writers(glyphs, seed=3, copies=2)
    np.testing.assert_array_equal(more.points, again.points)
    assert not np.array_equal(more.points, add_synthetic_writers(glyphs, seed=4, copies=2).points)


def test_a_double_is_one_writer(data_folder: str) -> None:
    glyphs = load_glyphs(data_folder)
    digits = np.flatnonzero((glyphs.class_id < CENSORED) & (glyphs.writer == glyphs.writer[0]))
    more = add_synthetic_writers(glyphs, seed=3, copies=1)
    assert len(digits) > 1
    assert set(more.writer[len(glyphs) + digits].tolist()) == {f"{glyphs.writer[0]}~0"}


def test_random_hand_keeps_the_size() -> None:
    rng = np.random.default_rng(2)
    for _ in range(50):
        hand = random_style(rng)
        assert np.linalg.det(hand.matrix) == pytest.approx(1)
        low, high = stroke_bounds(apply_style(normalise_strokes([BAR, BAR[:, ::-1]]), hand, rng))
        assert 0.4 < (high - low).max() < 2.5
