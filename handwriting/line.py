"""Setting characters on a line: size and spacing of the visitor's own digits, marks between digits, small variation."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from handwriting.features import Glyph
from handwriting.style import glyph_size
from ink.drawing import DrawingError
from ink.strokes import stroke_bounds

GAP_SHARE = 0.28
"""Space between two digits, per height, where the visitor's own is not known."""

GAP_RANGE = (0.08, 0.8)
"""Spaces per height that are believed: what is further apart was not written as one number."""

SPACE_SHARE = 0.5
"""Width of a space per height."""

MARKS: dict[str, list[list[tuple[float, float]]]] = {
    ".": [[(0.03, 1.0)]],
    ",": [[(0.09, 0.95), (0.09, 1.03), (0.02, 1.14)]],
    ":": [[(0.03, 0.4)], [(0.03, 0.95)]],
    "-": [[(0.0, 0.56), (0.34, 0.54)]],
    "/": [[(0.42, -0.05), (0.0, 1.08)]],
    "+": [[(0.0, 0.58), (0.46, 0.56)], [(0.23, 0.33), (0.22, 0.82)]],
    "(": [[(0.2, -0.08), (0.06, 0.2), (0.0, 0.5), (0.06, 0.82), (0.2, 1.1)]],
    ")": [[(0.0, -0.08), (0.14, 0.2), (0.2, 0.5), (0.14, 0.82), (0.0, 1.1)]],
    " ": [],
}
"""Strokes of what stands between digits, the height of a digit being 1 and its foot at 1."""

MIN_LINE_DIGITS = 3
"""Digits in a row that say how the line runs and how its digits stand on it."""

MAX_RISE, MAX_BOUNCE = 0.3, 0.15
"""Of the line per length, and of digits off it per height: what is more was not written on one line."""

VARIATION = 0.02
"""Of a digit from one time to the next: lean, width and bend, as a share."""


@dataclass(frozen=True)
class LineStyle:
    """How somebody sets digits on a line, in pixels.

    Attributes:
        height: of a digit.
        gap: between two digits' ink.
        rise: how far the line climbs per pixel to the right.
        bounce: how far digits' feet stand off the line, as a standard deviation.
    """

    height: float
    gap: float
    rise: float = 0.0
    bounce: float = 0.0


def measure_line_style(glyphs: Sequence[Glyph]) -> LineStyle:
    """Size, spacing and line of drawn digits; all but the size from those that stand in a row."""
    boxes = [np.concatenate(stroke_bounds(glyph)) for glyph in glyphs]
    height = float(np.median([glyph_size(box[2:] - box[:2]) for box in boxes]))
    boxes.sort(key=lambda box: float(box[0]))
    rows = [boxes[:1]]
    for a, b in itertools.pairwise(boxes):
        if min(a[3], b[3]) - max(a[1], b[1]) > 0.5 * height and b[0] - a[2] <= GAP_RANGE[1] * height:
            rows[-1].append(b)
        else:
            rows.append([b])
    gaps = [float(b[0] - a[2]) / height for row in rows for a, b in itertools.pairwise(row)]
    gaps = [gap for gap in gaps if gap >= GAP_RANGE[0]]
    return LineStyle(
        height, height * (float(np.median(gaps)) if gaps else GAP_SHARE), *_measure_line(max(rows, key=len))
    )


def _measure_line(boxes: Sequence[np.ndarray]) -> tuple[float, float]:
    """Rise and bounce of digits in a row, as in :class:`LineStyle`; 0 where they are too few to tell."""
    x, foot = np.array([[(box[0] + box[2]) / 2, box[3]] for box in boxes]).T
    if len(boxes) < MIN_LINE_DIGITS or np.ptp(x) == 0:
        return 0.0, 0.0
    slope, start = np.polyfit(x, foot, 1)
    off = foot - (slope * x + start)
    height = float(np.median([box[3] - box[1] for box in boxes]))
    bounce = float(np.sqrt((off**2).sum() / (len(boxes) - 2)))
    return float(np.clip(-slope, -MAX_RISE, MAX_RISE)), min(bounce, MAX_BOUNCE * height)


def mark_strokes(character: str, style: LineStyle, lean: float) -> Glyph:
    """The strokes of a mark, leant like the digits; DrawingError where there is none for it."""
    if character not in MARKS:
        raise DrawingError(f"Only digits and . , : - / + ( ) can be written, not {character!r}.")
    upright = [np.array(path, np.float32) for path in MARKS[character]]
    return [
        (np.stack([p[:, 0] + lean * (0.5 - p[:, 1]), p[:, 1]], 1) * style.height).astype(np.float32) for p in upright
    ]


def set_line(glyphs: Sequence[Glyph], text: str, style: LineStyle, rng: np.random.Generator) -> list[Glyph]:
    """The characters side by side on the line that begins at ``style.height``, digits with their feet on it or near."""
    placed: list[Glyph] = []
    x = 0.0
    for glyph, character in zip(glyphs, text, strict=True):
        if not glyph:
            placed.append([])
            x += SPACE_SHARE * style.height
            continue
        low, high = stroke_bounds(glyph)
        foot = style.height - high[1] + style.bounce * rng.standard_normal() if character.isdigit() else 0.0
        shift = np.array([x - low[0], foot - style.rise * x], np.float32)
        placed.append([(path + shift).astype(np.float32) for path in glyph])
        x += float(high[0] - low[0]) + style.gap
    return placed


def vary_glyph(glyph: Glyph, rng: np.random.Generator, amount: float = VARIATION) -> Glyph:
    """The digit as the same hand may draw it the next time: a little leant, stretched and bent."""
    low, high = stroke_bounds(glyph)
    middle, side = (low + high) / 2, max(float((high - low).max()), 1e-6)
    matrix = np.eye(2) + rng.normal(0, 2 * amount, (2, 2)) * np.array([[0.6, 1.0], [0.3, 0.6]])
    phase, size = rng.uniform(0, 2 * np.pi, 2), rng.normal(0, amount, 2)
    found = []
    for path in glyph:
        p = (path - middle) / side @ matrix.T
        p = p + size * np.sin(4.0 * p[:, ::-1] + phase)
        found.append((p * side + middle).astype(np.float32))
    return found
