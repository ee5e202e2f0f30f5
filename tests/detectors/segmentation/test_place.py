"""What the classifiers see of a crop's place on its sheet."""

import numpy as np
import pytest

from classifiers.crop import PLACE_SIDE, fit_square
from detectors.segmentation.pieces import Piece, sheet_pieces
from detectors.segmentation.place import MAX_SMALL_PIXELS, _small_ink, crop_piece, draw_place, typical_size
from ink.sheet import Sheet
from models.classes import CROP_SIDE_PX


def sheet_of(*boxes: tuple[int, int, int, int], scale: int = 1) -> Sheet:
    image = np.full((200 * scale, 400 * scale, 3), 255, np.uint8)
    for x1, y1, x2, y2 in boxes:
        image[y1 * scale : y2 * scale, x1 * scale : x2 * scale] = 0
    return Sheet(image)


LINE = ((40, 50, 80, 130), (110, 115, 122, 135), (150, 50, 190, 130))  # a digit, a comma, a digit


def test_a_comma_is_small_and_low() -> None:
    sheet = sheet_of(*LINE)
    place = draw_place(sheet, sheet_pieces(sheet)[1])
    own, faint = place == 255, (place > 0) & (place < 255)
    assert place.shape == (CROP_SIDE_PX, CROP_SIDE_PX)
    assert own.any(1).sum() <= 5
    ys = np.flatnonzero(faint.any(1))
    assert ys.min() < np.flatnonzero(own.any(1)).min() - 5  # the digits stand higher
    assert faint[:, :16].any()
    assert faint[:, 16:].any()


def test_a_digit_fills_its_share() -> None:
    sheet = sheet_of(*LINE)
    place = draw_place(sheet, sheet_pieces(sheet)[0])
    tall = int((place == 255).any(1).sum())
    assert tall == pytest.approx(80 / (PLACE_SIDE * typical_size(sheet)) * CROP_SIDE_PX, abs=1.5)


def test_alone_it_looks_like_a_crop_without_a_place() -> None:
    """So classifiers read an image of one digit as the one drawing of a sheet."""
    sheet = sheet_of((100, 50, 140, 130))
    crop = crop_piece(sheet, sheet_pieces(sheet)[0])
    with_place, without = fit_square(crop)[2] > 127, fit_square(crop.grey)[2] > 127
    assert (with_place != without).sum() <= 24  # a pixel along the edge


def test_the_size_of_the_drawing_does_not_matter() -> None:
    small, large = (draw_place(s, sheet_pieces(s)[1]) for s in (sheet_of(*LINE), sheet_of(*LINE, scale=4)))
    assert ((small > 127) != (large > 127)).mean() < 0.02


def test_dots_do_not_shrink_what_is_typical() -> None:
    dots = tuple((10 + 20 * k, 180, 14 + 20 * k, 184) for k in range(15))
    assert typical_size(sheet_of(LINE[0], LINE[2], *dots)) > 55
    assert typical_size(sheet_of()) == 1


def test_a_sheet_without_drawings_is_not_blown_up() -> None:
    sheet = Sheet(np.full((1600, 1600, 3), 255, np.uint8))
    draw_place(sheet, Piece(100, 100, sheet.ink[100:200, 100:200]))
    assert sheet.step("small ink", _small_ink).size <= 1.01 * MAX_SMALL_PIXELS
