"""Ink -> pieces: what hangs together on the sheet, and where a piece that holds several symbols could be cut."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from classifiers.crop import CONTENT, SIDE
from ink.ink import ink_window

INK_THRESHOLD = 96
"""Ink of 255 from which a pixel belongs to a contour."""

SLANTS = (-0.35, -0.15, 0.0, 0.15, 0.35)
"""Slopes (pixels in x for one in y) of the straight lines along which touching symbols may be cut."""

MOST_PIECES = 200
"""Pieces of one sheet that are read, the largest ones: a noisy photograph falls into thousands."""

MOST_CUTS = 12
"""Cuts proposed in one piece at most, the likeliest."""

MOST_CROSSED = 2.6
"""Strokes that a cut may cross; of the cuts that separate two digits, 99 in 100 cross fewer."""

SEAM_ROWS = 48
"""Height in pixels to which a piece is reduced to look for seams."""

SEAM_STEP = 0.08
"""What a step aside costs a seam, in strokes crossed."""

_STEPS = np.array([0, -1, 1], np.int8)

VALLEY = 0.15
"""By how many strokes crossed the seams beside a proposed one must cost more."""


@dataclass(frozen=True, eq=False)
class Piece:
    """Some of the sheet's ink.

    Attributes:
        x: left edge in sheet pixels.
        y: top edge.
        ink: uint8 ``[h, w]``, 0 where the ink belongs to something else.
    """

    x: int
    y: int
    ink: np.ndarray

    @property
    def box(self) -> tuple[int, int, int, int]:
        """x1, y1, x2, y2 in sheet pixels, ends excluded."""
        return self.x, self.y, self.x + self.ink.shape[1], self.y + self.ink.shape[0]

    @property
    def size(self) -> int:
        """The longer side in pixels."""
        return max(self.ink.shape)

    def crop(self, sheet: np.ndarray) -> np.ndarray:
        """Dark ink on white as the classifiers take it, with the other ink around it.

        Args:
            sheet: uint8 ``[H, W]``, the ink that the piece is a part of.

        Returns:
            uint8 ``[h, w, 2]``, or ``[h, w]`` where there is no other ink around.
        """
        height, width = self.ink.shape
        side = (max(height, width) * SIDE) // CONTENT + 4  # what the classifiers' square shows, and a little more
        across, down = (side - width + 1) // 2, (side - height + 1) // 2
        left, top = self.x - across, self.y - down
        around = ink_window(sheet, left, top, left + width + 2 * across, top + height + 2 * down)
        around = cv2.threshold(around, INK_THRESHOLD, 255, cv2.THRESH_BINARY)[1]
        around[down : down + height, across : across + width][self.ink > 0] = 0
        if not around.any():
            return 255 - self.ink
        own = cv2.copyMakeBorder(self.ink, down, down, across, across, cv2.BORDER_CONSTANT, value=0)
        return 255 - np.dstack([own, around])


def join(pieces: list[Piece]) -> Piece:
    """One piece of all the ink of several."""
    if len(pieces) == 1:
        return pieces[0]
    corners = np.array([p.box for p in pieces])
    x, y = corners[:, 0].min(), corners[:, 1].min()
    ink = np.zeros((corners[:, 3].max() - y, corners[:, 2].max() - x), np.uint8)
    for p in pieces:
        part = ink[p.y - y : p.y - y + p.ink.shape[0], p.x - x : p.x - x + p.ink.shape[1]]
        np.maximum(part, p.ink, out=part)
    return Piece(int(x), int(y), ink)


def gap(a: Piece, b: Piece) -> float:
    """Distance of the bounding boxes in pixels; 0 where they meet or overlap."""
    ax1, ay1, ax2, ay2 = a.box
    bx1, by1, bx2, by2 = b.box
    return float(np.hypot(max(bx1 - ax2, ax1 - bx2, 0), max(by1 - ay2, ay1 - by2, 0)))


def find_pieces(ink: np.ndarray, pen: float) -> list[Piece]:
    """The outer contours with everything inside them, from left to right.

    A drawing within the bounds of another belongs to it (the eyes of a face, the hands of a clock), and specks far
    smaller than the pen are left out.

    Args:
        ink: uint8 ``[H, W]``, 0 paper to 255 ink.
        pen: width of the strokes in pixels.
    """
    mask = cv2.threshold(ink, INK_THRESHOLD, 255, cv2.THRESH_BINARY)[1]
    # Thin faint strokes fall apart into dots at one threshold: close gaps of a pixel first.
    if pen < 3:
        mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    least = max(4.0, 0.2 * pen * pen)
    pieces = []
    for label in range(1, count):
        x, y, w, h, area = stats[label].tolist()
        if area >= least:
            own = labels[y : y + h, x : x + w] == label
            pieces.append(Piece(x, y, np.where(own, ink[y : y + h, x : x + w], 0).astype(np.uint8)))
    pieces = sorted(pieces, key=lambda p: p.ink.size)[-MOST_PIECES:]
    return sorted(_absorb(pieces), key=lambda p: p.x)


def _absorb(pieces: list[Piece]) -> list[Piece]:
    """Pieces whose box lies (almost) within a larger one's are joined to it."""
    if len(pieces) < 2:
        return pieces
    boxes = np.array([p.box for p in pieces], float)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    overlap = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:]) - np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    inside = overlap.clip(0).prod(2) >= 0.85 * areas[:, None]
    home = np.arange(len(pieces))
    for i in np.argsort(areas):
        larger = [j for j in np.flatnonzero(inside[i]) if areas[j] > areas[i]]
        if larger:
            home[i] = min(larger, key=lambda j: areas[j])
    groups: dict[int, list[Piece]] = {}
    for i in range(len(pieces)):
        root = i
        while home[root] != root:
            root = home[root]
        groups.setdefault(int(root), []).append(pieces[i])
    return [join(group) for group in groups.values()]


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


def cut(piece: Piece, pen: float) -> list[Piece]:
    """The piece cut wherever it may hold two symbols, from left to right; the piece alone where there is no such place.

    Args:
        piece: what to cut.
        pen: width of the strokes in pixels.
    """
    height, width = piece.ink.shape
    if width < 0.45 * height or width < 3 * pen:
        return [piece]
    mask = (piece.ink > INK_THRESHOLD).astype(np.uint8)
    spacing = max(0.14 * min(height, width), pen, 2.0)
    chosen: list[Cut] = []
    for proposal in sorted(_seams(mask, pen) + _waists(mask, pen), key=lambda c: c.cost):
        apart = all(abs(proposal.place - other.place) >= spacing for other in chosen)
        if apart and spacing <= proposal.place <= width - spacing and len(chosen) < MOST_CUTS:
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
    crossed = mask.astype(np.float32) / max(pen * SEAM_ROWS / height, 1.0)
    ink = cv2.resize(crossed, (columns, SEAM_ROWS), interpolation=cv2.INTER_AREA)
    middle = SEAM_ROWS // 2
    above, from_above = _cheapest(ink[: middle + 1])
    below, from_below = _cheapest(ink[middle:][::-1])
    cost = above + below - ink[middle]
    rows = (np.arange(height) + 0.5) * SEAM_ROWS / height - 0.5
    found = []
    for column in _valleys(cost):
        path = [*_follow(from_above, column)[::-1], *_follow(from_below, column)[1:]]
        in_pixels = (np.interp(rows, np.arange(SEAM_ROWS), path) + 0.5) * width / columns
        found.append(Cut(float(cost[column]), (column + 0.5) * width / columns, in_pixels))
    return found


def _valleys(cost: np.ndarray) -> list[int]:
    """Where the cost is low enough and lowest, and rises on both sides by a good part of a stroke before it is lower.

    Without the second condition every plateau (the two walls of a zero) would be full of valleys.
    """
    padded = np.pad(cost, 1, mode="edge")
    found = []
    for k in np.flatnonzero((cost <= padded[:-2]) & (cost < padded[2:]) & (cost <= MOST_CROSSED)).tolist():
        lower = np.flatnonzero(cost < cost[k])
        left, right = lower[lower < k], lower[lower > k]
        rises = [cost[left[-1] : k].max()] if len(left) else []
        rises += [cost[k : right[0]].max()] if len(right) else []
        if min(rises, default=np.inf) - cost[k] >= VALLEY:
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
        np.add(cost[:-2], SEAM_STEP, out=options[1])
        np.add(cost[2:], SEAM_STEP, out=options[2])
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
    kernel = np.ones(max(1, int(pen / 3))) / max(1, int(pen / 3))
    found = []
    for slope in SLANTS:
        offset = abs(slope) * height / 2
        matrix = np.array([[1, slope, offset - slope * height / 2], [0, 1, 0]])
        sheared = cv2.warpAffine(mask, matrix, (int(width + 2 * offset) + 1, height), flags=cv2.INTER_NEAREST)
        inked = np.flatnonzero(sheared.any(0))
        first, last = inked[0], inked[-1]
        sheared = sheared[:, first : last + 1]
        top, bottom = sheared.argmax(0), sheared[::-1].argmax(0)
        waist = np.where(sheared.any(0), height - bottom - top, 0) / height
        smooth = np.convolve(np.pad(waist, len(kernel), mode="edge"), kernel, "same")[len(kernel) : -len(kernel)]
        inner = smooth[1:-1]
        for column in (np.flatnonzero((inner <= smooth[:-2]) & (inner < smooth[2:]) & (inner <= 0.8)) + 1).tolist():
            place = column + float(first) - offset + 0.5
            path = place - slope * (np.arange(height) + 0.5 - height / 2)
            cost = 3.0 * float(smooth[column]) + abs(slope)
            if cost <= MOST_CROSSED:
                found.append(Cut(cost, place, path))
    return found


def _trim(piece: Piece, ink: np.ndarray) -> Piece | None:
    """The inked part of a piece's pixels; None where there is none."""
    x, y, w, h = cv2.boundingRect((ink > INK_THRESHOLD).astype(np.uint8))
    if w == 0 or h == 0:
        return None
    return Piece(piece.x + x, piece.y + y, np.ascontiguousarray(ink[y : y + h, x : x + w].astype(np.uint8)))
