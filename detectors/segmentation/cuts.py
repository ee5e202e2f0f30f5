"""Where a piece that holds several symbols may be cut."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from detectors.segmentation.pieces import Piece
from ink.ink import INK_THRESHOLD

SLANTS = (-0.35, -0.15, 0.0, 0.15, 0.35)
"""Slopes (pixels in x for one in y) of the straight lines along which touching symbols may be cut."""

MAX_CUTS = 18
"""Cuts proposed in one piece at most, the likeliest."""

MAX_CUT_ASPECT = 24
"""Width of a piece as a multiple of its height above which it is a line that nobody writes digits on."""

MIN_SPACING = 0.09
"""Distance between two cuts, as a share of the piece's shorter side, and the pen's width, at least."""

MAX_STROKES_CROSSED = 4.0
"""Strokes that a cut may cross: digits drawn over one another share several."""

SEAM_ROWS = 48
"""Height in pixels to which a piece is reduced to look for seams."""

STROKE_COST = 1024
"""What crossing a stroke costs a seam.  Whole numbers: what costs alike does so on every machine."""

SIDESTEP_COST = 82
"""What a step aside costs a seam."""

_STEPS = np.array([0, -1, 1], np.int8)

MIN_VALLEY_DEPTH = 154
"""By how much the seams beside a proposed one must cost more."""


MAX_WAIST = 0.8
"""Height of the ink where a piece may be cut, as a share of the piece's."""


@dataclass(frozen=True, eq=False)
class Cut:
    """A line from the top of a piece to its bottom along which it could be cut.

    Attributes:
        cost: how unlikely it is that two symbols meet here; 1 is one stroke crossed.
        place: where it crosses the middle row, in pixels from the piece's left edge.
        path: float ``[h]``, where it crosses each row.
    """

    cost: float
    place: float
    path: np.ndarray


def cut_piece(piece: Piece, pen: float) -> list[Piece]:
    """The piece cut wherever it may hold two symbols, from left to right; the piece alone where there is no such place.

    Args:
        piece: what to cut.
        pen: width of the strokes in pixels.
    """
    height, width = piece.ink.shape
    if width < 0.45 * height or width < 3 * pen or width > MAX_CUT_ASPECT * height:
        return [piece]
    mask = (piece.ink > INK_THRESHOLD).astype(np.uint8)
    spacing = max(MIN_SPACING * min(height, width), pen, 2.0)
    chosen: list[Cut] = []
    for proposal in sorted(_seams(mask, pen) + _waists(mask, pen), key=lambda c: c.cost):
        apart = all(abs(proposal.place - other.place) >= spacing for other in chosen)
        if apart and spacing <= proposal.place <= width - spacing and len(chosen) < MAX_CUTS:
            chosen.append(proposal)
    columns = np.arange(width) + 0.5
    part = sum((columns[None] > c.path[:, None] for c in chosen), np.zeros(mask.shape, int))
    parts = [_trim(piece, np.where(part == k, piece.ink, 0)) for k in range(len(chosen) + 1)]
    return [p for p in parts if p is not None]


def _seams(mask: np.ndarray, pen: float) -> list[Cut]:
    """Paths that cross least ink, wherever paths to the left and right would clearly cross more.

    The cheapest path through each column of the middle row, by dynamic programming from the top and from the bottom
    (seam carving: Avidan and Shamir, SIGGRAPH 2007).  A seam winds through the white between two slanted digits, where
    a straight line would cut into both.
    """
    height, width = mask.shape
    columns = max(3, round(width * SEAM_ROWS / height))
    covered = cv2.resize(mask.astype(np.float32), (columns, SEAM_ROWS), interpolation=cv2.INTER_AREA)
    ink = np.rint(covered * np.float32(STROKE_COST / max(pen * SEAM_ROWS / height, 1.0)))
    middle = SEAM_ROWS // 2
    above, from_above = _cheapest(ink[: middle + 1])
    below, from_below = _cheapest(ink[middle:][::-1])
    cost = above + below - ink[middle]
    rows = (np.arange(height) + 0.5) * SEAM_ROWS / height - 0.5
    found = []
    for column in _valleys(cost):
        path = [*_follow(from_above, column)[::-1], *_follow(from_below, column)[1:]]
        in_pixels = (np.interp(rows, np.arange(SEAM_ROWS), path) + 0.5) * width / columns
        found.append(Cut(float(cost[column]) / STROKE_COST, (column + 0.5) * width / columns, in_pixels))
    return found


def _valleys(cost: np.ndarray) -> list[int]:
    """Where the cost is low enough and lowest, and rises on both sides by a good part of a stroke before it is lower.

    Without the second condition every plateau (the two walls of a zero) would be full of valleys.
    """
    padded = np.pad(cost, 1, mode="edge")
    low = (cost <= padded[:-2]) & (cost < padded[2:]) & (cost <= MAX_STROKES_CROSSED * STROKE_COST)
    found = []
    for k in np.flatnonzero(low).tolist():
        lower = np.flatnonzero(cost < cost[k])
        left, right = lower[lower < k], lower[lower > k]
        rises = [cost[left[-1] : k].max()] if len(left) else []
        rises += [cost[k : right[0]].max()] if len(right) else []
        if min(rises, default=np.inf) - cost[k] >= MIN_VALLEY_DEPTH:
            found.append(k)
    return found


def _cheapest(ink: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cost of the cheapest path to each column of the last row, and the step (-1, 0, 1) that leads to every pixel."""
    rows, columns = ink.shape
    steps = np.zeros(ink.shape, np.int8)
    cost = np.full(columns + 2, np.inf, np.float32)  # a border that no path takes
    cost[1:-1] = ink[0]
    options = np.empty((3, columns), np.float32)
    for y in range(1, rows):
        options[0] = cost[1:-1]
        np.add(cost[:-2], SIDESTEP_COST, out=options[1])
        np.add(cost[2:], SIDESTEP_COST, out=options[2])
        steps[y] = _STEPS[options.argmin(0)]
        np.add(options.min(0), ink[y], out=cost[1:-1])
    return cost[1:-1], steps


def _follow(steps: np.ndarray, column: int) -> list[int]:
    """The path to a column of the last row, from there to the first row."""
    path = [column]
    for y in range(len(steps) - 1, 0, -1):
        path.append(path[-1] + int(steps[y, path[-1]]))
    return path


def _waists(mask: np.ndarray, pen: float) -> list[Cut]:
    """Straight lines where the outline's top and bottom come closest.

    Two round digits touch wall to wall: there the ink is thickest, but the outline has a waist.
    """
    height, width = mask.shape
    kernel = np.ones(max(1, int(pen / 3)), int)
    found = []
    for slope in SLANTS:
        offset = abs(slope) * height / 2
        matrix = np.array([[1, slope, offset - slope * height / 2], [0, 1, 0]])
        sheared = cv2.warpAffine(mask, matrix, (int(width + 2 * offset) + 1, height), flags=cv2.INTER_NEAREST)
        inked = np.flatnonzero(sheared.any(0))
        first, last = inked[0], inked[-1]
        sheared = sheared[:, first : last + 1]
        top, bottom = sheared.argmax(0), sheared[::-1].argmax(0)
        waist = np.where(sheared.any(0), height - bottom - top, 0)
        smooth = np.convolve(np.pad(waist, len(kernel), mode="edge"), kernel, "same")[len(kernel) : -len(kernel)]
        inner, whole = smooth[1:-1], height * len(kernel)
        narrow = (inner <= smooth[:-2]) & (inner < smooth[2:]) & (inner <= MAX_WAIST * whole)
        for column in (np.flatnonzero(narrow) + 1).tolist():
            place = column + float(first) - offset + 0.5
            path = place - slope * (np.arange(height) + 0.5 - height / 2)
            cost = 3.0 * float(smooth[column]) / whole + abs(slope)
            if cost <= MAX_STROKES_CROSSED:
                found.append(Cut(cost, place, path))
    return found


def _trim(piece: Piece, ink: np.ndarray) -> Piece | None:
    """The inked part of a piece's pixels; None where there is none."""
    x, y, w, h = cv2.boundingRect((ink > INK_THRESHOLD).astype(np.uint8))
    if w == 0 or h == 0:
        return None
    return Piece(piece.x + x, piece.y + y, np.ascontiguousarray(ink[y : y + h, x : x + w].astype(np.uint8)))
