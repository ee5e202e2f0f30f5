"""Saved drawings of one's own, named after what they show, as glyphs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np

from ink.drawing import DrawingError
from ink.strokes import read_strokes
from models.classes import CLASSES
from training.glyphs.glyph_set import DataError, GlyphSet

VALIDATION_EVERY = 5
"""One writer in five goes to validation; of a single writer, one drawing in five of each class."""

UNITS_PER_PIXEL = 16
"""Points are kept as whole numbers: sixteenths of a pixel."""


def read_collected(path: Path) -> tuple[int, list[np.ndarray]]:
    """Class and strokes (float32 ``[n, 2]`` each, in sixteenths of a pixel) of one saved drawing.

    The name says the class up to the first sign that is neither a letter nor a digit: ``7``, ``7-2``, ``7_2``,
    ``7 copy`` and ``7 (1)``, which browsers make of a second ``7``.

    Raises:
        DrawingError: the name starts with no class, or the file holds no strokes.
    """
    name = re.split(r"[\W_]", path.stem.strip().lower(), maxsplit=1)[0]
    if name not in CLASSES:
        raise DrawingError(f"{path}: a name starts with what is drawn: {', '.join(CLASSES)}.")
    try:
        _, strokes = read_strokes(json.loads(path.read_text(encoding="utf-8-sig")))  # some editors put a mark in front
    except (ValueError, OSError, RecursionError) as error:  # a DrawingError is a ValueError
        raise DrawingError(f"{path}: {error}") from error
    if not strokes:
        raise DrawingError(f"{path}: nothing is drawn.")
    return CLASSES.index(name), [np.round(s.points * UNITS_PER_PIXEL) for s in strokes]


def read_folder(folder: Path) -> tuple[GlyphSet, np.ndarray]:
    """The drawings of a folder with a folder per writer, and ``train`` or ``val`` for each, str ``[N]``.

    Hidden files are passed over: a Mac leaves a ``._7.json`` beside every ``7.json``.

    Raises:
        DataError: there are none, or some can't be used; it names all of these.
    """
    paths = sorted(
        p for p in folder.glob("*/*")
        if p.suffix.lower() == ".json" and not p.name.startswith(".") and not p.parent.name.startswith(".")
    )  # fmt: skip
    if not paths:
        raise DataError(f"There are no drawings in {folder}: expected a folder per writer, with .json files.")
    found, odd = [], []
    for path in paths:
        try:
            found.append(read_collected(path))
        except DrawingError as error:
            odd.append(str(error))
    if odd:
        raise DataError("\n".join(odd))
    labels, writers = [label for label, _ in found], [path.parent.name for path in paths]
    glyphs = GlyphSet.from_pieces([strokes for _, strokes in found], labels, writers)
    return glyphs, np.array(choose_splits(writers, labels))


def choose_splits(writers: list[str], labels: list[int]) -> list[str]:
    """``train`` or ``val`` for each drawing: by writer where there are several."""
    order = {name: k for k, name in enumerate(sorted(set(writers)))}
    if len(order) > 1:
        return [
            "val" if order[w] % VALIDATION_EVERY == VALIDATION_EVERY - 1 or order[w] == len(order) - 1 else "train"
            for w in writers
        ]
    seen = dict.fromkeys(labels, 0)
    found = []
    for label in labels:
        seen[label] += 1
        found.append("val" if seen[label] % VALIDATION_EVERY == 2 else "train")
    return found
