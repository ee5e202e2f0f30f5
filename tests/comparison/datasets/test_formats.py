"""One picture with a 5 and a censored drawing, labelled in every format, and what no reader may accept."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from comparison.datasets import archive as archive_module
from comparison.datasets.archive import unpacked
from comparison.datasets.coco import write_coco
from comparison.datasets.dataset import BUILT_IN, DatasetError
from comparison.datasets.readers import read_dataset
from models.classes import CENSORED
from tests.helpers import draw_digits

FIVE, RUDE = (95, 85, 305, 315), (10, 20, 50, 80)


def coco(folder: Path) -> None:
    image = cv2.imread(str(folder / "a.png"))
    (folder / "a.png").unlink()
    assert image is not None
    write_coco(folder, [(image, np.array([FIVE, RUDE], float), np.array([5, CENSORED]), "")])


def coco_export(folder: Path) -> None:
    """As labelling tools write it: any name, pictures beside it."""
    categories = [{"id": 4, "name": "5"}, {"id": 9, "name": "Censored"}]
    boxes = [
        {"image_id": 1, "category_id": c, "bbox": [x1, y1, x2 - x1, y2 - y1]}
        for c, (x1, y1, x2, y2) in ((4, FIVE), (9, RUDE))
    ]
    content = {"images": [{"id": 1, "file_name": "a.png"}], "annotations": boxes, "categories": categories}
    (folder / "labels_my-project.json").write_text(json.dumps(content))


def seed(folder: Path) -> None:
    rows = [[x1, y1, x2 - x1, y2 - y1, c] for (x1, y1, x2, y2), c in ((FIVE, 5), (RUDE, 10))]
    (folder / "multiple").mkdir()
    (folder / "a.png").rename(folder / "multiple" / "a.png")
    (folder / "boxes.json").write_text(json.dumps({"multiple/a.png": rows}))


def yolo_lines(numbers: dict[tuple[int, int, int, int], int]) -> str:
    return "".join(
        f"{c} {(x1 + x2) / 800} {(y1 + y2) / 800} {(x2 - x1) / 400} {(y2 - y1) / 400}\n"
        for (x1, y1, x2, y2), c in numbers.items()
    )


def yolo(folder: Path) -> None:
    (folder / "a.txt").write_text(yolo_lines({FIVE: 5, RUDE: 10}))


def yolo_with_names(folder: Path) -> None:
    (folder / "labels").mkdir()
    (folder / "images").mkdir()
    (folder / "a.png").rename(folder / "images" / "a.png")
    (folder / "labels" / "a.txt").write_text(yolo_lines({FIVE: 1, RUDE: 0, (1, 1, 9, 9): 2}))
    (folder / "data.yaml").write_text("names: {0: censored, 1: '5', 2: cat}\n")


def yolo_with_classes(folder: Path) -> None:
    (folder / "a.txt").write_text(yolo_lines({FIVE: 1, RUDE: 0}))
    (folder / "classes.txt").write_text("censored\n5\n")


def voc(folder: Path) -> None:
    boxes = "".join(
        f"<object><name>{name}</name><bndbox><xmin>{x1}</xmin><ymin>{y1}</ymin><xmax>{x2}</xmax><ymax>{y2}</ymax>"
        "</bndbox></object>"
        for name, (x1, y1, x2, y2) in (("5", FIVE), ("censored", RUDE), ("cat", RUDE))
    )
    (folder / "a.xml").write_text(f"<annotation><filename>a.png</filename>{boxes}</annotation>")


def makesense(folder: Path) -> None:
    (folder / "labels.csv").write_text(
        "".join(
            f"{name},{x1},{y1},{x2 - x1},{y2 - y1},a.png,400,400\n"
            for name, (x1, y1, x2, y2) in (("5", FIVE), ("censored", RUDE))
        )
    )


FORMATS = [coco, coco_export, seed, yolo, yolo_with_names, yolo_with_classes, voc, makesense]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    cv2.imwrite(str(tmp_path / "a.png"), draw_digits((5, (200, 200), 220)))
    return tmp_path


@pytest.mark.parametrize("write", FORMATS, ids=[f.__name__ for f in FORMATS])
@pytest.mark.parametrize("packed", [False, True], ids=["folder", "archive"])
def test_every_format_gives_the_same_set(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, write: Callable[[Path], None], packed: bool
) -> None:
    write(folder)
    source = folder
    if packed:
        source = tmp_path_factory.mktemp("zip") / "set.zip"
        with zipfile.ZipFile(source, "w") as archive:
            for path in sorted(folder.rglob("*")):
                archive.write(path, "my set/" + str(path.relative_to(folder)))
    with unpacked(source) as opened:
        # An archive often holds one folder that holds the set.
        (sample,) = read_dataset(opened).samples
        assert sample.path.is_file()
        assert sample.class_id.tolist() == [5, CENSORED]
        assert sample.xyxy == pytest.approx(np.array([FIVE, RUDE], float), abs=0.5)
        assert sample.slice == ("multiple" if write is seed else "")
    assert packed is not opened.exists()


def test_the_built_in_set() -> None:
    found = read_dataset(BUILT_IN)
    assert len(found.samples) == 52
    assert len({s.slice for s in found.samples}) == 13
    assert all(s.path.is_file() for s in found.samples)
    assert {int(c) for s in found.samples for c in s.class_id} == set(range(12))


BROKEN = {
    "nothing": ({}, "no labels"),
    "no such class": ({"a.csv": "cat,1,2,3,4,a.png,400,400\n"}, "No label"),
    "csv of something": ({"a.csv": "when,what\n1,2\n"}, "a.csv has the form of none"),
    "csv without picture": ({"a.csv": "5,1,2,3,4,b.png,400,400\n"}, "b.png, which is not there"),
    "json of something": ({"a.json": "[1, 2]"}, "no labels"),
    "broken json": ({"a.json": "{"}, "a.json is no"),
    "seed with words": ({"a.json": '{"a.png": [["x"]]}'}, "expected {picture"),
    "seed leads out": ({"a.json": '{"../../etc/passwd": [[1, 2, 3, 4, 5]]}'}, "leads out"),
    "yolo with words": ({"a.txt": "five 1 2 3 4\n"}, "expected lines of class"),
    "yolo class too high": ({"a.txt": "77 0.1 0.2 0.3 0.4\n"}, "expected lines of class"),
    "yolo of no numbers": ({"a.txt": "5 nan 0.2 0.3 0.4\n"}, "expected lines of class"),
    "yaml without names": ({"a.txt": "5 0.1 0.2 0.3 0.4\n", "data.yaml": "- a\n"}, "names no classes"),
    "yaml that runs code": (
        {"a.txt": "5 0.1 0.2 0.3 0.4\n", "data.yaml": "names: !!python/object/apply:os.getcwd []\n"}, "names no classes"
    ),
    "voc broken": ({"a.xml": "<annotation>"}, "no Pascal VOC"),
    "voc without box": ({"a.xml": "<annotation><object><name>5</name></object></annotation>"}, "no Pascal VOC"),
    "voc without picture": ({"b.xml": "<annotation/>"}, "No picture of .* b.xml names b, which is not there"),
    "voc with entities": ({"a.xml": '<!DOCTYPE a [<!ENTITY b "c">]><annotation/>'}, "declares entities"),
}  # fmt: skip


@pytest.mark.parametrize(("files", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_refuses_in_words(folder: Path, files: dict[str, str], message: str) -> None:
    for name, text in files.items():
        (folder / name).write_text(text)
    with pytest.raises(DatasetError, match=message):
        read_dataset(folder)


def archive_of(path: Path, names: list[str], size: int = 1) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, b"0" * size)
    return path


def test_archives_that_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = {
        "outside its folder": archive_of(tmp_path / "a.zip", ["../a.png"]),
        "its folder: /a": archive_of(tmp_path / "b.zip", ["/a.png"]),
        "its folder: C:": archive_of(tmp_path / "c.zip", ["C:\\a.png"]),
        "at most 10 files": archive_of(tmp_path / "d.zip", [f"{k}.png" for k in range(11)]),
        "too much": archive_of(tmp_path / "e.zip", ["bomb.png"], 30_000),
        "no zip archive": tmp_path / "f.zip",
        "no folder or archive": tmp_path / "g.zip",
    }
    (tmp_path / "f.zip").write_text("hello")
    monkeypatch.setattr(archive_module, "MAX_FILES", 10)
    monkeypatch.setattr(archive_module, "MAX_UNPACKED_BYTES", 20_000)
    for message, path in cases.items():
        with pytest.raises(DatasetError, match=message), unpacked(path):
            pass
    assert not (tmp_path.parent / "a.png").exists()
