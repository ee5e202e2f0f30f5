import cv2
import numpy as np
import pytest

from detectors.segmentation.cuts import cut_piece
from detectors.segmentation.pieces import (
    MAX_PIECE_PIXELS,
    Piece,
    box_gap,
    find_pieces,
    has_all_pieces,
    join_pieces,
    sheet_pieces,
)
from ink.ink import stroke_width
from ink.paper import ink_map
from ink.sheet import Sheet
from tests.helpers import draw_digits


def pieces_of(image: np.ndarray) -> tuple[list[Piece], float]:
    ink = ink_map(image)
    pen = stroke_width(ink)
    return find_pieces(ink, pen), pen


def test_nothing() -> None:
    assert pieces_of(np.full((50, 50, 3), 255, np.uint8))[0] == []


@pytest.mark.parametrize("invert", [False, True])
def test_one_piece_a_digit(invert: bool) -> None:
    image = draw_digits((2, (90, 200), 120), (0, (220, 200), 120), (3, (330, 200), 120))
    pieces, pen = pieces_of(255 - image if invert else image)
    assert len(pieces) == 3
    assert [p.x for p in pieces] == sorted(p.x for p in pieces)
    assert pen == pytest.approx(10.7, abs=2.5)


def test_what_lies_inside_belongs_to_it() -> None:
    """A ring with a dot in it is one drawing; a dot beside it is another, and so is what is of some size inside it."""
    ink = np.zeros((200, 300), np.uint8)
    ink[20:180, 20:180] = 255
    ink[30:170, 30:170] = 0
    ink[90:110, 90:110] = 255
    ink[90:110, 250:270] = 255
    assert [p.box for p in find_pieces(ink, 10)] == [(20, 20, 180, 180), (250, 90, 270, 110)]
    ink[70:130, 90:110] = 255
    assert [p.box for p in find_pieces(ink, 10)] == [(20, 20, 180, 180), (90, 70, 110, 130), (250, 90, 270, 110)]


def test_specks_are_left_out() -> None:
    ink = np.zeros((100, 100), np.uint8)
    ink[20:80, 40:52] = 255
    ink[5:7, 5:7] = 255
    assert len(find_pieces(ink, 12)) == 1


def test_gap_and_join() -> None:
    a = Piece(0, 0, np.full((10, 10), 255, np.uint8))
    b = Piece(13, 14, np.full((5, 5), 200, np.uint8))
    assert box_gap(a, b) == 5
    assert box_gap(a, a) == 0
    both = join_pieces([a, b])
    assert both.box == (0, 0, 18, 19)
    assert (both.ink[0, 0], both.ink[15, 15], both.ink[0, 15]) == (255, 200, 0)
    assert join_pieces([a]) is a


def test_touching_digits_are_cut_and_nothing_is_lost() -> None:
    image = draw_digits((0, (150, 200), 140), (0, (258, 200), 140))
    pieces, pen = pieces_of(image)
    assert len(pieces) == 1
    parts = cut_piece(pieces[0], pen)
    assert len(parts) >= 2
    whole = join_pieces(parts)
    # Every inked pixel is in exactly one part.
    assert sum(int((p.ink > 96).sum()) for p in parts) == int((pieces[0].ink > 96).sum())
    assert whole.box == pieces[0].box


def test_a_cut_winds_through_the_white_between_slanted_digits() -> None:
    """Two slanted bars joined by a thin bridge at mid height: no upright line separates them."""
    ink = np.zeros((200, 260), np.uint8)
    for foot in (30, 110):
        cv2.line(ink, (foot, 180), (foot + 110, 20), 255, 14)
    cv2.line(ink, (85, 100), (165, 100), 255, 6)
    (piece,) = find_pieces(ink, 14)
    parts = cut_piece(piece, 14)
    owners = np.zeros_like(ink)
    cv2.line(owners, (30, 180), (140, 20), 1, 14)
    cv2.line(owners, (110, 180), (220, 20), 2, 14)
    for whose in (1, 2):
        # Some part, or run of parts, is one bar and little else.
        best = 0.0
        for first in range(len(parts)):
            for last in range(first + 1, len(parts) + 1):
                run = join_pieces(parts[first:last])
                x1, y1, x2, y2 = run.box
                mine = (owners[y1:y2, x1:x2] == whose) & (run.ink > 0)
                best = max(best, mine.sum() / max((run.ink > 0).sum(), (owners == whose).sum()))
        assert best > 0.8


def test_a_crop_shows_what_is_around() -> None:
    ink = np.zeros((100, 200), np.uint8)
    ink[20:80, 40:60] = 255
    ink[20:80, 64:84] = 255
    ink[20:80, 160:170] = 255
    left, middle, alone = find_pieces(ink, 20)
    for piece, columns in ((left, slice(64, 84)), (middle, slice(40, 60))):
        crop = piece.crop(ink)
        assert (crop.ndim, crop.dtype) == (3, np.uint8)
        assert int((crop[..., 0] == 0).sum()) == 60 * 20
        seen = int((crop[..., 1] == 0).sum())
        assert 0 < seen <= int((ink[:, columns] > 0).sum())
    np.testing.assert_array_equal(alone.crop(ink), np.zeros((60, 10), np.uint8))


def test_a_narrow_piece_is_not_cut() -> None:
    piece = Piece(0, 0, np.full((100, 12), 255, np.uint8))
    assert cut_piece(piece, 12) == [piece]


def test_long_thin_pieces_are_left_out_where_their_crops_would_be_too_much() -> None:
    """A crop is a square, however thin its ink: 95 diagonals in 5 KB would take 0.6 GB."""
    ink = np.zeros((1600, 1600), np.uint8)
    for k in range(-47, 48):
        cv2.line(ink, (max(0, 16 * k), max(0, -16 * k)), (1599 + min(0, 16 * k), 1599 - max(0, 16 * k)), 255, 1)
    sheet = Sheet(cv2.cvtColor(255 - ink, cv2.COLOR_GRAY2RGB))
    pieces = sheet_pieces(sheet)
    assert 0 < sum(piece.size**2 for piece in pieces) <= MAX_PIECE_PIXELS
    assert not has_all_pieces(sheet)
    two = np.full((200, 300, 3), 255, np.uint8)
    two[50:150, 40:50] = two[50:150, 240:250] = 0
    assert has_all_pieces(Sheet(two))


def test_a_line_is_not_cut() -> None:
    """Nobody writes digits on a piece as wide as that, and to look for cuts takes the longer the wider it is."""
    ink = np.zeros((40, 1600), np.uint8)
    ink[5:35, 10:1590:40] = 255
    ink[18:22, 10:1590] = 255
    (whole,) = find_pieces(ink, 4)
    assert cut_piece(whole, 4) == [whole]
    (short,) = find_pieces(ink[:, :300], 4)
    assert len(cut_piece(short, 4)) > 1
