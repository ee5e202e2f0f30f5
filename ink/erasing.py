"""Ink without rulings, frames, boxes and underlines."""

from __future__ import annotations

import itertools

import cv2
import numpy as np

from ink.connected import find_connected
from ink.ink import pool_ink
from ink.lines import Line
from ink.rulings import MAX_THICKNESS_SHARE, choose_lines

LINE_SIDE = 240
"""Longer side in pixels, at most, of the reduced ink on which lines are looked for."""

LINE_LEVEL = 64
"""Ink of 255 from which a pixel may belong to a line: rulings are fainter than writing."""

MAX_REMAIN_SHARE = 0.45
"""Length of what an erased line has left behind as a share of the longest stroke's on the drawing, at most."""


def _erase(ink: np.ndarray, lines: list[Line], factor: int) -> None:
    """Takes lines off the ink, uint8 ``[H, W]``, in place; strokes that cross a line keep their ink on it."""
    height, width = ink.shape
    reach = max(4, 2 * factor + round(1.5 * MAX_THICKNESS_SHARE * min(height, width)))
    padded = cv2.copyMakeBorder(ink, reach, reach, 0, 0, cv2.BORDER_CONSTANT, value=0)
    offsets = np.arange(-reach, reach + 1, dtype=np.int16)  # a quarter of the time of the usual integers
    for line in lines:
        columns = np.arange(max(0, (line.start - 1) * factor), min(width, (line.end + 2) * factor))
        middle = (line.row((columns + 0.5) / factor - 0.5) + 0.5) * factor
        tops = np.clip(np.round(middle).astype(int), 0, height - 1)
        steps = [0, *(np.flatnonzero(np.diff(tops)) + 1).tolist(), len(tops)]
        # Windows on the padded ink, one for each stretch of columns in which the line keeps its row.
        windows = [
            padded[tops[a] : tops[a] + len(offsets), columns[0] + a : columns[0] + b]
            for a, b in itertools.pairwise(steps)
        ]
        strip = np.hstack(windows)
        inked = strip >= LINE_LEVEL
        # The run of ink nearest to where the line should be, in every column.
        near = np.where(inked, np.abs(offsets)[:, None], np.int16(10 * reach)).argmin(0)
        number = np.cumsum(np.diff(inked, axis=0, prepend=False), axis=0, dtype=offsets.dtype)
        run = inked & (number == number[near, np.arange(len(columns))])
        thick = run.sum(0)
        if not (thick > 0).any():
            continue
        # Of strokes on it a line is the thinner part; where it is faint, only they are seen in most columns.
        usual = min(float(np.quantile(thick[thick > 0], 0.3)), (line.thickness + 0.5) * factor)
        gone = (thick > 0) & (thick <= 1.5 * usual + 1) & (np.abs(offsets[near]) <= 1.5 * factor + usual)
        fringe = cv2.dilate((run & gone).astype(np.uint8), np.ones((5, 1), np.uint8)) > 0
        strip[fringe & gone] = 0
        for window, part in zip(windows, np.hsplit(strip, steps[1:-1]), strict=True):
            window[:] = part
    ink[:] = padded[reach : reach + height]


def erase_lines(ink: np.ndarray, paper: np.ndarray | None = None, is_drawn: bool = False) -> np.ndarray:
    """The ink without rulings, frames, boxes, underlines and edges; the ink itself where there are none.

    Args:
        ink: uint8 ``[H, W]``, 0 paper to 255 ink.
        paper: uint8 ``[H, W]``, 0 where there is no paper on a photograph; None for anything else.
        is_drawn: see :func:`~ink.combs.find_combs`.
    """
    factor = max(1, -(-max(ink.shape) // LINE_SIDE))
    mask = (pool_ink(ink, factor) >= LINE_LEVEL).astype(np.uint8)
    where = None if paper is None else (np.ascontiguousarray(paper[::factor, ::factor]) > 0).astype(np.uint8)
    level, upright = choose_lines(mask, where, is_drawn)
    if not level and not upright:
        return ink
    left = ink.copy()
    _erase(left, level, factor)
    turned = np.ascontiguousarray(left.T)
    _erase(turned, upright, factor)
    return _drop_remains(np.ascontiguousarray(turned.T), ink, max(k.thickness for k in level + upright) * factor)


def _drop_remains(left: np.ndarray, ink: np.ndarray, thickness: int) -> np.ndarray:
    """Takes off what erased lines have left behind: crossings, and the short teeth of combs.

    Args:
        left: uint8 ``[H, W]``, what is left of the ink.
        ink: with the lines.
        thickness: of the lines in pixels.
    """
    gone = cv2.dilate(((ink >= LINE_LEVEL) & (left < LINE_LEVEL)).astype(np.uint8), np.ones((5, 5), np.uint8))
    labels, stats = find_connected((left >= LINE_LEVEL).astype(np.uint8))
    sides = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    thin, long = sides.min(1), sides.max(1)
    dropped = (thin <= 2 * thickness + 1) & (long <= MAX_REMAIN_SHARE * long[1:].max(initial=0))
    dropped &= np.bincount(labels[gone > 0], minlength=len(stats)) > 0
    dropped[0] = False
    if dropped.any():
        left[cv2.dilate(dropped[labels].astype(np.uint8), np.ones((3, 3), np.uint8)) > 0] = 0
    return left
