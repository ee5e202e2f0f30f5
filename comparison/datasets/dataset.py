"""What a labelled set is, and where the built-in one lies."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

BUILT_IN = Path(__file__).parent / "builtin"
"""A small set of composed drawings that comes with the project."""

MAX_NOTES = 100
"""Lines of a kind that a report tells; what is beyond is counted."""


class DatasetError(Exception):
    """A data set can't be used; the message says why in the user's words, without a path of this machine."""


class SetTooLargeError(DatasetError):
    """Reading a data set would take too long; no part of it is used."""


@dataclass(frozen=True, eq=False)
class Sample:
    """One labelled picture.

    Attributes:
        image_id: the data set's own number or name for it.
        path: of the picture.
        xyxy: float32 ``[N, 4]`` in pixels of the upright picture, each with an area.
        class_id: int64 ``[N]``, one of our twelve classes.
        slice: what kind of picture it is; empty where the data set doesn't say.
        crowds: float32 ``[M, 4]``, regions in which it is not labelled what there is; what is found there counts
            neither as right nor as wrong.
    """

    image_id: int | str
    path: Path
    xyxy: np.ndarray
    class_id: np.ndarray
    slice: str = ""
    crowds: np.ndarray = field(default_factory=lambda: np.zeros((0, 4), np.float32))


@dataclass(frozen=True, eq=False)
class Dataset:
    """A labelled set.

    Attributes:
        samples: its pictures.
        category_id: the set's number for each of our classes that it has.
        missing: a line for each picture that is labelled and not there.
        skipped: a line for each kind of row or file that was left out.
        assumed: a line for each thing that the set doesn't say and that was decided without it.
        pixels: of all its pictures together, by what their headers say; a picture named twice counts once.
    """

    samples: list[Sample]
    category_id: dict[int, int | str]
    missing: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)
    pixels: int = 0


class Notes:
    """What a reader left out or decided by itself, counted while it reads."""

    def __init__(self) -> None:
        self.missing: Counter[str] = Counter()
        self.skipped: Counter[str] = Counter()
        self.assumed: Counter[str] = Counter()
        self.rows = 0

    def skip_row(self, text: str) -> None:
        """Counts a labelled object that is left out."""
        self.skipped[text] += 1
        self.rows += 1

    @staticmethod
    def lines(counts: Counter[str]) -> list[str]:
        """One sentence per kind, with how often where it is more than once."""
        lines = [text if n == 1 else f"{text} ({n} times)" for text, n in counts.items()]
        more = len(lines) - MAX_NOTES
        return lines if more <= 0 else [*lines[:MAX_NOTES], f"{more} more lines of this kind."]
