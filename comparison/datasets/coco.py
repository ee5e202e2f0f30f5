"""COCO: reading and writing."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from comparison.datasets.dataset import DatasetError, Notes
from comparison.datasets.labels import Box, Findings, LabelledPicture, as_numbers, class_of_label
from comparison.datasets.walk import LabelFile, SetFolder
from comparison.export import coco_content, coco_rows
from ink.drawing import png_bytes
from models.classes import CLASSES


def read_coco_file(file: LabelFile, folder: SetFolder, found: Findings) -> bool:
    """A COCO file under any name: images (each may have a "slice"), annotations, and categories matched by name.

    Where there are several files each is a slice of its own, named by its folder.

    Raises:
        DatasetError: it lists no images, or none of its categories is one of ours.
    """
    content = file.content
    if not isinstance(content, dict) or not all(isinstance(content.get(k), list) for k in ("images", "categories")):
        return False
    if not content["images"]:
        raise DatasetError(f"{file.name} lists no images.")
    notes = found.notes
    rows = content.get("annotations")
    if not isinstance(rows, list):
        rows = []
        notes.assumed[f"{file.name} has no annotations: its pictures are taken for pictures without an object."] += 1
    found.count_rows(len(content["images"]) + len(content["categories"]) + len(rows))
    labels = {}
    for category in content["categories"]:
        if isinstance(category, dict) and isinstance(category.get("name"), str | int):
            labels[_key(category.get("id"))] = str(category["name"])
            class_id = class_of_label(str(category["name"]))
            if class_id is not None and isinstance(category.get("id"), int | str):
                found.category_id.setdefault(class_id, category["id"])
    if not any(class_of_label(label) is not None for label in labels.values()):
        raise DatasetError(f"No category of {file.name} has one of these names: {', '.join(CLASSES)}.")
    pictures = _pictures(file, folder, notes)
    for row in rows:
        _add_row(row, pictures, labels, file, notes)
    found.pictures += pictures.values()
    return True


def _key(number: Any) -> str:
    """A number or name of the set, whatever JSON value it is: 1, 1.0 and "1" are one."""
    return str(int(number)) if isinstance(number, float) and number.is_integer() else str(number)


def _pictures(file: LabelFile, folder: SetFolder, notes: Notes) -> dict[str, LabelledPicture]:
    pictures: dict[str, LabelledPicture] = {}
    for image in file.content["images"]:
        name = image.get("file_name") if isinstance(image, dict) else None
        if not isinstance(name, str) or not isinstance(image.get("id"), str | int | float):
            notes.skipped[f"{file.name}: an image has no name or no number."] += 1
            continue
        number = image["id"]
        size = as_numbers([image.get("width"), image.get("height")])
        picture = LabelledPicture(
            file.source, name, folder.find_picture(name, file.path), [], slice=str(image.get("slice", "")),
            image_id=number if isinstance(number, int | str) else _key(number),
            stored_size=(size[0], size[1]) if size else None,
        )  # fmt: skip
        if pictures.setdefault(_key(number), picture) is not picture:
            notes.skipped[f"{file.name} lists an image more than once; it is measured once."] += 1
    return pictures


def _add_row(
    row: Any, pictures: dict[str, LabelledPicture], labels: dict[str, str], file: LabelFile, notes: Notes
) -> None:
    row = row if isinstance(row, dict) else {}
    picture, label = pictures.get(_key(row.get("image_id"))), labels.get(_key(row.get("category_id")))
    box = _box(row)
    if picture is None or label is None:
        what = "image" if picture is None else "category"
        notes.skip_row(f"{file.name}: an annotation belongs to no {what} of the file.")
    elif box is None:
        notes.skip_row(f"{file.name}: an annotation has no box of four numbers with an area.")
    elif row.get("iscrowd") in (1, True, "1"):
        picture.crowds.append(box)
    else:
        picture.boxes.append((box, label))


def _box(row: dict[str, Any]) -> Box | None:
    """The box of an annotation, or that around its outline."""
    bbox, outlines = row.get("bbox"), row.get("segmentation")
    numbers = as_numbers(bbox) if isinstance(bbox, list) and len(bbox) == 4 else None
    if numbers is not None:
        x, y, width, height = numbers
        return (x, y, x + width, y + height) if width > 0 and height > 0 else None
    if not isinstance(outlines, list):
        return None
    points = as_numbers([v for outline in outlines if isinstance(outline, list) for v in outline])
    if not points or len(points) < 6 or len(points) % 2:
        return None
    return min(points[::2]), min(points[1::2]), max(points[::2]), max(points[1::2])


def write_coco(folder: str | Path, items: Iterable[tuple[np.ndarray, np.ndarray, np.ndarray, str]]) -> int:
    """Writes pictures with their boxes as a COCO folder.

    Args:
        folder: made where missing.
        items: image uint8 ``[H, W, 3]`` RGB, boxes float ``[N, 4]`` (x1, y1, x2, y2), classes int ``[N]``, slice.

    Returns:
        How many pictures were written.
    """
    folder = Path(folder)
    (folder / "images").mkdir(parents=True, exist_ok=True)
    images: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    for number, (image, xyxy, class_id, kind) in enumerate(items, 1):
        name = f"{number:05d}.png"
        (folder / "images" / name).write_bytes(png_bytes(image))
        height, width = image.shape[:2]
        images.append({"id": number, "file_name": name, "width": width, "height": height, "slice": kind})
        rows += coco_rows(number, xyxy, class_id.tolist())
    (folder / "annotations.json").write_text(json.dumps(coco_content(images, rows)))
    return len(images)
