"""Which straight lines strike writing through: it is read as if they were not there."""

from __future__ import annotations

import numpy as np

from ink.ink import inked_along
from ink.lines import Line, find_runs

MIN_STRUCK = 3
"""Symbols that a line runs through, at least: a 7 may have a long bar, and those of two 4s may meet."""

MIN_STRUCK_SHARE = 0.2
"""What stands above a line that strikes a symbol through, and what below, as a share of its height, at least."""

MIN_STRUCK_HEIGHT = 1.5
"""The same in thicknesses of the line: dots and small rings sit on a time line."""

MIN_STRUCK_ASPECT = 0.3
"""Width of a symbol as a share of its height from which it is no plain stroke: a fence is no struck number."""

MIN_WIDE_SHARE = 1 / 3
"""Share of what a line runs through that is struck and no plain stroke, at least."""

MIN_ALONE_SHARE = 0.1
"""Share of a line that has nothing above or below it, at least."""


def choose_strikethroughs(lines: list[Line], rest: np.ndarray) -> list[Line]:
    """Those of some level lines that run through the middle of several symbols and past the first and the last.

    Args:
        lines: such as are much longer than what hangs together with them is high.
        rest: the ink without them, uint8 ``[h, w]`` of 0 and 1.
    """
    return [line for line in lines if _strikes(line, rest)]


def _strikes(line: Line, rest: np.ndarray) -> bool:
    ends = line.row(np.array([line.start, line.end]))
    top = max(0, round(ends.min()) - line.body)
    band = rest[top : round(ends.max()) + line.body + 1, line.start : line.end + 1]
    lefts, rights = find_runs(inked_along(band, 0))
    if not len(lefts) or line.body < 2 * MIN_STRUCK_HEIGHT * line.thickness:  # what is struck hangs together with it
        return False
    past = int(lefts[0]), line.length - int(rights[-1])
    alone = line.length - int((rights - lefts).sum())
    if min(past) == 0 or max(past) <= line.thickness or alone < MIN_ALONE_SHARE * line.length:
        return False
    aspects = []
    for left, right in zip(lefts.tolist(), rights.tolist(), strict=True):
        rows = inked_along(band[:, left:right], 1)
        at = min(max(0, round(line.row(line.start + (left + right) / 2)) - top), len(rows))
        # A bar between two lines of writing has ink on both sides, too, but not close to it.
        above, below = (_reach(side, line.thickness + 2) for side in (rows[:at][::-1], rows[at:]))
        height = above + below
        if min(above, below) >= max(MIN_STRUCK_SHARE * height, MIN_STRUCK_HEIGHT * line.thickness):
            inked = inked_along(band[at - above : at + below, left:right], 0)
            aspects.append(np.count_nonzero(inked) / height)
    wide = sum(aspect >= MIN_STRUCK_ASPECT for aspect in aspects)
    return bool(len(aspects) >= MIN_STRUCK and wide >= MIN_WIDE_SHARE * len(lefts))


def _reach(rows: np.ndarray, near: float) -> int:
    """How many rows, bool ``[n]``, from a line outwards hold what begins near to it; 0 where nothing does."""
    starts, ends = find_runs(rows)
    return int(ends[0]) if len(starts) and starts[0] <= near else 0
