"""A page of many drawings -> several frames, parted where blank paper runs right across it.

In one frame its drawings would come out too small to be read.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from detectors.yolov3.letterbox import (
    MAX_BLANK_STRIP,
    MAX_OBJECT_HEIGHT_PX,
    MAX_ZOOM,
    MIN_RELATIVE_ZOOM,
    Frame,
    frame_ink,
    tallest_object,
)
from ink.ink import LOCATING_THRESHOLD, ink_bounds, inked_along
from ink.lines import find_runs

MIN_OBJECT_HEIGHT_PX = 32
"""Height in input pixels of the tallest drawing below which a sheet is shown in several frames."""

MAX_FRAMES = 8
"""Frames of one sheet, at most."""

MIN_PARTING_SHARE = 0.08
"""Width of the blank strip that a sheet is parted at, as a share of its tallest drawing; a narrower one may run through
a digit whose strokes do not meet."""

Box = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels of the ink, right and bottom excluded."""


def frame_page(ink: np.ndarray, gap: float = MAX_BLANK_STRIP, largest: float = MAX_OBJECT_HEIGHT_PX) -> list[Frame]:
    """The frames that together show all the ink as large as it should be shown; mostly one.

    Args:
        ink: uint8 ``[H, W]``, 0 paper to 255 ink; without ink the whole of it is the frame.
        gap: see ``MAX_BLANK_STRIP``.
        largest: see ``MAX_OBJECT_HEIGHT_PX``.
    """
    waiting: list[tuple[Box, Frame]] = [((0, 0, ink.shape[1], ink.shape[0]), frame_ink(ink, gap, largest))]
    frames: list[Frame] = []
    while waiting:
        (x1, y1, x2, y2), frame = waiting.pop(0)
        may_part = len(frames) + len(waiting) + 2 <= MAX_FRAMES
        parts = _part(ink[y1:y2, x1:x2], frame, gap, largest) if may_part else []
        if parts:
            waiting += [((x1 + a, y1 + b, x1 + c, y1 + d), each) for (a, b, c, d), each in parts]
        else:
            frames.append(replace(frame, columns=frame.columns + x1, rows=frame.rows + y1))
    return frames


def _part(ink: np.ndarray, frame: Frame, gap: float, largest: float) -> list[tuple[Box, Frame]]:
    """Two boxes of the ink that come out larger in frames of their own; none where the frame shows it well."""
    found = ink_bounds(ink)
    if found is None:
        return []
    x1, y1, x2, y2 = found
    tallest = tallest_object(ink[y1:y2, x1:x2], 384, 0)  # the lines of a page are not one drawing
    if frame.zoom * tallest >= MIN_OBJECT_HEIGHT_PX or frame.zoom >= MAX_ZOOM * MIN_RELATIVE_ZOOM:
        return []
    mask = cv2.threshold(ink, LOCATING_THRESHOLD, 1, cv2.THRESH_BINARY)[1]
    least, best = 1.05 * frame.zoom, list[tuple[Box, Frame]]()
    for axis in (1, 0):  # lines stay whole where both ways are as good
        starts, ends = find_runs(inked_along(mask, axis))
        left, right = ends[:-1], starts[1:]
        wide = right - left
        if not len(wide) or wide.max() < max(2, MIN_PARTING_SHARE * tallest):
            continue
        middles = (left + right) / 2
        offset = np.where(wide >= 0.5 * wide.max(), abs(middles - (starts[0] + ends[-1]) / 2), np.inf)
        cut = int(middles[offset.argmin()])
        height, width = ink.shape
        parts = (
            [(0, 0, width, cut), (0, cut, width, height)] if axis else [(0, 0, cut, height), (cut, 0, width, height)]
        )
        shown = [((a, b, c, d), frame_ink(ink[b:d, a:c], gap, largest)) for a, b, c, d in parts]
        zoom = min(each.zoom for _, each in shown)
        if zoom > least:
            least, best = 1.05 * zoom, shown
    return best
