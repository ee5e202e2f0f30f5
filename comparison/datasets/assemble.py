"""What one format's label files say -> samples: the right picture or none, boxes put right, the rest told."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np

from comparison.datasets.dataset import Dataset, DatasetError, Notes, Sample
from comparison.datasets.labels import Box, Findings, LabelledPicture, class_of_label
from comparison.datasets.names import display_name
from comparison.datasets.walk import LabelSource, PictureMatch, SetFolder, picture_geometry
from models.classes import CLASSES

MAX_BOXES_PER_PICTURE = 2000
"""More labels on one picture are left out."""

UNKNOWN_SIDE_PX = 10**9
"""Side of a picture that can't be opened: none of its boxes is cut."""

MAX_SLICES = 40
"""Slices of a set at most; each is measured by itself."""


def turn_box(box: Box, width: float, height: float, turned: int) -> Box:
    """A box on a picture as stored, of this size, as it lies on the picture turned upright (EXIF 1 to 8)."""
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


def _name_slices(found: Findings) -> None:
    """Makes a slice of each of several files that label many pictures each, named by its folder or by itself."""
    sources = {picture.source.path for picture in found.pictures if not found.has_backgrounds}
    by_folder = len({path.parent for path in sources}) == len(sources)
    for picture in found.pictures:
        if not picture.slice and len(sources) > 1:
            path = picture.source.path
            picture.slice = path.parent.name if by_folder else path.stem
        picture.slice = display_name(picture.slice) if picture.slice else ""
    if len({picture.slice for picture in found.pictures}) > MAX_SLICES:
        found.notes.assumed[f"The set has more than {MAX_SLICES} slices; they are not told apart."] += 1
        for picture in found.pictures:
            picture.slice = ""


def _choose_pictures(found: Findings) -> dict[Path, LabelledPicture]:
    """What is labelled on each picture that is there; of several names or files that mean it the surest."""
    by_path: dict[Path, list[LabelledPicture]] = {}
    for picture in found.pictures:
        if picture.match.path is not None:
            by_path.setdefault(picture.match.path, []).append(picture)
            continue
        where = f"{picture.source.name} names {display_name(picture.name)},"
        if picture.match.clash:
            folders = sorted(f"{display_name(p.parent)}/{display_name(p)}" for p in picture.match.clash)[:4]
            found.notes.skipped[f"{where} which may be any of {', '.join(folders)}."] += 1
        elif ".." in picture.name.replace("\\", "/").split("/"):
            found.notes.missing[f"{where} which leads out of the folder or is not there."] += 1
        else:
            found.notes.missing[f"{where} which is not there."] += 1
    return {path: _merge(pictures, found.notes) for path, pictures in by_path.items()}


def _merge(pictures: list[LabelledPicture], notes: Notes) -> LabelledPicture:
    """What is labelled on one picture; DatasetError where two files say different things with equal right."""
    if len(pictures) == 1:
        return pictures[0]
    first = max(pictures, key=lambda picture: picture.match.strength)
    boxes, crowds = dict.fromkeys(first.boxes), dict.fromkeys(first.crowds)
    own = frozenset(boxes)
    for other in pictures:
        where = f"{other.source.name} names {display_name(other.name)},"
        if other.match.strength < first.match.strength:
            if other.source.path == first.source.path:
                notes.missing[f"{where} which is not there."] += 1
            else:
                notes.skipped[f"{where} which is labelled by another file already."] += 1
        elif other.source.path != first.source.path and (len(other.boxes) < len(own) or own != set(other.boxes)):
            raise DatasetError(
                f"{first.source.name} and {other.source.name} both label {display_name(first.name)}, each in its own "
                "way; leave one of them in the set."
            )
        elif other is not first:
            notes.skipped[f"{where} which is labelled before; it is measured once."] += 1
            boxes |= dict.fromkeys(other.boxes)
            crowds |= dict.fromkeys(other.crowds)
    return replace(first, boxes=list(boxes), crowds=list(crowds))


def _turn_boxes(picture: LabelledPicture, width: int, height: int, turned: int) -> None:
    """Turns boxes that were made on the picture as stored: the label file tells that size, and they fit into it."""
    if turned < 5 or picture.stored_size != (height, width) or width == height:
        return
    if all(x2 <= height + 1 and y2 <= width + 1 for (_, _, x2, y2), _ in picture.boxes):
        picture.boxes = [(turn_box(box, height, width, turned), label) for box, label in picture.boxes]
        picture.crowds = [turn_box(box, height, width, turned) for box in picture.crowds]


def _cut_box(box: Box, width: int, height: int) -> Box | None:
    """The part of a box that lies on its picture; None where there is none."""
    x1, y1, x2, y2 = (min(max(v, 0.0), float(side)) for v, side in zip(box, (width, height) * 2, strict=True))
    return (x1, y1, x2, y2) if x2 > x1 and y2 > y1 else None


class _Assembly:
    """A Dataset while it is put together."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self.unknown: Counter[str] = Counter()
        self.samples: list[Sample] = []
        self.pixels = 0

    def add(self, path: Path, picture: LabelledPicture) -> None:
        """Makes a sample of one labelled picture."""
        try:
            width, height, turned = picture_geometry(path)
            self.pixels += width * height
        except DatasetError:  # told when it is to be read
            width, height, turned = UNKNOWN_SIDE_PX, UNKNOWN_SIDE_PX, 1
        _turn_boxes(picture, width, height, turned)
        crowds = [cut for box in picture.crowds[:MAX_BOXES_PER_PICTURE] if (cut := _cut_box(box, width, height))]
        objects = self._objects(picture, width, height)
        self.samples.append(
            Sample(
                len(self.samples) + 1 if picture.image_id is None else picture.image_id,
                path,
                np.array([box for box, _ in objects], np.float32).reshape(-1, 4),
                np.array([class_id for _, class_id in objects], np.int64),
                picture.slice,
                np.array(crowds, np.float32).reshape(-1, 4),
            )
        )

    def _objects(self, picture: LabelledPicture, width: int, height: int) -> list[tuple[Box, int]]:
        objects: dict[tuple[Box, int], None] = {}
        where = f"{picture.source.name}: a box"
        for box, label in picture.boxes:
            class_id, cut = class_of_label(label), _cut_box(box, width, height)
            if class_id is None:
                self.unknown[label] += 1
            elif cut is None:
                self.notes.skip_row(f"{where} has no area inside its picture.")
            elif (cut, class_id) in objects:
                self.notes.skip_row(f"{where} is there twice.")
            elif len(objects) == MAX_BOXES_PER_PICTURE:
                self.notes.skip_row(f"{where} is beyond the {MAX_BOXES_PER_PICTURE} that one picture may have.")
            else:
                objects[cut, class_id] = None
        return list(objects)


def _backgrounds(found: Findings, labelled: set[Path], folder: SetFolder) -> list[Path]:
    """Pictures without a label file that lie among pictures with one: there is nothing to be found on them."""
    homes = {path.parent for path in labelled}
    taken = labelled | {path for picture in found.pictures for path in picture.match.clash}
    taken |= {match.path for path in found.unusable if (match := folder.find_by_stem(path.stem, path)).path}
    rest = [path for path in folder.pictures if path not in taken]
    chosen = [path for path in rest if path.parent in homes]
    if chosen:
        text = f"{display_name(chosen[0])} has no label file: it is taken for a picture without an object"
        found.notes.assumed[f"{text}." if len(chosen) == 1 else f"{text}, as {len(chosen)} are."] += 1
    for path in rest:
        if path.parent not in homes:
            text = f"A picture in {display_name(path.parent)}, where no picture has a label file."
            found.notes.skipped[text] += 1
    return chosen


def _check(assembly: _Assembly, name: str) -> None:
    """DatasetError where nothing can be measured."""
    notes = assembly.notes
    told = " ".join([*Notes.lines(notes.missing)[:3], *Notes.lines(notes.skipped)[:3]])
    if not assembly.samples:
        raise DatasetError(f"No picture of {name} can be measured. {told}".strip())
    if any(len(sample.class_id) for sample in assembly.samples):
        return
    if assembly.unknown:
        raise DatasetError(f"No label of {name} has one of these names: {', '.join(CLASSES)}.")
    if notes.rows:
        raise DatasetError(f"No label of {name} can be used. {told}".strip())
    told = " ".join([told, *Notes.lines(notes.assumed)[:3]]).strip()
    raise DatasetError(f"{name} labels no object on any picture, so there is nothing to measure. {told}".strip())


def assemble_dataset(found: Findings, folder: SetFolder) -> Dataset:
    """The set that one format's files describe.

    Raises:
        DatasetError: none of its pictures is there, or none of its labels can be used; the message says why.
    """
    if found.refusal:
        raise DatasetError(found.refusal)
    notes = found.notes
    assembly = _Assembly(notes)
    _name_slices(found)
    chosen = _choose_pictures(found)
    for path, picture in chosen.items():
        assembly.add(path, picture)
    if found.has_backgrounds and chosen:
        for path in _backgrounds(found, set(chosen), folder):
            assembly.add(path, LabelledPicture(LabelSource(path), path.name, PictureMatch(path), []))
    for label, count in assembly.unknown.items():
        notes.skipped[f"A box labelled {display_name(label)!r}, which is none of the twelve classes."] += count
    _check(assembly, folder.name)
    samples = assembly.samples
    if len({str(sample.image_id) for sample in samples}) < len(samples):  # several files number their pictures alike
        samples = [replace(s, image_id=s.path.relative_to(folder.root).as_posix()) for s in samples]
    return Dataset(
        samples,
        found.category_id or {k: k for k in range(len(CLASSES))},
        Notes.lines(notes.missing),
        Notes.lines(notes.skipped),
        Notes.lines(notes.assumed),
        assembly.pixels,
    )
