import numpy as np
import pytest

from ink.strokes import densify_stroke, normalise_strokes, stroke_bounds
from tests.helpers import digit_strokes
from training.glyphs.augment import add_tremor, lift_pen, resample_like_another_device, snap_to_grid, warp_strokes
from training.scenes.placing import closest_approach, place_apart


@pytest.mark.parametrize("digit", range(10))
def test_augmentation_keeps_the_shape_of_the_data(digit: int) -> None:
    rng = np.random.default_rng(digit)
    strokes = normalise_strokes(digit_strokes(digit, (100, 100), 80))
    low, high = stroke_bounds(strokes)
    assert (high - low).max() == pytest.approx(1)
    for changed in (
        resample_like_another_device(strokes, rng),
        warp_strokes(strokes, rng),
        add_tremor(strokes, rng, 0.01),
    ):
        assert all(s.ndim == 2 and s.shape[1] == 2 and np.isfinite(s).all() for s in changed)
        # The same glyph still: no point far from where the glyph was.
        assert np.abs(np.concatenate(changed)).max() < 1.1


def test_no_strength_no_warp() -> None:
    strokes = normalise_strokes(digit_strokes(3, (0, 0), 50))
    for a, b in zip(strokes, warp_strokes(strokes, np.random.default_rng(0), strength=0.0), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


def test_densify() -> None:
    path = densify_stroke(np.array([[0, 0], [10, 0], [10, 5]], np.float32), 1.0)
    assert np.hypot(*np.diff(path, axis=0).T).max() <= 1.01
    assert path[0].tolist() == [0, 0]
    assert path[-1].tolist() == [10, 5]
    assert len(densify_stroke(np.array([[3, 3]], np.float32), 1)) == 1


def test_stairs() -> None:
    dot = np.array([[0.31, 0.29]], np.float32)
    line, point = snap_to_grid([np.array([[0, 0], [1, 0.5]], np.float32), dot], 0.1)
    np.testing.assert_allclose(line, np.round(line * 10) / 10, atol=1e-6)
    assert np.abs(np.diff(line, axis=0)).max() <= 0.1001  # no step is left out
    assert np.any(np.diff(line, axis=0) != 0, axis=1).all()  # and none is taken twice
    np.testing.assert_allclose(line[[0, -1]], [[0, 0], [1, 0.5]], atol=1e-6)
    np.testing.assert_allclose(point, [[0.3, 0.3]], atol=1e-6)


def test_lifting_the_pen_opens_a_gap() -> None:
    """A straight line has no second stroke to move, so it is cut."""
    line = [np.array([[0, -0.5], [0, 0.5]], np.float32)]
    parts = lift_pen(line, 0.1, np.random.default_rng(0))
    assert len(parts) == 2
    assert parts[1][:, 1].min() - parts[0][:, 1].max() == pytest.approx(0.1, abs=0.03)


def test_closest_approach() -> None:
    bar = [np.array([[0, 0], [0, 10]], np.float32)]
    roof = [np.array([[9, 0], [5, 5], [9, 10]], np.float32)]
    assert closest_approach(bar, roof, 1) == pytest.approx(5, abs=0.6)
    below = [np.array([[3, 20], [3, 30]], np.float32)]
    assert closest_approach(bar, below, 1) == float("inf")


def test_places_do_not_overlap() -> None:
    centres = place_apart([(20, 20)] * 8 + [(500, 500)], (100, 100), 3, np.random.default_rng(0))
    assert centres[-1] is None  # larger than the scene
    found = [c for c in centres if c is not None]
    assert len(found) >= 3
    for i, a in enumerate(found):
        assert all(abs(a[0] - b[0]) > 23 or abs(a[1] - b[1]) > 23 for b in found[:i])
    assert place_apart([], (10, 10), 1, np.random.default_rng(0)) == []
