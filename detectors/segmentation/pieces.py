"""Ink -> pieces: what hangs together on the sheet."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from detectors.boxes import box_areas, shared_areas
from ink.connected import find_connected
from ink.ink import INK_THRESHOLD, ink_window, stroke_width
from ink.sheet import Sheet
from models.classes import CROP_CONTENT_PX, CROP_SIDE_PX

MIN_INNER_HEIGHT = 0.2
"""Height of a piece inside another one, as a share of the other's, from which the two need not be one drawing."""

MAX_PIECES = 200
"""Pieces of one sheet that are read, the largest ones: a noisy photograph falls into thousands."""

MAX_PIECE_PIXELS = 24_000_000
"""Squares of their longer sides together, without the largest if need be: a crop is a square, however thin its ink."""


@dataclass(frozen=True, eq=False)
class Piece:
    """Some of the sheet's ink.

    Attributes:
        x: left edge in pixels of the ink.
        y: top edge.
        ink: uint8 ``[h, w]``, 0 where the ink belongs to something else.
    """

    x: int
    y: int
    ink: np.ndarray

    @property
    def box(self) -> tuple[int, int, int, int]:
        """x1, y1, x2, y2 in pixels of the ink, ends excluded."""
        return self.x, self.y, self.x + self.ink.shape[1], self.y + self.ink.shape[0]

    @property
    def size(self) -> int:
        """The longer side in pixels."""
        return max(self.ink.shape)

    @property
    def height(self) -> int:
        """In pixels."""
        return self.ink.shape[0]

    def crop(self, ink: np.ndarray) -> np.ndarray:
        """Dark ink on white as the classifiers take it, with the other ink around it.

        Args:
            ink: uint8 ``[H, W]``, that the piece is a part of.

        Returns:
            uint8 ``[h, w, 2]``, or ``[h, w]`` where there is no other ink around.
        """
        height, width = self.ink.shape
        # What the classifiers' square shows, and a little more.
        side = (max(height, width) * CROP_SIDE_PX) // CROP_CONTENT_PX + 4
        across, down = (side - width + 1) // 2, (side - height + 1) // 2
        left, top = self.x - across, self.y - down
        around = ink_window(ink, left, top, left + width + 2 * across, top + height + 2 * down)
        around = cv2.threshold(around, INK_THRESHOLD, 255, cv2.THRESH_BINARY)[1]
        there = around[down : down + height, across : across + width]
        there[:] = cv2.subtract(there, cv2.threshold(self.ink, 0, 255, cv2.THRESH_BINARY)[1])
        if not cv2.countNonZero(around):
            return cv2.bitwise_not(self.ink)
        own = cv2.copyMakeBorder(self.ink, down, down, across, across, cv2.BORDER_CONSTANT, value=0)
        return cv2.bitwise_not(cv2.merge([own, around]))


def join_pieces(pieces: list[Piece]) -> Piece:
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


def box_gap(a: Piece, b: Piece) -> float:
    """Distance of the bounding boxes in pixels; 0 where they meet or overlap."""
    ax1, ay1, ax2, ay2 = a.box
    bx1, by1, bx2, by2 = b.box
    return float(np.hypot(max(bx1 - ax2, ax1 - bx2, 0), max(by1 - ay2, ay1 - by2, 0)))


def measure_pen(sheet: Sheet) -> float:
    """Rough width of a sheet's strokes, in pixels of its ink."""
    return sheet.step("pen", lambda each: stroke_width(each.ink))


def sheet_pieces(sheet: Sheet) -> list[Piece]:
    """The pieces of a sheet, from left to right."""
    return _kept_pieces(sheet)[0]


def has_all_pieces(sheet: Sheet) -> bool:
    """Whether :func:`sheet_pieces` are all there are; a sheet may have too many, or too large ones."""
    return _kept_pieces(sheet)[1]


def _kept_pieces(sheet: Sheet) -> tuple[list[Piece], bool]:
    return sheet.step("pieces", lambda each: _find_pieces(each.ink, measure_pen(each)))


def find_pieces(ink: np.ndarray, pen: float) -> list[Piece]:
    """The connected ink, with everything small inside its bounds, from left to right.

    A small drawing within the bounds of another belongs to it (the eyes of a face, a dot in a zero), and specks far
    smaller than the pen are left out.

    Args:
        ink: uint8 ``[H, W]``, 0 paper to 255 ink.
        pen: width of the strokes in pixels.
    """
    return _find_pieces(ink, pen)[0]


def _find_pieces(ink: np.ndarray, pen: float) -> tuple[list[Piece], bool]:
    """As :func:`find_pieces`, and whether none was too much."""
    mask = cv2.threshold(ink, INK_THRESHOLD, 255, cv2.THRESH_BINARY)[1]
    # Thin faint strokes fall apart into dots at one threshold: close gaps of a pixel first.
    if pen < 3:
        mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    labels, stats = find_connected(mask)
    least = max(4.0, 0.2 * pen * pen)
    found = [label for label in range(1, len(stats)) if stats[label, cv2.CC_STAT_AREA] >= least]
    chosen = sorted(found, key=lambda label: int(stats[label, 2]) * int(stats[label, 3]))[-MAX_PIECES:]
    sizes = stats[chosen, 2:4].max(1).astype(np.int64) if chosen else np.zeros(0, np.int64)
    chosen = [label for label, pixels in zip(chosen, np.cumsum(sizes**2), strict=True) if pixels <= MAX_PIECE_PIXELS]
    pieces = []
    for label in chosen:
        x, y, w, h = stats[label, :4].tolist()
        own = labels[y : y + h, x : x + w] == label
        pieces.append(Piece(x, y, np.where(own, ink[y : y + h, x : x + w], 0).astype(np.uint8)))
    return sorted(_absorb(pieces), key=lambda p: p.x), len(chosen) == len(found)


def _absorb(pieces: list[Piece]) -> list[Piece]:
    """Pieces whose box lies (almost) within a larger one's are joined to it, unless they may stand for themselves.

    What is of some size against the piece around it may be a number in a ring; with a face it is an eye.
    """
    if len(pieces) < 2:
        return pieces
    boxes = np.array([p.box for p in pieces], float)
    areas = box_areas(boxes)
    inside = shared_areas(boxes, boxes) >= 0.85 * areas[:, None]
    tall = boxes[:, 3] - boxes[:, 1]
    inside &= tall[:, None] < MIN_INNER_HEIGHT * tall[None]
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
    return [join_pieces(group) for group in groups.values()]
