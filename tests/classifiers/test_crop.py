import cv2
import numpy as np
import pytest

from classifiers.crop import fit_square
from ink.ink import scale_ink, stroke_width
from models.classes import CROP_CONTENT_PX, CROP_SIDE_PX


@pytest.mark.parametrize("shape", [(28, 28), (300, 90), (90, 300), (1, 1), (1, 400), (33, 7)])
def test_any_size_fits(shape: tuple[int, int]) -> None:
    crop = np.zeros(shape, np.uint8)  # all ink
    square, around, _ = fit_square(crop)
    assert (square.shape, square.dtype) == ((CROP_SIDE_PX, CROP_SIDE_PX), np.uint8)
    assert not around.any()
    ys, xs = np.nonzero(square > 40)
    assert max(np.ptp(xs), np.ptp(ys)) + 1 == CROP_CONTENT_PX
    # Centred, and the aspect kept.
    assert abs((xs.min() + xs.max()) / 2 - (CROP_SIDE_PX - 1) / 2) <= 1
    assert (np.ptp(xs) + 1) / (np.ptp(ys) + 1) == pytest.approx(
        max(shape[1] / shape[0], 1 / CROP_CONTENT_PX), rel=0.35, abs=0.05
    ) or (shape[1] / shape[0] > CROP_CONTENT_PX)


def test_white_gives_nothing() -> None:
    assert fit_square(np.full((50, 40), 255, np.uint8)).max() == 0


def test_margins_do_not_matter() -> None:
    crop = np.full((60, 60), 255, np.uint8)
    crop[20:40, 25:35] = 0
    np.testing.assert_array_equal(fit_square(crop), fit_square(np.pad(crop, 50, constant_values=255)))


def test_faint_ink_is_lifted() -> None:
    crop = np.full((60, 60), 255, np.uint8)
    crop[20:40, 25:35] = 130
    assert fit_square(crop).max() == 255


def test_thin_pens_survive() -> None:
    """A 2 px pen on a 600 px drawing would be a tenth of a pixel wide in the square."""
    crop = np.full((600, 600), 255, np.uint8)
    crop[10:590, 299:301] = 0
    crop[10:12, 10:590] = 0
    square = fit_square(crop)[0]
    assert square[CROP_SIDE_PX // 2].max() > 200


@pytest.mark.parametrize("scale", [0.4, 1.0, 6.0])
def test_what_is_around_keeps_its_place(scale: float) -> None:
    """A bar with the rest of a ring around it: together they look as they do in one crop."""
    ring = np.full((round(40 * scale), round(60 * scale)), 255, np.uint8)
    cv2.circle(ring, (round(30 * scale), round(20 * scale)), round(12 * scale), 0, max(1, round(3 * scale)))
    left, right = ring.copy(), ring.copy()
    left[:, round(30 * scale) :] = 255
    right[:, : round(30 * scale)] = 255
    own, around, _ = fit_square(np.dstack([left, right]))
    alone = fit_square(left)
    np.testing.assert_array_equal(own, alone[0])
    assert not alone[1].any()
    # The left half stands in the middle; the right one goes on where it ends, and is cut off by the window.
    assert own[CROP_SIDE_PX // 2, CROP_SIDE_PX // 2 - 6 : CROP_SIDE_PX // 2 + 6].any()
    assert around.any()
    assert np.nonzero(around)[1].min() >= np.nonzero(own > 40)[1].max() - 1
    assert np.nonzero(around)[0].min() <= np.nonzero(own > 40)[0].min() + 2


@pytest.mark.parametrize("width", [4, 8, 16])
def test_stroke_width(width: int) -> None:
    ink = np.zeros((200, 200), np.uint8)
    ink[20:180, 80 : 80 + width] = 255
    assert stroke_width(ink) == pytest.approx(width, rel=0.25)
    assert stroke_width(np.zeros((5, 5), np.uint8)) == 1.0


def test_scale_ink_sizes() -> None:
    ink = np.zeros((40, 80), np.uint8)
    assert scale_ink(ink, 20, 10).shape == (10, 20)
    assert scale_ink(ink, 160, 80).shape == (80, 160)
