"""Readers for the usual formats of labelled boxes, and a writer for COCO.

Every reader takes a folder and gives a Dataset, or None where the folder has no file of its kind.  Labels are matched
by name, or as the numbers 0 to 11; others are left out.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import cv2
import numpy as np
import yaml
from PIL import Image

from comparison.dataset import Dataset, DatasetError, Sample
from models.classes import CLASSES

PICTURES = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff"}

NAMES = {name: k for k, name in enumerate(CLASSES)} | {str(k): k for k in range(len(CLASSES))}
"""Labels as people write them -> our classes."""

Box = tuple[float, float, float, float]
Labelled = tuple[Path, list[tuple[Box, str]], str]
"""A picture, its boxes (x1, y1, x2, y2 in pixels) with their labels, and its slice."""


def read_dataset(folder: str | Path) -> Dataset:
    """A labelled set in any of the formats of :data:`READERS`.

    Raises:
        DatasetError: no such folder, no such format, a broken file, no label of ours, or no pictures.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise DatasetError(f"There is no folder {folder.name}.")
    for read in READERS.values():
        found = read(folder)
        if found is not None:
            return found
    raise DatasetError(
        f"There are no labels in {folder.name} that can be read; these can: {', '.join(READERS)}. "
        "Labels and pictures go into one folder or archive."
    )


def _named(pictures: Sequence[Labelled], source: str) -> Dataset:
    """A Dataset of pictures whose labels are names."""
    if not pictures:
        raise DatasetError(f"{source} lists no images.")
    samples = []
    for number, (path, boxes, kind) in enumerate(pictures, 1):
        known = [(box, NAMES[label.strip().lower()]) for box, label in boxes if label.strip().lower() in NAMES]
        xyxy = np.array([box for box, _ in known], np.float32).reshape(-1, 4)
        if not np.isfinite(xyxy).all():
            raise DatasetError(f"{source} has boxes that are no numbers.")
        samples.append(Sample(number, path, xyxy, np.array([c for _, c in known], np.int64), kind))
    if any(boxes for _, boxes, _ in pictures) and not any(len(s.class_id) for s in samples):
        raise DatasetError(f"No label of {source} has one of these names: {', '.join(CLASSES)}.")
    return Dataset(samples, {k: k for k in range(len(CLASSES))})


def _inside(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ValueError(f"file name {name!r} leads out of the folder")
    return path


def _pictures(folder: Path) -> dict[str, Path]:
    """The folder's pictures by their names without ending."""
    return {p.stem: p for p in sorted(folder.rglob("*")) if p.suffix.lower() in PICTURES and p.is_file()}


def _by_name(folder: Path) -> dict[str, Path]:
    """The folder's pictures by their full names."""
    return {p.name: p for p in _pictures(folder).values()}


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise DatasetError(f"{path.name} is no COCO data set and no other JSON: {error}.") from error


def read_coco(folder: str | Path) -> Dataset:
    """A COCO folder: ``annotations.json``, or the only JSON file there is, and the pictures; images may have a "slice".

    Raises:
        DatasetError: files are missing, are no JSON, lack a key, or no category has one of our names.
    """
    folder = Path(folder)
    source = _coco_file(folder)
    if source is None:
        raise DatasetError(f"There is no annotations.json in {folder}.")
    content = _json(source)
    at_hand = _by_name(folder)
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
            path = _inside(source.parent / "images", str(image["file_name"]))
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
    found = [p for p in sorted(folder.rglob("*.json")) if isinstance(_json(p), dict) and "categories" in _json(p)]
    return found[0] if len(found) == 1 else None


def _coco(folder: Path) -> Dataset | None:
    return None if _coco_file(folder) is None else read_coco(folder)


def _seed(folder: Path) -> Dataset | None:
    """One JSON object {image path: [[x, y, w, h, class], ...]} in pixels: the layout of the seed's Kaggle set.

    The pictures lie in folders 0 to 11 and ``multiple``, which become the slices.
    """
    pictures: list[Labelled] = []
    for source in sorted(folder.rglob("*.json")):
        content = _json(source)
        if not isinstance(content, dict) or not all(isinstance(rows, list) for rows in content.values()):
            continue
        at_hand = _by_name(folder)
        try:
            for name, rows in content.items():
                path = _inside(source.parent, name)
                path = path if path.is_file() else at_hand.get(path.name, path)
                boxes = [((x, y, x + w, y + h), str(int(c))) for x, y, w, h, c in (map(float, r) for r in rows)]
                pictures.append((path, boxes, Path(name).parent.name))
        except (ValueError, TypeError, OverflowError) as error:
            raise DatasetError(f"{source.name}: expected {{picture: [[x, y, w, h, class], ...]}}; {error}.") from error
    return _named(pictures, folder.name) if pictures else None


def _size(path: Path) -> tuple[int, int]:
    try:
        with Image.open(path) as image:
            return image.size
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise DatasetError(f"{path.name} is not a picture that can be read.") from error


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


def _yolo(folder: Path) -> Dataset | None:
    """One text file a picture, lines "class cx cy w h" relative to its size; names from data.yaml or classes.txt."""
    pictures = _pictures(folder)
    names, not_labels = _yolo_names(folder)
    files = [p for p in sorted(folder.rglob("*.txt")) if p.stem in pictures and p.name not in not_labels]
    if not files:
        return None
    found: list[Labelled] = []
    for source in files:
        width, height = _size(pictures[source.stem])
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
    return _named(found, folder.name)


def _voc(folder: Path) -> Dataset | None:
    """Pascal VOC: one XML file a picture."""
    pictures = _pictures(folder)
    found: list[Labelled] = []
    for source in sorted(folder.rglob("*.xml")):
        text = source.read_text(encoding="utf-8", errors="replace")
        if "<!DOCTYPE" in text or "<!ENTITY" in text:
            raise DatasetError(f"{source.name} declares entities, which no label file needs.")
        try:
            root = ElementTree.fromstring(text)
            name = root.findtext("filename") or source.stem
            boxes: list[tuple[Box, str]] = []
            for item in root.iter("object"):
                x1, y1, x2, y2 = (float(item.findtext(f"bndbox/{k}") or "") for k in ("xmin", "ymin", "xmax", "ymax"))
                boxes.append(((x1, y1, x2, y2), item.findtext("name") or ""))
        except (ElementTree.ParseError, ValueError) as error:
            raise DatasetError(f"{source.name} is no Pascal VOC file: {error}.") from error
        path = pictures.get(Path(name).stem) or pictures.get(source.stem)
        if path is None:
            raise DatasetError(f"There is no picture for {source.name}.")
        found.append((path, boxes, ""))
    return _named(found, folder.name) if found else None


def _makesense(folder: Path) -> Dataset | None:
    """makesense.ai's CSV: label, x, y, width, height, picture, its width and height; no header."""
    by_name = _by_name(folder)
    rows: dict[Path, list[tuple[Box, str]]] = {}
    for source in sorted(folder.rglob("*.csv")):
        try:
            for row in csv.reader(source.read_text(encoding="utf-8").splitlines()):
                label, x, y, w, h, name = row[:6]
                if name not in by_name:
                    raise DatasetError(f"{source.name} names {name}, which is not there.")
                left, top = float(x), float(y)
                rows.setdefault(by_name[name], []).append(((left, top, left + float(w), top + float(h)), label))
        except (ValueError, csv.Error) as error:
            raise DatasetError(f"{source.name} is no makesense.ai export: {error}.") from error
    if not rows:
        return None
    return _named([(path, rows.get(path, []), "") for path in by_name.values()], folder.name)


READERS: dict[str, Callable[[Path], Dataset | None]] = {
    "COCO": _coco,
    "the seed's JSON": _seed,
    "makesense.ai CSV": _makesense,
    "Pascal VOC": _voc,
    "YOLO": _yolo,
}
"""Format -> its reader; the first that finds its files reads the folder.  makesense.ai exports the other three too."""


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
