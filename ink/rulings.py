"""Which straight lines are rulings, frames, boxes and underlines: they hold or carry writing and are none."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from ink.combs import find_combs, may_hold_comb
from ink.connected import find_connected
from ink.lines import (
    MIN_ASKEW_SHARE,
    MIN_RULING_FILL,
    SLOPES,
    Line,
    drop_copies,
    find_askew_lines,
    find_level_lines,
    measure_bodies,
)
from ink.strikethrough import choose_strikethroughs

MIN_LINE_SHARE = 0.09
"""Length of a line as a share of the shorter side, at least: a box for one digit."""

MAX_THICKNESS_SHARE = 0.03
"""Thickness of a line as a share of the shorter side, at most."""

EDGE_SHARE = 0.02
"""What lies this near to the drawing's edge, as a share of the shorter side, reaches it."""

MIN_RULING_SHARE = 0.9
"""Length of a ruling as a share of the side, at least."""

MIN_RULINGS = 3
"""Lines from edge to edge that make ruled paper, however large the writing on it."""

MIN_DENSE_RULINGS = 8
"""Lines from edge to edge that are ruled paper even where thin writing is not to be seen among them."""

MAX_RULED_SHARE = 0.5
"""Longer side of the writing as a share of the drawing's width, at most, that fewer such lines are no part of."""

MIN_UNDERLINE_ASPECT = 2.2
"""Length of an underline as a multiple of the height of the writing on it, at least: minus signs are shorter."""

MIN_UNDERLINE_SHARE = 0.2
"""Length of an underline as a share of the drawing's shorter side, at least."""

MIN_UNDERLINED_SHARE = 0.08
"""Height of the writing on an underline as a share of its length, at least."""

MAX_WRITING_GAP = 1.5
"""From a line to the writing that belongs to it, at most, as a multiple of the writing's height."""

MIN_WRITING_AREA = 6
"""Pixels of the reduced ink that are more than a speck."""

CORNER_PX = 2
"""Pixels of the reduced ink by which the corners of a frame may be open, besides its thickness."""

MAX_SIDE_SHARE = 0.5
"""Share of a frame's side that is inked, at most, where the picture's edge has cut the side off."""

MIN_CONTENT_SHARE = 0.15
"""Height of the writing in a frame as a share of the frame's, at least: the eyes of a face are smaller."""


def _paint(lines: list[Line], shape: tuple[int, ...]) -> np.ndarray:
    """The lines as a mask, uint8 ``[h, w]`` of 0 and 1."""
    painted = np.zeros(shape, np.uint8)
    for line in lines:
        ends = [(x, round(line.row(x))) for x in (line.start, line.end)]
        cv2.line(painted, ends[0], ends[1], 1, line.thickness + 2)
    return painted


def _boxes(mask: np.ndarray) -> np.ndarray:
    """x1, y1, x2, y2 of the connected parts of a mask that are more than specks, float ``[N, 4]``, ends excluded."""
    _, stats = find_connected(mask)
    boxes = stats[1:][stats[1:, cv2.CC_STAT_AREA] >= MIN_WRITING_AREA]
    return np.column_stack([boxes[:, :2], boxes[:, :2] + boxes[:, 2:4]]).astype(float).reshape(-1, 4)


def _ends_of_paper(line: Line, paper: np.ndarray) -> tuple[int, int]:
    """First and last column of the paper, uint8 ``[h, w]`` of 0 and 1, along a line, which is on it."""
    columns = np.arange(paper.shape[1])
    rows = np.round(line.row(columns)).astype(int)
    within = (rows >= 0) & (rows < len(paper))
    within[within] = paper[rows[within], columns[within]] > 0
    inked = np.flatnonzero(within)
    return (int(inked[0]), int(inked[-1])) if len(inked) else (line.start, line.end)


def _reach_across(lines: list[Line], paper: np.ndarray) -> list[Line]:
    """Lines from edge to edge of the paper, or nearly."""
    found = []
    for line in lines:
        first, last = _ends_of_paper(line, paper)
        if line.length >= MIN_RULING_SHARE * (last - first + 1) >= MIN_ASKEW_SHARE * paper.shape[1]:
            found.append(line)
    return found


def _stand_out(lines: list[Line], short: int) -> list[Line]:
    """Lines much longer than all that hangs together with them is high: no stroke of a digit is."""
    return [k for k in lines if k.length >= max(MIN_UNDERLINE_ASPECT * k.body, MIN_UNDERLINE_SHARE * short)]


def _rulings(lines: list[Line], writing: np.ndarray, paper: np.ndarray, may_be_bars: bool) -> list[Line]:
    """Those of some level lines from edge to edge that much smaller writing, or enough of their kind, makes paper.

    A few have to reach the very edge, for a tall 1 ends before it.

    Args:
        lines: level.
        writing: boxes of what is no line, float ``[N, 4]``.
        paper: uint8 ``[h, w]`` of 0 and 1.
        may_be_bars: that writing close on both sides makes the line of an addition of one, or the bar of a fraction;
            upright ones are margins and folds.
    """
    if len(lines) >= (MIN_RULINGS if len(writing) else MIN_DENSE_RULINGS):
        return lines
    tallest = (writing[:, 2:] - writing[:, :2]).max(initial=0)
    if not len(writing) or tallest > MAX_RULED_SHARE * paper.shape[1]:
        return []
    margin, near = EDGE_SHARE * min(paper.shape), MAX_WRITING_GAP * (writing[:, 3] - writing[:, 1]).max()
    found = []
    for k in lines:
        rows = k.row(writing[:, ::2].mean(1))
        above, beneath = rows - writing[:, 3], writing[:, 1] - rows
        between = all(((gap > -k.thickness) & (gap <= near)).any() for gap in (above, beneath))
        first, last = _ends_of_paper(k, paper)
        if k.start <= first + margin and k.end >= last - margin and not (may_be_bars and between):
            found.append(k)
    return found


def _underlines(lines: list[Line], writing: np.ndarray, shape: tuple[int, ...]) -> list[Line]:
    """Those of some level lines that have writing on them and none beneath, as a fraction bar has, or run along the
    edge of the drawing.
    """
    found = []
    middles, margin = writing[:, ::2].mean(1), EDGE_SHARE * min(shape)
    for k in lines:
        rows = k.row(middles)
        along = (middles >= k.start) & (middles <= k.end)
        above, below = along & (writing[:, 1] < rows), along & (writing[:, 1] >= rows - 2)
        over = writing[above]
        at_edge = min(k.row(k.start), k.row(k.end)) <= margin or max(k.row(k.start), k.row(k.end)) >= shape[0] - margin
        if len(writing) and at_edge:
            found.append(k)
        elif len(over):
            tall = (over[:, 3] - over[:, 1]).max()
            if tall < max(3 * k.thickness, MIN_UNDERLINED_SHARE * k.length):
                continue
            # To what stands on the line, and to what comes next beneath it.
            gap, drop = (rows[above] - over[:, 3]).min(), (writing[below, 1] - rows[below]).min(initial=np.inf)
            spread = over[:, 2].max() - over[:, 0].min()
            if gap <= MAX_WRITING_GAP * tall < drop and k.length >= max(MIN_UNDERLINE_ASPECT * tall, spread):
                found.append(k)
    return found


def _is_open(mask: np.ndarray, column: float, rows: tuple[float, float], near: float) -> bool:
    """Whether between two rows hardly any ink of a mask, uint8 ``[h, w]`` of 0 and 1, lies near a column."""
    left, right = max(0, round(column - near)), round(column + near) + 1
    strip = mask[round(rows[0] + near) : round(rows[1] - near), left:right]
    return not strip.size or bool(strip.any(1).mean() < MAX_SIDE_SHARE)


def _frames(
    level: list[Line], upright: list[Line], free: np.ndarray, mask: np.ndarray
) -> tuple[list[Line], list[Line]]:
    """Level and upright lines that make rectangles around writing, and the upright ones that divide them.

    Three sides are enough where the fourth is the edge of the drawing.

    Args:
        level: lines.
        upright: lines.
        free: boxes of the connected ink, float ``[N, 4]``: a frame holds some that does not touch it.
        mask: the ink, uint8 ``[h, w]`` of 0 and 1.
    """
    chosen: tuple[list[Line], list[Line]] = ([], [])
    last_row, last_column = mask.shape[0] - 1, mask.shape[1] - 1
    for i, one in enumerate(level):
        cut = [replace(one, at=float(row), slope=0.0) for row in (0, last_row)]
        for other, is_cut in [*((k, False) for k in level[i + 1 :]), *((k, True) for k in cut)]:
            top, bottom = sorted((one, other), key=lambda k: k.row(k.start))
            near = CORNER_PX + max(top.thickness, bottom.thickness) / 2
            left, right, low, high = top.start, top.end, top.row(top.start), bottom.row(bottom.start)
            if abs(bottom.start - left) > near or abs(bottom.end - right) > near or high - low < 3 * near:
                continue
            if is_cut and not _is_open(mask.T, other.at, (left, right), near):
                continue
            posts = [
                k for k in upright
                if abs(k.start - low) <= near and abs(k.end - high) <= near
                and left - near <= k.row(k.start) <= right + near
            ]  # fmt: skip
            if is_cut and not posts:  # a line alone is no frame
                continue
            closed = all(
                any(abs(k.row(k.start) - x) <= near for k in posts)
                or (abs(x - edge) <= near and _is_open(mask, edge, (low, high), near))
                for x, edge in ((left, 0), (right, last_column))
            )
            x1, y1, x2, y2 = free.T
            inside = (x1 > left) & (y1 > low) & (x2 <= right) & (y2 <= high)
            if closed and ((y2 - y1)[inside] >= MIN_CONTENT_SHARE * (high - low)).any():
                chosen[0].extend([one] if is_cut else [top, bottom])
                chosen[1].extend(posts)
    return chosen


def _may_hold_lines(mask: np.ndarray) -> bool:
    """Whether a mask, uint8 ``[h, w]`` of 0 and 1, may hold a line that is no writing; the search is dear, this is not.

    A ruling inks most columns, or rows, of some band from edge to edge; an underline hangs together and is much longer
    than high; a frame has ink within it that does not touch it.
    """
    height, width = mask.shape
    for plane in (mask, mask.T):
        band = max(3, 2 * int(SLOPES[-1] * plane.shape[1]) + 3)
        filled = cv2.dilate(plane, np.ones((band, 1), np.uint8))
        if filled.mean(1).max() >= MIN_RULING_FILL:
            return True
    _, stats = find_connected(mask)
    sides = stats[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    long = sides[:, 0] >= np.maximum(MIN_UNDERLINE_SHARE * min(height, width), MIN_UNDERLINE_ASPECT * sides[:, 1]) - 2
    if long.any() or _holds_at_edge(stats[1:], mask.shape) or may_hold_comb(mask, stats[1:]):
        return True
    for reach in (1, 3, 2 * CORNER_PX + 1):  # corners may be open, and what is in the frame may be near it
        grown = cv2.dilate(mask, np.ones((reach, reach), np.uint8))
        _, tree = cv2.findContours(grown, cv2.RETR_TREE, cv2.CHAIN_APPROX_SIMPLE)
        # A contour, its hole, and a contour in that hole.
        parents = tree[0, :, 3] if tree is not None else np.zeros(0, int)
        if ((parents >= 0) & (parents[parents] >= 0)).any():
            return True
    return False


def _holds_at_edge(stats: np.ndarray, shape: tuple[int, ...]) -> bool:
    """Whether some connected ink reaches the edge of the drawing and has other ink in its box, as a cut frame has."""
    low, high = stats[:, :2], stats[:, :2] + stats[:, 2:4]
    reaching = ((low <= 1) | (high >= np.array(shape[::-1]) - 1)).any(1) & (stats[:, 2:4].min(1) >= 3 * CORNER_PX)
    written = stats[:, cv2.CC_STAT_AREA] >= MIN_WRITING_AREA
    return any(
        (written & (low > low[k]).all(1) & (high < high[k] + 1).all(1)).any() for k in np.flatnonzero(reaching).tolist()
    )


def choose_lines(
    mask: np.ndarray, paper: np.ndarray | None = None, is_drawn: bool = False
) -> tuple[list[Line], list[Line]]:
    """The level and the upright lines of a mask, uint8 ``[h, w]`` of 0 and 1, that are no writing.

    Args:
        mask: the ink.
        paper: uint8 ``[h, w]`` of 0 and 1, the paper of a photograph, maybe held askew; all, and straight, where None.
        is_drawn: see :func:`~ink.combs.find_combs`.
    """
    straight = _may_hold_lines(mask)
    if paper is None and not straight:
        return [], []
    held = np.ones_like(mask) if paper is None else paper
    turned, turned_held = (np.ascontiguousarray(each.T) for each in (mask, held))
    short = min(mask.shape)
    least, thickness = max(12, round(MIN_LINE_SHARE * short)), max(3, round(MAX_THICKNESS_SHARE * short) + 1)
    if short < least:
        return [], []
    level, upright = (
        measure_bodies(find_level_lines(plane, least, thickness), plane) if straight else [] for plane in (mask, turned)
    )
    across = [
        _reach_across(lines if paper is None else find_askew_lines(plane, thickness), where)
        for lines, plane, where in ((level, mask, held), (upright, turned, turned_held))
    ]
    long = _stand_out(level, short)
    boxes = _boxes(mask)
    frames, combs = _frames(level, upright, boxes, mask), find_combs(level, boxes, mask, is_drawn)
    frames = [*frames[0], *combs[0]], [*frames[1], *combs[1]]
    suspects = [*across[0], *long, *frames[0]], [*across[1], *frames[1]]
    if not any(suspects):
        return [], []
    rest = mask & (1 - _paint(suspects[0], mask.shape)) & (1 - _paint(suspects[1], turned.shape).T)
    writing = _boxes(rest)
    level = [
        *frames[0],
        *_rulings(across[0], writing, held, True),
        *_underlines(long, writing, mask.shape),
        *choose_strikethroughs(long, rest),
    ]
    upright = [*frames[1], *_rulings(across[1], writing[:, [1, 0, 3, 2]], turned_held, False)]
    # A rail of a frame may be an underline as well, and a tooth a part of a ruling: once it is gone, a second go would
    # take the writing beside it.
    longest = [sorted(lines, key=lambda each: -each.length) for lines in (level, upright)]
    return drop_copies(longest[0]), drop_copies(longest[1])
