"""What all formats share: finding pictures, matching names, reading JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from comparison.datasets.dataset import Dataset, DatasetError, Sample
from models.classes import CLASSES

PICTURE_SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff"}

CLASS_OF_LABEL = {name: k for k, name in enumerate(CLASSES)} | {str(k): k for k in range(len(CLASSES))}
"""Labels as people write them -> our classes."""

Box = tuple[float, float, float, float]
LabelledPicture = tuple[Path, list[tuple[Box, str]], str]
"""A picture, its boxes (x1, y1, x2, y2 in pixels) with their labels, and its slice."""


def label_pictures(pictures: Sequence[LabelledPicture], source: str) -> Dataset:
    """A Dataset of pictures whose labels are names."""
    if not pictures:
        raise DatasetError(f"{source} lists no images.")
    samples = []
    for number, (path, boxes, kind) in enumerate(pictures, 1):
        known = [
            (box, CLASS_OF_LABEL[label.strip().lower()])
            for box, label in boxes
            if label.strip().lower() in CLASS_OF_LABEL
        ]
        xyxy = np.array([box for box, _ in known], np.float32).reshape(-1, 4)
        if not np.isfinite(xyxy).all():
            raise DatasetError(f"{source} has boxes that are no numbers.")
        samples.append(Sample(number, path, xyxy, np.array([c for _, c in known], np.int64), kind))
    if any(boxes for _, boxes, _ in pictures) and not any(len(s.class_id) for s in samples):
        raise DatasetError(f"No label of {source} has one of these names: {', '.join(CLASSES)}.")
    return Dataset(samples, {k: k for k in range(len(CLASSES))})


def path_inside(folder: Path, name: str) -> Path:
    """A file name of a data set as a path; ValueError where it leads out of the folder."""
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ValueError(f"file name {name!r} leads out of the folder")
    return path


def pictures_by_stem(folder: Path) -> dict[str, Path]:
    """The folder's pictures by their names without ending."""
    return {p.stem: p for p in sorted(folder.rglob("*")) if p.suffix.lower() in PICTURE_SUFFIXES and p.is_file()}


def pictures_by_name(folder: Path) -> dict[str, Path]:
    """The folder's pictures by their full names."""
    return {p.name: p for p in pictures_by_stem(folder).values()}


def read_json(path: Path) -> Any:
    """What a JSON file holds; DatasetError where it holds none."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise DatasetError(f"{path.name} is no COCO data set and no other JSON: {error}.") from error


def picture_size(path: Path) -> tuple[int, int]:
    """Width and height in pixels, from the header; DatasetError where it is no picture."""
    try:
        with Image.open(path) as image:
            return image.size
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise DatasetError(f"{path.name} is not a picture that can be read.") from error
