"""Your own drawings as training data: ``python -m training.collect --drawings FOLDER --data FOLDER``.

Draw on the page's live ink, press Save, and name the file after what it shows: ``anna/7.json``, ``anna/7-2.json``,
``ben/other-cat.json``, ``ben/censored-1.json``; one folder a writer.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ink.drawing import DrawingError
from ink.strokes import read_strokes
from models.classes import CLASSES
from training.glyphs.sources import OWN
from training.runs.settings import parse_settings

VALIDATION_EVERY = 5
"""One writer in five goes to validation; of a single writer, one drawing in five of each class."""

UNITS_PER_PIXEL = 16
"""Points are kept as whole numbers: sixteenths of a pixel."""


@dataclass(frozen=True)
class CollectSettings:
    """Where the drawings are, and where the data goes."""

    drawings: Path = Path("drawings")
    data: Path = Path("data")


def read_collected(path: Path) -> tuple[int, list[np.ndarray]]:
    """Class and strokes (int16 ``[n, 2]`` each) of one saved drawing.

    Raises:
        DrawingError: the name starts with no class, or the file holds no strokes.
    """
    name = path.stem.split("-")[0]
    if name not in CLASSES:
        raise DrawingError(f"{path}: a name starts with what is drawn: {', '.join(CLASSES)}.")
    try:
        _, strokes = read_strokes(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, OSError, RecursionError) as error:  # a DrawingError is a ValueError
        raise DrawingError(f"{path}: {error}") from error
    if not strokes:
        raise DrawingError(f"{path}: nothing is drawn.")
    return CLASSES.index(name), [np.round(s.points * UNITS_PER_PIXEL).astype(np.int16) for s in strokes]


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


def main(argv: list[str] | None = None) -> None:
    """Writes ``own_strokes.npz`` into the data folder, and says what it holds."""
    settings = parse_settings(CollectSettings, argv, __doc__)
    paths = sorted(settings.drawings.glob("*/*.json"))
    if not paths:
        raise SystemExit(f"There are no drawings in {settings.drawings}: expected a folder a writer, with .json files.")
    try:
        read_ones = [read_collected(path) for path in paths]
    except DrawingError as error:
        raise SystemExit(str(error)) from error
    labels, drawings = [label for label, _ in read_ones], [strokes for _, strokes in read_ones]
    writers = [path.parent.name for path in paths]
    split = choose_splits(writers, labels)
    every = [stroke for strokes in drawings for stroke in strokes]
    settings.data.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        settings.data / f"{OWN}.npz",
        points=np.concatenate(every),
        stroke_offsets=np.cumsum([0, *(len(s) for s in every)]).astype(np.int32),
        drawing_offsets=np.cumsum([0, *(len(d) for d in drawings)]).astype(np.int32),
        label=np.array(labels),
        writer=np.array(writers),
        split=np.array(split),
    )
    counts = np.bincount(labels, minlength=len(CLASSES))
    print(f"{len(paths)} drawings by {len(set(writers))} writers, {split.count('val')} of them for validation: "
          + ", ".join(f"{n} x {name}" for name, n in zip(CLASSES, counts.tolist(), strict=True)))  # fmt: skip


if __name__ == "__main__":
    main()
