"""Writes a number in somebody's hand: ``python -m handwriting 4=four.json --text 2026 --out 2026.svg``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from detectors import load_detector
from handwriting.examples import READER, Examples, read_picture_examples, read_strokes_examples, trace_digit
from handwriting.formats import FORMATS, save_strokes
from handwriting.hand import MAX_STRENGTH
from handwriting.writer import load_writer
from ink.drawing import DrawingError, read_drawing
from ink.strokes import read_strokes
from weights.store import WeightsError


def read_argument(argument: str) -> Examples:
    """``4=four.json``, or ``sheet.png`` with any number of digits -> the digits.

    Raises:
        DrawingError: the file has neither strokes nor a picture, or no digit is read on it.
    """
    name, marked, path = argument.rpartition("=")
    if marked and not (len(name) == 1 and name.isascii() and name.isdigit() and path):
        raise DrawingError(f"{argument}: expected FILE or DIGIT=FILE, as in 4=four.json.")
    try:
        if Path(path).suffix.lower() != ".json":
            drawing = read_drawing(path)
            return trace_digit(drawing, int(name)) if marked else read_picture_examples(drawing, load_detector(READER))
        side, strokes = read_strokes(json.loads(Path(path).read_text(encoding="utf-8-sig")))
        if not strokes:
            raise DrawingError("nothing is drawn.")
        if not marked:
            return read_strokes_examples(side, strokes, load_detector(READER))
        pen = float(np.median([stroke.width for stroke in strokes]))
        return Examples([([stroke.points for stroke in strokes], int(name))], [1.0], pen)
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
        "digits", nargs="+", metavar="[DIGIT=]FILE", help="drawn digits, read where it isn't said which: a picture, or "
        'strokes as the page saves them: {"side": 400, "strokes": [{"w": 6, "p": [[x, y], ...]}, ...]}',
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
        files = [read_argument(argument) for argument in arguments.digits]
        hand = load_writer().learn(
            [digit for file in files for digit in file.digits],
            [weight for file in files for weight in file.weights],
            traced=any(file.traced for file in files),
        )
        for shape in arguments.shape:
            hand = hand.choose(*read_shape(shape))
        written = hand.draw(
            arguments.text, float(np.median([file.pen for file in files])), arguments.strength, abs(arguments.seed)
        )
        save_strokes(written, arguments.out)
    except (DrawingError, WeightsError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
