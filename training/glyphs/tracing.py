"""Raster images of digits -> pen strokes: the middle line of the ink, walked as a hand may have drawn it.

MNIST's writers are many times those of the stroke collections, but scans can't be bent, thickened or laid so that they
touch as strokes can.
"""

from __future__ import annotations

import cv2
import numpy as np

from training.glyphs.glyph_set import GlyphSet, concatenate_glyphs
from training.glyphs.reader import LabelledImages

ENLARGEMENT = 2
"""Times that an image is enlarged before it is thinned."""

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


def strokes_from_image(image: np.ndarray) -> list[np.ndarray]:
    """Strokes of an image of writing.

    Args:
        image: uint8 ``[h, w]``, white ink on black.

    Returns:
        float32 ``[n, 2]`` each, in the image's pixels, x to the right and y down; none where there is no ink.
    """
    big = cv2.resize(image, None, fx=ENLARGEMENT, fy=ENLARGEMENT, interpolation=cv2.INTER_CUBIC)
    line = thin_mask((np.pad(big, 1) > 110).astype(np.uint8))
    free = _links(set(zip(*(axis.tolist() for axis in line.nonzero()), strict=True)))
    # Ends first, then where strokes meet; what is left then are loops.
    starts = sorted(free, key=lambda p: (len(free[p]) != 1, len(free[p]) == 2))
    paths = [path for start in starts for path in _walks(start, free)]
    long = [path for path in paths if len(path) >= MIN_STROKE_POINTS]
    # Pixel k of the padded, enlarged image has its middle at (k - 1 + 0.5) / ENLARGEMENT - 0.5 of the image.
    shift = 0.5 / ENLARGEMENT + 0.5
    return [_smooth(np.array(path, np.float32)[:, ::-1] / ENLARGEMENT - shift) for path in long or paths[:1]]


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
        while free[path[-1]]:
            here, past = path[-1], path[max(0, len(path) - 5)]
            ahead = (here[0] - past[0], here[1] - past[1])
            onward = max(free[here], key=lambda p: (p[0] - here[0]) * ahead[0] + (p[1] - here[1]) * ahead[1])
            free[here].discard(onward)
            free[onward].discard(here)
            path.append(onward)
        found.append(path)
    return found


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


MAX_TRACED_IMAGES = 20_000
"""Images of MNIST that become strokes too: three in ten digits, beside synthetic writers, from hundreds of people."""


def add_traced_images(glyphs: GlyphSet, mnist: LabelledImages, seed: int, count: int = MAX_TRACED_IMAGES) -> GlyphSet:
    """The glyphs and some MNIST images as strokes, for training: by hundreds of people more.

    Args:
        glyphs: of one split.
        mnist: images of the same split.
        seed: which images are traced, so that runs that are averaged have met different ones.
        count: images traced at most.
    """
    rng = np.random.default_rng([seed, 2])
    rows = np.sort(rng.choice(len(mnist[1]), min(count, len(mnist[1])), replace=False))
    strokes = [strokes_from_image(image) for image in mnist[0][rows]]
    rows = rows[[len(s) > 0 for s in strokes]]
    strokes = [s for s in strokes if s]
    if not strokes:
        return glyphs
    return concatenate_glyphs([glyphs, GlyphSet.from_pieces(strokes, mnist[1][rows], source="mnist", row=rows)])
