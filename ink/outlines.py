"""Hollow digits, drawn as outlines, filled before anything looks for strokes."""

from __future__ import annotations

import cv2
import numpy as np

from ink.connected import find_connected
from ink.ink import erode_square, stroke_width

OUTLINE_LEVEL = 190
"""Ink of 255 above which a pixel is of an outline: what is inside may be tinted, or lie in its shadow."""

MIN_OUTLINES = 2
"""Hollow digits on a drawing, at least: one alone may be a drawing of something long."""

MAX_PARTS = 100
"""Parts of ink, or of paper, above which a drawing is no number in outlines."""

MIN_OUTLINE_PX = 12
"""Longer side of a hollow digit in pixels, at least."""

MIN_OUTLINE_SIZE = 0.4
"""The same as a share of the usual one's."""

MIN_OUTLINE_SHARE = 0.6
"""Share of a drawing's digits that have to be hollow: strokes may meet and close a digit off otherwise."""

MIN_ELONGATION = 8.0
"""Length of a hollow stroke's inside as a multiple of its width, at least; a zero's is some three times as long."""

CONTOUR_SLACK = 0.85
"""Share of what is asked for from which a drawing is looked at closely."""

MIN_INSIDE_LENGTH = 0.7
"""Length of the inside as a multiple of the digit's longer side, at least."""

MIN_LONGEST_INSIDE = 1.7
"""The same of the longest on the drawing: it winds, as the inside of no long thing does that people draw."""

MAX_BULGE = 1.9
"""Side of the largest square in it as a multiple of its width: a stroke's inside is about as wide all along."""

MAX_WALL = 3.5
"""Width of the walls of what stands within an inside, as a multiple of the pen's, at most: it is the inner outline of a
zero, which is all wall, and no digit in a ring."""


def fill_outlines(ink: np.ndarray) -> np.ndarray:
    """The ink with hollow digits filled, and nothing else on it; as it was without such.

    Args:
        ink: uint8 ``[H, W]``, 0 paper to 255 ink.

    Returns:
        uint8 ``[H, W]``.
    """
    strong = cv2.threshold(ink, OUTLINE_LEVEL, 255, cv2.THRESH_BINARY)[1]
    x, y, w, h = cv2.boundingRect(strong)
    own = cv2.copyMakeBorder(strong[y : y + h, x : x + w], 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    if not w or not _may_be_hollow(own):
        return ink
    filled = _fill(own)
    if filled is None:
        return ink
    result = np.zeros_like(ink)
    result[y : y + h, x : x + w] = np.maximum(cv2.min(ink[y : y + h, x : x + w], own[1:-1, 1:-1]), filled[1:-1, 1:-1])
    return result


def _may_be_hollow(mask: np.ndarray) -> bool:
    """Whether enough parts of a mask have long and narrow holes: soon told, and those of most numbers have none.

    Contours are a little longer than the outlines that :func:`_fill` counts, pixel by pixel.
    """
    # Contours of a hundred thousand parts take seconds; to count those takes none.
    for each, connectivity in ((mask, 8), (cv2.bitwise_not(mask), 4)):
        if cv2.connectedComponents(each, connectivity=connectivity)[0] > MAX_PARTS:
            return False
    contours, tree = cv2.findContours(mask, cv2.RETR_TREE, cv2.CHAIN_APPROX_SIMPLE)
    if tree is None:
        return False
    depth: list[int] = []
    holes: dict[int, tuple[float, float]] = {}  # area and length
    parents = tree[0, :, 3].tolist()
    for contour, parent in zip(contours, parents, strict=True):  # each comes after what it is in
        depth.append(depth[parent] + 1 if parent >= 0 else 0)
        hole = len(depth) - 1 if depth[-1] % 2 else parent
        if hole >= 0:
            area, length = holes.get(hole, (0.0, 0.0))
            own = cv2.contourArea(contour)
            holes[hole] = (area + (own if depth[-1] % 2 else -own), length + cv2.arcLength(contour, True))
    least = 4 * CONTOUR_SLACK * MIN_ELONGATION
    holders = {parents[k] for k, (area, length) in holes.items() if length * length >= least * max(area, 1)}
    sizes = np.array([max(cv2.boundingRect(each)[2:]) for each, deep in zip(contours, depth, strict=True) if not deep])
    large = int((sizes >= max(MIN_OUTLINE_PX, MIN_OUTLINE_SIZE * np.median(sizes))).sum())
    return len(holders) >= max(MIN_OUTLINES, CONTOUR_SLACK * MIN_OUTLINE_SHARE * large)


def _fill(mask: np.ndarray) -> np.ndarray | None:
    """The insides of hollow strokes, uint8 ``[h, w]`` of 0 and 255; None where the mask is no number in outlines.

    Args:
        mask: uint8 ``[h, w]`` of 0 and 255, with a margin of a pixel; it may be hollow.
    """
    part, parts = find_connected(mask)
    room, rooms = find_connected(cv2.bitwise_not(mask), connectivity=4)
    outside = int(room[0, 0])
    size, wall = parts[:, 2:4].max(1), MAX_WALL * stroke_width(mask) + 1
    rings, reach, insides = set[int](), np.zeros(len(parts)), dict[int, int]()
    for number, (x, y, w, h, area) in enumerate(rooms.tolist()):
        if number in (0, outside):
            continue
        own = (room[y : y + h, x : x + w] == number).astype(np.uint8)
        holder = int(part[y - 1, x + int(own[0].argmax())])  # what is above its topmost pixel is around it
        if (parts[holder, 2:4] - (w, h)).max() <= 2 * wall:
            rings.add(holder)
        outline = area - cv2.countNonZero(erode_square(own, 3))
        length, width = outline / 2, 2 * area / outline
        if length < max(MIN_ELONGATION * width, MIN_INSIDE_LENGTH * size[holder]):
            continue
        if not erode_square(own, int(MAX_BULGE * width) | 1).any():
            insides[number] = holder
            reach[holder] = max(reach[holder], length / size[holder])
    outer = []
    for number, (x, y, w, *_) in enumerate(parts.tolist()):
        if number == 0:
            continue
        around = int(room[y - 1, x + int((part[y, x : x + w] == number).argmax())])
        if around == outside:
            outer.append(number)
        elif number not in rings and around in insides:
            reach[insides.pop(around)] = 0
    outer = [k for k in outer if size[k] >= max(MIN_OUTLINE_PX, MIN_OUTLINE_SIZE * np.median(size[outer]))]
    hollow = reach[outer] > 0
    if hollow.sum() < MIN_OUTLINES or hollow.mean() < MIN_OUTLINE_SHARE or reach[outer].max() < MIN_LONGEST_INSIDE:
        return None
    return np.where(np.isin(room, list(insides)), 255, 0).astype(np.uint8)
