"""A drawing -> its ink: the paper's colour where it is, and how far each pixel is from it, whichever is darker.

Paper of one colour is the usual case and the cheap one: the ink is the distance to that colour.  Only where flat areas
of the drawing have some other colour (shadows, light that falls off, a table around it) is the paper estimated
place by place.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from ink.drawn import find_palest_pen, is_drawn_by_program
from ink.edges import fill_wedges, find_paper, inner_window
from ink.erasing import erase_lines
from ink.holes import drop_holes
from ink.ink import MAX_GRAIN, MIN_CONTRAST, STROKE_THRESHOLD, ink_on_paper
from ink.mending import mend_gaps
from ink.outlines import fill_outlines
from ink.patches import colour_distance, median_colour, read_patches
from ink.pores import fill_pores
from ink.shading import NOISE_LEVELS, drop_rims, flatten_light, measure_noise
from ink.shadows import lift_shadows
from ink.specks import drop_specks

FLAT_SIDE = 200
"""Shorter side in pixels of the reduced drawing on which flat areas are looked for."""

FLAT_CELL = 8
"""Side in its pixels of the cells that are flat or not: a fifth of a digit of usual size."""

MAX_FLAT_DEVIATION = 6.0
"""Standard deviation within a flat cell, at most; a cell with the rim of a stroke in it has more."""

MIN_FLAT_SHARE = 0.5
"""Share of flat cells below which lines are taken off before they are looked for: drawings leave most of the paper."""

GREY_INK = (40, 200)
"""Mean ink of a flat cell, of 255, that is neither paper nor the inside of a thick stroke."""

MAX_GREY_SHARE = 0.005
"""Share of all cells that may be flat and grey on even paper: shaded drawings, two pens."""

MAX_SOLID_SHARE = 0.2
"""Share of all cells that thick pens fill: more is a shadow, or a table."""

GRAIN_LEVEL = 96
"""Ink of 255 from which a pixel counts as drawn on."""

MAX_GRAIN_SHARE = 0.002
"""Share of the pixels on flat paper that may be so dark: more is noise of a sensor, which the local path smooths."""

RIM_INK = (6, 190)
"""Ink of 255 that is neither quite paper nor quite pen: the rims of strokes, or a shadow."""

MAX_STROKE_SHARE = 0.2
"""Width of strokes as a share of the drawing's shorter side, at most: the widest pen has a tenth, and strokes cross."""

MIN_SAME_COLOUR = 0.97
"""Share of the paper's pixels, and of those well inside strokes, that have the very same colour where both were drawn
by a program."""

MAX_RIM_SHARE = 0.03
"""Share of all pixels that rims take, at most."""

MIN_CERTAINTY = 4.0
"""Contrast of the ink per noise of the paper below which uneven light makes a reading doubtful."""


@dataclass(frozen=True)
class PaperReport:
    """What callers may say of the paper.

    Attributes:
        even: it has one colour; otherwise it was estimated place by place.
        certain: the ink stands out clearly; otherwise the light is too uneven to be sure.
    """

    even: bool = True
    certain: bool = True


def _paper_colour(image: np.ndarray) -> np.ndarray:
    """The most frequent colour along the edge (in steps of 16), float ``[3]``: drawings keep off it, paper doesn't."""
    band = max(1, min(image.shape[:2]) // 50)
    edge = np.concatenate(
        [part.reshape(-1, 3) for part in (image[:band], image[-band:], image[:, :band], image[:, -band:])]
    )
    if (edge == edge[0]).all():
        return edge[0].astype(float)
    # Half a step of offset keeps pure black and pure white inside their bins.
    coarse = (edge.astype(np.uint16) + 8) >> 4
    codes = coarse[:, 0] * 289 + coarse[:, 1] * 17 + coarse[:, 2]
    return median_colour(edge[codes == np.bincount(codes).argmax()])


def stretch_distance(distance: np.ndarray, grain: float = MAX_GRAIN, palest: int = 255) -> np.ndarray:
    """Distances to the paper's colour, uint8 ``[H, W]``, as ink: full ink is 255; without contrast there is none.

    What is as far as the ``palest`` pen is full ink.
    """
    floor = min(max(MIN_CONTRAST, math.ceil(grain)), 255)
    above = np.bincount(distance[distance >= floor], minlength=256)[::-1].cumsum()[
        ::-1
    ]  # pixels at this distance or further
    if above[floor] < 1:
        return np.zeros(distance.shape, np.uint8)
    # Full ink: the level that a fifth of the inked pixels reach.  Edges are fainter, and thin pens are all edge.
    full = min(palest, int(np.flatnonzero(above >= max(1.0, 0.2 * above[floor])).max()))
    low = min(grain, full / 4)
    table = np.clip((np.arange(256) - low) * 255 / (full - low), 0, 255).astype(np.uint8)
    return cv2.LUT(distance, table)


def _without_lines(
    distance: np.ndarray, ink: np.ndarray, left: np.ndarray, grain: float = MAX_GRAIN, palest: int = 255
) -> np.ndarray:
    """Ink without lines; writing fainter than they were is stretched to full ink.

    Args:
        distance: uint8 ``[H, W]``, of each pixel's colour to the paper's.
        ink: uint8 ``[H, W]``, what :func:`stretch_distance` makes of it.
        left: uint8 ``[H, W]``, what lines have left of that.
        grain: as there.
        palest: as there.
    """
    return ink if left is ink else stretch_distance(np.where(left < ink, 0, distance).astype(np.uint8), grain, palest)


def is_even(image: np.ndarray, ink: np.ndarray) -> bool:
    """Whether the paper has one colour, seen from its flat areas: those are paper or the inside of thick strokes.

    Args:
        image: uint8 ``[H, W, 3]`` RGB.
        ink: uint8 ``[H, W]``, what the ink is if the paper has one colour.
    """
    height, width = image.shape[:2]
    scale = min(1.0, FLAT_SIDE / min(height, width))
    rims = cv2.inRange(ink, RIM_INK[0], RIM_INK[1])
    if cv2.countNonZero(rims) <= MAX_RIM_SHARE * ink.size and (
        _has_two_levels(ink, rims, max(3, round(FLAT_CELL / 2 / scale)))
        or (not _is_wide(ink > RIM_INK[1]) and _has_two_colours(image, ink))
    ):
        return True
    columns, rows = (max(1, round(side * scale / FLAT_CELL)) for side in (width, height))
    size = (columns * FLAT_CELL, rows * FLAT_CELL)
    colours, inked = (cv2.resize(plane, size, interpolation=cv2.INTER_AREA) for plane in (image, ink))
    flat = _flat_cells(colours)
    if flat.mean() < MIN_FLAT_SHARE:  # squared paper: look between its lines
        colours, inked = (cv2.medianBlur(plane, FLAT_CELL - 1) for plane in (colours, inked))
        flat = _flat_cells(colours)
    level = cv2.resize(inked, (columns, rows), interpolation=cv2.INTER_AREA).reshape(rows, columns)
    grain = cv2.resize((ink >= GRAIN_LEVEL).astype(np.float32), (columns, rows), interpolation=cv2.INTER_AREA)
    paper = flat & (level < GREY_INK[0])
    if paper.any() and grain.reshape(rows, columns)[paper].mean() > MAX_GRAIN_SHARE:
        return False
    grey, solid = flat & (level >= GREY_INK[0]) & (level <= GREY_INK[1]), flat & (level > GREY_INK[1])
    if _is_wide(level > GREY_INK[1]) and not _has_two_colours(image, ink):
        return False
    wide = cv2.erode(solid.astype(np.uint8), np.ones((3, 3), np.uint8))  # beyond the edge it may go on
    at_edge = wide[[0, -1]].any() or wide[:, [0, -1]].any()
    return bool(grey.mean() <= MAX_GREY_SHARE and solid.mean() <= MAX_SOLID_SHARE and not at_edge)


def _has_two_levels(ink: np.ndarray, rims: np.ndarray, side: int) -> bool:
    """Whether ink, uint8 ``[H, W]``, is pen and paper, and what lies between them, ``rims``, the rims of strokes.

    Most drawings are; then nothing on them can be a flat grey area of ``side`` pixels, and no cell need be looked at.
    """
    solid = cv2.threshold(ink, RIM_INK[1], 1, cv2.THRESH_BINARY)[1]
    at_edge = solid[[0, -1]].any() or solid[:, [0, -1]].any()
    if at_edge or cv2.countNonZero(solid) > MAX_SOLID_SHARE * ink.size:
        return False
    return not cv2.erode(rims, np.ones((side, side), np.uint8)).any()


def _is_wide(inked: np.ndarray) -> bool:
    """Whether what is inked, bool ``[h, w]``, is wider somewhere than a stroke."""
    side = max(3, round(MAX_STROKE_SHARE * min(inked.shape)))
    return bool(cv2.erode(inked.astype(np.uint8), np.ones((side, side), np.uint8)).any())


def _has_two_colours(image: np.ndarray, ink: np.ndarray) -> bool:
    """Whether a drawing, uint8 ``[H, W, 3]``, is of one colour on one colour, but for rims: no photograph is.

    Then even what covers much of the sheet, or reaches its edge, is drawn, and no light.
    """
    for mask in (cv2.inRange(ink, 0, RIM_INK[0] - 1), cv2.inRange(ink, RIM_INK[1] + 1, 255)):
        count = cv2.countNonZero(mask)
        # The colour that most have, if most have one, is the most frequent of each channel.
        red, green, blue = (int(cv2.calcHist([image], [k], mask, [256], [0, 256]).argmax()) for k in range(3))
        same = cv2.inRange(image, (red, green, blue), (red, green, blue))
        if cv2.countNonZero(cv2.bitwise_and(same, mask)) < MIN_SAME_COLOUR * count:
            return False
    return True


def _flat_cells(colours: np.ndarray) -> np.ndarray:
    """Which cells of a reduced drawing, uint8 ``[h, w, 3]``, have one colour: bool ``[rows, columns]``."""
    size = (colours.shape[1] // FLAT_CELL, colours.shape[0] // FLAT_CELL)
    values = colours.astype(np.float32)
    mean, squares = (cv2.resize(plane, size, interpolation=cv2.INTER_AREA) for plane in (values, values * values))
    deviation = np.sqrt(np.maximum(squares - mean * mean, 0)).reshape(size[1], size[0], 3)
    return np.asarray(deviation.max(2) <= MAX_FLAT_DEVIATION)


def _even_ink(distance: np.ndarray, ink: np.ndarray, is_drawn: bool) -> np.ndarray:
    """The ink on paper of one colour, without lines: uint8 ``[H, W]``.

    Args:
        distance: uint8 ``[H, W]``, of each pixel's colour to the paper's.
        ink: uint8 ``[H, W]``, what :func:`stretch_distance` makes of it.
        is_drawn: it is no photograph.
    """
    palest = find_palest_pen(distance) if is_drawn else 255
    if palest < 255 or not is_drawn:
        lifted = lift_shadows(distance, MAX_GRAIN, is_drawn)
        if lifted is not distance:  # a marker, or shadows too narrow to be seen as flat areas
            distance, ink, palest = lifted, drop_rims(stretch_distance(lifted)), 255
    if palest < 255:
        ink = stretch_distance(distance, palest=palest)
    return _without_lines(distance, ink, erase_lines(ink, is_drawn=is_drawn), palest=palest)


def _uneven_ink(image: np.ndarray) -> tuple[np.ndarray, bool]:
    """The ink on paper whose colour changes from place to place, and whether it stands out clearly."""
    paper = find_paper(image)
    darkness = lift_shadows(flatten_light(image, paper), MAX_GRAIN)
    noise = measure_noise(darkness, paper)
    grain = max(MAX_GRAIN, NOISE_LEVELS * noise)
    ink = stretch_distance(darkness, grain)
    # Rulings reach from edge to edge of the paper, not of the picture.
    own = np.full(ink.shape, 255, np.uint8) if paper is None else paper
    x, y, w, h = cv2.boundingRect(own)
    on_paper = np.s_[y : y + h, x : x + w]
    darkness_there, before, own = (np.ascontiguousarray(each[on_paper]) for each in (darkness, ink, own))
    left = erase_lines(before, own)
    if left is not before:  # squared paper has more lines than are found at once
        left = erase_lines(left, own)
    ink[on_paper] = _without_lines(darkness_there, before, left, grain)
    ink = drop_rims(ink)
    full = float(np.median(darkness[ink > STROKE_THRESHOLD])) if (ink > STROKE_THRESHOLD).any() else 0.0
    return ink, full >= MIN_CERTAINTY * max(noise, 1.0)


def read_paper(image: np.ndarray) -> tuple[np.ndarray, PaperReport]:
    """How much ink lies on each pixel, whatever the colours of ink and paper, and what the paper is like.

    Full ink is 255.  A drawing without contrast has no ink; bands along the edge, rulings and frames are none either.
    Gaps in the ink are closed, and hollow digits filled.

    Args:
        image: uint8 ``[H, W, 3]`` RGB.

    Returns:
        uint8 ``[H, W]``, 0 paper to 255 ink; and the report.
    """
    x1, y1, x2, y2 = inner_window(image)
    inner = fill_wedges(image[y1:y2, x1:x2])
    plain = colour_distance(inner, _paper_colour(inner))
    distance = read_patches(inner, plain)
    even, report, is_drawn = stretch_distance(distance), PaperReport(), is_drawn_by_program(distance)
    if is_drawn or is_even(inner if distance is plain else ink_on_paper(distance), even):
        ink = _even_ink(distance, even, is_drawn)
    else:
        ink, certain = _uneven_ink(inner)
        report = PaperReport(False, certain or _has_two_colours(inner, even))
    ink = drop_specks(ink)
    ink = fill_outlines(mend_gaps(ink if is_drawn else fill_pores(drop_holes(ink))))
    if inner.shape != image.shape:
        height, width = image.shape[:2]
        ink = cv2.copyMakeBorder(ink, y1, height - y2, x1, width - x2, cv2.BORDER_CONSTANT, value=0)
    return ink, report


def ink_map(image: np.ndarray) -> np.ndarray:
    """The ink alone of :func:`read_paper`, uint8 ``[H, W]``."""
    return read_paper(image)[0]
