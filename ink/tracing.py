"""Ink -> pen strokes: its middle line, walked as a hand may have drawn it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import cv2
import numpy as np

from ink.ink import ink_bounds, stroke_width
from ink.strokes import Stroke

ENLARGEMENT = 2.0
"""Times that a scan of MNIST's size is enlarged before it is thinned."""

MIDDLE_LEVEL = 110
"""Level of ink above which an enlarged pixel is thinned."""

THINNED_PEN_PX, MAX_THINNED_SIDE_PX = 5.0, 1000
"""Width of the pen where ink of any size is thinned, which is MNIST's, and the longer side at most.

Thinning costs as many rounds as the pen is wide, and what is a spur goes by pixels."""

LOOK_POINTS = 8
"""Points that a walk looks back and ahead where ways meet: a crossing is thinned to two forks with a bridge between."""

MAX_JOIN_PX, MIN_JOIN_COSINE = 6.0, 0.7
"""Between two ends that are one stroke, on the enlarged image, and of the turn from one to the other."""

MAX_FORKS = 40
"""Pixels of a middle line where ways part, at most: digits have a few, and a mesh, of which there are hundreds, would
be walked and joined for minutes."""

MIN_STROKE_POINTS = 4
"""Points of a stroke, on the enlarged image, below which it is a spur that thinning left, if there are others."""

_WEIGHTS = np.array([[128, 1, 2], [64, 0, 4], [32, 16, 8]], np.float32)  # neighbours clockwise from the top, as bits
_STEPS = ((-1, 0), (0, 1), (1, 0), (0, -1), (-1, 1), (1, 1), (1, -1), (-1, -1))  # row and column, straight ones first


def _removable(first: bool) -> np.ndarray:
    """Which pixels go, by the code of their neighbours, uint8 ``[256]`` of 0 or 1, in each half of a round."""
    table = np.zeros(256, np.uint8)
    for code in range(256):
        n, e, s, w = (code >> k & 1 for k in (0, 2, 4, 6))
        ring = [code >> k & 1 for k in range(8)]
        rises = sum(not ring[k - 1] and ring[k] for k in range(8))
        open_side = (
            not (n and e and s) and not (e and s and w) if first else not (n and e and w) and not (n and s and w)
        )
        table[code] = 2 <= sum(ring) <= 6 and rises == 1 and open_side
    return table


_HALVES = (_removable(True), _removable(False))


def thin_mask(mask: np.ndarray) -> np.ndarray:
    """The middle line of what is 1, one pixel wide (Zhang and Suen, CACM 27(3), 1984): uint8 ``[h, w]`` of 0 and 1."""
    left, before = mask.copy(), -1
    while (now := cv2.countNonZero(left)) != before:
        before = now
        for table in _HALVES:
            code = cv2.filter2D(left, cv2.CV_8U, _WEIGHTS, borderType=cv2.BORDER_CONSTANT)
            left[cv2.LUT(code, table) > 0] = 0
    return left


def strokes_from_image(image: np.ndarray, enlargement: float = ENLARGEMENT) -> list[np.ndarray]:
    """Strokes of an image of writing.

    Args:
        image: uint8 ``[h, w]``, white ink on black.
        enlargement: times that it is enlarged, or reduced, before it is thinned.

    Returns:
        float32 ``[n, 2]`` each, in the image's pixels, x to the right and y down; none where there is no ink, or
        where it parts more than ``MAX_FORKS`` times.
    """
    size = [max(1, round(side * enlargement)) for side in image.shape[::-1]]
    how = cv2.INTER_CUBIC if enlargement >= 1 else cv2.INTER_AREA
    line = thin_mask((np.pad(cv2.resize(image, size, interpolation=how), 1) > MIDDLE_LEVEL).astype(np.uint8))
    free = _links(set(zip(*(axis.tolist() for axis in line.nonzero()), strict=True)))
    if sum(len(ways) > 2 for ways in free.values()) > MAX_FORKS:
        return []
    # Ends first, then where strokes meet; what is left then are loops.
    starts = sorted(free, key=lambda p: (len(free[p]) != 1, len(free[p]) == 2))
    paths = _join([path for start in starts for path in _walks(start, free)])
    long = [path for path in paths if len(path) >= MIN_STROKE_POINTS]
    # Pixel k of the padded, enlarged image has its middle at (k - 1 + 0.5) / scale - 0.5 of the image.
    scale = np.array(size, np.float32) / np.array(image.shape[::-1], np.float32)
    shift = 0.5 / scale + np.float32(0.5)
    return [_smooth(np.array(path, np.float32)[:, ::-1] / scale - shift) for path in long or paths[:1]]


def trace_ink(ink: np.ndarray) -> list[Stroke]:
    """Strokes of ink of any size and pen, as wide as the pen is on the whole.

    Args:
        ink: uint8 ``[h, w]``, 0 paper to 255 ink.

    Returns:
        Strokes in the ink's pixels, in no order that a hand would keep; none where there is no ink.
    """
    box = ink_bounds(ink, MIDDLE_LEVEL)
    if box is None:
        return []
    x1, y1, x2, y2 = box
    width = stroke_width(ink)
    enlargement = min(ENLARGEMENT, THINNED_PEN_PX / width, MAX_THINNED_SIDE_PX / max(x2 - x1, y2 - y1))
    corner = np.array([x1, y1], np.float32)
    # A margin, or ink that fills the cut would be thinned as if it went on.
    paths = strokes_from_image(np.pad(ink[y1:y2, x1:x2], 2), enlargement)
    return [Stroke(path + corner - 2, width) for path in paths]


Pixel = tuple[int, int]


def _links(pixels: set[Pixel]) -> dict[Pixel, set[Pixel]]:
    """Which pixels follow one another; a diagonal step only where no two straight ones lead there."""
    links: dict[Pixel, set[Pixel]] = {p: set() for p in pixels}
    for y, x in pixels:
        for down, right in _STEPS:
            straight = down == 0 or right == 0
            if (y + down, x + right) in pixels and (straight or not ({(y + down, x), (y, x + right)} & pixels)):
                links[y, x].add((y + down, x + right))
    return links


def _walks(start: Pixel, free: dict[Pixel, set[Pixel]]) -> list[list[Pixel]]:
    """Paths from a pixel along links that no path has taken yet, each straight on where several lead on."""
    found = []
    while free[start]:
        path = [start]
        while ways := free[path[-1]]:
            here = path[-1]
            onward = next(iter(ways)) if len(ways) == 1 else _straight_on(path, free)
            free[here].discard(onward)
            free[onward].discard(here)
            path.append(onward)
        found.append(path)
    return found


def _straight_on(path: list[Pixel], free: dict[Pixel, set[Pixel]]) -> Pixel:
    """The next pixel of the way on from a path's end that turns least, some points further."""
    ends: list[tuple[Pixel, Pixel]] = []
    ways: list[tuple[Pixel, ...]] = [(path[-1], pixel) for pixel in sorted(free[path[-1]])]
    while ways:
        way = ways.pop()
        onward = [pixel for pixel in sorted(free[way[-1]]) if pixel not in way]
        if len(way) > LOOK_POINTS or not onward:
            ends.append((way[1], way[-1]))
        else:
            ways += [(*way, pixel) for pixel in onward]
    ahead = _direction(path[-1 - LOOK_POINTS :][0], path[-1])
    return max(ends, key=lambda pair: float(ahead @ _direction(path[-1], pair[1])))[0]


def _direction(start: Pixel, end: Pixel) -> np.ndarray:
    """From one pixel to another, float ``[2]`` of length 1; of length 0 where they are one."""
    step = np.subtract(end, start).astype(float)
    return step / max(float(np.hypot(*step)), 1e-9)


def _join(paths: list[list[Pixel]]) -> list[list[Pixel]]:
    """Paths that go on in one another made one: where two strokes cross, only one of them gets the bridge."""
    paths = list(paths)
    while joint := max(_joints(paths), default=None):
        _, first, second = joint
        a, b = (paths[k][::way] for k, way in (first, second))
        paths = [path for k, path in enumerate(paths) if k not in (first[0], second[0])] + [a + b]
    return paths


def _joints(paths: list[list[Pixel]]) -> Iterator[tuple[float, tuple[int, int], tuple[int, int]]]:
    """How straight each pair goes on that may be one stroke: of each path its number, and -1 where it is turned."""
    long = [k for k, path in enumerate(paths) if len(path) >= MIN_STROKE_POINTS]
    for (j, k), one, other in itertools.product(itertools.combinations(long, 2), (1, -1), (1, -1)):
        if math.dist(paths[j][-(one > 0)], paths[k][-(other < 0)]) <= MAX_JOIN_PX:
            a, b = paths[j][::one], paths[k][::other]
            straight = float(_direction(a[-1 - LOOK_POINTS :][0], a[-1]) @ _direction(b[0], b[:LOOK_POINTS][-1]))
            if straight >= MIN_JOIN_COSINE:
                yield straight, (j, one), (k, other)


def _smooth(path: np.ndarray) -> np.ndarray:
    """Every second point of the path, the steps of the pixels smoothed away; the ends stay."""
    if len(path) < 5:
        return path
    kernel = np.array([1, 2, 3, 2, 1], np.float32) / 9
    closed = bool(np.abs(path[0] - path[-1]).max() == 0)
    padded = np.concatenate([path[-3:-1], path, path[1:3]]) if closed else np.pad(path, ((2, 2), (0, 0)), "edge")
    even = np.stack([np.convolve(padded[:, k], kernel, "valid") for k in (0, 1)], 1)
    if not closed:
        even[[0, -1]] = path[[0, -1]]
    return np.concatenate([even[:-1:2], even[-1:]]).astype(np.float32)
