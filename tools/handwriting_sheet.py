"""Pictures for docs/handwriting.md: what validation writers drew, what is made from it, and what failed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from classifiers import load_classifier
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

FAILURES, FAILURES_PER_ROW, FAILURE_COLUMNS = "handwriting-failures.png", 5, 3
"""The file of what failed, and its places per row: what was drawn, on grey, what was made, and the writer's own."""


@dataclass(frozen=True)
class SheetSettings:
    """What is shown."""

    data: Path = DEFAULT_DATA  # the data folder
    out: Path = Path(__file__).resolve().parents[1] / "docs"  # where the pictures go
    writers: int = 20  # shown, a column of half of them each
    failures: int = 20  # shown
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
        grey_place(picture, 0, digit)
    picture[CELL_PX, :] = 200
    return picture


def grey_place(picture: np.ndarray, row: int, column: int) -> None:
    """Makes a place of a block grey where there is no ink."""
    corner = (column * CELL_PX + 1, row * CELL_PX + 1), ((column + 1) * CELL_PX - 2, (row + 1) * CELL_PX - 2)
    np.minimum(picture, cv2.rectangle(np.full_like(picture, 255), *corner, 225, -1), out=picture)


@dataclass(frozen=True)
class Failure:
    """A made digit, how sure the CNN is of it, what it was made of, and what its writer writes."""

    confidence: float
    digit: int
    drawn: Glyph
    made: Glyph
    own: Glyph


def find_failures(writer: Writer, people: list[list[Glyph]], drawn: int, count: int) -> list[Failure]:
    """The made digits that the shipped CNN is least sure of, one of each writer at most."""
    classifier, worst = load_classifier("cnn"), []
    for own in people:
        made = writer.learn([(own[drawn], drawn)]).write("0123456789")
        crops = [255 - draw_ink(place_glyph(glyph, 0, 0), CELL_PX, CELL_PX) for glyph in made]
        sure = classifier(crops)[range(10), range(10)]
        digit = int(np.argmin(sure))
        worst.append(Failure(float(sure[digit]), digit, own[drawn], made[digit], own[digit]))
    return sorted(worst, key=lambda failure: failure.confidence)[:count]


def draw_failures(failures: list[Failure]) -> np.ndarray:
    """What was drawn, made and meant, side by side: uint8 ``[h, w]``."""
    rows = -(-len(failures) // FAILURES_PER_ROW)
    places = [(k // FAILURES_PER_ROW, k % FAILURES_PER_ROW * (FAILURE_COLUMNS + 1)) for k in range(len(failures))]
    strokes = [
        stroke
        for (row, column), failure in zip(places, failures, strict=True)
        for k, glyph in enumerate((failure.drawn, failure.made, failure.own))
        for stroke in place_glyph(glyph, row, column + k)
    ]
    width = FAILURES_PER_ROW * (FAILURE_COLUMNS + 1) * CELL_PX
    picture = 255 - draw_ink(strokes, rows * CELL_PX, width)
    for row, column in places:
        grey_place(picture, row, column)
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
    everybody = pick_writers(glyphs, len(glyphs.digits_by_writer), np.random.default_rng(settings.seed))
    failures = find_failures(writer, everybody, 4, settings.failures)
    cv2.imwrite(str(settings.out / FAILURES), draw_failures(failures) // 16 * 17, [cv2.IMWRITE_PNG_COMPRESSION, 9])
    print(settings.out / FAILURES, *(f"{f.digit}: {f.confidence:.2f}" for f in failures))


if __name__ == "__main__":
    main()
