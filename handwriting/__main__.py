"""Writes a number in somebody's hand: ``python -m handwriting 4=four.json --text 2026 --out 2026.svg``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from handwriting.features import Glyph
from handwriting.formats import FORMATS, save_strokes
from handwriting.hand import MAX_STRENGTH
from handwriting.writer import load_writer
from ink.drawing import DrawingError
from ink.strokes import Stroke, read_strokes
from weights.store import WeightsError


def read_example(argument: str) -> tuple[int, list[Stroke]]:
    """``4=four.json`` -> the digit and its strokes; DrawingError where it says no digit, or the file has no strokes."""
    name, _, path = argument.partition("=")
    if not (len(name) == 1 and name.isascii() and name.isdigit() and path):
        raise DrawingError(f"{argument}: expected DIGIT=FILE, as in 4=four.json.")
    try:
        _, strokes = read_strokes(json.loads(Path(path).read_text(encoding="utf-8-sig")))
    except (ValueError, OSError, RecursionError) as error:  # a DrawingError is a ValueError
        raise DrawingError(f"{path}: {error}") from error
    if not strokes:
        raise DrawingError(f"{path}: nothing is drawn.")
    return int(name), strokes


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
        "digits", nargs="+", metavar="DIGIT=FILE", help="drawn digits, as the page saves strokes: "
        '{"side": 400, "strokes": [{"w": 6, "p": [[x, y], ...]}, ...]}',
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
        widths: list[float] = []
        for argument in arguments.digits:
            digit, strokes = read_example(argument)
            examples.append(([stroke.points for stroke in strokes], digit))
            widths += [stroke.width for stroke in strokes]
        hand = load_writer().learn(examples)
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
