"""Which digits a sheet of strokes shows: what a method has read, and the strokes of each object."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detectors.detections import Detections
from handwriting.features import Glyph
from ink.drawing import DrawingError
from ink.strokes import Stroke
from models.classes import CENSORED

MIN_STROKE_SHARE = 0.5
"""Of a stroke's points that lie in an object's box, if the stroke is the object's."""

MAX_EXAMPLES = 10
"""Digits that a hand is learned from; of more, those that were read the most surely."""


def find_examples(strokes: Sequence[Stroke], detections: Detections) -> tuple[list[tuple[Glyph, int]], list[float]]:
    """The digits on a sheet as examples for :meth:`handwriting.writer.Writer.learn`.

    Args:
        strokes: of the sheet, in its pixels.
        detections: what a method has read on it.

    Returns:
        Strokes and digit of each, from left to right; and how sure the method is of each, above 0 and at most 1.

    Raises:
        DrawingError: there is no digit among what was read.
    """
    surest = np.argsort(-detections.confidence)
    rows = [int(k) for k in surest if detections.class_id[k] < CENSORED and detections.confidence[k] > 0]
    rows = sorted(rows[:MAX_EXAMPLES], key=lambda k: float(detections.xyxy[k, 0]))
    parts: dict[int, Glyph] = {k: [] for k in rows}
    for stroke in strokes if rows else ():
        boxes = detections.xyxy[rows] + np.array([-1, -1, 1, 1]) * stroke.width / 2
        inside = (stroke.points[:, None] >= boxes[None, :, :2]) & (stroke.points[:, None] <= boxes[None, :, 2:])
        shares = inside.all(2).mean(0)
        if shares.max() >= MIN_STROKE_SHARE:
            parts[rows[int(shares.argmax())]].append(stroke.points)
    found = [k for k in rows if parts[k]]
    if not found:
        raise DrawingError("No digit was read on this drawing; draw one, or write it more clearly.")
    examples = [(parts[k], int(detections.class_id[k])) for k in found]
    return examples, [float(detections.confidence[k]) for k in found]
