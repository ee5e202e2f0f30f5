"""Writes a number in somebody's hand: ``python -m handwriting 4=four.json --text 2026 --out 2026.svg``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from detectors import load_detector
from handwriting.examples import find_examples
from handwriting.features import Glyph
from handwriting.formats import FORMATS, save_strokes
from handwriting.hand import MAX_STRENGTH
from handwriting.writer import load_writer
from ink.drawing import DrawingError
from ink.pen import draw_strokes
from ink.strokes import Stroke, read_strokes
from weights.store import WeightsError

READER = "contours-cnn"
"""The method that says which digits are on a file that is given without its digit."""

Examples = tuple[list[tuple[Glyph, int]], list[float]]
"""Strokes and digit of each example, and how sure the digit is."""


def read_argument(argument: str) -> tuple[Examples, list[Stroke]]:
    """``4=four.json``, or ``sheet.json`` with any number of digits -> the digits, and all strokes.

    Raises:
        DrawingError: the file has no strokes, or no digit is read on it.
    """
    name, marked, path = argument.rpartition("=")
    if marked and not (len(name) == 1 and name.isascii() and name.isdigit() and path):
        raise DrawingError(f"{argument}: expected FILE or DIGIT=FILE, as in 4=four.json.")
    try:
        side, strokes = read_strokes(json.loads(Path(path).read_text(encoding="utf-8-sig")))
        if not strokes:
            raise DrawingError("nothing is drawn.")
        if marked:
            return ([([stroke.points for stroke in strokes], int(name))], [1.0]), strokes
        return find_examples(strokes, load_detector(READER)(draw_strokes(strokes, side))), strokes
    except (ValueError, OSError, RecursionError) as error:  # a DrawingError is a ValueError
        raise DrawingError(f"{path}: {error}") from error


def read_shape(argument: str) -> tuple[int, int]:
    """``7=2`` -> the digit and its shape, numbered from 1; DrawingError where it says something else."""
    digit, _, shape = argument.partition("=")
    if not (digit.isascii() and digit.isdigit() and shape.isascii() and shape.isdigit()):
        raise DrawingError(f"{argument}: expected DIGIT=SHAPE, as in 7=2.")
    return int(digit), int(shape) - 1


def main(argv: Sequence[str] | None = None) -> int:
    """Exit status: 0 fine, 2 nothing could be written."""
    parser = argparse.ArgumentParser(prog="python -m handwriting", description=__doc__)
    parser.add_argument(
        "digits", nargs="+", metavar="[DIGIT=]FILE", help="drawn digits, read where it isn't said which, as the page "
        'saves strokes: {"side": 400, "strokes": [{"w": 6, "p": [[x, y], ...]}, ...]}',
    )  # fmt: skip
    parser.add_argument("--text", default="0123456789", help="what to write: digits, spaces and . , : - / + ( )")
    parser.add_argument("--strength", type=float, default=1.0, help=f"of the style, 0 to {MAX_STRENGTH:g}")
    parser.add_argument("--seed", type=int, default=0, help="another one writes it another time")
    parser.add_argument(
        "--shape", action="append", default=[], metavar="DIGIT=SHAPE", help="take this shape of a digit, 1 to 4"
    )
    parser.add_argument("--out", type=Path, required=True, help=f"a file that ends in {', '.join(FORMATS)}")
    arguments = parser.parse_args(argv)
    try:
        examples: list[tuple[Glyph, int]] = []
        weights: list[float] = []
        widths: list[float] = []
        for argument in arguments.digits:
            (found, certainty), strokes = read_argument(argument)
            examples += found
            weights += certainty
            widths += [stroke.width for stroke in strokes]
        hand = load_writer().learn(examples, weights)
        for shape in arguments.shape:
            hand = hand.choose(*read_shape(shape))
        written = hand.draw(arguments.text, float(np.median(widths)), arguments.strength, abs(arguments.seed))
        save_strokes(written, arguments.out)
    except (DrawingError, WeightsError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
