"""Features say what their names say, and nothing of size, place or a tablet's rate."""

from __future__ import annotations

import numpy as np
import pytest

from handwriting.features import FEATURES, PATH_POINTS, glyph_features, resample_glyph, share_points, strokes_of
from handwriting.warp import LIMITS, bend_points, warp_towards
from ink.strokes import densify_stroke
from tests.helpers import digit_strokes


def features(glyph: list[np.ndarray]) -> dict[str, float]:
    points, stroke = resample_glyph(glyph)
    return dict(zip(FEATURES, glyph_features(points[None], stroke[None])[0].tolist(), strict=True))


@pytest.mark.parametrize("digit", range(10))
def test_size_place_and_rate_of_points_do_not_count(digit: int) -> None:
    glyph = digit_strokes(digit, (0, 0), 1)
    other = [densify_stroke(path * 300 + 50, 2.0) for path in glyph]
    for name, value in features(glyph).items():
        assert features(other)[name] == pytest.approx(value, abs=0.25), name


def leant(glyph: list[np.ndarray], lean: float) -> list[np.ndarray]:
    return [np.stack([p[:, 0] - lean * p[:, 1], p[:, 1]], 1) for p in glyph]


@pytest.mark.parametrize("digit", [1, 4, 7])
def test_a_digit_that_leans_to_the_right_has_more_slant(digit: int) -> None:
    glyph = digit_strokes(digit, (0, 0), 1)
    for name in ("slant of the ink", "slant of strokes"):
        assert features(leant(glyph, 0.3))[name] > features(glyph)[name] + 0.1


@pytest.mark.parametrize(
    "glyph",
    [
        [np.array([[5.0, 5.0]])],  # a dot
        [np.array([[0.0, 0.0], [0.0, 0.0]])],  # a pen that went nowhere
        [np.array([[0.0, 0.0], [9.0, 0.0]])],  # a bar without height
        [np.array([[k, 0.0], [k, 9.0]]) for k in range(12)],  # more strokes than count
    ],
    ids=["dot", "standstill", "bar", "twelve strokes"],
)
def test_odd_drawings_have_finite_features(glyph: list[np.ndarray]) -> None:
    points, stroke = resample_glyph(glyph)
    assert points.shape == (PATH_POINTS, 2)
    assert np.isfinite(glyph_features(points[None], stroke[None])).all()
    assert sum(map(len, strokes_of(points, stroke))) == PATH_POINTS


@pytest.mark.parametrize("lengths", [[1.0], [0.0, 0.0], [1, 1, 1], [5, 0.01], list(range(8))])
def test_all_points_are_shared_out(lengths: list[float]) -> None:
    counts = share_points(lengths)
    assert sum(counts) == PATH_POINTS
    assert min(counts) >= 4


def test_bending_goes_towards_the_features_and_no_further_than_its_limits() -> None:
    points, stroke = resample_glyph(digit_strokes(4, (0, 0), 1))
    wanted = glyph_features(bend_points(points[None], np.array([[0.3, 0.2, 0, 0, 0, 0]])), stroke[None])
    weight = np.ones((1, len(FEATURES)))
    before = ((glyph_features(points[None], stroke[None]) - wanted) ** 2).sum()
    bent = warp_towards(points[None], stroke[None], wanted, weight, 1e-3)
    assert ((glyph_features(bent, stroke[None]) - wanted) ** 2).sum() < 0.2 * before
    far = warp_towards(points[None], stroke[None], wanted + 100, weight, 1e-3)
    assert np.abs(far).max() < np.abs(bend_points(points[None], 2 * LIMITS[None])).max() + 1
    same = warp_towards(points[None], stroke[None], wanted, 0 * weight, 1.0)
    np.testing.assert_allclose(same[0], points, atol=1e-6)
