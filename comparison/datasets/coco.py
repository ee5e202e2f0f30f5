"""COCO: reading and writing."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from comparison.datasets.dataset import Dataset, DatasetError, Sample
from comparison.datasets.walk import path_inside, pictures_by_name, read_json
from comparison.export import coco_content, coco_rows
from models.classes import CLASSES


def read_coco(folder: str | Path) -> Dataset:
    """A COCO folder: ``annotations.json``, or the only JSON file there is, and the pictures; images may have a "slice".

    Raises:
        DatasetError: files are missing, are no JSON, lack a key, or no category has one of our names.
    """
    folder = Path(folder)
    source = _coco_file(folder)
    if source is None:
        raise DatasetError(f"There is no annotations.json in {folder}.")
    content = read_json(source)
    at_hand = pictures_by_name(folder)
    try:
        names = {str(c["name"]).strip().lower(): int(c["id"]) for c in content["categories"]}
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
            path = path_inside(source.parent / "images", str(image["file_name"]))
            samples.append(
                Sample(
                    int(image["id"]),
                    path if path.is_file() else at_hand.get(path.name, path),
                    np.array([b for b, _ in mine], np.float32).reshape(-1, 4),
                    np.array([c for _, c in mine], np.int64),
                    str(image.get("slice", "")),
                )
            )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise DatasetError(f"{source} is no COCO data set: {type(error).__name__} {error}") from error
    if not category_id:
        raise DatasetError(f"No category of {source} has one of these names: {', '.join(CLASSES)}.")
    if not samples:
        raise DatasetError(f"{source} lists no images.")
    return Dataset(samples, category_id)


def _coco_file(folder: Path) -> Path | None:
    usual = folder / "annotations.json"
    if usual.is_file():
        return usual
    found = [
        p for p in sorted(folder.rglob("*.json")) if isinstance(read_json(p), dict) and "categories" in read_json(p)
    ]
    return found[0] if len(found) == 1 else None


def find_coco(folder: Path) -> Dataset | None:
    """The folder as COCO; None where it has no file of that form."""
    return None if _coco_file(folder) is None else read_coco(folder)


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
        cv2.imwrite(str(folder / "images" / name), cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
        height, width = image.shape[:2]
        images.append({"id": number, "file_name": name, "width": width, "height": height, "slice": kind})
        rows += coco_rows(number, xyxy, class_id.tolist())
    (folder / "annotations.json").write_text(json.dumps(coco_content(images, rows)))
    return len(images)
