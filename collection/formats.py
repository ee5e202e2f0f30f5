"""Labelled drawings as other programs read them: one function per format, the counterparts of its readers."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import cv2
import numpy as np

from collection.record import LabelledObjects
from comparison.datasets.dataset import Dataset
from comparison.export import coco_content, coco_rows
from ink.drawing import read_drawing
from models.classes import CENSORED, CLASSES

SEVERAL = "multiple"
"""Folder of drawings with several objects in the original's layout; those with one lie in that of its class."""


@dataclass(frozen=True, eq=False)
class LabelledDrawing:
    """A drawing with what is on it.

    Attributes:
        name: of its file, without an ending; letters, digits, hyphens and underscores.
        drawing: uint8 ``[H, W, 3]`` RGB.
        objects: what is on it.
        slice: what kind of drawing it is; only COCO has room for that.
    """

    name: str
    drawing: np.ndarray
    objects: LabelledObjects
    slice: str = ""


def file_name(text: str) -> str:
    """Any text as a file's name without an ending."""
    return re.sub(r"[^\w-]+", "-", text, flags=re.ASCII).strip("-")[:100] or "drawing"


def dataset_drawings(dataset: Dataset) -> Iterable[LabelledDrawing]:
    """The drawings of a labelled set, one at a time; DrawingError where a picture is broken."""
    for number, sample in enumerate(dataset.samples, 1):
        objects = LabelledObjects(sample.xyxy, sample.class_id)
        name = f"{number:05d}-{file_name(sample.path.stem)}"
        yield LabelledDrawing(name, read_drawing(sample.path), objects, sample.slice)


def _save_picture(path: Path, drawing: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(path.suffix, cv2.cvtColor(drawing, cv2.COLOR_RGB2BGR))[1].tobytes())


def _boxes(item: LabelledDrawing) -> Iterable[tuple[list[float], int]]:
    """Each object's left, top, width and height in pixels, and its class."""
    for (x1, y1, x2, y2), class_id in zip(item.objects.xyxy.tolist(), item.objects.class_id.tolist(), strict=True):
        yield [round(x1, 2), round(y1, 2), round(x2 - x1, 2), round(y2 - y1, 2)], class_id


def write_coco_set(folder: Path, items: Iterable[LabelledDrawing]) -> int:
    """COCO: ``annotations.json`` and ``images/``; how many drawings."""
    folder.mkdir(parents=True, exist_ok=True)
    images: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    for number, item in enumerate(items, 1):
        _save_picture(folder / "images" / f"{item.name}.png", item.drawing)
        height, width = item.drawing.shape[:2]
        images.append(
            {"id": number, "file_name": f"{item.name}.png", "width": width, "height": height, "slice": item.slice}
        )
        rows += coco_rows(number, item.objects.xyxy, item.objects.class_id.tolist())
    (folder / "annotations.json").write_text(json.dumps(coco_content(images, rows)))
    return len(images)


def write_yolo_set(folder: Path, items: Iterable[LabelledDrawing]) -> int:
    """YOLO: ``images/``, ``labels/`` with lines of class, centre and size as shares, ``classes.txt``."""
    (folder / "labels").mkdir(parents=True, exist_ok=True)
    (folder / "classes.txt").write_text("\n".join(CLASSES) + "\n")
    count = 0
    for item in items:
        count += 1
        _save_picture(folder / "images" / f"{item.name}.png", item.drawing)
        height, width = item.drawing.shape[:2]
        lines = [
            f"{class_id} {(x + w / 2) / width:.6f} {(y + h / 2) / height:.6f} {w / width:.6f} {h / height:.6f}\n"
            for (x, y, w, h), class_id in _boxes(item)
        ]
        (folder / "labels" / f"{item.name}.txt").write_text("".join(lines))
    return count


def write_voc_set(folder: Path, items: Iterable[LabelledDrawing]) -> int:
    """Pascal VOC: ``images/`` and one XML file per drawing in ``annotations/``."""
    (folder / "annotations").mkdir(parents=True, exist_ok=True)
    count = 0
    for item in items:
        count += 1
        _save_picture(folder / "images" / f"{item.name}.png", item.drawing)
        root = ElementTree.Element("annotation")
        ElementTree.SubElement(root, "filename").text = f"{item.name}.png"
        size = ElementTree.SubElement(root, "size")
        for key, value in zip(("height", "width", "depth"), item.drawing.shape, strict=True):
            ElementTree.SubElement(size, key).text = str(value)
        for (x, y, w, h), class_id in _boxes(item):
            thing = ElementTree.SubElement(root, "object")
            ElementTree.SubElement(thing, "name").text = CLASSES[class_id]
            corners = ElementTree.SubElement(thing, "bndbox")
            for key, edge in zip(("xmin", "ymin", "xmax", "ymax"), (x, y, x + w, y + h), strict=True):
                ElementTree.SubElement(corners, key).text = f"{edge:.2f}"
        ElementTree.ElementTree(root).write(folder / "annotations" / f"{item.name}.xml")
    return count


def write_makesense_set(folder: Path, items: Iterable[LabelledDrawing]) -> int:
    """makesense.ai: ``images/`` and ``labels.csv`` as the site exports and imports it, without a header."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with (folder / "labels.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        for item in items:
            count += 1
            _save_picture(folder / "images" / f"{item.name}.png", item.drawing)
            height, width = item.drawing.shape[:2]
            for box, class_id in _boxes(item):
                rows.writerow([CLASSES[class_id], *box, f"{item.name}.png", width, height])
    return count


def write_seed_set(folder: Path, items: Iterable[LabelledDrawing]) -> int:
    """The original's layout: folders ``0`` to ``11`` and ``multiple`` of jpgs, and one JSON object of their boxes."""
    content: dict[str, list[list[float]]] = {}
    for item in items:
        classes = item.objects.class_id.tolist()
        name = f"{classes[0] if len(classes) == 1 else SEVERAL}/{item.name}.jpg"
        _save_picture(folder / name, item.drawing)
        content[name] = [[*box, class_id] for box, class_id in _boxes(item)]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "annotations.json").write_text(json.dumps(content))
    return len(content)


FORMATS: dict[str, Callable[[Path, Iterable[LabelledDrawing]], int]] = {
    "coco": write_coco_set,
    "yolo": write_yolo_set,
    "voc": write_voc_set,
    "makesense": write_makesense_set,
    "seed": write_seed_set,
}
"""Format -> what writes drawings into a folder that is made where missing, and says how many there were."""


def class_of_folder(name: str) -> int | None:
    """The class that a folder of the original's layout holds: ``0`` to ``11``, or a class's name; None for others."""
    if name in CLASSES:
        return CLASSES.index(name)
    return int(name) if name in (str(CENSORED), str(CENSORED + 1)) else None
