"""One stray file decides nothing, one bad row refuses nothing, and a picture without an object counts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from comparison.__main__ import main
from comparison.datasets.dataset import DatasetError
from comparison.datasets.readers import read_dataset
from comparison.evaluation.evaluate import EvaluationRun
from tests.helpers import FakeDetector, boxes_by_width, check_set
from tools.labelled_sets import (
    PICTURE_HEIGHT,
    PICTURE_NAMES,
    SET_WRITERS,
    TRUE_BOXES,
    boxes_of,
    coco_content,
    makesense_text,
    voc_text,
    write_coco_file,
    write_makesense_set,
    write_pictures,
    write_voc_set,
    write_yolo_set,
)

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
        for label, write in SET_WRITERS.items()
        for name in STRAY
        if not (label == "voc" and name == "one.xml") and not (label == "coco" and name.startswith("annotations.json"))
    ],
)
def test_a_stray_file_decides_nothing(tmp_path: Path, write: Callable[[Path], None], name: str) -> None:
    write(tmp_path)
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(STRAY[name])
    check_set(tmp_path)


def test_a_list_of_files_beside_a_preview_of_its_name(tmp_path: Path) -> None:
    write_yolo_set(tmp_path)
    (tmp_path / "train.txt").write_text("images/p0.png\n")
    write_pictures(tmp_path, ("train.png",))
    check_set(tmp_path)


def test_a_second_json_beside_coco(tmp_path: Path) -> None:
    write_pictures(tmp_path / "images")
    write_coco_file(tmp_path, "instances.json", coco_content(PICTURE_NAMES))
    write_coco_file(tmp_path, "model.json", {"model": "x", "categories": [1]})
    check_set(tmp_path)


def test_two_files_that_label_one_picture_differently_are_refused(tmp_path: Path) -> None:
    write_pictures(tmp_path)
    write_coco_file(tmp_path, "old.json", coco_content(PICTURE_NAMES))
    write_coco_file(tmp_path, "new.json", coco_content(PICTURE_NAMES))
    check_set(tmp_path)  # as long as they say the same
    rows = coco_content(PICTURE_NAMES)
    rows["annotations"][0]["bbox"][2] += 5
    write_coco_file(tmp_path, "new.json", rows)
    with pytest.raises(DatasetError, match=r"new.json and old.json both label p0.png"):
        read_dataset(tmp_path)


def with_bad_rows(*rows: Any) -> dict[str, Any]:
    made = coco_content(PICTURE_NAMES)
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
    "twice": coco_content(PICTURE_NAMES)["annotations"][0],
}


@pytest.mark.parametrize("row", BAD_ROWS.values(), ids=BAD_ROWS.keys())
def test_one_bad_annotation_is_left_out_and_told(tmp_path: Path, row: Any) -> None:
    write_pictures(tmp_path)
    write_coco_file(tmp_path, "annotations.json", with_bad_rows(row))
    (line,) = check_set(tmp_path).skipped
    assert line.startswith("annotations.json")


def test_bad_rows_are_counted(tmp_path: Path) -> None:
    write_pictures(tmp_path)
    write_coco_file(tmp_path, "annotations.json", with_bad_rows(*[BAD_ROWS["no area"]] * 7))
    assert check_set(tmp_path).skipped[0].endswith("(7 times)")


@pytest.mark.parametrize("turn", [str, lambda n: f"img-{n}", float], ids=["text", "words", "floats"])
def test_numbers_of_images_may_be_anything(tmp_path: Path, turn: Callable[[int], Any]) -> None:
    write_pictures(tmp_path)
    rows = coco_content(PICTURE_NAMES)
    for image in rows["images"]:
        image["id"] = turn(image["id"])
    for row in rows["annotations"]:
        row["image_id"] = turn(row["image_id"])
    write_coco_file(tmp_path, "annotations.json", rows)
    check_set(tmp_path)


def test_a_box_is_taken_from_its_outline(tmp_path: Path) -> None:
    write_pictures(tmp_path)
    rows = coco_content(PICTURE_NAMES)
    for row in rows["annotations"]:
        x, y, w, h = row.pop("bbox")
        row["segmentation"] = [[x, y, x + w, y], [x + w, y + h, x, y + h]]
    write_coco_file(tmp_path, "annotations.json", rows)
    check_set(tmp_path)


@pytest.mark.parametrize("crowds", [False, True])
def test_a_set_that_labels_no_object_ends_with_a_reason(
    tmp_path: Path, crowds: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    write_pictures(tmp_path)
    rows = coco_content(PICTURE_NAMES)
    if crowds:
        rows["annotations"] = [row | {"iscrowd": 1} for row in rows["annotations"]]
    else:
        del rows["annotations"]
    write_coco_file(tmp_path, "annotations.json", rows)
    assert main(["evaluate", str(tmp_path), "--out", str(tmp_path / "out"), "--methods", "yolov3"]) == 2
    told = capsys.readouterr().err
    assert "labels no object on any picture, so there is nothing to measure" in told
    assert ("annotations.json has no annotations" in told) != crowds
    assert not (tmp_path / "out").exists()


def test_a_set_whose_labelled_pictures_are_all_broken_ends_with_a_reason(tmp_path: Path) -> None:
    write_yolo_set(tmp_path)
    for path in (tmp_path / "images").iterdir():
        path.write_bytes(path.read_bytes()[:60])
    Image.new("L", (100, 100), 255).save(tmp_path / "images" / "empty.png")
    run = EvaluationRun(read_dataset(tmp_path), {"dummy": FakeDetector("dummy", "Detection", 4)})
    with pytest.raises(DatasetError, match="No labelled picture of the set can be read"):
        run.finish()


def test_a_yolo_file_without_a_usable_line_leaves_its_picture_out(tmp_path: Path) -> None:
    write_yolo_set(tmp_path)
    (tmp_path / "labels" / "p1.txt").write_text("3 20 30 40 50\n")  # pixels
    assert "p1.txt: expected lines" in check_set(tmp_path, boxes_of(200, 240, 260)).skipped[0]


@pytest.mark.parametrize("line", ["77 0.1 0.2 0.3 0.4", "3 0.1 0.2 nan 0.4", "3 0.1 0.2", "3 0.5 0.5 0 0.1", "x y z"])
def test_one_bad_yolo_line_is_left_out_and_told(tmp_path: Path, line: str) -> None:
    write_yolo_set(tmp_path)
    with (tmp_path / "labels" / "p1.txt").open("a") as file:
        file.write(line + "\n")
    assert "p1.txt" in check_set(tmp_path).skipped[0]


def test_one_broken_xml_file_leaves_its_picture_out(tmp_path: Path) -> None:
    write_voc_set(tmp_path)
    (tmp_path / "p2.xml").write_text("<annotation><object>")
    assert "p2.xml is no Pascal VOC file" in check_set(tmp_path, boxes_of(200, 220, 260)).skipped[0]


def test_xml_without_picture_is_told(tmp_path: Path) -> None:
    write_voc_set(tmp_path)
    (tmp_path / "p3.png").unlink()
    assert check_set(tmp_path, boxes_of(200, 220, 240)).missing == ["p3.xml names p3.png, which is not there."]


def test_a_doctype_alone_is_harmless(tmp_path: Path) -> None:
    write_pictures(tmp_path)
    text = '<!DOCTYPE annotation SYSTEM "voc.dtd">' + voc_text(200, "p0.png")
    (tmp_path / "p0.xml").write_text(text)
    assert boxes_by_width(read_dataset(tmp_path))[200] == TRUE_BOXES[200]


def test_one_bad_makesense_row_is_left_out_and_told(tmp_path: Path) -> None:
    write_pictures(tmp_path)
    (tmp_path / "labels.csv").write_text(makesense_text() + "5,a,b,c,d,p0.png,1,1\n5,1,1,2,2,p9.png,9,9\n")
    dataset = check_set(tmp_path)
    assert "a row is not" in dataset.skipped[0]
    assert dataset.missing == ["labels.csv names p9.png, which is not there."]


@pytest.mark.parametrize("write", [write_yolo_set, write_voc_set, write_makesense_set])
def test_a_picture_without_label_file_is_one_without_an_object(tmp_path: Path, write: Callable[[Path], None]) -> None:
    write(tmp_path)
    home = tmp_path / "images" if (tmp_path / "images").is_dir() else tmp_path
    Image.new("RGB", (300, PICTURE_HEIGHT), "white").save(home / "bg.png")
    assert any("bg.png has no label file" in line for line in check_set(tmp_path, TRUE_BOXES | {300: []}).assumed)


def test_pictures_of_a_folder_without_labels_are_told(tmp_path: Path) -> None:
    write_yolo_set(tmp_path)
    write_pictures(tmp_path / "runs", ("curves.png", "confusion.png"))
    assert check_set(tmp_path).skipped == ["A picture in runs, where no picture has a label file. (2 times)"]
