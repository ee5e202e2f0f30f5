"""YOLO's text files."""

from __future__ import annotations

from pathlib import Path

import yaml

from comparison.datasets.dataset import Dataset, DatasetError
from comparison.datasets.walk import Box, LabelledPicture, label_pictures, picture_size, pictures_by_stem
from models.classes import CLASSES


def _yolo_names(folder: Path) -> tuple[list[str], set[str]]:
    """Class names of a YOLO set in their order, and the files that are no labels."""
    for name in ("data.yaml", "data.yml", "dataset.yaml"):
        for path in folder.rglob(name):
            try:
                names = yaml.safe_load(path.read_text(encoding="utf-8"))["names"]
                listed = [names[k] for k in sorted(names)] if isinstance(names, dict) else list(names)
            except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
                raise DatasetError(f"{path.name} names no classes.") from error
            return [str(n) for n in listed], set()
    for name in ("classes.txt", "labels.txt", "obj.names"):
        for path in folder.rglob(name):
            return path.read_text(encoding="utf-8").split("\n"), {name}
    return list(CLASSES), set()


def find_yolo(folder: Path) -> Dataset | None:
    """One text file a picture, lines "class cx cy w h" relative to its size; names from data.yaml or classes.txt."""
    pictures = pictures_by_stem(folder)
    names, not_labels = _yolo_names(folder)
    files = [p for p in sorted(folder.rglob("*.txt")) if p.stem in pictures and p.name not in not_labels]
    if not files:
        return None
    found: list[LabelledPicture] = []
    for source in files:
        width, height = picture_size(pictures[source.stem])
        boxes: list[tuple[Box, str]] = []
        try:
            for line in source.read_text(encoding="utf-8").splitlines():
                if line.strip():
                    number, cx, cy, w, h = line.split()[:5]
                    x, y, dx, dy = float(cx) * width, float(cy) * height, float(w) * width / 2, float(h) * height / 2
                    boxes.append(((x - dx, y - dy, x + dx, y + dy), names[int(number)]))
        except (ValueError, IndexError) as error:
            raise DatasetError(f"{source.name}: expected lines of class, centre and size; {error}.") from error
        found.append((pictures[source.stem], boxes, ""))
    return label_pictures(found, folder.name)
