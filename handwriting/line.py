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

VARIATION = 0.02
"""Of a digit from one time to the next: lean, width and bend, as a share."""


@dataclass(frozen=True)
class Page:
    """How large somebody writes, in pixels.

    Attributes:
        height: of a digit.
        gap: between two digits' ink.
    """

    height: float
    gap: float


def measure_page(glyphs: Sequence[Glyph]) -> Page:
    """Size and spacing of drawn digits; spacing from those that stand in a row."""
    boxes = [np.concatenate(stroke_bounds(glyph)) for glyph in glyphs]
    height = float(np.median([glyph_size(box[2:] - box[:2]) for box in boxes]))
    boxes.sort(key=lambda box: float(box[0]))
    gaps = [
        float(b[0] - a[2]) / height
        for a, b in itertools.pairwise(boxes)
        if min(a[3], b[3]) - max(a[1], b[1]) > 0.5 * height
    ]
    gaps = [gap for gap in gaps if GAP_RANGE[0] <= gap <= GAP_RANGE[1]]
    return Page(height, height * (float(np.median(gaps)) if gaps else GAP_SHARE))


def mark_strokes(character: str, page: Page, lean: float) -> Glyph:
    """The strokes of a mark, leant like the digits; DrawingError where there is none for it."""
    if character not in MARKS:
        raise DrawingError(f"Only digits and . , : - / + ( ) can be written, not {character!r}.")
    upright = [np.array(path, np.float32) for path in MARKS[character]]
    return [
        (np.stack([p[:, 0] + lean * (0.5 - p[:, 1]), p[:, 1]], 1) * page.height).astype(np.float32) for p in upright
    ]


def set_line(glyphs: Sequence[Glyph], text: str, page: Page) -> list[Glyph]:
    """The characters side by side, digits with their feet at ``page.height``."""
    placed: list[Glyph] = []
    x = 0.0
    for glyph, character in zip(glyphs, text, strict=True):
        if not glyph:
            placed.append([])
            x += SPACE_SHARE * page.height
            continue
        low, high = stroke_bounds(glyph)
        down = page.height - high[1] if character.isdigit() else 0.0
        shift = np.array([x - low[0], down], np.float32)
        placed.append([(path + shift).astype(np.float32) for path in glyph])
        x += float(high[0] - low[0]) + page.gap
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
