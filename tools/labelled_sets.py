"""Small labelled sets in every format: four pictures with ten objects, each told from the others by its width."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from PIL import Image

Box = tuple[float, float, float, float]

PICTURE_HEIGHT = 120
TRUE_BOXES: dict[int, list[tuple[int, Box]]] = {
    200: [(1, (10, 20, 40, 80)), (2, (50, 20, 90, 90))],
    220: [(3, (10, 10, 60, 100)), (0, (70, 10, 110, 100)), (5, (120, 10, 160, 100))],
    240: [(7, (100, 30, 140, 110))],
    260: [(4, (10, 20, 50, 80)), (6, (60, 20, 100, 80)), (8, (110, 20, 150, 80)), (9, (160, 20, 200, 80))],
}  # fmt: skip
"""Width of a picture -> class and box of its objects."""

PICTURE_WIDTHS = list(TRUE_BOXES)


def write_pictures(folder: Path, names: Iterable[str] = ("p0.png", "p1.png", "p2.png", "p3.png")) -> None:
    """White pictures, one of each width, under these names."""
    for width, name in zip(PICTURE_WIDTHS, names, strict=False):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (width, PICTURE_HEIGHT), "white").save(folder / name)


def coco_content(names: Iterable[str], widths: Iterable[int] = PICTURE_WIDTHS, **more: Any) -> dict[str, Any]:
    """The boxes as COCO: what its JSON file holds, and ``more`` keys."""
    images: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    for number, (width, name) in enumerate(zip(widths, names, strict=False), 1):
        images.append({"id": number, "file_name": name, "width": width, "height": PICTURE_HEIGHT})
        rows += [
            {"id": len(rows) + k, "image_id": number, "category_id": c + 1, "bbox": [x1, y1, x2 - x1, y2 - y1]}
            for k, (c, (x1, y1, x2, y2)) in enumerate(TRUE_BOXES[width], 1)
        ]
    categories = [{"id": k + 1, "name": str(k)} for k in range(10)]
    return {"images": images, "annotations": rows, "categories": categories} | more


def write_coco_file(folder: Path, name: str, content: Any, encoding: str = "utf-8") -> None:
    """Anything as a JSON file."""
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(json.dumps(content, ensure_ascii=False), encoding=encoding)


def yolo_text(width: int, order: str = "0123456789", side: int = PICTURE_HEIGHT) -> str:
    """The boxes of the picture of one width as YOLO's lines; ``order`` has the digits by class number."""
    rows = [
        (order.index(str(c)), (x1 + x2) / 2 / width, (y1 + y2) / 2 / side, (x2 - x1) / width, (y2 - y1) / side)
        for c, (x1, y1, x2, y2) in TRUE_BOXES[width]
    ]
    return "".join(" ".join(map(str, row)) + "\n" for row in rows)


def write_yolo_files(folder: Path, names: Iterable[str] = ("p0", "p1", "p2", "p3"), order: str = "0123456789") -> None:
    """A YOLO label file for each picture, under these names without their ending."""
    for width, name in zip(PICTURE_WIDTHS, names, strict=False):
        (folder / f"{name}.txt").parent.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.txt").write_text(yolo_text(width, order))


def write_yolo_set(folder: Path, order: str = "0123456789") -> None:
    """A whole YOLO set."""
    write_pictures(folder / "images")
    write_yolo_files(folder / "labels", order=order)


def voc_text(width: int, filename: str, turn: Callable[[Box], Box] = lambda box: box) -> str:
    """The boxes of the picture of one width as Pascal VOC; ``turn`` changes each."""
    objects = "".join(
        f"<object><name>{c}</name><bndbox><xmin>{b[0]}</xmin><ymin>{b[1]}</ymin><xmax>{b[2]}</xmax><ymax>{b[3]}</ymax>"
        "</bndbox></object>"
        for c, b in ((c, turn(box)) for c, box in TRUE_BOXES[width])
    )
    return f"<annotation><filename>{filename}</filename>{objects}</annotation>"


def write_voc_files(folder: Path, files: Iterable[tuple[str, str]]) -> None:
    """VOC files: each a name, and the picture that it names."""
    for width, (name, filename) in zip(PICTURE_WIDTHS, files, strict=False):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(voc_text(width, filename))


def makesense_text(names: Iterable[str] = ("p0.png", "p1.png", "p2.png", "p3.png"), delimiter: str = ",") -> str:
    """The boxes as makesense.ai's table, without a header."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    for width, name in zip(PICTURE_WIDTHS, names, strict=False):
        for c, (x1, y1, x2, y2) in TRUE_BOXES[width]:
            writer.writerow([c, x1, y1, x2 - x1, y2 - y1, name, width, PICTURE_HEIGHT])
    return out.getvalue()


MAKESENSE_HEADER = "label_name,bbox_x,bbox_y,bbox_width,bbox_height,image_name,image_width,image_height\n"


def boxes_of(*widths: int) -> dict[int, list[tuple[int, Box]]]:
    """The boxes of the pictures of these widths."""
    return {width: TRUE_BOXES[width] for width in widths}


PICTURE_NAMES = ("p0.png", "p1.png", "p2.png", "p3.png")


def write_coco_set(folder: Path) -> None:
    """A whole COCO set."""
    write_pictures(folder / "images")
    write_coco_file(folder, "annotations.json", coco_content(PICTURE_NAMES))


def write_voc_set(folder: Path) -> None:
    """A whole VOC set."""
    write_pictures(folder)
    write_voc_files(folder, [(f"p{k}.xml", f"p{k}.png") for k in range(4)])


def write_makesense_set(folder: Path) -> None:
    """A whole makesense.ai set."""
    write_pictures(folder)
    (folder / "labels.csv").write_text(makesense_text())


def write_seed_set(folder: Path) -> None:
    """A whole set in the seed project's JSON."""
    write_pictures(folder / "multiple")
    rows = {
        f"multiple/p{k}.png": [[x1, y1, x2 - x1, y2 - y1, c] for c, (x1, y1, x2, y2) in TRUE_BOXES[width]]
        for k, width in enumerate(PICTURE_WIDTHS)
    }
    write_coco_file(folder, "boxes.json", rows)


SET_WRITERS: dict[str, Callable[[Path], None]] = {
    "coco": write_coco_set,
    "yolo": write_yolo_set,
    "voc": write_voc_set,
    "makesense": write_makesense_set,
    "seed": write_seed_set,
}
"""Format -> writes a whole set of it into a folder."""
