"""Labelled sets: reading and writing COCO folders (``annotations.json`` and ``images/``)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from models import CLASSES


class DatasetError(Exception):
    """A data set can't be used; the message says why."""


@dataclass(frozen=True, eq=False)
class Sample:
    """One labelled picture.

    Attributes:
        image_id: the data set's own number.
        path: of the picture.
        xyxy: float32 ``[N, 4]`` in pixels.
        class_id: int64 ``[N]``, one of our twelve classes.
        slice: what kind of picture it is; empty where the data set doesn't say.
    """

    image_id: int
    path: Path
    xyxy: np.ndarray
    class_id: np.ndarray
    slice: str = ""


@dataclass(frozen=True, eq=False)
class Dataset:
    """A labelled set.

    Attributes:
        samples: its pictures.
        category_id: the set's number for each of our classes that it has.
    """

    samples: list[Sample]
    category_id: dict[int, int]


def read_coco(folder: str | Path) -> Dataset:
    """A COCO folder; categories are matched by name, others are left out.

    Raises:
        DatasetError: files are missing, are no JSON, lack a key, or no category has one of our names.
    """
    folder = Path(folder)
    source = folder / "annotations.json"
    if not source.is_file():
        raise DatasetError(f"There is no annotations.json in {folder}.")
    try:
        content = json.loads(source.read_text(encoding="utf-8"))
        names = {str(c["name"]): int(c["id"]) for c in content["categories"]}
        category_id = {k: names[name] for k, name in enumerate(CLASSES) if name in names}
        class_of = {number: k for k, number in category_id.items()}
        boxes: dict[int, list[tuple[list[float], int]]] = {}
        for a in content["annotations"]:
            x, y, w, h = (float(v) for v in a["bbox"])
            if int(a["category_id"]) in class_of:
                boxes.setdefault(int(a["image_id"]), []).append(([x, y, x + w, y + h], class_of[int(a["category_id"])]))
        samples = []
        for image in content["images"]:
            mine = boxes.get(int(image["id"]), [])
            samples.append(
                Sample(
                    int(image["id"]),
                    _inside(folder / "images", str(image["file_name"])),
                    np.array([b for b, _ in mine], np.float32).reshape(-1, 4),
                    np.array([c for _, c in mine], np.int64),
                    str(image.get("slice", "")),
                )
            )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DatasetError(f"{source} is no COCO data set: {type(error).__name__} {error}") from error
    if not category_id:
        raise DatasetError(f"No category of {source} has one of these names: {', '.join(CLASSES)}.")
    if not samples:
        raise DatasetError(f"{source} lists no images.")
    return Dataset(samples, category_id)


def _inside(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ValueError(f"file name {name!r} leads out of the folder")
    return path


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
    annotations: list[dict[str, Any]] = []
    for number, (image, xyxy, class_id, kind) in enumerate(items, 1):
        name = f"{number:05d}.png"
        cv2.imwrite(str(folder / "images" / name), cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
        height, width = image.shape[:2]
        images.append({"id": number, "file_name": name, "width": width, "height": height, "slice": kind})
        for (x1, y1, x2, y2), c in zip(xyxy.tolist(), class_id.tolist(), strict=True):
            box = [round(v, 2) for v in (x1, y1, x2 - x1, y2 - y1)]
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": number,
                    "category_id": c,
                    "bbox": box,
                    "area": round(box[2] * box[3], 2),
                    "iscrowd": 0,
                }
            )
    content = {
        "images": images,
        "annotations": annotations,
        "categories": [{"id": k, "name": name} for k, name in enumerate(CLASSES)],
    }
    (folder / "annotations.json").write_text(json.dumps(content))
    return len(images)
