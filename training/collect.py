"""Your own drawings as training data: ``python -m training.collect --drawings FOLDER --data FOLDER``.

Draw on the page's live ink, press Save, and name the file after what it shows: ``anna/7.json``, ``anna/7-2.json``,
``ben/other-cat.json``, ``ben/censored-1.json``; one folder per writer.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.classes import CLASSES
from training.glyphs.collected import read_folder
from training.glyphs.sources import OWN
from training.runs.settings import parse_settings, refusals_in_words


@dataclass(frozen=True)
class CollectSettings:
    """Where the drawings are, and where the data goes."""

    drawings: Path = Path("drawings")  # a folder with a folder per writer
    data: Path = Path("data")  # the data folder that the file goes to


def main(argv: list[str] | None = None) -> None:
    """Writes ``own_strokes.npz`` into the data folder, and says what it holds."""
    settings = parse_settings(CollectSettings, argv, __doc__)
    with refusals_in_words():
        glyphs, split = read_folder(settings.drawings)
        glyphs.save(settings.data / f"{OWN}.npz", split)
    counts = np.bincount(glyphs.class_id, minlength=len(CLASSES))
    counted = ", ".join(f"{n} x {name}" for name, n in zip(CLASSES, counts.tolist(), strict=True))
    people, kept_apart = len(set(glyphs.writer.tolist())), (split == "val").sum()
    print(f"{len(glyphs)} drawings by {people} writers, {kept_apart} of them for validation: {counted}")


if __name__ == "__main__":
    main()
