"""What lies on paper, is wider than strokes and fainter than ink: shadows, bars of light, a marker's colour."""

from __future__ import annotations

import cv2
import numpy as np

from ink.ink import otsu_level, stroke_width

MAX_FAINTNESS = 0.62
"""Mean darkness of what is faint as a share of that of the ink, at most."""

MIN_SHADE_STROKES = 1.6
"""Width of a shade as a multiple of that of the strokes, at least."""

MIN_SHADE_SIDE = 0.035
"""The same as a share of the picture's shorter side: rulings and the strokes of thin pens are narrower."""

MIN_SHADE_LEVEL = 0.3
"""Darkness of a shade as a share of the level that parts it from ink, at least: the rest is grain."""

MIN_SHADE_SHARE = 0.015
"""Share of the picture that shades take, at least."""

MIN_WRITTEN_SHARE = 0.25
"""Share of the ink that lies on shades, at least, where only what is written on is one."""

SOLID_RIM_PX = 2
"""Pixels around ink that is as wide as a shade which are its rim."""


def lift_shadows(darkness: np.ndarray, grain: float, is_drawn: bool = False) -> np.ndarray:
    """How dark each pixel is against the paper or the shade that it lies on; as it was where no shade is found.

    A shade is what remains where strokes are taken off, as an opening by a square wider than they are does.  Where it
    is, ink is measured against its light instead of the paper's.

    Args:
        darkness: uint8 ``[H, W]``, 0 as light as the paper to 255 black.
        grain: the darkness up to which a pixel counts as paper.
        is_drawn: it is no photograph: a shade is drawn with a marker, and written on, or it is a drawing itself.

    Returns:
        uint8 ``[H, W]``; the argument itself where no shade is found.
    """
    level = _ink_level(darkness[darkness > grain])
    if level is None:
        return darkness
    seen = max(grain, MIN_SHADE_LEVEL * level)
    # Most pictures have too few faint pixels for a shade, however they lie.
    if cv2.countNonZero(cv2.inRange(darkness, int(seen) + 1, int(level))) < MIN_SHADE_SHARE * darkness.size:
        return darkness
    stroke = stroke_width(cv2.threshold(darkness, level, 255, cv2.THRESH_BINARY)[1])
    side = int(max(MIN_SHADE_STROKES * stroke + 2, MIN_SHADE_SIDE * min(darkness.shape))) | 1
    # Beyond the edge it goes on as it is there.
    padded = cv2.copyMakeBorder(darkness, side, side, side, side, cv2.BORDER_REPLICATE)
    opened = cv2.morphologyEx(padded, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))[side:-side, side:-side]
    solid = cv2.threshold(opened, level, 255, cv2.THRESH_BINARY)[1]
    rim = 2 * SOLID_RIM_PX + 1
    shade: np.ndarray = np.where(cv2.dilate(solid, np.ones((rim, rim), np.uint8)) > 0, 0, opened).astype(np.uint8)
    shaded = shade > seen
    if shaded.mean() < MIN_SHADE_SHARE or (is_drawn and shaded[darkness > level].mean() < MIN_WRITTEN_SHARE):
        return darkness
    ceiling = np.minimum(darkness, np.uint8(level))
    for _ in range(side // 2):  # into the corners that the square left
        shade = cv2.min(cv2.dilate(shade, np.ones((3, 3), np.uint8)), ceiling)
    return 255 - cv2.divide(255 - darkness, 255 - shade, scale=255)


def _ink_level(inked: np.ndarray) -> float | None:
    """The darkness that parts ink from all that is much fainter; None where nothing is.

    Args:
        inked: uint8 ``[N]``, darkness of all pixels that are no paper.
    """
    level = None
    while inked.size:  # a rim and a shade may be told apart before shade and ink are
        split = otsu_level(inked)
        faint, strong = inked[inked <= split], inked[inked > split]
        if not faint.size or not strong.size or faint.mean() > MAX_FAINTNESS * strong.mean():
            break
        level, inked = split, strong
    return level
