"""What label files of any format say: objects with labels on pictures, and which class a label means."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from comparison.datasets.dataset import Notes, SetTooLargeError
from comparison.datasets.walk import LabelSource, PictureMatch
from models.classes import CLASSES

Box = tuple[float, float, float, float]
"""x1, y1, x2, y2 in pixels."""

MAX_ROWS = 300_000
"""Rows of labels of a set at most, good or bad."""

MAX_LABEL_LENGTH = 40
"""Letters of a label that may mean one of our classes."""

WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

_CLASS_OF_NAME = {name: k for k, name in enumerate((*WORDS, *CLASSES[10:]))}


def class_of_label(label: str) -> int | None:
    """Our class of a label as people write it (7, "07", "7.0", "seven", "digit_7", "7 - seven"); None for any other."""
    return _class_of_short_label(label) if len(label) <= MAX_LABEL_LENGTH else None


@lru_cache(10_000)
def _class_of_short_label(label: str) -> int | None:
    text = unicodedata.normalize("NFKC", label).strip().strip("'\"").strip().casefold()
    text = re.sub(r"^(digits?|class|numbers?|num|label|cls|no)[\s_.\-:#]*(?=.)", "", text)
    if text in _CLASS_OF_NAME:
        return _CLASS_OF_NAME[text]
    match = re.fullmatch(r"0*(\d{1,2})(?:\.0*)?(?:[\s_\-:]+([a-z]+))?", text, re.ASCII)
    if match is None or int(match[1]) >= len(CLASSES):
        return None
    return int(match[1]) if match[2] is None or _CLASS_OF_NAME.get(match[2]) == int(match[1]) else None


def as_numbers(values: Sequence[object]) -> list[float] | None:
    """Finite numbers of a row; None where one is none."""
    try:
        numbers = [float(value) for value in values]  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return numbers if all(math.isfinite(v) and abs(v) < 1e9 for v in numbers) else None


@dataclass(eq=False)
class LabelledPicture:
    """What one label file says of one picture.

    Attributes:
        source: the label file.
        name: of the picture as the label file has it.
        match: the picture that this means.
        boxes: with their labels.
        crowds: regions in which it is not labelled what there is.
        slice: what kind of picture it is.
        image_id: the set's own number or name for it.
        stored_size: width and height for which the boxes were made, where the label file tells them.
    """

    source: LabelSource
    name: str
    match: PictureMatch
    boxes: list[tuple[Box, str]]
    crowds: list[Box] = field(default_factory=list)
    slice: str = ""
    image_id: int | str | None = None
    stored_size: tuple[float, float] | None = None


@dataclass(frozen=True)
class ClassList:
    """The names of a YOLO set's classes: how sure it is that the file lists them (0 best), the file, its names."""

    kind: int
    path: Path
    names: list[str]


@dataclass(eq=False)
class Findings:
    """What the files of one format say.

    Attributes:
        pictures: those that are labelled.
        unusable: label files of this form of which nothing could be used.
        notes: what was left out or assumed.
        category_id: the set's number for each class; our own where it has none.
        has_backgrounds: whether a picture without a label file is one with nothing on it.
        class_lists: the set's lists of class names, once they were looked for.
        refusal: why the set can't be used, although its label files can be read.
        rows: how many rows of labels were counted.
    """

    pictures: list[LabelledPicture] = field(default_factory=list)
    unusable: list[Path] = field(default_factory=list)
    notes: Notes = field(default_factory=Notes)
    category_id: dict[int, int | str] = field(default_factory=dict)
    has_backgrounds: bool = False
    class_lists: list[ClassList] | None = None
    refusal: str = ""
    rows: int = 0

    def count_rows(self, rows: int) -> None:
        """Counts rows before they are read; SetTooLargeError where the set has more than may be."""
        self.rows += rows
        if self.rows > MAX_ROWS:
            raise SetTooLargeError(f"The set has more than {MAX_ROWS:,} rows of labels.")

    def size(self) -> tuple[int, int]:
        """How many pictures that are there are labelled, and how many pictures at all."""
        return len({p.match.path for p in self.pictures if p.match.path}), len(self.pictures)
