import numpy as np
import pytest

from classifiers.preprocess import stroke_width
from detectors.canvas import ink_map
from detectors.contours import Piece, cut, find_pieces, gap, join
from tests.conftest import sheet


def pieces_of(image: np.ndarray) -> tuple[list[Piece], float]:
    ink = ink_map(image)
    pen = stroke_width(ink)
    return find_pieces(ink, pen), pen


def test_nothing() -> None:
    assert pieces_of(np.full((50, 50, 3), 255, np.uint8))[0] == []


@pytest.mark.parametrize("invert", [False, True])
def test_one_piece_a_digit(invert: bool) -> None:
    image = sheet((2, (90, 200), 120), (0, (220, 200), 120), (3, (330, 200), 120))
    pieces, pen = pieces_of(255 - image if invert else image)
    assert len(pieces) == 3
    assert [p.x for p in pieces] == sorted(p.x for p in pieces)
    assert pen == pytest.approx(10.7, abs=2.5)


def test_what_lies_inside_belongs_to_it() -> None:
    """A ring with a dot in it is one drawing; a dot beside it is another."""
    ink = np.zeros((200, 300), np.uint8)
    ink[20:180, 20:180] = 255
    ink[30:170, 30:170] = 0
    ink[90:110, 90:110] = 255
    ink[90:110, 250:270] = 255
    assert [p.box for p in find_pieces(ink, 10)] == [(20, 20, 180, 180), (250, 90, 270, 110)]


def test_specks_are_left_out() -> None:
    ink = np.zeros((100, 100), np.uint8)
    ink[20:80, 40:52] = 255
    ink[5:7, 5:7] = 255
    assert len(find_pieces(ink, 12)) == 1


def test_gap_and_join() -> None:
    a = Piece(0, 0, np.full((10, 10), 255, np.uint8))
    b = Piece(13, 14, np.full((5, 5), 200, np.uint8))
    assert gap(a, b) == 5
    assert gap(a, a) == 0
    both = join([a, b])
    assert both.box == (0, 0, 18, 19)
    assert (both.ink[0, 0], both.ink[15, 15], both.ink[0, 15]) == (255, 200, 0)
    assert join([a]) is a


def test_touching_digits_are_cut_and_nothing_is_lost() -> None:
    image = sheet((0, (150, 200), 140), (0, (258, 200), 140))
    pieces, pen = pieces_of(image)
    assert len(pieces) == 1
    parts = cut(pieces[0], pen)
    assert len(parts) >= 2
    whole = join(parts)
    # Every inked pixel is in exactly one part.
    assert sum(int((p.ink > 96).sum()) for p in parts) == int((pieces[0].ink > 96).sum())
    assert whole.box == pieces[0].box


def test_a_narrow_piece_is_not_cut() -> None:
    piece = Piece(0, 0, np.full((100, 12), 255, np.uint8))
    assert cut(piece, 12) == [piece]
