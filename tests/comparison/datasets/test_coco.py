"""COCO as its tools write it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.helpers import check_set
from tools.labelled_sets import (
    PICTURE_HEIGHT,
    PICTURE_NAMES,
    PICTURE_WIDTHS,
    TRUE_BOXES,
    coco_content,
    write_coco_file,
    write_pictures,
    write_voc_set,
    write_yolo_set,
)


def test_three_splits_are_slices(tmp_path: Path) -> None:
    splits = {"train": PICTURE_WIDTHS[:2], "valid": PICTURE_WIDTHS[2:3], "test": PICTURE_WIDTHS[3:]}
    for split, widths in splits.items():
        names = [f"{k}.png" for k in range(len(widths))]
        for name, width in zip(names, widths, strict=True):
            (tmp_path / split).mkdir(exist_ok=True)
            Image.new("RGB", (width, PICTURE_HEIGHT), "white").save(tmp_path / split / name)
        write_coco_file(tmp_path, f"{split}/_annotations.coco.json", coco_content(names, widths))
    dataset = check_set(tmp_path)
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
    write_coco_file(tmp_path, "annotations/a.json", coco_content([turn(name) for name in names]))
    check_set(tmp_path)


@pytest.mark.parametrize("write", [write_yolo_set, write_voc_set], ids=["yolo", "voc"])
def test_names_with_spaces_brackets_and_accents_on_disk(tmp_path: Path, write: Callable[[Path], None]) -> None:
    write(tmp_path)
    for path in [p for p in tmp_path.rglob("p*.*") if p.is_file()]:
        form = "NFD" if path.suffix == ".png" else "NFC"
        name = unicodedata.normalize(form, f"é [{path.stem}] (1)")
        path.rename(path.with_name(name + (path.suffix.upper() if path.suffix == ".png" else path.suffix)))
    check_set(tmp_path)


def test_a_category_twice(tmp_path: Path) -> None:
    write_pictures(tmp_path)
    rows = coco_content(PICTURE_NAMES)
    rows["categories"] += [{"id": 100 + k, "name": str(k)} for k in range(10)]
    for row in rows["annotations"][::2]:
        row["category_id"] += 99
    write_coco_file(tmp_path, "annotations.json", rows)
    assert check_set(tmp_path).category_id[3] == 4


@pytest.mark.parametrize("number", [1, 77], ids=["one number", "another number"])
def test_an_image_twice(tmp_path: Path, number: int) -> None:
    write_pictures(tmp_path)
    rows = coco_content(PICTURE_NAMES)
    rows["images"].append(rows["images"][0] | {"id": number})
    rows["annotations"] += [row | {"image_id": number} for row in rows["annotations"][:2]]
    write_coco_file(tmp_path, "annotations.json", rows)
    assert any("once" in line for line in check_set(tmp_path).skipped)


def test_a_crowd_is_no_object(tmp_path: Path) -> None:
    write_pictures(tmp_path)
    rows = coco_content(PICTURE_NAMES)
    for row in rows["annotations"][:2]:
        row["iscrowd"] = 1
    write_coco_file(tmp_path, "annotations.json", rows)
    dataset = check_set(tmp_path, TRUE_BOXES | {200: []})
    assert dataset.samples[0].crowds.tolist() == [[10, 20, 40, 80], [50, 20, 90, 90]]
