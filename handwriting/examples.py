"""Which digits a drawing shows, as examples of a hand: what a method has read, and the strokes of each object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detectors.detections import Detections
from detectors.detector import Detector, keep_best
from handwriting.features import Glyph
from ink.drawing import DrawingError, to_work_size
from ink.ink import ink_window
from ink.pen import draw_strokes
from ink.sheet import Sheet
from ink.strokes import Stroke
from ink.tracing import trace_ink
from models.classes import CENSORED

READER = "contours-cnn"
"""The method that says which digits were drawn."""

MIN_STROKE_SHARE = 0.5
"""Of a stroke's points that lie in an object's box, if the stroke is the object's."""

MAX_EXAMPLES = 10
"""Digits that a hand is learned from; of more, those that were read the most surely."""

BOX_MARGIN_PX = 2
"""Around an object's box when its ink is traced."""

NO_DIGIT = "No digit was read on this drawing; draw one, or write it more clearly."


@dataclass(frozen=True)
class Examples:
    """Drawn digits that a hand is learned from, from left to right.

    Attributes:
        digits: strokes float32 ``[n, 2]`` in pixels, and which digit they are.
        weights: how sure that is, above 0 and at most 1.
        pen: width of the pen in pixels.
        traced: the strokes are a picture's, so neither their order nor their direction is the hand's.
    """

    digits: list[tuple[Glyph, int]]
    weights: list[float]
    pen: float
    traced: bool = False

    @property
    def text(self) -> str:
        """The digits as they were read."""
        return "".join(str(digit) for _, digit in self.digits)


def find_examples(strokes: Sequence[Stroke], detections: Detections) -> Examples:
    """The digits on a sheet of strokes.

    Args:
        strokes: of the sheet, in its pixels.
        detections: what a method has read on it.

    Raises:
        DrawingError: there is no digit among what was read.
    """
    rows = _digit_rows(detections)
    parts: dict[int, Glyph] = {k: [] for k in rows}
    for stroke in strokes:
        boxes = detections.xyxy[rows] + np.array([-1, -1, 1, 1]) * stroke.width / 2
        inside = (stroke.points[:, None] >= boxes[None, :, :2]) & (stroke.points[:, None] <= boxes[None, :, 2:])
        shares = inside.all(2).mean(0)
        if shares.max() >= MIN_STROKE_SHARE:
            parts[rows[int(shares.argmax())]].append(stroke.points)
    return _gather(parts, detections, [stroke.width for stroke in strokes], False)


def trace_examples(ink: np.ndarray, detections: Detections) -> Examples:
    """The digits of a picture, traced.

    Args:
        ink: uint8 ``[h, w]``, 0 paper to 255 ink.
        detections: what a method has read on it, in pixels of the ink.

    Raises:
        DrawingError: there is no digit among what was read.
    """
    parts: dict[int, Glyph] = {}
    widths: list[float] = []
    for row in _digit_rows(detections):
        low, high = np.floor(detections.xyxy[row, :2]).astype(int), np.ceil(detections.xyxy[row, 2:]).astype(int)
        low, high = low - BOX_MARGIN_PX, high + BOX_MARGIN_PX
        strokes = trace_ink(ink_window(ink, *low.tolist(), *high.tolist()))
        parts[row] = [stroke.points + low.astype(np.float32) for stroke in strokes]
        widths += [stroke.width for stroke in strokes]
    return _gather(parts, detections, widths, True)


def read_strokes_examples(side: int, strokes: Sequence[Stroke], reader: Detector) -> Examples:
    """The digits that a method reads on a sheet of strokes, ``side`` pixels square; DrawingError for none."""
    return find_examples(strokes, reader(draw_strokes(strokes, side)))


def read_picture_examples(drawing: np.ndarray, reader: Detector) -> Examples:
    """The digits that a method reads on a picture, uint8 ``[H, W, 3]`` RGB; DrawingError where it reads none.

    Of a large picture a smaller one is traced, so pixels are those of the smaller one.
    """
    sheet = Sheet(to_work_size(drawing)[0])
    return trace_examples(sheet.ink, keep_best(reader.propose([sheet])[0]))


def trace_digit(drawing: np.ndarray, digit: int) -> Examples:
    """A picture, uint8 ``[H, W, 3]`` RGB, that shows nothing but one digit; DrawingError where nothing is drawn."""
    strokes = trace_ink(Sheet(drawing).ink)
    if not strokes:
        raise DrawingError("nothing is drawn.")
    return Examples([([stroke.points for stroke in strokes], digit)], [1.0], strokes[0].width, traced=True)


def _digit_rows(detections: Detections) -> list[int]:
    """The surest digits among what was read, from left to right; DrawingError where there are none."""
    surest = np.argsort(-detections.confidence)
    rows = [int(k) for k in surest if detections.class_id[k] < CENSORED and detections.confidence[k] > 0]
    if not rows:
        raise DrawingError(NO_DIGIT)
    return sorted(rows[:MAX_EXAMPLES], key=lambda k: float(detections.xyxy[k, 0]))


def _gather(parts: dict[int, Glyph], detections: Detections, widths: list[float], traced: bool) -> Examples:
    rows = [row for row, glyph in parts.items() if glyph]
    if not rows:
        raise DrawingError(NO_DIGIT)
    digits = [(parts[row], int(detections.class_id[row])) for row in rows]
    return Examples(digits, [float(detections.confidence[row]) for row in rows], float(np.median(widths)), traced)
