"""Combs, in which forms ask for numbers: a level line to write on, with upright teeth between the digits."""

from __future__ import annotations

import cv2
import numpy as np

from ink.lines import Line, find_runs

MIN_COMB_SHARE = 0.15
"""Length of a comb's line as a share of the drawing's shorter side, at least."""

MIN_COMB_ASPECT = 10
"""The same as a multiple of its thickness: pens are thicker."""

MIN_TEETH = 2
"""Teeth of a comb with one at an end, at least."""

MIN_TEETH_BETWEEN = 3
"""The same where the edges of the drawing have cut off both ends."""

MIN_RISE_PX = 3
"""By how many pixels of the reduced ink teeth rise above the line, at least."""

MAX_TOOTH_DIFFERENCE = 0.12
"""By how much teeth of one comb differ in height, at most, as a share of it; besides some pixels."""

NEAR_PX = 3
"""Pixels of the reduced ink by which teeth may miss the ends of the line and one another's height."""

MIN_DIGIT_SHARE = 0.15
"""Height of the writing between the teeth as a share of theirs, at least."""

MIN_LEVEL_SHARE = 0.9
"""Share of a line's columns that end in the very same row, at least, where a program has ruled it."""

MIN_FOOT_SHARE = 0.9
"""Share of the lowest rows of a comb that is inked, at least."""


def find_combs(
    level: list[Line], free: np.ndarray, mask: np.ndarray, is_drawn: bool = False
) -> tuple[list[Line], list[Line]]:
    """The level lines that are combs, and all their teeth.

    Args:
        level: lines.
        free: boxes of the connected ink, float ``[N, 4]``: between the teeth stands some that does not touch them.
        mask: the ink, uint8 ``[h, w]`` of 0 and 1.
        is_drawn: the drawing is no photograph: only what a program has ruled is a comb, no window and no number line.
    """
    combs: tuple[list[Line], list[Line]] = ([], [])
    least = MIN_COMB_SHARE * min(mask.shape)
    grown = cv2.dilate(mask, np.ones((3, 3), np.uint8))
    for line in level:
        if line.length >= max(least, MIN_COMB_ASPECT * line.thickness) and (not is_drawn or _is_ruled(line, mask)):
            teeth = _find_teeth(line, grown, mask)
            if teeth and _carries_writing(line, teeth[0].length, free):
                combs[0].append(line)
                combs[1].extend(teeth)
    return combs


def _find_teeth(line: Line, grown: np.ndarray, mask: np.ndarray) -> list[Line]:
    """The teeth of a level line, equally high, as upright lines; none where it is no comb."""
    near = NEAR_PX + line.thickness
    rising = _rising_from(line, grown)
    outer = [k for k in rising if min(abs(k.row(k.end) - x) for x in (line.start, line.end)) <= near]
    if not rising:
        return []
    tall = float(np.median([k.length for k in outer or rising]))
    teeth = [k for k in rising if abs(k.length - tall) <= NEAR_PX + MAX_TOOTH_DIFFERENCE * tall]
    # The edge of the drawing may have cut off an end, or both; elsewhere a tooth stands there.
    closed = [any(abs(k.row(k.end) - x) <= near for k in teeth) for x in (line.start, line.end)]
    cut = [min(x, mask.shape[1] - 1 - x) <= near for x in (line.start, line.end)]
    needed = MIN_TEETH if any(closed) else MIN_TEETH_BETWEEN
    whole = all(a or b for a, b in zip(closed, cut, strict=True))
    return teeth if whole and tall < line.length and sum(_ends_free(k, line, mask) for k in teeth) >= needed else []


def _is_ruled(line: Line, mask: np.ndarray) -> bool:
    """Whether a level line on a mask, uint8 ``[h, w]``, is as even as no hand draws it."""
    top, near = round(line.at), NEAR_PX + line.thickness
    strip = mask[max(0, top - near) : top + near + 1, line.start : line.end + 1][::-1]
    lowest = strip.argmax(0)
    return bool((lowest == np.median(lowest)).mean() >= MIN_LEVEL_SHARE)


def _carries_writing(line: Line, tall: int, free: np.ndarray) -> bool:
    """Whether on a level line stands connected ink, boxes ``[N, 4]``, no further from it than teeth rise."""
    x1, y1, x2, y2 = free.T
    away = line.row((x1 + x2) / 2) - y2
    held = (x1 > line.start) & (x2 <= line.end) & (away > 0) & (away < tall)
    return bool(((y2 - y1)[held] >= MIN_DIGIT_SHARE * tall).any())


def _rising_from(line: Line, grown: np.ndarray) -> list[Line]:
    """The thin strokes that rise straight from a level line, as upright lines.

    Args:
        line: level.
        grown: the ink, a pixel wider on all sides, uint8 ``[h, w]`` of 0 and 1.
    """
    height, width = grown.shape
    columns = np.arange(max(0, line.start - NEAR_PX), min(width, line.end + NEAR_PX + 1))
    feet = np.clip(np.round(line.row(columns)).astype(int), 0, height - 1)
    rises = np.arange(min(int(feet.max()) + 1, line.length))[:, None]
    rows, across = feet - rises, np.round(columns + line.slope * rises).astype(int)
    within = (rows >= 0) & (across >= 0) & (across < width)
    inked = within & (grown[np.maximum(rows, 0), np.clip(across, 0, width - 1)] > 0)
    tall = np.where(inked.all(0), len(rises), inked.argmin(0))
    found = []
    for first, end in zip(*(each.tolist() for each in find_runs(tall > line.thickness + MIN_RISE_PX)), strict=True):
        if end - first > 2 * line.thickness + 3:  # a digit that stands on the line, or crosses it
            continue
        middle, rise = (first + end - 1) // 2, int(tall[first:end].max())
        top = int(feet[middle]) - rise + 1
        at = float(columns[middle] + line.slope * (rise - 1))
        found.append(Line(top, int(feet[middle]), at, -line.slope, max(1, end - first - 2)))
    return found


def _ends_free(tooth: Line, line: Line, mask: np.ndarray) -> bool:
    """Whether nothing goes on above a tooth, and beyond the ends of its line even further off: the sides of a ring do.

    Args:
        tooth: upright.
        line: that it stands on, level.
        mask: the ink, uint8 ``[h, w]`` of 0 and 1.
    """
    x, near = round(tooth.at), max(NEAR_PX, tooth.thickness + 1)
    left, right = (3 * near if abs(x - end) <= near else near for end in (line.start, line.end))
    return not mask[max(0, tooth.start - 2 * near) : max(0, tooth.start - 1), max(0, x - left) : x + right + 1].any()


def may_hold_comb(mask: np.ndarray, stats: np.ndarray) -> bool:
    """Whether some connected ink has a level foot, and other ink over it.

    Args:
        mask: the ink, uint8 ``[h, w]`` of 0 and 1.
        stats: left, top, width, height and area of its connected parts, int ``[N, 5]``.
    """
    least = MIN_COMB_SHARE * min(mask.shape)
    for x, y, width, height, _ in stats[stats[:, cv2.CC_STAT_WIDTH] >= least].tolist():
        over = (stats[:, 0] > x) & (stats[:, 0] + stats[:, 2] < x + width) & (stats[:, 1] < y + height)
        if (
            over.any()
            and mask[max(y, y + height - 2 * NEAR_PX) : y + height, x : x + width].any(0).mean() >= MIN_FOOT_SHARE
        ):
            return True
    return False
