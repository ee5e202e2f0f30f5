"""Uneven light taken off a picture: how dark each pixel is against the paper around it."""

from __future__ import annotations

import cv2
import numpy as np

from ink.connected import find_connected
from ink.drawing import reduce_to
from ink.ink import LOCATING_THRESHOLD

SHADE_SIDE = 320
"""Longer side in pixels of the reduced picture on which the paper is estimated."""

MAX_PEN_SHARE = 0.12
"""Widest stroke as a share of the shorter side: what is wider is shadow."""

EDGE_LEVELS = 4
"""Levels by which paper is lighter than what lies around it, at most: without a limit the smoothed light would leave a
dark line along the edge of a shadow."""

NOISE_LEVELS = 3.5
"""Deviations of the paper's noise that are no ink."""

STRONG_INK = 140
"""Ink of 255 that a stroke reaches in its middle."""

MIN_STRONG_SHARE = 0.1
"""Share of a stroke's pixels that reach it, at least.  Rims of shadows and crossings of faint rulings have fewer: of 77
such on photographs 58, of 1,002 strokes and digits none."""


def _is_dark(grey: np.ndarray) -> bool:
    """Whether the paper is darker than the ink, ``grey`` being uint8 ``[h, w]``: ink is where the median is not."""
    side = max(3, min(99, round(0.4 * min(grey.shape)))) | 1
    away = grey.astype(np.int16) - cv2.medianBlur(grey, side)
    noise = 12 + 3 * float(np.median(np.abs(away)))
    lighter, darker = (float(np.maximum(sign * away - noise, 0).sum()) for sign in (1, -1))
    return lighter > 1.5 * darker


def _local_paper(small: np.ndarray, paper: np.ndarray | None) -> np.ndarray:
    """The light paper of a reduced picture, uint8 ``[h, w, 3]``: dark strokes filled up, then smoothed.

    Args:
        small: uint8 ``[h, w, 3]`` RGB.
        paper: uint8 ``[h, w]``, 0 where there is no paper but a table; all is paper where None.
    """
    if paper is not None:  # a table must not lend its light to the paper's rim
        small = np.where(paper[..., None] > 0, small, 0)
    pen = max(3, round(MAX_PEN_SHARE * min(small.shape[:2]))) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (pen, pen))
    # The light goes on beyond the edge as it is there; without that, dark corners are taken for ink.
    padded = cv2.copyMakeBorder(cv2.medianBlur(small, 3), *(pen,) * 4, cv2.BORDER_REPLICATE)
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, kernel)[pen:-pen, pen:-pen]
    if paper is None:
        return cv2.min(cv2.convertScaleAbs(closed, beta=EDGE_LEVELS), cv2.GaussianBlur(closed, (0, 0), pen / 6))
    # Nor may its darkness be smoothed into the rim.
    own = cv2.threshold(paper, 0, 255, cv2.THRESH_BINARY)[1]
    light, share = (
        cv2.GaussianBlur(each, (0, 0), pen / 6) for each in (cv2.bitwise_and(closed, closed, mask=own), own)
    )
    return cv2.divide(light, cv2.merge([share] * 3), scale=255)


def flatten_light(image: np.ndarray, paper: np.ndarray | None = None) -> np.ndarray:
    """How dark each pixel is, as a share of the paper's light there, whichever of paper and ink is darker.

    Args:
        image: uint8 ``[H, W, 3]`` RGB.
        paper: uint8 ``[H, W]``, 0 where there is no paper but a table; all is paper where None.

    Returns:
        uint8 ``[H, W]``, 0 as light as the paper to 255 black.
    """
    height, width = image.shape[:2]
    small = reduce_to(image, SHADE_SIDE)[0]
    reduced = None if paper is None else cv2.resize(paper, small.shape[1::-1], interpolation=cv2.INTER_NEAREST)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    light_paper = False
    if reduced is not None:
        own = np.median(grey[reduced > 0])
        light_paper = own > np.median(grey[reduced == 0])  # on a dark table: nobody writes on it in white
        grey[reduced == 0] = own
    if not light_paper and _is_dark(grey):
        image, small = cv2.bitwise_not(image), cv2.bitwise_not(small)
    light = cv2.resize(_local_paper(small, reduced), (width, height), interpolation=cv2.INTER_LINEAR)
    np.maximum(light, 1, out=light)
    share = 255 - cv2.divide(cv2.GaussianBlur(image, (3, 3), 0), light, scale=255)
    red, green, blue = cv2.split(share)
    dark = cv2.max(cv2.max(red, green), blue)
    if paper is not None:
        dark[paper == 0] = 0
    return dark


def measure_noise(dark: np.ndarray, paper: np.ndarray | None = None) -> float:
    """What of the darkness that :func:`flatten_light` gives is the paper's noise, in its levels.

    Args:
        dark: uint8 ``[H, W]``.
        paper: as there.
    """
    seen = dark if paper is None else dark[paper > 0]
    # Noise has two sides; the lighter one is cut off, so half of the paper is at 0 and the rest tells its spread.  On
    # paper without noise the rest is ink.
    counts = np.bincount(seen.ravel(), minlength=256).cumsum()
    above = counts[1:] - counts[0]
    spread = 1 + min(int(above.searchsorted(above[-1] / 2)), int(counts.searchsorted(0.75 * counts[-1])))
    return float(spread)


def drop_rims(ink: np.ndarray) -> np.ndarray:
    """Ink without the connected parts that are faint nearly all over."""
    mask = cv2.threshold(ink, LOCATING_THRESHOLD, 1, cv2.THRESH_BINARY)[1]
    labels, stats = find_connected(mask)
    strong = np.bincount(labels[ink >= STRONG_INK], minlength=len(stats))
    kept = strong > MIN_STRONG_SHARE * stats[:, cv2.CC_STAT_AREA]
    kept[0] = False
    return np.where(cv2.dilate(kept[labels].astype(np.uint8), np.ones((3, 3), np.uint8)) > 0, ink, 0).astype(np.uint8)
