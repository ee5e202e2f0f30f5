"""Where on a picture the paper lies: within dark bands and borders along the edge, on a table."""

from __future__ import annotations

import cv2
import numpy as np

from ink.connected import find_connected
from ink.drawing import reduce_to
from ink.ink import otsu_level

MAX_BAND_SHARE = 0.06
"""Depth of a band along the edge, at most, as a share of the side that it takes off."""

MIN_BAND_STEP = 40
"""Grey levels between a band and the paper further in, at least."""

BAND_END_STEP = 16
"""Grey levels from the paper at which the soft end of a band ends."""

MIN_BAND_SHARE = 0.96
"""Share of a line's pixels that have to differ from the paper for it to be of a band: strokes leave the paper, too,
but not all along it."""

MAX_WEDGE_SHARE = 0.08
"""Depth of a wedge along the edge, at most, as a share of the side that it takes off."""

MIN_WEDGE_LENGTH = 0.5
"""Share of an edge that a wedge is as dark as a band along, at least."""

MAX_WEDGE_SPREAD = 30
"""Grey levels that nearly all of a wedge's edge lies within."""

MAX_WEDGE_CROSSED = 0.1
"""Share of a wedge's length that writing may have grown together with."""

PAPER_SIDE = 200
"""Longer side in pixels of the reduced picture on which the paper is looked for."""

MIN_COLOUR = 12
"""Mean difference of the darkest channel to the grey level from which a picture is coloured."""

PAPER_LEVELS = 4
"""Levels of grey at which the paper is looked for."""

PAPER_SHARES = (0.12, 0.98)
"""Shares of the picture that paper on a table may take."""

MIN_PAPER_FILL = 0.92
"""Share of the four-sided outline around the paper that it fills."""

MAX_NOTCH_SHARE = 0.3
"""Width of a notch in the paper's rim that writing makes, at most, as a share of the paper's side."""

MIN_TABLE_STEP = 25
"""Grey levels between the paper and the table right beside it, at least: shadows have no edges as sharp."""

MIN_RIM_STEP = 15
"""The same to the paper's rim alone, at least: there rulings end, and the picture is never quite sharp."""

MIN_SIDE_STEP = 12
"""The same on each side of the paper."""

MIN_FEW_STEP = 40
"""The same where the table is seen on one side or two alone: it might be a shadow, or a fold."""

MAX_FEW_SIDES = 2
"""Sides of the paper on which the table is seen, at most, where it might be a shadow."""

MIN_SHADOW_LIGHT = 0.25
"""Share of the light that a shadow leaves, at least: what is darker is a table."""

MAX_SHADOW_TINT = 0.1
"""By how much that share differs between red, green and blue, at most."""

GRAIN_SIGMA_PX = 5
"""Of the blur that grain is told from, in pixels of the reduced picture."""

MAX_SHADOW_GRAIN = (2.0, 0.015)
"""Grain in a shadow, as a share of its lightness, at most: a multiple of the paper's, and what is added to that."""

SIDE_REACH_PX = 4
"""From a side of the reduced paper to what is still right beside it."""

MIN_SIDE_PIXELS = 24
"""Pixels right within a side and right beyond it that tell the step there, at least: fewer are the end of another."""

Window = tuple[int, int, int, int]
"""x1, y1, x2, y2 with the ends excluded."""


def _band_depth(strip: np.ndarray) -> int:
    """How many lines from the start of a strip are an even band before paper begins, of half as many at most.

    Args:
        strip: uint8 ``[2 * depth + 1, length, 3]``.
    """
    depth = len(strip) // 2
    # The paper is what lies deepest; strokes that reach so far are outvoted by the median, but a frame may lie there.
    paper, beyond = np.median(strip[depth], 0), np.median(strip[-1], 0)
    if np.abs(paper - beyond).max() >= MIN_BAND_STEP:
        return 0
    first = np.abs(strip[0].astype(np.int16) - paper.astype(np.int16)).max(1)
    if (first >= MIN_BAND_STEP).mean() < MIN_BAND_SHARE:
        return 0
    away = np.abs(strip[:depth].astype(np.int16) - paper.astype(np.int16)).max(2)
    clear = (away >= BAND_END_STEP).mean(1) < MIN_BAND_SHARE
    return int(clear.argmax()) if clear.any() else 0


def inner_window(image: np.ndarray) -> Window:
    """What is left of a picture without the black edges of a scan and the border lines of a screenshot.

    Args:
        image: uint8 ``[H, W, 3]`` RGB.
    """
    height, width = image.shape[:2]
    down, across = (max(2, round(side * MAX_BAND_SHARE)) for side in (height, width))
    if min(height, width) <= 2 * max(down, across):
        return 0, 0, width, height
    top, bottom = _band_depth(image[: 2 * down + 1]), _band_depth(image[: -2 * down - 2 : -1])
    turned = image.transpose(1, 0, 2)
    left, right = _band_depth(turned[: 2 * across + 1]), _band_depth(turned[: -2 * across - 2 : -1])
    return left, top, width - right, height - bottom


def fill_wedges(image: np.ndarray) -> np.ndarray:
    """A picture whose dark wedges along the edges have the paper's colour; itself without any.

    A sheet that lay askew on the scanner leaves them.  They widen towards a corner; a frame ends before it.

    Args:
        image: uint8 ``[H, W, 3]`` RGB.
    """
    depths = [max(2, round(side * MAX_WEDGE_SHARE)) for side in image.shape[:2]]
    if min(image.shape[:2]) <= 2 * max(depths):
        return image
    # All corners of most drawings are paper, which is soon told.
    corners, paper = image[[0, 0, -1, -1], [0, -1, 0, -1]], np.median(image[2 * depths[0]], 0)
    if np.abs(corners - paper).max() < MIN_BAND_STEP:
        return image
    filled = image
    for turned, flipped in ((False, False), (False, True), (True, False), (True, True)):
        depth = depths[turned]
        strip = _strip_along(image, turned, flipped)[: 2 * depth + 1]
        paper, beyond = (np.trunc(np.median(strip[at], 0)) for at in (depth, 2 * depth))
        if np.abs(paper - beyond).max() >= MIN_BAND_STEP:  # a line, which is no paper
            continue
        strip = strip[: depth + 1]
        dark = np.abs(strip[0] - paper).max(1) >= MIN_BAND_STEP
        if dark.mean() < MIN_WEDGE_LENGTH or not (dark[:depth].all() or dark[-depth:].all()):
            continue
        if np.ptp(np.quantile(strip[0][dark], (0.1, 0.9), axis=0), axis=0).max() > MAX_WEDGE_SPREAD:
            continue
        clear = np.abs(strip - paper).max(2) < BAND_END_STEP
        ends = np.where(clear.any(0), clear.argmax(0), depth + 1)
        if (ends[dark] > depth).mean() > MAX_WEDGE_CROSSED:
            continue
        filled = filled.copy() if filled is image else filled
        _strip_along(filled, turned, flipped)[: depth + 1][
            np.arange(depth + 1)[:, None] <= np.where(dark, ends, -1)
        ] = paper
    return filled


def _strip_along(image: np.ndarray, turned: bool, flipped: bool) -> np.ndarray:
    """The picture as seen from one of its edges, which comes first: the top, the bottom, the left or the right one."""
    view = image.transpose(1, 0, 2) if turned else image
    return view[::-1] if flipped else view


def find_paper(image: np.ndarray) -> np.ndarray | None:
    """The paper on a table of another lightness, bool-like uint8 ``[H, W]`` of 0 and 255; None without one.

    Args:
        image: uint8 ``[H, W, 3]`` RGB.
    """
    height, width = image.shape[:2]
    small = reduce_to(image, PAPER_SIDE)[0]
    # A coloured note may be as light as the table beneath it, but in its darkest channel it is not.
    red, green, blue = cv2.split(small)
    planes = [cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), cv2.min(cv2.min(red, green), blue)]
    for plane in planes[: 1 + (float(cv2.absdiff(*planes).mean()) >= MIN_COLOUR)]:
        plane = cv2.medianBlur(plane, 5)
        papers = _find_light_paper(plane, dark=False) or _find_light_paper(cv2.bitwise_not(plane), dark=True)
        if found := [each for each in papers if each[2] > MAX_FEW_SIDES or not _is_shadowed(small, each[0])]:
            break
    else:
        return None
    whole = cv2.resize(max(found, key=lambda each: each[1])[0], (width, height), interpolation=cv2.INTER_LINEAR)
    return cv2.threshold(whole, 200, 255, cv2.THRESH_BINARY)[1]


def _find_light_paper(grey: np.ndarray, dark: bool) -> list[tuple[np.ndarray, float, int]]:
    """What :func:`_light_paper` gives at some levels of a reduced picture, uint8 ``[h, w]``; turned over if dark."""
    level = otsu_level(grey)
    # A corner of the paper in the shadow is nearer to the table than to the rest of the paper.
    levels = np.linspace(level, otsu_level(grey[grey <= level]), PAPER_LEVELS)
    return [found for each in levels if (found := _light_paper(grey, float(each), dark))]


def _light_paper(grey: np.ndarray, level: float, dark: bool) -> tuple[np.ndarray, float, int] | None:
    """What of a reduced picture, uint8 ``[h, w]``, is lighter than a level and looks like paper on a darker table.

    Returns:
        The paper without its rim, uint8 ``[h, w]`` of 0 and 255; by how many grey levels it is lighter than what is
        beside it, on the side where it is least; and on how many sides it is seen.  None where nothing looks so.
    """
    light = cv2.threshold(grey, level, 255, cv2.THRESH_BINARY)[1]
    labels, stats = find_connected(light, connectivity=4)
    if len(stats) < 2:
        return None
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    own = np.where(labels == largest, 255, 0).astype(np.uint8)
    outline = max(cv2.findContours(own, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0], key=cv2.contourArea)
    area = cv2.contourArea(outline)
    corners = cv2.approxPolyDP(cv2.convexHull(outline), 0.03 * cv2.arcLength(outline, True), True)
    if not PAPER_SHARES[0] <= area / grey.size <= PAPER_SHARES[1] or len(corners) != 4:
        return None
    if area < MIN_PAPER_FILL * cv2.contourArea(corners):
        return None
    paper = cv2.drawContours(np.zeros_like(own), [outline], -1, 255, cv2.FILLED)
    paper = _fill_notches(paper, round(MAX_NOTCH_SHARE * np.sqrt(area)) | 1)
    kernel = np.ones((5, 5), np.uint8)
    inside, outside = cv2.erode(paper, kernel, borderValue=255), cv2.dilate(paper, kernel)
    rim_in = (paper > 0) & (inside == 0)
    rim_out = (paper == 0) & (outside > 0)
    # The picture ends where the paper does, so no table is to be seen; or the paper is all rim.
    if rim_out.sum() < 0.5 * sum(grey.shape) or not inside.any():
        return None
    rim, middle, table = (float(np.median(grey[where])) for where in (rim_in, inside > 0, rim_out))
    if middle - table < MIN_TABLE_STEP or rim - table < MIN_RIM_STEP:
        return None
    # A shadow reaches the edge of the picture, and a frame is darker than what is in it.
    if dark and (paper[[0, -1]].any() or paper[:, [0, -1]].any() or rim - middle >= MIN_TABLE_STEP):
        return None
    steps = _steps_of_sides(grey, corners[:, 0], rim_in, rim_out)
    if not steps or min(steps) < (MIN_SIDE_STEP if len(steps) > 2 else MIN_FEW_STEP):
        return None
    # Where the paper's rim meets the edge of the picture, the tip of the table is too fine to be seen here.
    return cv2.erode(paper, kernel, borderValue=0), min(steps), len(steps)


def _is_shadowed(small: np.ndarray, paper: np.ndarray) -> bool:
    """Whether what lies beside a paper looks like more of it in a shadow: as grey and as smooth, and less light.

    Args:
        small: uint8 ``[h, w, 3]`` RGB.
        paper: uint8 ``[h, w]`` of 0 and 255.
    """
    kernel = np.ones((5, 5), np.uint8)
    parts = [cv2.erode(each, kernel, borderValue=255) > 0 for each in (paper, 255 - cv2.dilate(paper, kernel))]
    if not all(part.any() for part in parts):
        return False
    lit, shaded = (np.median(small[part], 0) for part in parts)
    light = shaded / np.maximum(lit, 1)
    if light.min() < MIN_SHADOW_LIGHT or np.ptp(light) > MAX_SHADOW_TINT:
        return False
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    grain = np.abs((grey + 1.0) / (cv2.GaussianBlur(grey, (0, 0), GRAIN_SIGMA_PX) + 1.0) - 1)
    lit_grain, shaded_grain = (float(np.median(grain[part])) for part in parts)
    return shaded_grain <= MAX_SHADOW_GRAIN[0] * lit_grain + MAX_SHADOW_GRAIN[1]


def _fill_notches(paper: np.ndarray, side: int) -> np.ndarray:
    """Paper, uint8 ``[h, w]``, without notches narrower than a side: writing on its rim is dark like a table.

    What lies between the paper and the edge of the picture is table, however narrow.
    """
    padded = cv2.copyMakeBorder(paper, side, side, side, side, cv2.BORDER_CONSTANT, value=0)
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    return np.ascontiguousarray(closed[side:-side, side:-side])


def _steps_of_sides(grey: np.ndarray, corners: np.ndarray, rim_in: np.ndarray, rim_out: np.ndarray) -> list[float]:
    """Grey levels by which paper is lighter than what is right beside it, for each side that has something beside it.

    Args:
        grey: uint8 ``[h, w]``.
        corners: x and y of the paper's, int ``[4, 2]``.
        rim_in: bool ``[h, w]``, just within the paper.
        rim_out: bool ``[h, w]``, just beyond it.
    """
    steps = []
    rims = [(np.argwhere(rim)[:, ::-1], grey[rim].astype(float)) for rim in (rim_in, rim_out)]
    for k in range(4):
        along = corners[k] - corners[k - 1]
        levels = []
        for places, values in rims:
            away = np.abs((places - corners[k - 1]) @ np.array([along[1], -along[0]]))
            levels.append(values[away <= SIDE_REACH_PX * np.hypot(*along)])
        if min(len(each) for each in levels) >= MIN_SIDE_PIXELS:
            steps.append(float(np.median(levels[0]) - np.median(levels[1])))
    return steps
