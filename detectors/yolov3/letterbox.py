"""A sheet of any shape -> the detector's input, and boxes back again.

What the network sees of a sheet is decided in three steps, so that drawings come out about equally large whatever the
sheet: blank paper between them is folded away, the window closes in on the ink until the tallest drawing has its full
height, and the input takes the smallest shape, wide, square or tall, that shows the window so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from ink.ink import LOCATING_THRESHOLD, ink_bounds, inked_along, scale_ink
from ink.lines import find_runs

INPUT_SHAPES = ((96, 96), (192, 96), (96, 192), (128, 160), (288, 96), (192, 192), (288, 128), (128, 288), (384, 96))
"""Width and height of the network's input in pixels, the cheapest first."""

MAX_OBJECT_HEIGHT_PX = 64
"""Height in input pixels of the tallest drawing, at most.  A network that meets every drawing at every size learns each
size slowly: it read three to four times as many other drawings wrong at 90 to 120 pixels as at
30 to 70."""

MIN_RELATIVE_ZOOM = 0.9
"""A cheaper shape is taken if it shows the drawing at least this large, as a share of what the others can."""

MARGIN_SHARE = 0.07
"""White left at each side of the ink, as a share of its extent."""

MAX_ZOOM = 4.0
"""Small drawings are enlarged at most this much: a speck should stay a speck."""

MAX_BLANK_STRIP = 0.4
"""Blank strips right across a sheet are folded to at most this share of the typical extent of what lies between."""


@dataclass(frozen=True)
class Frame:
    """What of a sheet the network sees, and which point lies where.

    Attributes:
        columns: middles of the columns of pixels that were not folded away, float ``[n]`` in sheet pixels.
        rows: the same for the rows.
        unit: width of one of these columns in sheet pixels.
        left: first column shown; below 0 where the frame reaches beyond the sheet.
        top: first row shown.
        width: columns shown.
        height: rows shown.
        shape: width and height of the input in pixels.
    """

    columns: np.ndarray
    rows: np.ndarray
    unit: float
    left: int
    top: int
    width: int
    height: int
    shape: tuple[int, int]

    @property
    def zoom(self) -> float:
        """Input pixels per sheet pixel."""
        return self.shape[0] / (self.width * self.unit)

    def to_input(self, xyxy: np.ndarray) -> np.ndarray:
        """Boxes ``[N, 4]`` from sheet pixels to input pixels."""
        result = np.empty((len(xyxy), 4), np.float32)
        for k, middles, start, extent, side in self._axes():
            folded = _along(xyxy[:, k::2], middles, np.arange(len(middles)) + 0.5, 1 / self.unit)
            result[:, k::2] = (folded - start) * (side / extent)
        return result

    def to_sheet(self, xyxy: np.ndarray) -> np.ndarray:
        """Boxes ``[N, 4]`` from input pixels to sheet pixels."""
        result = np.empty((len(xyxy), 4), np.float32)
        for k, middles, start, extent, side in self._axes():
            folded = xyxy[:, k::2] * (extent / side) + start
            result[:, k::2] = _along(folded, np.arange(len(middles)) + 0.5, middles, self.unit)
        return result

    def _axes(self) -> tuple[tuple[int, np.ndarray, int, int, int], tuple[int, np.ndarray, int, int, int]]:
        return (
            (0, self.columns, self.left, self.width, self.shape[0]),
            (1, self.rows, self.top, self.height, self.shape[1]),
        )

    def enlarged(self, factor: float) -> Frame:
        """The same frame on the sheet ``factor`` times as large."""
        return replace(self, columns=self.columns * factor, rows=self.rows * factor, unit=self.unit * factor)


def _along(values: np.ndarray, known: np.ndarray, mapped: np.ndarray, slope: float) -> np.ndarray:
    """Linear between known points, and on with a slope beyond the outermost."""
    beyond = np.minimum(values - known[0], 0) + np.maximum(values - known[-1], 0)
    return np.interp(values, known, mapped) + beyond * slope


def fold_blank_strips(ink: np.ndarray, gap: float = MAX_BLANK_STRIP) -> tuple[np.ndarray, np.ndarray]:
    """Which columns and rows of a sheet to keep: all but the middles of long blank strips between drawings.

    Args:
        ink: uint8 ``[H, W]``, 0 paper to 255 ink.
        gap: see ``MAX_BLANK_STRIP``.

    Returns:
        Indices of the columns and of the rows kept, int64 ``[w]`` and ``[h]``.
    """
    mask = cv2.threshold(ink, LOCATING_THRESHOLD, 1, cv2.THRESH_BINARY)[1]
    across = [inked_along(mask, axis) for axis in (0, 1)]
    runs = [find_runs(filled) for filled in across]
    lengths = [ends - starts for starts, ends in runs]
    # The mean over inked pixels, which specks don't pull down; one measure for both axes, as ones are tall but narrow.
    typical = max((float((n**2).sum() / n.sum()) for n in lengths if len(n)), default=0.0)
    most = max(4, round(gap * typical))
    kept = []
    for filled, (starts, ends) in zip(across, runs, strict=True):
        keep = np.ones(len(filled), bool)
        for begin, end in zip(ends[:-1], starts[1:], strict=True):
            if end - begin > most:
                keep[begin + most // 2 : end - (most - most // 2)] = False
        kept.append(np.flatnonzero(keep))
    return kept[0], kept[1]


def tallest_object(ink: np.ndarray, side: int = 128, reach: int = 2) -> float:
    """Rough height in pixels of the tallest drawing: ink that touches, or nearly does.

    Args:
        ink: uint8 ``[H, W]``, 0 paper to 255 ink; some of it is ink.
        side: longer side in pixels at which it is measured.
        reach: gaps of twice as many of these pixels are bridged.
    """
    mask = cv2.threshold(ink, LOCATING_THRESHOLD, 255, cv2.THRESH_BINARY)[1]
    scale = min(1.0, side / max(mask.shape))
    height, width = (max(1, round(length * scale)) for length in mask.shape)  # of a line of one pixel, too
    small = cv2.resize(mask, (width, height), interpolation=cv2.INTER_AREA)
    padded = cv2.copyMakeBorder((small > 0).astype(np.uint8), *(reach,) * 4, cv2.BORDER_CONSTANT)
    joined = cv2.dilate(padded, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    outlines, _ = cv2.findContours(joined, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    return (max(cv2.boundingRect(outline)[3] for outline in outlines) - 2 * reach) / scale


def frame_ink(ink: np.ndarray, gap: float = MAX_BLANK_STRIP, largest: float = MAX_OBJECT_HEIGHT_PX) -> Frame:
    """The frame that shows all the ink as large as it should be shown, or the whole sheet where there is none.

    Args:
        ink: uint8 ``[H, W]``, 0 paper to 255 ink.
        gap: see ``MAX_BLANK_STRIP``.
        largest: see ``MAX_OBJECT_HEIGHT_PX``.
    """
    columns, rows = fold_blank_strips(ink, gap)
    found = ink_bounds(ink)
    box = found or (0, 0, ink.shape[1], ink.shape[0])
    most = min(MAX_ZOOM, largest / tallest_object(ink[box[1] : box[3], box[0] : box[2]])) if found else MAX_ZOOM
    (x1, x2), (y1, y2) = np.searchsorted(columns, box[::2]), np.searchsorted(rows, box[1::2])
    around = 1 + 2 * MARGIN_SHARE
    zooms = np.array([min(w / ((x2 - x1) * around), h / ((y2 - y1) * around), most) for w, h in INPUT_SHAPES])
    cheapest = int(np.argmax(zooms >= MIN_RELATIVE_ZOOM * zooms.max()))
    shape, zoom = INPUT_SHAPES[cheapest], float(zooms[cheapest])
    width, height = (max(1, round(side / zoom)) for side in shape)
    left, top = round((x1 + x2 - width) / 2), round((y1 + y2 - height) / 2)
    return Frame(columns + 0.5, rows + 0.5, 1.0, left, top, width, height, shape)


def render_frame(ink: np.ndarray, frame: Frame) -> np.ndarray:
    """The frame's pixels at input size; beyond the sheet lies paper.

    Args:
        ink: the sheet the frame was made for (not enlarged), uint8 ``[H, W]``, 0 paper to 255 ink.
        frame: what to show.

    Returns:
        uint8 ``[height, width]`` of the frame's shape.
    """
    columns, rows = frame.columns.astype(int), frame.rows.astype(int)
    left, top, right, bottom = frame.left, frame.top, frame.left + frame.width, frame.top + frame.height
    columns, rows = columns[max(left, 0) : max(right, 0)], rows[max(top, 0) : max(bottom, 0)]
    seen = np.zeros((frame.height, frame.width), np.uint8)
    y, x = max(-top, 0), max(-left, 0)
    seen[y : y + len(rows), x : x + len(columns)] = ink[rows[:, None], columns[None]]
    return scale_ink(seen, *frame.shape, min_stroke=1.2)
