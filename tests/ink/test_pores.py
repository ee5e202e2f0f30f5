"""Pores of chalk and crayons are closed; the loops of digits are not."""

import cv2
import numpy as np
import pytest

from ink.connected import find_connected
from ink.ink import INK_THRESHOLD
from ink.pores import fill_pores
from tests.helpers import draw_digits

DIGITS = ((6, (80, 200), 90), (8, (190, 200), 90), (9, (300, 200), 90))


def written(pen: int) -> np.ndarray:
    return 255 - draw_digits(*DIGITS, pen=pen)[..., 0]


def crumbling(ink: np.ndarray) -> np.ndarray:
    grain = cv2.GaussianBlur(np.random.default_rng(7).normal(size=ink.shape), (0, 0), 0.9)
    return (ink * np.clip(0.75 + grain / grain.std() * 0.5, 0, 1)).astype(np.uint8)


def test_pores_are_closed_and_loops_are_not() -> None:
    whole = written(14)
    porous = crumbling(whole)
    filled = fill_pores(porous)
    inside = cv2.erode(whole, np.ones((5, 5))) > INK_THRESHOLD
    assert (porous[inside] > INK_THRESHOLD).mean() < 0.93
    assert (filled[inside] > INK_THRESHOLD).mean() > 0.99
    paper = cv2.dilate(whole, np.ones((5, 5))) < INK_THRESHOLD
    assert (filled[paper] <= INK_THRESHOLD).mean() > 0.995
    assert _count_loops(filled) == _count_loops(whole)


def _count_loops(ink: np.ndarray) -> int:
    _, stats = find_connected((ink <= INK_THRESHOLD).astype(np.uint8), connectivity=4)
    return int((stats[2:, cv2.CC_STAT_AREA] > 50).sum())


@pytest.mark.parametrize(
    "ink", [written(4), written(20), np.zeros((80, 90), np.uint8), np.full((80, 90), 255, np.uint8)]
)
def test_ink_without_pores_is_left_alone(ink: np.ndarray) -> None:
    assert fill_pores(ink) is ink
