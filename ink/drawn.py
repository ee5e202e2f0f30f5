"""Drawings that a program made, as opposed to photographs: their colours are exact."""

from __future__ import annotations

import cv2
import numpy as np

from ink.ink import MAX_GRAIN, MIN_CONTRAST

MAX_PALENESS = 0.75
"""Distance of a pale pen's colour to the paper's as a share of the darkest one's, at most."""

MIN_PEN_SHARE = 0.003
"""Share of all pixels that have a pen's very colour, at least."""

MIN_PEN_PIXELS = 100
"""The same in pixels: on the smallest drawings chance has several of one colour."""

MAX_HALO_SHARE = 0.2
"""Pixels of nearly the paper's colour as a share of those inked, at most, where nothing was photographed or lost."""

MIN_DRAWN_SHARE = 0.75
"""Share of all pixels that have the paper's very colour, at least, where nothing was photographed."""


def is_drawn_by_program(distance: np.ndarray) -> bool:
    """Whether most of a drawing has the very colour from which it has these distances, uint8 ``[H, W]``.

    No photograph has; so what is grey on it was drawn, too.
    """
    same = distance.size - cv2.countNonZero(distance)
    paper = cv2.countNonZero(cv2.inRange(distance, 0, int(MAX_GRAIN)))
    # Around ink a JPEG file's paper is of many colours; elsewhere only rims are nearly as light as paper.
    return same >= MIN_DRAWN_SHARE * distance.size and paper - same <= MAX_HALO_SHARE * (distance.size - paper)


def find_palest_pen(distance: np.ndarray) -> int:
    """The distance to the paper, of those in a drawing, uint8 ``[H, W]``, of the palest pen beside a darker; 255 else.

    Of rims hardly two pixels have one colour, of what a pen of one colour drew nearly all have.
    """
    counts = cv2.calcHist([distance], [0], None, [256], [0, 256]).ravel()
    darkest = int(np.flatnonzero(counts).max())
    enough = max(MIN_PEN_PIXELS, MIN_PEN_SHARE * distance.size)
    pens = np.flatnonzero(counts[MIN_CONTRAST : int(MAX_PALENESS * darkest)] >= enough)
    return MIN_CONTRAST + int(pens[0]) if len(pens) else 255
