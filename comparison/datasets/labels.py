"""Rows of any format -> samples: what labels mean, boxes put right, pictures that are there, everything else told."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from comparison.datasets.dataset import Dataset, DatasetError, Notes, Sample
from comparison.datasets.walk import LabelFile, PictureMatch, SetFolder, display_name, picture_geometry
from models.classes import CLASSES

Box = tuple[float, float, float, float]
"""x1, y1, x2, y2 in pixels."""

MAX_BOXES_PER_PICTURE = 2000
"""More labels on one picture are left out."""

WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

_CLASS_OF_NAME = {name: k for k, name in enumerate((*WORDS, *CLASSES[10:]))}


def class_of_label(label: str) -> int | None:
    """Our class of a label as people write it (7, "07", "7.0", "seven", "digit_7", "7 - seven"); None for any other."""
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

    source: LabelFile
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
    """

    pictures: list[LabelledPicture] = field(default_factory=list)
    unusable: list[Path] = field(default_factory=list)
    notes: Notes = field(default_factory=Notes)
    category_id: dict[int, int | str] = field(default_factory=dict)
    has_backgrounds: bool = False
    class_lists: list[ClassList] | None = None
    refusal: str = ""

    def size(self) -> tuple[int, int]:
        """How many pictures that are there are labelled, and how many pictures at all."""
        return len({p.match.path for p in self.pictures if p.match.path}), len(self.pictures)


def turn_box(box: Box, width: float, height: float, turned: int) -> Box:
    """A box on a picture as stored, of this size, as it lies on the picture turned upright (EXIF orientation)."""
    x1, y1, x2, y2 = box
    if turned in (2, 3):
        x1, x2 = width - x2, width - x1
    if turned in (3, 4):
        y1, y2 = height - y2, height - y1
    if turned >= 5:  # 5: mirrored along the diagonal; 6, 7, 8: turned from there
        x1, y1, x2, y2 = y1, x1, y2, x2
        if turned in (6, 7):
            x1, x2 = height - x2, height - x1
        if turned in (7, 8):
            y1, y2 = width - y2, width - y1
    return x1, y1, x2, y2


def _name_splits(pictures: list[LabelledPicture]) -> None:
    """Makes a slice of each of several files that label many pictures each, named by its folder or by itself."""
    sources = {picture.source.path for picture in pictures if picture.source.content is not None}
    if len(sources) > 1:
        by_folder = len({path.parent for path in sources}) == len(sources)
        for picture in pictures:
            path = picture.source.path
            picture.slice = picture.slice or (path.parent.name if by_folder else path.stem)


def _strongest(found: Findings) -> list[LabelledPicture]:
    """One entry per picture: of several label files or names that mean one picture the surest."""
    by_path: dict[Path, list[LabelledPicture]] = {}
    for picture in found.pictures:
        where = f"{picture.source.name} names {display_name(picture.name)},"
        if picture.match.path is not None:
            by_path.setdefault(picture.match.path, []).append(picture)
        elif picture.match.clash:
            folders = sorted(f"{display_name(p.parent)}/{display_name(p)}" for p in picture.match.clash)[:4]
            found.notes.skipped[f"{where} which may be any of {', '.join(folders)}."] += 1
        elif ".." in picture.name.replace("\\", "/").split("/"):
            found.notes.skipped[f"{where} which leads out of the folder or is not there."] += 1
        else:
            found.notes.missing[f"{where} which is not there."] += 1
    return [_merge(pictures, found.notes) for pictures in by_path.values()]


def _merge(pictures: list[LabelledPicture], notes: Notes) -> LabelledPicture:
    best = max(picture.match.strength for picture in pictures)
    chosen = [picture for picture in pictures if picture.match.strength == best]
    for picture in pictures:
        if picture.match.strength != best:
            notes.missing[f"{picture.source.name} names {display_name(picture.name)}, which is not there."] += 1
    first = chosen[0]
    for other in chosen[1:]:
        if other.source.path != first.source.path and set(other.boxes) != set(first.boxes):
            raise DatasetError(
                f"{first.source.name} and {other.source.name} both label {display_name(first.name)}, each in its own "
                "way; leave one of them in the set."
            )
        notes.skipped[f"{first.source.name} lists {display_name(first.name)} more than once; it is measured once."] += 1
        first.boxes += [box for box in other.boxes if box not in first.boxes]
        first.crowds += [box for box in other.crowds if box not in first.crowds]
    return first


def _fit_box(box: Box, size: tuple[int, int, int] | None, stored: tuple[float, float] | None) -> Box | None:
    """A box on the upright picture, inside it; None where nothing of it is left."""
    if size is not None:
        width, height, turned = size
        if turned >= 5 and stored == (height, width) != (width, height):
            box = turn_box(box, height, width, turned)
        x1, y1, x2, y2 = (min(max(v, 0.0), float(side)) for v, side in zip(box, (width, height) * 2, strict=True))
    else:
        x1, y1, x2, y2 = box
    return (x1, y1, x2, y2) if x2 > x1 and y2 > y1 else None


class _Assembly:
    """A Dataset while it is put together from what one format's files say."""

    def __init__(self, found: Findings) -> None:
        self.notes = found.notes
        self.unknown: dict[str, int] = {}
        self.samples: list[Sample] = []
        self.pixels = 0

    def add(self, path: Path, picture: LabelledPicture | None) -> None:
        try:
            size = picture_geometry(path)
            self.pixels += size[0] * size[1]
        except DatasetError:  # told when it is to be read
            size = None
        boxes: list[Box] = []
        classes: list[int] = []
        seen = set()
        for box, label in picture.boxes if picture else []:
            class_id = class_of_label(label)
            fitted = _fit_box(box, size, picture.stored_size if picture else None)
            where = f"{picture.source.name}: a box" if picture else ""
            if class_id is None:
                self.unknown[label] = self.unknown.get(label, 0) + 1
            elif fitted is None:
                self.notes.skip_row(f"{where} has no area inside its picture.")
            elif (fitted, class_id) in seen:
                self.notes.skip_row(f"{where} is there twice.")
            elif len(boxes) == MAX_BOXES_PER_PICTURE:
                self.notes.skip_row(f"{where} is beyond the {MAX_BOXES_PER_PICTURE} that one picture may have.")
            else:
                seen.add((fitted, class_id))
                boxes.append(fitted)
                classes.append(class_id)
        crowds = [_fit_box(box, size, None) for box in picture.crowds] if picture else []
        self.samples.append(
            Sample(
                picture.image_id if picture and picture.image_id is not None else len(self.samples) + 1,
                path,
                np.array(boxes, np.float32).reshape(-1, 4),
                np.array(classes, np.int64),
                picture.slice if picture else "",
                np.array([box for box in crowds[:MAX_BOXES_PER_PICTURE] if box], np.float32).reshape(-1, 4),
            )
        )

    def tell_unknown(self) -> None:
        for label, count in self.unknown.items():
            self.notes.skipped[f"A box labelled {display_name(label)!r}, which is none of the twelve classes."] += count


def assemble_dataset(found: Findings, folder: SetFolder) -> Dataset:
    """The set that one format's files describe.

    Raises:
        DatasetError: none of its pictures is there, or none of its labels can be used; the message says why.
    """
    if found.refusal:
        raise DatasetError(found.refusal)
    assembly = _Assembly(found)
    _name_splits(found.pictures)
    for picture in _strongest(found):
        if picture.match.path is not None:
            assembly.add(picture.match.path, picture)
    labelled = {sample.path for sample in assembly.samples}
    if found.has_backgrounds:
        homes = {path.parent for path in labelled}
        taken = labelled | {p for each in found.pictures for p in each.match.clash}
        taken |= {match.path for path in found.unusable if (match := folder.find_by_stem(path.stem, path)).path}
        rest = [path for path in folder.pictures if path not in taken]
        backgrounds = [path for path in rest if path.parent in homes]
        for path in backgrounds:
            assembly.add(path, None)
        if backgrounds:
            text = f"{display_name(backgrounds[0])} has no label file: it is taken for a picture without an object"
            found.notes.assumed[f"{text}." if len(backgrounds) == 1 else f"{text}, as {len(backgrounds)} are."] += 1
        for path in rest:
            if path.parent not in homes:
                folder_name = display_name(path.parent)
                found.notes.skipped[f"A picture in {folder_name}, where no picture has a label file."] += 1
    assembly.tell_unknown()
    notes = found.notes
    told = " ".join([*Notes.lines(notes.missing), *Notes.lines(notes.skipped)][:3])
    if not assembly.samples:
        raise DatasetError(f"No picture of {folder.name} can be measured. {told}".strip())
    boxes = sum(len(sample.class_id) for sample in assembly.samples)
    if not boxes and assembly.unknown:
        raise DatasetError(f"No label of {folder.name} has one of these names: {', '.join(CLASSES)}.")
    if not boxes and notes.rows and not any(len(sample.crowds) for sample in assembly.samples):
        raise DatasetError(f"No label of {folder.name} can be used. {told}".strip())
    ids = [sample.image_id for sample in assembly.samples]
    if len(set(map(str, ids))) < len(ids):  # several files that number their pictures alike
        names = [path.relative_to(folder.root).as_posix() for path in (sample.path for sample in assembly.samples)]
        assembly.samples = [
            Sample(name, s.path, s.xyxy, s.class_id, s.slice, s.crowds)
            for name, s in zip(names, assembly.samples, strict=True)
        ]
    return Dataset(
        assembly.samples,
        found.category_id or {k: k for k in range(len(CLASSES))},
        Notes.lines(notes.missing),
        Notes.lines(notes.skipped),
        Notes.lines(notes.assumed),
        assembly.pixels,
    )
