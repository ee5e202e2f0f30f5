"""Ink -> pieces: what hangs together on the sheet, and where a piece that holds several symbols could be cut."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

INK_THRESHOLD = 96
"""Ink of 255 from which a pixel belongs to a contour."""

SLANTS = (-0.35, -0.15, 0.0, 0.15, 0.35)
"""Slopes (pixels in x for one in y) of the lines along which touching symbols may be cut."""

MOST_PIECES = 200
"""Pieces of one sheet that are read, the largest ones: a noisy photograph falls into thousands."""

MOST_CUTS = 7
"""Cuts proposed in one piece at most; with eight parts every run of up to four is still a small batch."""


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

    def crop(self) -> np.ndarray:
        """Dark ink on white, uint8 ``[h, w]``, as the classifiers take it."""
        return 255 - self.ink


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


def cut(piece: Piece, pen: float) -> list[Piece]:
    """The piece cut wherever it may hold two symbols, from left to right; the piece alone where there is no such place.

    Lines of several slopes are laid through it.  A place to cut is where such a line crosses least ink (a thin bridge),
    or where the outline's top and bottom come closest (two round digits touch wall to wall: there the ink is thickest
    and the outline has a waist).

    Args:
        piece: what to cut.
        pen: width of the strokes in pixels.
    """
    height, width = piece.ink.shape
    if width < 0.45 * height or width < 3 * pen:
        return [piece]
    mask = (piece.ink > INK_THRESHOLD).astype(np.uint8)
    spacing = max(0.16 * min(height, width), 1.2 * pen, 2.0)
    kernel = np.ones(max(1, int(pen / 3))) / max(1, int(pen / 3))
    proposals: list[tuple[float, float, float]] = []  # cost, place at mid height, slope
    for slope in SLANTS:
        offset = abs(slope) * height / 2
        matrix = np.array([[1, slope, offset - slope * height / 2], [0, 1, 0]])
        size = (int(width + 2 * offset) + 1, height)
        sheared = cv2.warpAffine(mask, matrix, size, flags=cv2.INTER_NEAREST)
        inked = np.flatnonzero(sheared.any(0))
        first, last = inked[0], inked[-1]
        sheared = sheared[:, first : last + 1]
        bridge = sheared.sum(0) / pen
        top, bottom = sheared.argmax(0), sheared[::-1].argmax(0)
        waist = np.where(sheared.any(0), height - bottom - top, 0) / height
        for profile, limit, weight in ((bridge, 3.2, 1.0), (waist, 0.8, 3.0)):
            smooth = np.convolve(np.pad(profile, len(kernel), mode="edge"), kernel, "same")[len(kernel) : -len(kernel)]
            inner = smooth[1:-1]
            minima = np.flatnonzero((inner <= smooth[:-2]) & (inner < smooth[2:]) & (inner <= limit)) + 1
            for place in minima.tolist():
                if spacing <= place <= len(smooth) - 1 - spacing:
                    proposals.append(
                        (weight * float(smooth[place]) + abs(slope), place + float(first) - offset + 0.5, slope)
                    )
    chosen: list[tuple[float, float, float]] = []
    for proposal in sorted(proposals):
        if len(chosen) < MOST_CUTS and all(abs(proposal[1] - other[1]) >= spacing for other in chosen):
            chosen.append(proposal)
    if not chosen:
        return [piece]
    chosen.sort(key=lambda c: c[1])
    yy, xx = np.mgrid[0:height, 0:width]
    part = sum((xx + slope * (yy - height / 2) > place).astype(int) for _, place, slope in chosen)
    return [
        cutout
        for k in range(len(chosen) + 1)
        if (cutout := _trim(piece, np.where(part == k, piece.ink, 0))) is not None
    ]


def _trim(piece: Piece, ink: np.ndarray) -> Piece | None:
    """The inked part of a piece's pixels; None where there is none."""
    x, y, w, h = cv2.boundingRect((ink > INK_THRESHOLD).astype(np.uint8))
    if w == 0 or h == 0:
        return None
    return Piece(piece.x + x, piece.y + y, np.ascontiguousarray(ink[y : y + h, x : x + w].astype(np.uint8)))
