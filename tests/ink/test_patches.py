"""Patches of another colour that are written on."""

import cv2
import numpy as np
import pytest

from ink.paper import ink_map
from ink.patches import read_patches
from tests.helpers import draw_digits

WHITE, BLUE, BLACK, YELLOW = (255, 255, 255), (0, 114, 178), (0, 0, 0), (240, 228, 66)

WRITTEN = 255 - draw_digits((3, (100, 200), 80), (5, (300, 200), 80))[..., 0]
"""Ink of two digits, far apart."""


def painted(ground: np.ndarray, colour: np.ndarray | tuple[int, int, int]) -> np.ndarray:
    """The two digits in a colour, or in one for each pixel, on a ground."""
    share = WRITTEN[..., None] / 255
    return (ground * (1 - share) + np.array(colour) * share).astype(np.uint8)


def sheet(colour: tuple[int, int, int] = WHITE) -> np.ndarray:
    return np.full((400, 400, 3), colour, np.uint8)


def discs(*places: int, colour: tuple[int, int, int] = BLUE) -> np.ndarray:
    ground = sheet()
    for x in places:
        cv2.circle(ground, (x, 200), 75, colour, cv2.FILLED, cv2.LINE_AA)
    return ground


def halves() -> np.ndarray:
    ground = sheet(YELLOW)
    ground[:, 200:] = BLUE
    return ground


def labels() -> np.ndarray:
    ground = sheet()
    for x in (40, 240):
        cv2.rectangle(ground, (x, 130), (x + 120, 270), BLUE, cv2.FILLED)
    return ground


WRITTEN_ON = {
    "white on discs": lambda: painted(discs(100, 300), WHITE),
    "black on discs": lambda: painted(discs(100, 300), BLACK),
    "a disc beside a digit": lambda: painted(
        discs(100), np.where(np.arange(400)[None, :, None] < 200, np.array(WHITE), np.array(BLACK)).repeat(400, 0)
    ),
    "paper of two colours": lambda: painted(halves(), BLACK),
    "labels": lambda: painted(labels(), YELLOW),
}


@pytest.mark.parametrize("name", list(WRITTEN_ON))
def test_what_is_written_on_a_patch_is_the_ink(name: str) -> None:
    ink, wanted = ink_map(WRITTEN_ON[name]()) > 96, WRITTEN > 96
    assert (ink & wanted).sum() > 0.97 * wanted.sum()
    assert not (ink & ~cv2.dilate(WRITTEN, np.ones((5, 5), np.uint8)).astype(bool)).any()


def thick_zero() -> np.ndarray:
    ground = sheet()
    cv2.ellipse(ground, (200, 200), (70, 90), 15, 0, 360, BLACK, 75, cv2.LINE_AA)
    return ground


def face() -> np.ndarray:
    ground = discs(200, colour=BLACK)
    for x in (175, 225):
        cv2.circle(ground, (x, 180), 8, WHITE, cv2.FILLED)
    return ground


NONE = {
    "digits": lambda: painted(sheet(), BLACK),
    "a thick zero": thick_zero,
    "a disc": lambda: discs(200),
    "two discs": lambda: discs(100, 300),
    "eyes in a face": face,
    "one label": lambda: cv2.rectangle(painted(sheet(), BLACK), (20, 20), (380, 60), BLUE, cv2.FILLED),
    "a card on a table": lambda: painted(cv2.rectangle(sheet(BLUE), (20, 100), (380, 300), WHITE, cv2.FILLED), BLACK),
    "nothing": sheet,
    "a pixel": lambda: sheet()[:1, :1],
}


@pytest.mark.parametrize("name", list(NONE))
def test_what_is_no_patch_keeps_its_distances(name: str) -> None:
    picture = NONE[name]()
    distance = np.abs(picture.astype(int) - picture[0, 0]).max(2).astype(np.uint8)
    assert read_patches(picture, distance) is distance
