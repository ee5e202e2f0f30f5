"""Pictures for docs/handwriting.md: what twenty validation writers drew, and what is made from it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from handwriting import Writer, load_writer
from handwriting.features import Glyph
from ink.pen import draw_ink
from ink.strokes import Stroke, stroke_bounds
from training.glyphs.glyph_set import GlyphSet
from training.glyphs.reader import DEFAULT_DATA, load_glyphs
from training.runs.settings import parse_settings, refusals_in_words

DIGIT_PX, CELL_PX, GAP_PX = 24, 34, 12
"""Height of a digit, side of its place, and space between writers, in pixels."""

PEN_PX = 1.72
STRENGTHS = (0.5, 1.0, 1.6)
"""The made rows, from top to bottom."""

PICTURES = {"handwriting-one.png": (4,), "handwriting-three.png": (2, 4, 7)}
"""File -> the digits that were drawn; they stand in grey boxes."""


@dataclass(frozen=True)
class SheetSettings:
    """What is shown."""

    data: Path = DEFAULT_DATA  # the data folder
    out: Path = Path(__file__).resolve().parents[1] / "docs"  # where the pictures go
    writers: int = 20  # shown, a column of half of them each
    seed: int = 1  # of the choice of writers and drawings


def place_glyph(glyph: Glyph, row: int, column: int) -> list[Stroke]:
    """A glyph in the middle of its place on a block of rows and columns."""
    low, high = stroke_bounds(glyph)
    scale = DIGIT_PX / max(float(high[1] - low[1]), 0.8 * float(high[0] - low[0]), 1e-6)
    middle = np.array([(column + 0.5) * CELL_PX, (row + 0.5) * CELL_PX])
    return [Stroke(((p - (low + high) / 2) * scale + middle).astype(np.float32), PEN_PX) for p in glyph]


def draw_block(writer: Writer, own: list[Glyph], drawn: tuple[int, ...]) -> np.ndarray:
    """What one writer drew, and under it what is made of the drawn digits alone: uint8 ``[h, w]``."""
    hand = writer.learn([(own[digit], digit) for digit in drawn])
    rows = [own, *(hand.write("0123456789", strength) for strength in STRENGTHS)]
    strokes = [s for r, row in enumerate(rows) for c, glyph in enumerate(row) for s in place_glyph(glyph, r, c)]
    picture = 255 - draw_ink(strokes, len(rows) * CELL_PX, 10 * CELL_PX)
    for digit in drawn:
        corner = (digit * CELL_PX + 1, 1), ((digit + 1) * CELL_PX - 2, CELL_PX - 2)
        box = cv2.rectangle(np.full_like(picture, 255), *corner, 225, -1)
        picture = np.minimum(picture, box)
    picture[CELL_PX, :] = 200
    return picture


def pick_writers(glyphs: GlyphSet, count: int, rng: np.random.Generator) -> list[list[Glyph]]:
    """One drawing of each digit by so many writers who drew all of them."""
    table = glyphs.digits_by_writer
    names = rng.permutation(sorted(table))[:count]
    return [[glyphs.strokes(int(rng.choice(rows))) for rows in table[str(name)]] for name in names]


def main(argv: list[str] | None = None) -> None:
    """Draws every picture."""
    settings = parse_settings(SheetSettings, argv, __doc__)
    with refusals_in_words():
        glyphs = load_glyphs(settings.data, "val")
    writer, people = load_writer(), pick_writers(glyphs, settings.writers, np.random.default_rng(settings.seed))
    for name, drawn in PICTURES.items():
        blocks = [np.pad(draw_block(writer, own, drawn), GAP_PX, constant_values=255) for own in people]
        half = (len(blocks) + 1) // 2
        blocks += [np.full_like(blocks[0], 255)] * (2 * half - len(blocks))
        picture = np.hstack([np.vstack(blocks[:half]), np.vstack(blocks[half:])])
        cv2.imwrite(str(settings.out / name), picture // 16 * 17, [cv2.IMWRITE_PNG_COMPRESSION, 9])
        print(settings.out / name)


if __name__ == "__main__":
    main()
