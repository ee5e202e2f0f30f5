"""Patches of another colour that are written on, such as discs and labels: they are paper, what is on them is ink."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ink.connected import find_connected
from ink.ink import erode_square

PATCH_LEVEL = 40
"""Distance of two colours, of 255, from which they are different ones."""

MIN_PATCH_PX = 24
"""Shorter side of a patch in pixels, at least."""

MIN_PATCH_FILL = 0.35
"""Share of its box that a patch fills, at least; thin strokes fill less."""

MIN_LABEL_FILL = 0.88
"""Share of its box that a label fills with what is on it, at least: its corners may be round."""

MAX_DISC_ERROR = 0.03
"""By how much a disc's sides differ, and its area from a circle's, at most; a thick 0 is drawn by hand."""

MIN_PLAIN_SHARE = 0.7
"""Share of a patch that has its colour, at least: of a frame, or of a thick 0, more is within."""

MAX_LABEL_SHARE = 0.6
"""Share of a picture that labels of one colour cover, at most: more are a table's cells, and what is between is ink."""

MAX_MARKER_GAIN = 30
"""Levels by which a marker is lighter than the paper in some channel, at most."""

PLAIN_LEVEL = 6
"""Distance to a patch's colour, of 255, that is the very same colour but for a file's loss."""

MIN_SAME_SHARE = 0.9
"""Share of a flat patch that has its very colour, at least: paper in a photograph has light and noise on it."""

MAX_OUTLINE_SHARE = 0.9
"""Width and height of what is written on a patch as shares of the patch's, at most; what is larger is its outline."""

COARSE_STEP = 4
"""Every so many pixels tell whether there may be patches."""

RIM_PX = 3
"""Pixels along the outline of a patch whose colour is a mixture."""

MIN_WRITING_SHARE = 0.25
"""Height of what is written on a patch as a share of the patch's shorter side, at least."""

MAX_WRITING_WIDTH = 0.35
"""Width of a stroke on a patch as a share of the longer side of what it is part of, at most."""

MIN_WINDING = 1.5
"""Length of some stroke on a patch of the drawing as a multiple of the longer side of what it is part of, at least: it
winds, as the hole of no thick digit does."""


@dataclass(frozen=True)
class Patch:
    """One patch.

    Attributes:
        box: left, top, width and height in pixels.
        colour: float ``[3]``, what most of it has.
        inside: uint8 ``[h, w]`` in the box, 1 within its outline.
        ink: uint8 ``[h, w]``, distances to the patch's colour of what is written on it, 0 elsewhere.
        is_winding: some of that is no hole of a thick digit.
        is_disc: it is round; else it is a label.
        is_flat: it has one colour, as no paper in a photograph has.
    """

    box: tuple[int, int, int, int]
    colour: np.ndarray
    inside: np.ndarray
    ink: np.ndarray
    is_winding: bool
    is_disc: bool
    is_flat: bool

    def reaches_edge(self, shape: tuple[int, ...]) -> bool:
        """Whether it reaches the edge of a picture of this height and width."""
        x, y, w, h = self.box
        return x == 0 or y == 0 or y + h == shape[0] or x + w == shape[1]


def median_colour(pixels: np.ndarray) -> np.ndarray:
    """The middle of what each channel of some pixels, uint8 ``[N, 3]`` with N at least 1, has: float ``[3]``."""
    return np.array([np.bincount(channel).cumsum().searchsorted(len(pixels) / 2) for channel in pixels.T], float)


def colour_distance(image: np.ndarray, colour: np.ndarray) -> np.ndarray:
    """How far each pixel's colour is from one, largest of the three channels: uint8 ``[H, W]``.

    Args:
        image: uint8 ``[H, W, 3]`` RGB.
        colour: float ``[3]``, whole numbers.
    """
    red, green, blue = colour.tolist()
    away = cv2.split(cv2.absdiff(image, (red, green, blue, 0)))  # type: ignore[call-overload]
    return cv2.max(cv2.max(away[0], away[1]), away[2])


def read_patches(image: np.ndarray, distance: np.ndarray) -> np.ndarray:
    """Distances to the colour of what is written on: the paper's, or that of a patch; as they were without patches.

    Args:
        image: uint8 ``[H, W, 3]`` RGB.
        distance: uint8 ``[H, W]``, of each pixel's colour to the paper's.
    """
    mask = cv2.threshold(distance, PATCH_LEVEL - 1, 1, cv2.THRESH_BINARY)[1]
    # Most drawings have none, which some of the pixels tell.
    _, coarse = find_connected(np.ascontiguousarray(mask[::COARSE_STEP, ::COARSE_STEP]))
    if not _may_be_patches(coarse, COARSE_STEP).any():
        return distance
    labels, stats = find_connected(mask)
    found = [
        patch
        for k in np.flatnonzero(_may_be_patches(stats, 1)).tolist()
        if (patch := _read_patch(image, labels, k, stats[k]))
    ]
    if not any(patch.is_winding for patch in found) or _are_sheets(found, image, mask):
        return distance
    result = distance.copy()
    for patch in found:
        x, y, w, h = patch.box
        there = result[y : y + h, x : x + w]
        there[patch.inside > 0] = patch.ink[patch.inside > 0]
    return result


def _are_sheets(found: list[Patch], image: np.ndarray, mask: np.ndarray) -> bool:
    """Whether the patches of a picture are what it shows of paper itself.

    One label alone may be a sheet on a table, of which the shadow and all else around it is no ink; but a marker's
    colour lets the paper shine through.

    Args:
        found: patches.
        image: uint8 ``[H, W, 3]`` RGB.
        mask: uint8 ``[H, W]``, 1 where it is not of the colour along its edge.
    """
    shape = mask.shape
    labels = [patch for patch in found if not patch.is_disc]
    if labels:
        colours, areas = np.array([each.colour for each in labels]), np.array([each.inside.size for each in labels])
        alike = np.abs(colours[:, None] - colours).max(2) < PATCH_LEVEL
        if (alike @ areas).max() > MAX_LABEL_SHARE * shape[0] * shape[1]:
            return True
    if len(found) != 1 or not labels or (labels[0].is_flat and labels[0].reaches_edge(shape)):
        return False
    kept = median_colour(image[mask == 0]) - labels[0].colour
    return bool(kept.min() < -MAX_MARKER_GAIN or np.ptp(kept) < PATCH_LEVEL or kept.min() > PATCH_LEVEL)


def _may_be_patches(stats: np.ndarray, factor: int) -> np.ndarray:
    """Which connected parts of a mask, reduced by a factor and measured in int32 ``[N, 5]``, may be patches."""
    wide, high, area = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_AREA]
    may = (np.minimum(wide, high) * factor >= MIN_PATCH_PX) & (area >= MIN_PATCH_FILL * wide * high)
    may[0] = False
    return may


def _read_patch(image: np.ndarray, labels: np.ndarray, number: int, measures: np.ndarray) -> Patch | None:
    """A connected part as a patch; None where it is none."""
    x, y, w, h, _ = (int(value) for value in measures)
    own = np.where(labels[y : y + h, x : x + w] == number, 1, 0).astype(np.uint8)
    outlines = cv2.findContours(own, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0]
    inside = cv2.drawContours(np.zeros_like(own), outlines, -1, 1, cv2.FILLED)
    filled = cv2.countNonZero(inside) / (w * h)
    is_disc = max(abs(w / h - 1), abs(filled / (np.pi / 4) - 1)) <= MAX_DISC_ERROR
    if not is_disc and filled < MIN_LABEL_FILL:
        return None
    colours = image[y : y + h, x : x + w]
    colour = median_colour(colours[own > 0])
    distance = colour_distance(colours, colour)
    within = erode_square(inside, 2 * RIM_PX + 1)
    distance[within == 0] = 0
    written = cv2.threshold(distance, PATCH_LEVEL - 1, 1, cv2.THRESH_BINARY)[1]
    most, plain = cv2.countNonZero(within), cv2.countNonZero(within) - cv2.countNonZero(written)
    if not most or plain < MIN_PLAIN_SHARE * most:
        return None
    same = most - int((distance > PLAIN_LEVEL).sum())
    is_winding = _find_writing(written, distance)
    if is_winding is None:
        return None
    return Patch((x, y, w, h), colour, inside, distance, is_winding, is_disc, same >= MIN_SAME_SHARE * plain)


def _find_writing(written: np.ndarray, distance: np.ndarray) -> bool | None:
    """Whether some of what is on a patch, uint8 ``[h, w]`` of 0 and 1, winds; None where it is no writing.

    The patch's outline is taken off the distances, uint8 ``[h, w]``, in place.
    """
    height, width = written.shape
    parts, stats = find_connected(written)
    winding: bool | None = None
    for number, (left, top, wide, high, area) in enumerate(stats[1:].tolist(), 1):
        if high < MIN_WRITING_SHARE * min(width, height):
            continue
        if wide > MAX_OUTLINE_SHARE * width and high > MAX_OUTLINE_SHARE * height:
            distance[parts == number] = 0
            continue
        part, longer = (parts[top : top + high, left : left + wide] == number).astype(np.uint8), max(wide, high)
        if cv2.countNonZero(erode_square(part, int(MAX_WRITING_WIDTH * longer) | 1)):
            return None
        length = (area - cv2.countNonZero(erode_square(part, 3))) / 2  # half of its outline
        winding = bool(winding) or length >= MIN_WINDING * longer
    return winding
