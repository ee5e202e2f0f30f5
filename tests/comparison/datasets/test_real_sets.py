"""Labelled sets as people really have them: four pictures with ten objects, each told from the others by its width."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from comparison.datasets.archive import unpacked
from comparison.datasets.assemble import turn_box
from comparison.datasets.dataset import Dataset, DatasetError
from comparison.datasets.readers import read_dataset
from comparison.datasets.walk import picture_size
from ink.drawing import read_drawing

Box = tuple[float, float, float, float]

HEIGHT = 120
TRUTH: dict[int, list[tuple[int, Box]]] = {
    200: [(1, (10, 20, 40, 80)), (2, (50, 20, 90, 90))],
    220: [(3, (10, 10, 60, 100)), (0, (70, 10, 110, 100)), (5, (120, 10, 160, 100))],
    240: [(7, (100, 30, 140, 110))],
    260: [(4, (10, 20, 50, 80)), (6, (60, 20, 100, 80)), (8, (110, 20, 150, 80)), (9, (160, 20, 200, 80))],
}  # fmt: skip
"""Width of a picture -> class and box of its objects."""

WIDTHS = list(TRUTH)


def write_pictures(folder: Path, names: Iterable[str] = ("p0.png", "p1.png", "p2.png", "p3.png")) -> None:
    for width, name in zip(WIDTHS, names, strict=False):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (width, HEIGHT), "white").save(folder / name)


def coco(names: Iterable[str], widths: Iterable[int] = WIDTHS, **more: Any) -> dict[str, Any]:
    images, rows = [], []
    for number, (width, name) in enumerate(zip(widths, names, strict=False), 1):
        images.append({"id": number, "file_name": name, "width": width, "height": HEIGHT})
        rows += [
            {"id": len(rows) + k, "image_id": number, "category_id": c + 1, "bbox": [x1, y1, x2 - x1, y2 - y1]}
            for k, (c, (x1, y1, x2, y2)) in enumerate(TRUTH[width], 1)
        ]
    categories = [{"id": k + 1, "name": str(k)} for k in range(10)]
    return {"images": images, "annotations": rows, "categories": categories} | more


def write_coco(folder: Path, name: str, content: Any, encoding: str = "utf-8") -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(json.dumps(content, ensure_ascii=False), encoding=encoding)


def yolo(width: int, order: str = "0123456789", side: int = HEIGHT) -> str:
    rows = [
        (order.index(str(c)), (x1 + x2) / 2 / width, (y1 + y2) / 2 / side, (x2 - x1) / width, (y2 - y1) / side)
        for c, (x1, y1, x2, y2) in TRUTH[width]
    ]
    return "".join(" ".join(map(str, row)) + "\n" for row in rows)


def write_yolo(folder: Path, names: Iterable[str] = ("p0", "p1", "p2", "p3"), order: str = "0123456789") -> None:
    for width, name in zip(WIDTHS, names, strict=False):
        (folder / f"{name}.txt").parent.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.txt").write_text(yolo(width, order))


def yolo_set(folder: Path, order: str = "0123456789") -> None:
    write_pictures(folder / "images")
    write_yolo(folder / "labels", order=order)


def voc(width: int, filename: str, turn: Callable[[Box], Box] = lambda box: box) -> str:
    objects = "".join(
        f"<object><name>{c}</name><bndbox><xmin>{b[0]}</xmin><ymin>{b[1]}</ymin><xmax>{b[2]}</xmax><ymax>{b[3]}</ymax>"
        "</bndbox></object>"
        for c, b in ((c, turn(box)) for c, box in TRUTH[width])
    )
    return f"<annotation><filename>{filename}</filename>{objects}</annotation>"


def write_voc(folder: Path, files: Iterable[tuple[str, str]]) -> None:
    for width, (name, filename) in zip(WIDTHS, files, strict=False):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(voc(width, filename))


def makesense(names: Iterable[str] = ("p0.png", "p1.png", "p2.png", "p3.png"), delimiter: str = ",") -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    for width, name in zip(WIDTHS, names, strict=False):
        for c, (x1, y1, x2, y2) in TRUTH[width]:
            writer.writerow([c, x1, y1, x2 - x1, y2 - y1, name, width, HEIGHT])
    return out.getvalue()


MAKESENSE_HEADER = "label_name,bbox_x,bbox_y,bbox_width,bbox_height,image_name,image_width,image_height\n"


def content(dataset: Dataset) -> dict[int, list[tuple[int, Box]]]:
    """What a set says, by the width of the picture that it really opens."""
    found: dict[int, list[tuple[int, Box]]] = {}
    for sample in dataset.samples:
        width = picture_size(sample.path)[0]
        assert width not in found, "a picture is measured twice"
        boxes = [tuple(round(v) for v in box) for box in sample.xyxy.tolist()]
        found[width] = list(zip(sample.class_id.tolist(), boxes, strict=True))
    return found


def some(*widths: int) -> dict[int, list[tuple[int, Box]]]:
    return {width: TRUTH[width] for width in widths}


NAMES = ("p0.png", "p1.png", "p2.png", "p3.png")


def check(folder: Path, expected: dict[int, list[tuple[int, Box]]] = TRUTH) -> Dataset:
    dataset = read_dataset(folder)
    assert content(dataset) == expected
    return dataset


# Archives of a Mac and of Windows.


def coco_set(folder: Path) -> None:
    write_pictures(folder / "images")
    write_coco(folder, "annotations.json", coco(NAMES))


def voc_set(folder: Path) -> None:
    write_pictures(folder)
    write_voc(folder, [(f"p{k}.xml", f"p{k}.png") for k in range(4)])


def makesense_set(folder: Path) -> None:
    write_pictures(folder)
    (folder / "labels.csv").write_text(makesense())


def seed_set(folder: Path) -> None:
    write_pictures(folder / "multiple")
    rows = {
        f"multiple/p{k}.png": [[x1, y1, x2 - x1, y2 - y1, c] for c, (x1, y1, x2, y2) in TRUTH[width]]
        for k, width in enumerate(WIDTHS)
    }
    write_coco(folder, "boxes.json", rows)


FORMATS: dict[str, Callable[[Path], None]] = {
    "coco": coco_set,
    "yolo": yolo_set,
    "voc": voc_set,
    "makesense": makesense_set,
    "seed": seed_set,
}


@pytest.mark.parametrize("write", FORMATS.values(), ids=FORMATS.keys())
def test_what_a_mac_adds_is_no_part_of_a_set(tmp_path: Path, write: Callable[[Path], None]) -> None:
    folder = tmp_path / "my set"
    write(folder)
    files = [path for path in folder.rglob("*") if path.is_file()]
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        for path in files:
            name = path.relative_to(tmp_path)
            archive.write(path, name)
            archive.writestr(f"__MACOSX/{name.parent}/._{name.name}", b"\0\5\x16\7\xb0")
        archive.writestr("my set/.DS_Store", b"\0\0")
    with unpacked(tmp_path / "set.zip") as opened:
        check(opened)
    for path in files:  # and so in a folder from a stick
        path.with_name(f"._{path.name}").write_bytes(b"\0\5\x16\7\xb0")
    check(folder)


@pytest.mark.parametrize("write", FORMATS.values(), ids=FORMATS.keys())
def test_backslashes_in_an_archive_are_folders(tmp_path: Path, write: Callable[[Path], None]) -> None:
    write(tmp_path / "set")
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        for path in (tmp_path / "set").rglob("*"):
            if path.is_file():
                name = str(path.relative_to(tmp_path)).replace("/", "\\")
                archive.writestr(zipfile.ZipInfo(name), path.read_bytes())
    with unpacked(tmp_path / "set.zip") as opened:
        check(opened)


def test_a_colon_in_a_name_is_no_way_out(tmp_path: Path) -> None:
    write_pictures(tmp_path / "set", ("12:30.png",))
    (tmp_path / "set" / "12:30.txt").write_text(yolo(200))
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        for path in (tmp_path / "set").iterdir():
            archive.write(path, path.name)
    with unpacked(tmp_path / "set.zip") as opened:
        check(opened, some(200))


def test_accents_that_a_mac_wrote_without_saying_so(tmp_path: Path) -> None:
    """UTF-8 names without the flag, decomposed, beside labels with composed ones."""
    write_pictures(tmp_path, ("p.png",))
    mac_name = unicodedata.normalize("NFD", "zählen.png").encode()
    stand_in = "Z" * len(mac_name)
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        archive.write(tmp_path / "p.png", stand_in)
        archive.writestr("annotations.json", json.dumps(coco([unicodedata.normalize("NFC", "zählen.png")])))
    data = (tmp_path / "set.zip").read_bytes().replace(stand_in.encode(), mac_name)
    (tmp_path / "set.zip").write_bytes(data)
    with unpacked(tmp_path / "set.zip") as opened:
        check(opened, some(200))


# The same name in several folders.


@pytest.mark.parametrize("homes", [("train/images", "train/labels", "val/images", "val/labels"),
                                   ("images/train", "labels/train", "images/val", "labels/val"),
                                   ("a", "a", "b", "b")])  # fmt: skip
def test_a_yolo_label_belongs_to_the_picture_beside_it(tmp_path: Path, homes: tuple[str, str, str, str]) -> None:
    write_pictures(tmp_path, (f"{homes[0]}/0.png", f"{homes[0]}/1.png", f"{homes[2]}/0.png", f"{homes[2]}/1.jpg"))
    write_yolo(tmp_path, (f"{homes[1]}/0", f"{homes[1]}/1", f"{homes[3]}/0", f"{homes[3]}/1"))
    check(tmp_path)


def test_a_voc_label_belongs_to_the_picture_beside_it(tmp_path: Path) -> None:
    write_pictures(tmp_path, ("a/0.png", "a/1.png", "b/0.png", "b/1.png"))
    write_voc(tmp_path, [("a/0.xml", "0.png"), ("a/1.xml", "1.png"), ("b/0.xml", "0.png"), ("b/1.xml", "1.png")])
    check(tmp_path)


@pytest.mark.parametrize("home", ["", "images/", "photos/"])
def test_coco_names_with_folders(tmp_path: Path, home: str) -> None:
    names = ("a/0.png", "a/1.png", "b/0.png", "b/1.png")
    write_pictures(tmp_path, [home + name for name in names])
    write_coco(tmp_path, "annotations.json", coco(names))
    check(tmp_path)


def test_a_name_that_may_be_any_of_several_is_told_and_not_guessed(tmp_path: Path) -> None:
    write_pictures(tmp_path, ("p0.png", "p1.png", "x/0.png", "y/0.png"))
    write_coco(tmp_path, "annotations.json", coco(("p0.png", "p1.png", "0.png")))
    dataset = check(tmp_path, some(200, 220))
    assert dataset.skipped == ["annotations.json names 0.png, which may be any of x/0.png, y/0.png."]


def test_two_pictures_of_one_stem_in_one_folder(tmp_path: Path) -> None:
    """The XML file names one of them; a YOLO file can't."""
    write_pictures(tmp_path / "voc", ("p.png", "p.jpg"))
    (tmp_path / "voc" / "p.xml").write_text(voc(220, "p.jpg"))
    check(tmp_path / "voc", some(220) | {200: []})
    write_pictures(tmp_path / "yolo", ("p.png", "p.jpg", "q.png"))
    write_yolo(tmp_path / "yolo", ("p",))
    (tmp_path / "yolo" / "q.txt").write_text(yolo(240))
    assert "p.jpg" in check(tmp_path / "yolo", some(240)).skipped[0]


def test_a_missing_picture_is_not_replaced_by_another_folders(tmp_path: Path) -> None:
    write_pictures(tmp_path, ("b/0.png",))
    rows = coco(("b/0.png", "a/0.png"))
    write_coco(tmp_path, "annotations.json", rows)
    assert check(tmp_path, some(200)).missing == ["annotations.json names 0.png, which is not there."]


def test_a_split_is_told_by_the_name_of_its_coco_file(tmp_path: Path) -> None:
    write_pictures(tmp_path / "images", ("train/0.png", "train/1.png", "val/0.png", "val/1.png"))
    write_coco(tmp_path, "annotations/instances_train.json", coco(("0.png", "1.png")))
    write_coco(tmp_path, "annotations/instances_val.json", coco(("0.png", "1.png"), WIDTHS[2:]))
    dataset = check(tmp_path)
    assert {s.slice for s in dataset.samples} == {"instances_train", "instances_val"}
    assert len({s.image_id for s in dataset.samples}) == 4


# Pictures turned by EXIF.


def save_turned(path: Path, width: int, orientation: int) -> None:
    """A picture that is ``width`` wide once turned upright."""
    size = (HEIGHT, width) if orientation >= 5 else (width, HEIGHT)
    exif = Image.Exif()
    exif[0x0112] = orientation
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, "white").save(path, exif=exif)


@pytest.mark.parametrize("orientation", [1, 3, 6, 8, 5])
@pytest.mark.parametrize("ending", ["jpg", "png", "webp", "tiff"])
def test_yolo_labels_are_for_the_picture_as_it_is_seen(tmp_path: Path, orientation: int, ending: str) -> None:
    for k, width in enumerate(WIDTHS):
        path = tmp_path / f"p{k}.{ending}"
        save_turned(path, width, orientation)
        assert picture_size(path) == read_drawing(path).shape[1::-1]
    write_yolo(tmp_path)
    check(tmp_path)


def stored_box(box: Box, width: int) -> Box:
    """A box of the upright picture on the stored one, which orientation 6 turns clockwise."""
    x1, y1, x2, y2 = box
    return y1, width - x2, y2, width - x1


def test_boxes_made_on_the_stored_picture_are_turned_with_it(tmp_path: Path) -> None:
    for k, width in enumerate(WIDTHS):
        save_turned(tmp_path / f"p{k}.jpg", width, 6)
        size = f"<size><width>{HEIGHT}</width><height>{width}</height></size><object>"
        text = voc(width, f"p{k}.jpg", lambda box, width=width: stored_box(box, width))  # type: ignore[misc]
        (tmp_path / f"p{k}.xml").write_text(text.replace("<object>", size, 1))
    check(tmp_path)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_box_is_turned_as_its_picture_is(tmp_path: Path, orientation: int) -> None:
    image = np.full((50, 80, 3), 255, np.uint8)
    image[10:20, 30:70] = 0
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(image).save(tmp_path / "a.png", exif=exif)
    ys, xs = np.nonzero(read_drawing(tmp_path / "a.png")[..., 0] == 0)
    assert turn_box((30, 10, 70, 20), 80, 50, orientation) == (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)


# Forms of YOLO's lines.


def outline(box: Box, width: int) -> str:
    x1, y1, x2, y2 = box
    points = [(x1, (y1 + y2) / 2), ((x1 + x2) / 2, y1), (x2, (y1 + y2) / 2), ((x1 + x2) / 2, y2)]
    return " ".join(f"{x / width} {y / HEIGHT}" for x, y in points)


LINES: dict[str, Callable[[str, int, Box, int], str]] = {
    "outlines": lambda row, c, box, width: f"{c} {outline(box, width)}",
    "outlines with a confidence": lambda row, c, box, width: f"{c} {outline(box, width)} 0.9",
    "a confidence": lambda row, c, box, width: f"{row} 0.87",
    "classes as floats": lambda row, c, box, width: f"{c}.0 {row.split(maxsplit=1)[1]}",
    "decimal commas": lambda row, c, box, width: row.replace(".", ","),
    "commas between": lambda row, c, box, width: row.replace(" ", ","),
    "blank lines and tabs": lambda row, c, box, width: "\r\n" + row.replace(" ", "\t") + "\r\n",
}


@pytest.mark.parametrize("form", LINES.values(), ids=LINES.keys())
def test_every_form_of_a_yolo_line(tmp_path: Path, form: Callable[[str, int, Box, int], str]) -> None:
    yolo_set(tmp_path)
    for k, width in enumerate(WIDTHS):
        rows = zip(yolo(width).splitlines(), TRUTH[width], strict=True)
        lines = [form(row, c, box, width) for row, (c, box) in rows]
        (tmp_path / "labels" / f"p{k}.txt").write_text("\n".join(lines))
    assert check(tmp_path).skipped == []


# Files as makesense.ai, Excel and Windows write them.

MAKESENSE = {
    "today's header": MAKESENSE_HEADER + makesense(),
    "the header in another order": "image_name,label_name,bbox_x,bbox_y,bbox_width,bbox_height\n"
    + "".join(f"{r[5]},{','.join(r[:5])}\n" for r in csv.reader(io.StringIO(makesense()))),
    "what Excel wants to be told": "sep=,\n" + makesense(),
    "semicolons": makesense(delimiter=";"),
    "tabs": makesense(delimiter="\t"),
    "decimal commas": makesense(delimiter=";").replace(";10;", ";10,0;"),
    "a blank last line": makesense() + "\n",
    "lines of delimiters only": makesense() + ",,,,,,,\n",
    "another case": makesense(("P0.PNG", "P1.PNG", "p2.Png", "p3.png")),
    "Windows paths": makesense(tuple(f"C:\\Users\\me\\{name}" for name in NAMES)),
}


@pytest.mark.parametrize("text", MAKESENSE.values(), ids=MAKESENSE.keys())
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_form_of_a_makesense_file(tmp_path: Path, text: str, encoding: str) -> None:
    write_pictures(tmp_path)
    (tmp_path / "labels_my-project-name.csv").write_text(text, encoding=encoding)
    assert check(tmp_path).skipped == []


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("write", FORMATS.values(), ids=FORMATS.keys())
def test_label_files_in_any_encoding(tmp_path: Path, write: Callable[[Path], None], encoding: str) -> None:
    write(tmp_path)
    for path in [p for p in tmp_path.rglob("*") if p.suffix in (".json", ".csv", ".xml", ".txt")]:
        path.write_text(path.read_text(), encoding=encoding)
    check(tmp_path)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("name", ["classes.txt", "obj.names", "digits.yaml"])
def test_class_lists_in_any_encoding(tmp_path: Path, encoding: str, name: str) -> None:
    yolo_set(tmp_path, order="1234567890")
    lines = list("1234567890")
    text = f"names: {lines}\n" if name.endswith("yaml") else "\n".join(lines)
    (tmp_path / name).write_text(text, encoding=encoding)
    check(tmp_path)


def test_xml_in_the_encoding_that_it_declares(tmp_path: Path) -> None:
    write_pictures(tmp_path, ("zähl.png",))
    text = '<?xml version="1.0" encoding="ISO-8859-1"?>\n' + voc(200, "zähl.png")
    (tmp_path / "one.xml").write_bytes(text.encode("latin-1"))
    check(tmp_path, some(200))
    (tmp_path / "one.xml").write_bytes(text.replace("ISO-8859-1", "utf-16").encode())  # as .NET writes it
    check(tmp_path, some(200))


# A stray file.

STRAY = {
    "results.csv": "epoch,loss\n1,0.5\n",
    "results with as many columns.csv": "epoch,a,b,c,d,e,f,g\n1,0.5,0.5,0.5,0.5,0.5,0.5,0.5\n",
    "config.json": "{'a': 1}",
    "meta.json": '{"tags": [], "authors": ["me"]}',
    "nested.json": "[" * 100_000,
    "package.json": '{"categories": [1], "images": 3}',
    ".idea/workspace.xml": "<project/>",
    "page.xml": "<html><object/></html>",
    "broken.xml": "<annotation",
    "train.txt": "images/p0.png\nimages/p1.png\n",
    "README.txt": "How these digits were made\n",
    "requirements.txt": "numpy\n",
    "other.yaml": "- a\n- b\n",
    "annotations.json/inside.png": "a folder named as a label file",
    "one.xml": "<annotation><filename>p0.png</filename></annotation>",
}


@pytest.mark.parametrize(
    ("write", "name"),
    [
        pytest.param(write, name, id=f"{label}-{name}")
        for label, write in FORMATS.items()
        for name in STRAY
        if not (label == "voc" and name == "one.xml") and not (label == "coco" and name.startswith("annotations.json"))
    ],
)
def test_a_stray_file_decides_nothing(tmp_path: Path, write: Callable[[Path], None], name: str) -> None:
    write(tmp_path)
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(STRAY[name])
    check(tmp_path)


def test_a_list_of_files_beside_a_preview_of_its_name(tmp_path: Path) -> None:
    yolo_set(tmp_path)
    (tmp_path / "train.txt").write_text("images/p0.png\n")
    write_pictures(tmp_path, ("train.png",))
    check(tmp_path)


def test_a_second_json_beside_coco(tmp_path: Path) -> None:
    write_pictures(tmp_path / "images")
    write_coco(tmp_path, "instances.json", coco(NAMES))
    write_coco(tmp_path, "model.json", {"model": "x", "categories": [1]})
    check(tmp_path)


def test_two_files_that_label_one_picture_differently_are_refused(tmp_path: Path) -> None:
    write_pictures(tmp_path)
    write_coco(tmp_path, "old.json", coco(NAMES))
    write_coco(tmp_path, "new.json", coco(NAMES))
    check(tmp_path)  # as long as they say the same
    rows = coco(NAMES)
    rows["annotations"][0]["bbox"][2] += 5
    write_coco(tmp_path, "new.json", rows)
    with pytest.raises(DatasetError, match=r"new.json and old.json both label p0.png"):
        read_dataset(tmp_path)


# One bad row.


def with_bad_rows(*rows: Any) -> dict[str, Any]:
    made = coco(NAMES)
    made["annotations"] += rows
    return made


BAD_ROWS: dict[str, Any] = {
    "no box": {"image_id": 1, "category_id": 1, "bbox": []},
    "box of nulls": {"image_id": 1, "category_id": 1, "bbox": [None] * 4},
    "box of words": {"image_id": 1, "category_id": 1, "bbox": "1 2 3 4"},
    "box that is not a number": {"image_id": 1, "category_id": 1, "bbox": [float("nan"), 1, 2, 3]},
    "no area": {"image_id": 1, "category_id": 1, "bbox": [10, 10, 0, 5]},
    "negative size": {"image_id": 1, "category_id": 1, "bbox": [50, 50, -10, -10]},
    "outside the picture": {"image_id": 1, "category_id": 1, "bbox": [500, 50, 10, 10]},
    "no image": {"image_id": 99, "category_id": 1, "bbox": [1, 2, 3, 4]},
    "no category": {"image_id": 1, "category_id": 99, "bbox": [1, 2, 3, 4]},
    "no row": None,
    "a list": [1, 2],
    "twice": coco(NAMES)["annotations"][0],
}


@pytest.mark.parametrize("row", BAD_ROWS.values(), ids=BAD_ROWS.keys())
def test_one_bad_annotation_is_left_out_and_told(tmp_path: Path, row: Any) -> None:
    write_pictures(tmp_path)
    write_coco(tmp_path, "annotations.json", with_bad_rows(row))
    (line,) = check(tmp_path).skipped
    assert line.startswith("annotations.json")


def test_bad_rows_are_counted(tmp_path: Path) -> None:
    write_pictures(tmp_path)
    write_coco(tmp_path, "annotations.json", with_bad_rows(*[BAD_ROWS["no area"]] * 7))
    assert check(tmp_path).skipped[0].endswith("(7 times)")


@pytest.mark.parametrize("turn", [str, lambda n: f"img-{n}", float], ids=["text", "words", "floats"])
def test_numbers_of_images_may_be_anything(tmp_path: Path, turn: Callable[[int], Any]) -> None:
    write_pictures(tmp_path)
    rows = coco(NAMES)
    for image in rows["images"]:
        image["id"] = turn(image["id"])
    for row in rows["annotations"]:
        row["image_id"] = turn(row["image_id"])
    write_coco(tmp_path, "annotations.json", rows)
    check(tmp_path)


def test_a_box_is_taken_from_its_outline(tmp_path: Path) -> None:
    write_pictures(tmp_path)
    rows = coco(NAMES)
    for row in rows["annotations"]:
        x, y, w, h = row.pop("bbox")
        row["segmentation"] = [[x, y, x + w, y], [x + w, y + h, x, y + h]]
    write_coco(tmp_path, "annotations.json", rows)
    check(tmp_path)


def test_images_without_annotations_are_measured_as_empty(tmp_path: Path) -> None:
    write_pictures(tmp_path)
    rows = coco(NAMES)
    del rows["annotations"]
    write_coco(tmp_path, "annotations.json", rows)
    assert "no annotations" in check(tmp_path, {width: [] for width in WIDTHS}).assumed[0]


def test_a_yolo_file_without_a_usable_line_leaves_its_picture_out(tmp_path: Path) -> None:
    yolo_set(tmp_path)
    (tmp_path / "labels" / "p1.txt").write_text("3 20 30 40 50\n")  # pixels
    assert "p1.txt: expected lines" in check(tmp_path, some(200, 240, 260)).skipped[0]


@pytest.mark.parametrize("line", ["77 0.1 0.2 0.3 0.4", "3 0.1 0.2 nan 0.4", "3 0.1 0.2", "3 0.5 0.5 0 0.1", "x y z"])
def test_one_bad_yolo_line_is_left_out_and_told(tmp_path: Path, line: str) -> None:
    yolo_set(tmp_path)
    with (tmp_path / "labels" / "p1.txt").open("a") as file:
        file.write(line + "\n")
    assert "p1.txt" in check(tmp_path).skipped[0]


def test_one_broken_xml_file_leaves_its_picture_out(tmp_path: Path) -> None:
    voc_set(tmp_path)
    (tmp_path / "p2.xml").write_text("<annotation><object>")
    assert "p2.xml is no Pascal VOC file" in check(tmp_path, some(200, 220, 260)).skipped[0]


def test_xml_without_picture_is_told(tmp_path: Path) -> None:
    voc_set(tmp_path)
    (tmp_path / "p3.png").unlink()
    assert check(tmp_path, some(200, 220, 240)).missing == ["p3.xml names p3.png, which is not there."]


def test_a_doctype_alone_is_harmless(tmp_path: Path) -> None:
    write_pictures(tmp_path)
    text = '<!DOCTYPE annotation SYSTEM "voc.dtd">' + voc(200, "p0.png")
    (tmp_path / "p0.xml").write_text(text)
    assert content(read_dataset(tmp_path))[200] == TRUTH[200]


def test_one_bad_makesense_row_is_left_out_and_told(tmp_path: Path) -> None:
    write_pictures(tmp_path)
    (tmp_path / "labels.csv").write_text(makesense() + "5,a,b,c,d,p0.png,1,1\n5,1,1,2,2,p9.png,9,9\n")
    dataset = check(tmp_path)
    assert "a row is not" in dataset.skipped[0]
    assert dataset.missing == ["labels.csv names p9.png, which is not there."]


# Empty pictures.


@pytest.mark.parametrize("write", [yolo_set, voc_set, makesense_set])
def test_a_picture_without_label_file_is_one_without_an_object(tmp_path: Path, write: Callable[[Path], None]) -> None:
    write(tmp_path)
    home = tmp_path / "images" if (tmp_path / "images").is_dir() else tmp_path
    Image.new("RGB", (300, HEIGHT), "white").save(home / "bg.png")
    assert any("bg.png has no label file" in line for line in check(tmp_path, TRUTH | {300: []}).assumed)


def test_pictures_of_a_folder_without_labels_are_told(tmp_path: Path) -> None:
    yolo_set(tmp_path)
    write_pictures(tmp_path / "runs", ("curves.png", "confusion.png"))
    assert check(tmp_path).skipped == ["A picture in runs, where no picture has a label file. (2 times)"]


# COCO as its tools write it.


def test_three_splits_are_slices(tmp_path: Path) -> None:
    for split, names, widths in (("train", ("0.png", "1.png"), WIDTHS[:2]), ("valid", ("0.png",), WIDTHS[2:3]),
                                 ("test", ("0.png",), WIDTHS[3:])):  # fmt: skip
        for name, width in zip(names, widths, strict=True):
            (tmp_path / split).mkdir(exist_ok=True)
            Image.new("RGB", (width, HEIGHT), "white").save(tmp_path / split / name)
        write_coco(tmp_path, f"{split}/_annotations.coco.json", coco(names, widths))
    dataset = check(tmp_path)
    assert sorted(s.slice for s in dataset.samples) == ["test", "train", "train", "valid"]
    assert len({s.image_id for s in dataset.samples}) == 4


COCO_NAMES: dict[str, Callable[[str], str]] = {
    "backslashes": lambda n: f"images\\{n}",
    "a drive": lambda n: f"C:\\Users\\me\\data\\{n}",
    "a drive with slashes": lambda n: f"D:/data/{n}",
    "an absolute path": lambda n: f"/home/me/set/{n}",
    "a URL of a file": lambda n: f"file:///home/me/{n}",
    "a URL": lambda n: f"https://example.org/data/{n.replace('#', '%23')}?v=3",
    "no ending": lambda n: n.removesuffix(".png"),
    "a folder up": lambda n: f"../images/{n}",
    "percent signs": lambda n: n.replace(" ", "%20").replace("(", "%28"),
    "another case": lambda n: n.upper(),
    "decomposed accents": lambda n: unicodedata.normalize("NFD", n),
    "another ending": lambda n: n.replace(".png", ".jpg"),
}


@pytest.mark.parametrize("turn", COCO_NAMES.values(), ids=COCO_NAMES.keys())
def test_coco_names_of_any_system(tmp_path: Path, turn: Callable[[str], str]) -> None:
    names = ("zähl 0 (1).png", "zähl 1 [x].png", "zähl 2.png", "zähl#3.png")
    write_pictures(tmp_path / "images", names)
    write_coco(tmp_path, "annotations/a.json", coco([turn(name) for name in names]))
    check(tmp_path)


@pytest.mark.parametrize("write", [yolo_set, voc_set], ids=["yolo", "voc"])
def test_names_with_spaces_brackets_and_accents_on_disk(tmp_path: Path, write: Callable[[Path], None]) -> None:
    write(tmp_path)
    for path in [p for p in tmp_path.rglob("p*.*") if p.is_file()]:
        form = "NFD" if path.suffix == ".png" else "NFC"
        name = unicodedata.normalize(form, f"é [{path.stem}] (1)")
        path.rename(path.with_name(name + (path.suffix.upper() if path.suffix == ".png" else path.suffix)))
    check(tmp_path)


def test_a_category_twice(tmp_path: Path) -> None:
    write_pictures(tmp_path)
    rows = coco(NAMES)
    rows["categories"] += [{"id": 100 + k, "name": str(k)} for k in range(10)]
    for row in rows["annotations"][::2]:
        row["category_id"] += 99
    write_coco(tmp_path, "annotations.json", rows)
    assert check(tmp_path).category_id[3] == 4


@pytest.mark.parametrize("number", [1, 77], ids=["one number", "another number"])
def test_an_image_twice(tmp_path: Path, number: int) -> None:
    write_pictures(tmp_path)
    rows = coco(NAMES)
    rows["images"].append(rows["images"][0] | {"id": number})
    rows["annotations"] += [row | {"image_id": number} for row in rows["annotations"][:2]]
    write_coco(tmp_path, "annotations.json", rows)
    assert any("once" in line for line in check(tmp_path).skipped)


def test_a_crowd_is_no_object(tmp_path: Path) -> None:
    write_pictures(tmp_path)
    rows = coco(NAMES)
    for row in rows["annotations"][:2]:
        row["iscrowd"] = 1
    write_coco(tmp_path, "annotations.json", rows)
    dataset = check(tmp_path, TRUTH | {200: []})
    assert dataset.samples[0].crowds.tolist() == [[10, 20, 40, 80], [50, 20, 90, 90]]


# Pascal VOC.


def test_a_copied_file_name_misleads_nobody(tmp_path: Path) -> None:
    write_pictures(tmp_path / "JPEGImages")
    write_voc(tmp_path / "Annotations", [(f"p{k}.xml", "p0.png") for k in range(4)])
    check(tmp_path)


def test_swapped_corners_are_put_right(tmp_path: Path) -> None:
    write_pictures(tmp_path)
    for k, width in enumerate(WIDTHS):
        (tmp_path / f"p{k}.xml").write_text(voc(width, f"p{k}.png", lambda b: (b[2], b[1], b[0], b[3])))
    check(tmp_path)


def test_a_box_is_cut_at_the_edge_of_its_picture(tmp_path: Path) -> None:
    write_pictures(tmp_path, ("p0.png",))
    rows = coco(("p0.png",))
    rows["annotations"][0]["bbox"] = [-5, 20, 45, 500]
    write_coco(tmp_path, "annotations.json", rows)
    assert content(read_dataset(tmp_path))[200][0] == (1, (0, 20, 40, HEIGHT))
