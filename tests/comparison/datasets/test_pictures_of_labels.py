"""Which picture a label belongs to, in archives and folders as people have them."""

from __future__ import annotations

import json
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from comparison.datasets.archive import unpacked
from tests.helpers import check_set
from tools.labelled_sets import (
    PICTURE_WIDTHS,
    SET_WRITERS,
    boxes_of,
    coco_content,
    voc_text,
    write_coco_file,
    write_pictures,
    write_voc_files,
    write_yolo_files,
    yolo_text,
)


@pytest.mark.parametrize("write", SET_WRITERS.values(), ids=SET_WRITERS.keys())
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
        check_set(opened)
    for path in files:  # and so in a folder from a stick
        path.with_name(f"._{path.name}").write_bytes(b"\0\5\x16\7\xb0")
    check_set(folder)


@pytest.mark.parametrize("write", SET_WRITERS.values(), ids=SET_WRITERS.keys())
def test_backslashes_in_an_archive_are_folders(tmp_path: Path, write: Callable[[Path], None]) -> None:
    write(tmp_path / "set")
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        for path in (tmp_path / "set").rglob("*"):
            if path.is_file():
                name = str(path.relative_to(tmp_path)).replace("/", "\\")
                archive.writestr(zipfile.ZipInfo(name), path.read_bytes())
    with unpacked(tmp_path / "set.zip") as opened:
        check_set(opened)


def test_a_colon_in_a_name_is_no_way_out(tmp_path: Path) -> None:
    write_pictures(tmp_path / "set", ("12:30.png",))
    (tmp_path / "set" / "12:30.txt").write_text(yolo_text(200))
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        for path in (tmp_path / "set").iterdir():
            archive.write(path, path.name)
    with unpacked(tmp_path / "set.zip") as opened:
        check_set(opened, boxes_of(200))


def test_accents_that_a_mac_wrote_without_saying_so(tmp_path: Path) -> None:
    """UTF-8 names without the flag, decomposed, beside labels with composed ones."""
    write_pictures(tmp_path, ("p.png",))
    mac_name = unicodedata.normalize("NFD", "zählen.png").encode()
    stand_in = "Z" * len(mac_name)
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        archive.write(tmp_path / "p.png", stand_in)
        archive.writestr("annotations.json", json.dumps(coco_content([unicodedata.normalize("NFC", "zählen.png")])))
    data = (tmp_path / "set.zip").read_bytes().replace(stand_in.encode(), mac_name)
    (tmp_path / "set.zip").write_bytes(data)
    with unpacked(tmp_path / "set.zip") as opened:
        check_set(opened, boxes_of(200))


@pytest.mark.parametrize("homes", [("train/images", "train/labels", "val/images", "val/labels"),
                                   ("images/train", "labels/train", "images/val", "labels/val"),
                                   ("a", "a", "b", "b")])  # fmt: skip
def test_a_yolo_label_belongs_to_the_picture_beside_it(tmp_path: Path, homes: tuple[str, str, str, str]) -> None:
    write_pictures(tmp_path, (f"{homes[0]}/0.png", f"{homes[0]}/1.png", f"{homes[2]}/0.png", f"{homes[2]}/1.jpg"))
    write_yolo_files(tmp_path, (f"{homes[1]}/0", f"{homes[1]}/1", f"{homes[3]}/0", f"{homes[3]}/1"))
    check_set(tmp_path)


def test_a_voc_label_belongs_to_the_picture_beside_it(tmp_path: Path) -> None:
    write_pictures(tmp_path, ("a/0.png", "a/1.png", "b/0.png", "b/1.png"))
    write_voc_files(tmp_path, [("a/0.xml", "0.png"), ("a/1.xml", "1.png"), ("b/0.xml", "0.png"), ("b/1.xml", "1.png")])
    check_set(tmp_path)


@pytest.mark.parametrize("home", ["", "images/", "photos/"])
def test_coco_names_with_folders(tmp_path: Path, home: str) -> None:
    names = ("a/0.png", "a/1.png", "b/0.png", "b/1.png")
    write_pictures(tmp_path, [home + name for name in names])
    write_coco_file(tmp_path, "annotations.json", coco_content(names))
    check_set(tmp_path)


def test_a_name_that_may_be_any_of_several_is_told_and_not_guessed(tmp_path: Path) -> None:
    write_pictures(tmp_path, ("p0.png", "p1.png", "x/0.png", "y/0.png"))
    write_coco_file(tmp_path, "annotations.json", coco_content(("p0.png", "p1.png", "0.png")))
    dataset = check_set(tmp_path, boxes_of(200, 220))
    assert dataset.skipped == ["annotations.json names 0.png, which may be any of x/0.png, y/0.png."]


def test_two_pictures_of_one_stem_in_one_folder(tmp_path: Path) -> None:
    """The XML file names one of them; a YOLO file can't."""
    write_pictures(tmp_path / "voc", ("p.png", "p.jpg"))
    (tmp_path / "voc" / "p.xml").write_text(voc_text(220, "p.jpg"))
    check_set(tmp_path / "voc", boxes_of(220) | {200: []})
    write_pictures(tmp_path / "yolo", ("p.png", "p.jpg", "q.png"))
    write_yolo_files(tmp_path / "yolo", ("p",))
    (tmp_path / "yolo" / "q.txt").write_text(yolo_text(240))
    assert "p.jpg" in check_set(tmp_path / "yolo", boxes_of(240)).skipped[0]


def test_a_missing_picture_is_not_replaced_by_another_folders(tmp_path: Path) -> None:
    write_pictures(tmp_path, ("b/0.png",))
    rows = coco_content(("b/0.png", "a/0.png"))
    write_coco_file(tmp_path, "annotations.json", rows)
    assert check_set(tmp_path, boxes_of(200)).missing == ["annotations.json names 0.png, which is not there."]


def test_a_split_is_told_by_the_name_of_its_coco_file(tmp_path: Path) -> None:
    write_pictures(tmp_path / "images", ("train/0.png", "train/1.png", "val/0.png", "val/1.png"))
    write_coco_file(tmp_path, "annotations/instances_train.json", coco_content(("0.png", "1.png")))
    write_coco_file(tmp_path, "annotations/instances_val.json", coco_content(("0.png", "1.png"), PICTURE_WIDTHS[2:]))
    dataset = check_set(tmp_path)
    assert {s.slice for s in dataset.samples} == {"instances_train", "instances_val"}
    assert len({s.image_id for s in dataset.samples}) == 4
