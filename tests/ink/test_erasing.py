import cv2
import numpy as np
import pytest

from ink.erasing import erase_lines
from tests.helpers import draw_digits


def ink_of(*digits: tuple[int, tuple[float, float], float], pen: float = 8.72) -> np.ndarray:
    return 255 - draw_digits(*digits, pen=pen)[..., 0]


NUMBER = ink_of((4, (100, 200), 80), (1, (170, 200), 80), (7, (240, 200), 80))


def with_lines(*lines: tuple[int, int, int, int], thickness: int = 3) -> np.ndarray:
    ink = NUMBER.copy()
    for x1, y1, x2, y2 in lines:
        cv2.line(ink, (x1, y1), (x2, y2), 255, thickness)
    return ink


KEPT = {
    "a plain 1 as tall as the sheet": lambda: cv2.line(np.zeros((400, 400), np.uint8), (200, 10), (200, 390), 255, 8),
    "a leaning 1 as tall as the sheet beside a dot": lambda: cv2.circle(
        cv2.line(np.zeros((400, 400), np.uint8), (70, 20), (50, 384), 255, 8), (90, 40), 5, 255, cv2.FILLED
    ),
    "an addition as wide as the sheet": lambda: cv2.line(
        ink_of((3, (200, 100), 80), (4, (200, 200), 80), (7, (200, 320), 80)), (2, 260), (397, 260), 255, 6
    ),
    "fractions as wide as the sheet": lambda: cv2.line(
        cv2.line(
            ink_of((3, (90, 120), 80), (4, (90, 280), 80), (7, (300, 120), 80), (2, (300, 280), 80)),
            (2, 200),
            (180, 200),
            255,
            6,
        ),
        (204, 200),
        (397, 200),
        255,
        6,
    ),
    "a number": lambda: NUMBER,
    "a fence": lambda: np.maximum(
        cv2.line(np.zeros((400, 400), np.uint8), (20, 200), (380, 200), 255, 8),
        np.where(np.arange(400) % 40 < 8, np.uint8(255), np.uint8(0)) * (abs(np.arange(400) - 200) < 80)[:, None],
    ),
    "two barred 7s": lambda: cv2.line(
        ink_of((7, (150, 200), 200), (7, (260, 200), 200)), (110, 210), (310, 210), 255, 8
    ),
    "a minus": lambda: with_lines((20, 200, 60, 200), thickness=8),
    "a fraction": lambda: cv2.line(ink_of((3, (200, 120), 80), (4, (200, 280), 80)), (120, 200), (280, 200), 255, 6),
    "a barred 7": lambda: cv2.line(ink_of((7, (200, 200), 200)), (150, 210), (250, 210), 255, 8),
    "an equals sign": lambda: with_lines((300, 190, 350, 190), (300, 210, 350, 210), thickness=6),
    "nothing": lambda: np.zeros((400, 400), np.uint8),
    "one pixel": lambda: np.full((1, 1), 255, np.uint8),
}


@pytest.mark.parametrize("name", list(KEPT))
def test_writing_is_kept_as_it_is(name: str) -> None:
    ink = KEPT[name]()
    np.testing.assert_array_equal(erase_lines(ink), ink)


ERASED = {
    "a frame": [(40, 140, 300, 140), (300, 140, 300, 260), (300, 260, 40, 260), (40, 260, 40, 140)],
    "boxes": [(40, 140, 300, 140), (40, 260, 300, 260), *((x, 140, x, 260) for x in (40, 136, 206, 300))],
    "an underline": [(30, 255, 310, 255)],
    "rulings": [(0, y, 399, y) for y in range(30, 400, 50)],
    "rulings askew": [(0, y, 399, y + 12) for y in range(-20, 400, 50)],
    "squares": [(0, y, 399, y) for y in range(10, 400, 40)] + [(x, 0, x, 399) for x in range(10, 400, 40)],
    "a strikethrough": [(20, 190, 320, 198)],
    "a margin": [(130, 0, 130, 399)],
    "a fold askew": [(140, 0, 128, 399)],
    "a comb": [(40, 262, 300, 262), *((x, 262, x, 246) for x in (40, 136, 206, 300))],
}


@pytest.mark.parametrize("name", list(ERASED))
def test_lines_that_carry_writing_are_erased(name: str) -> None:
    left = erase_lines(with_lines(*ERASED[name])) > 96
    wanted = NUMBER > 96
    assert (left & wanted).sum() > 0.95 * wanted.sum()
    assert (left & ~cv2.dilate(NUMBER, np.ones((15, 15), np.uint8)).astype(bool)).sum() == 0


def test_a_face_is_no_frame() -> None:
    """Small things in a round outline: all of it is one drawing."""
    ink = np.zeros((400, 400), np.uint8)
    cv2.circle(ink, (200, 200), 150, 255, 6)
    for x in (150, 250):
        cv2.circle(ink, (x, 160), 10, 255, 6)
    np.testing.assert_array_equal(erase_lines(ink), ink)


@pytest.mark.parametrize("rise", [6, 8, 10])
def test_writing_that_nearly_stands_on_a_wide_frame_stays_whole(rise: int) -> None:
    """The rail is an underline as well; taken off twice, it would take the foot of the 2 along."""
    two = np.zeros((200, 400), np.uint8)
    cv2.polylines(
        two, [np.array([(170, 90), (190, 75), (210, 90), (170, 150 - rise), (225, 150 - rise)])], False, 255, 4
    )
    ink = two.copy()
    cv2.rectangle(ink, (10, 40), (390, 150), 255, 2)
    left = erase_lines(ink)
    assert (left[two > 0] > 96).mean() > 0.97
    assert (left[145:155, 20:150] == 0).all()


@pytest.mark.parametrize("sides", ["top", "bottom", "left", "right"])
def test_a_frame_that_the_picture_cuts_is_a_frame(sides: str) -> None:
    """A form photographed too near: the fourth side lies beyond the edge."""
    writing = np.zeros((300, 400), np.uint8)
    cv2.putText(writing, "1 2", (140, 190), cv2.FONT_HERSHEY_SIMPLEX, 2.5, 255, 6, cv2.LINE_AA)
    x1, y1, x2, y2 = 100, 80, 310, 230
    x1, y1 = (-9 if sides == "left" else x1), (-9 if sides == "top" else y1)
    x2, y2 = (409 if sides == "right" else x2), (309 if sides == "bottom" else y2)
    framed = writing.copy()
    cv2.rectangle(framed, (x1, y1), (x2, y2), 255, 4)
    assert np.abs(erase_lines(framed).astype(int) - writing).mean() < 1
    assert np.array_equal(erase_lines(writing), writing)


def test_a_seven_at_the_edge_with_a_dot_beside_its_stem_is_no_frame() -> None:
    ink = np.zeros((300, 400), np.uint8)
    cv2.polylines(ink, [np.array([[120, 150], [260, 150], [170, 299]])], False, 255, 6)
    cv2.circle(ink, (150, 240), 9, 255, -1)
    assert np.array_equal(erase_lines(ink), ink)


def test_a_side_that_is_drawn_along_the_edge_is_not_cut_off() -> None:
    """A box whose right side is too crooked for a line: all of it, or nothing."""
    ink = np.zeros((280, 280), np.uint8)
    cv2.putText(ink, "7", (215, 130), cv2.FONT_HERSHEY_SIMPLEX, 1.6, 255, 6, cv2.LINE_AA)
    side = [(268 if k % 2 else 276, 60 + 10 * k) for k in range(10)]
    cv2.polylines(ink, [np.array([(276, 60), (200, 60), (200, 150), *side[::-1]])], True, 255, 4)
    assert np.array_equal(erase_lines(ink), ink)


def test_a_rail_on_the_edge_goes_with_its_frame() -> None:
    writing = np.zeros((200, 240), np.uint8)
    cv2.putText(writing, "1 2", (70, 110), cv2.FONT_HERSHEY_SIMPLEX, 1.8, 255, 5, cv2.LINE_AA)
    framed = writing.copy()
    cv2.rectangle(framed, (50, 0), (200, 150), 255, 1)
    assert np.abs(erase_lines(framed).astype(int) - writing).mean() < 0.2
