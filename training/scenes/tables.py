"""Scenes of many digits in lines and columns."""

from __future__ import annotations

from training.scenes.groups import GlyphGroup, group_bounds, move_group, place_below, place_beside
from training.scenes.layouts import LayoutContext, fit_group, write_line


def _two_by_two(context: LayoutContext) -> GlyphGroup:
    """Two or three lines of two numbers."""
    rng = context.rng
    height = context.log_uniform(0.06, 0.2) * context.short
    gap = (0.08, 0.4)
    lines: GlyphGroup = []
    for _ in range(int(rng.integers(2, 4))):
        line: GlyphGroup = []
        for _ in range(2):
            digits = rng.integers(0, 10, rng.integers(3, 7)).tolist()
            line = place_beside(line, write_line(context, digits, height, gap), rng.uniform(0.9, 2.2) * height)
        lines = place_below(lines, line, rng.uniform(0.25, 1.6) * height, 0.0) if lines else line
    return lines


def _grid(context: LayoutContext) -> GlyphGroup:
    """Rows and columns of single digits, four by four to ten by ten."""
    rng = context.rng
    columns, rows = ((8, 8), (10, 10), (4, 4), (6, 3), (5, 7))[int(rng.integers(5))]
    cell = min((context.width - 10) / columns, (context.height - 10) / rows)
    height = cell * rng.uniform(0.5, 0.75)
    grid: GlyphGroup = []
    for row in range(rows):
        # One writer for a row; its digits are put into their cells one by one.
        for column, item in enumerate(write_line(context, rng.integers(0, 10, columns).tolist(), height, (0.1, 0.2))):
            x1, y1, x2, y2 = group_bounds([item])
            at = (column + 0.5 + rng.normal(0, 0.03)) * cell, (row + 0.5 + rng.normal(0, 0.03)) * cell
            grid += move_group([item], at[0] - (x1 + x2) / 2, at[1] - (y1 + y2) / 2)
    return grid


def _page(context: LayoutContext) -> GlyphGroup:
    """Four to seven lines of eight to twelve digits."""
    rng = context.rng
    count, long = int(rng.integers(4, 8)), int(rng.integers(8, 13))
    height = min(0.75 * context.height / count, 1.3 * context.width / long)
    spread = rng.uniform(0.1, 0.5)
    page: GlyphGroup = []
    for _ in range(count):
        digits = list(range(10)) if rng.random() < 0.2 else rng.integers(0, 10, long).tolist()
        line = write_line(context, digits, height, (0.06, 0.25))
        page = place_below(page, line, spread * height, 0.0)
    return page


def tables(context: LayoutContext) -> GlyphGroup:
    """Lines of two numbers, grids of single digits, pages of long lines."""
    layout = (_two_by_two, _grid, _page)[context.rng.choice(3, p=[0.5, 0.3, 0.2])]
    return fit_group(context, layout(context))
