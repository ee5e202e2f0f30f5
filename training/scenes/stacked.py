"""Scenes of digits above one another, closer than their size."""

from __future__ import annotations

from training.scenes.groups import GlyphGroup, drawn_sign, group_bounds, move_group, place_below
from training.scenes.layouts import LayoutContext, fit_group, write_line


def _column(context: LayoutContext) -> GlyphGroup:
    """Two to four digits under one another."""
    rng = context.rng
    count = int(rng.integers(2, 5))
    height = context.log_uniform(0.4, 0.95) * context.height / count
    column: GlyphGroup = write_line(context, [int(rng.integers(10))], height, (0.1, 0.1))
    for _ in range(count - 1):
        digit = write_line(context, [int(rng.integers(10))], height * context.log_uniform(0.8, 1.25), (0.1, 0.1))
        # Two zeros any closer are an 8 whose loops do not meet.
        loops = digit[0].class_id == 0 == column[-1].class_id
        gap = max(context.log_uniform(0.35 if loops else 0.03, 0.6) * height, 2)
        column = place_below(column, digit, gap, float(rng.uniform(0.2, 0.8)))
    return column


def _lines(context: LayoutContext) -> GlyphGroup:
    """Two to four lines of writing under one another."""
    rng = context.rng
    count = int(rng.integers(2, 5))
    height = context.log_uniform(0.35, 0.9) * context.height / count
    align = float(rng.choice([0.0, 0.5, 1.0]))
    lines: GlyphGroup = []
    for _ in range(count):
        digits = rng.integers(0, 10, rng.integers(1, 6)).tolist()
        line = write_line(context, digits, height, (0.06, 0.4))
        gap = max(context.log_uniform(0.05, 0.6) * height, 2)
        lines = place_below(lines, line, gap, align)
    return lines


def addition(context: LayoutContext) -> GlyphGroup:
    """Numbers under one another, a sign, a line and what they come to."""
    rng = context.rng
    numbers = rng.integers(1, 10 ** int(rng.integers(1, 5)), rng.integers(2, 4)).tolist()
    total = sum(numbers) if len(numbers) > 2 or rng.random() < 0.7 else abs(numbers[0] - numbers[1])
    height = context.log_uniform(0.4, 0.9) * context.height / (len(numbers) + 1.4)
    gap, line_gap = (0.06, 0.35), max(rng.uniform(0.08, 0.45) * height, 2)
    column: GlyphGroup = []
    for number in numbers:
        line = write_line(context, [int(c) for c in str(number)], height, gap)
        column = place_below(column, line, line_gap, 1.0)
    pen = column[0].pen
    left, _, right, bottom = group_bounds(column)
    last = group_bounds(line)
    level = bottom - 0.5 * (last[3] - last[1])
    strokes = [[(-0.5, 0), (0.5, 0)]] + ([[(0, -0.5), (0, 0.5)]] if total == sum(numbers) else [])
    sign = drawn_sign(context, strokes, pen, rng.uniform(0.4, 0.7) * height)
    _, y1, x2, y2 = group_bounds([sign])
    column += move_group([sign], left - rng.uniform(0.15, 0.5) * height - x2, level - (y1 + y2) / 2)
    left = group_bounds(column)[0]
    bar = drawn_sign(context, [[(-0.5, 0), (0.5, 0)]], pen, (right - left) * rng.uniform(0.95, 1.15))
    column = place_below(column, [bar], rng.uniform(0.1, 0.3) * height + 2, float(rng.uniform(0.3, 0.7)))
    below = write_line(context, [int(c) for c in str(total)], height, gap)
    x2 = group_bounds(below)[2]
    bottom = group_bounds(column)[3]
    return column + move_group(below, right - x2, bottom + line_gap - group_bounds(below)[1])


def stacked(context: LayoutContext) -> GlyphGroup:
    """Digits above one another, closer than their size: columns, lines under lines, written additions."""
    layout = (_column, _lines, addition)[context.rng.choice(3, p=[0.45, 0.3, 0.25])]
    return fit_group(context, layout(context))
