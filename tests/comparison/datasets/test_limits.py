"""What no archive and no label file may do to whoever reads it."""

from __future__ import annotations

import json
import struct
import tarfile
import time
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from comparison.datasets import archive as archive_module
from comparison.datasets import walk as walk_module
from comparison.datasets.archive import unpacked
from comparison.datasets.dataset import DatasetError
from comparison.datasets.readers import read_dataset

FOREIGN = ("/tmp", "/home", "digit-duel-")
"""Parts of paths that no message may tell."""


def refusal(path: Path) -> str:
    """What is said of a set that is refused, within two seconds."""
    begun = time.process_time()
    with pytest.raises(DatasetError) as caught, unpacked(path) as folder:
        read_dataset(folder)
    assert time.process_time() - begun < 2
    text = str(caught.value)
    assert text.isprintable()
    assert not any(part in text for part in FOREIGN)
    return text


def archive(path: Path, files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return path


def lie_about_size(path: Path) -> None:
    """Makes an archive say that its files are empty."""
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02")
    while at >= 0:
        data[at + 24 : at + 28] = struct.pack("<I", 1)
        at = data.find(b"PK\x01\x02", at + 4)
    path.write_bytes(bytes(data))


def test_bytes_are_counted_and_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_module, "MAX_UNPACKED_BYTES", 1_000_000)
    path = archive(tmp_path / "a.zip", {f"{k}.txt": b"0" * 300_000 for k in range(5)})
    assert "holds too much" in refusal(path)
    lie_about_size(path)
    refusal(path)


def test_an_archive_that_unpacks_to_a_hundred_times_its_size(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"a.txt": b"0" * 30_000_000})
    assert "times the size of the archive" in refusal(path)


def test_names_that_are_refused(tmp_path: Path) -> None:
    for k, name in enumerate(["../a.png", "..\\a.png", "/a.png", "\\a.png", "C:\\a.png", "c:/a.png", "x/../../a.png"]):
        assert "wants to write outside" in refusal(archive(tmp_path / f"{k}.zip", {name: b"x"}))
    assert "folders within each other" in refusal(archive(tmp_path / "deep.zip", {"a/" * 1000 + "b.txt": b"x"}))
    assert "File name too long" in refusal(archive(tmp_path / "long.zip", {"a" * 5000 + ".png": b"x"}))
    assert "can't be unpacked" in refusal(archive(tmp_path / "both.zip", {"a": b"x", "a/b": b"y"}))
    assert not list(tmp_path.parent.glob("a.png"))


def test_folders_are_counted_too(tmp_path: Path) -> None:
    """Each takes room on the disk, and empty files in it tell of none."""
    deep = {"/".join(f"{k}-{depth}" for depth in range(30)) + "/a.png": b"" for k in range(100)}
    assert "more than 2,000 folders" in refusal(archive(tmp_path / "deep.zip", deep))


def test_a_locked_archive_is_told_in_words(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"0/a.png": b"x"})
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(data))
    assert refusal(path).startswith("a.zip is locked by a password")


def test_paths_that_no_file_can_have() -> None:
    for name in ("a" * 5000, "a\0b", "nowhere/a.zip"):
        refusal(Path(name))


def test_a_way_to_compress_that_may_ask_for_any_memory(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"a.txt": b"x"}, zipfile.ZIP_LZMA)
    assert "use an ordinary zip" in refusal(path)


@pytest.mark.parametrize("name", ["a.json", "a.csv", "a.xml", "a.txt", "data.yaml"])
def test_a_label_file_that_is_too_large_is_not_parsed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(walk_module, "MAX_LABEL_FILE_BYTES", 100_000)
    monkeypatch.setattr(walk_module.SetFolder.read_text, "__defaults__", (100_000,))
    Image.new("RGB", (50, 50)).save(tmp_path / "a.png")
    (tmp_path / name).write_text(" " * 200_000)
    if name == "data.yaml":
        (tmp_path / "a.txt").write_text("1 0.5 0.5 0.2 0.2\n")
    assert f"{name} is too large for a label file: at most 100 KB" in refusal(tmp_path)


HOSTILE: dict[str, bytes] = {
    "deep.json": b"[" * 1_000_000,
    "deep.xml": b"<annotation>" + b"<a>" * 500_000,
    "entities.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><annotation>&b;</annotation>',
    "utf-16 entities.xml": '<!DOCTYPE a [<!ENTITY b "c">]><annotation>&b;</annotation>'.encode("utf-16"),
    "number.json": b'{"a.png": [[1, 2, 3, 4, ' + b"9" * 5000 + b"]]}",
    "infinite.json": b'{"a.png": [[1, 2, 1e999, NaN, 5]]}',
    "quotes.csv": b'"' * 500_000 + b",1,2,3,4,a.png\n",
    "fields.csv": b"5,1,2,3,4,a.png" + b"," * 1_000_000 + b"\n",
    "a.txt": b"5 " + b"0.5 " * 1_000_000,
    "zeros.txt": b"\0" * 1_000_000,
    "\udcff.json": b"{",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_label_files(tmp_path: Path, name: str) -> None:
    Image.new("RGB", (50, 50)).save(tmp_path / "a.png")
    (tmp_path / name).write_bytes(HOSTILE[name])
    try:
        dataset = read_dataset(tmp_path)
    except DatasetError:
        refusal(tmp_path)
    else:
        assert len(dataset.samples) == 1


def coco(images: int, rows: int, name: str = "a.png", label: str = "5") -> str:
    return json.dumps({
        "images": [{"id": k, "file_name": name} for k in range(images)],
        "annotations": [
            {"image_id": k % images, "category_id": 1, "bbox": [k % 40, k // 40 % 40, 2 + k / 1e6, 3]}
            for k in range(rows)
        ],
        "categories": [{"id": 1, "name": label}, {"id": 2, "name": "7"}],
    })  # fmt: skip


def test_one_picture_named_thousands_of_times_is_one(tmp_path: Path) -> None:
    Image.new("RGB", (50, 50)).save(tmp_path / "a.png")
    (tmp_path / "annotations.json").write_text(coco(20_000, 40_000))
    begun = time.process_time()
    dataset = read_dataset(tmp_path)
    assert time.process_time() - begun < 4
    assert (len(dataset.samples), dataset.pixels) == (1, 2500)
    assert len(dataset.samples[0].class_id) == 2000
    assert any("beyond the 2000" in line for line in dataset.skipped)


def test_a_label_of_many_letters_is_looked_at_once(tmp_path: Path) -> None:
    Image.new("RGB", (50, 50)).save(tmp_path / "a.png")
    (tmp_path / "annotations.json").write_text(coco(1, 20_000, label="5" * 1_000_000))
    assert "No label" in refusal(tmp_path)


def test_pictures_of_one_name_in_very_many_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk_module, "MAX_COMPARISONS", 1000)
    for k in range(20):
        (tmp_path / str(k)).mkdir()
        Image.new("RGB", (5, 5)).save(tmp_path / str(k) / "a.png")
    content = json.loads(coco(100, 100))
    for k, image in enumerate(content["images"]):
        image["file_name"] = f"{k}/x/a.png"
    (tmp_path / "labels.json").write_text(json.dumps(content))
    assert refusal(tmp_path) == "Too many pictures of the set have the same names."


def test_more_rows_than_a_set_may_have(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comparison.datasets.labels.MAX_ROWS", 100)
    Image.new("RGB", (50, 50)).save(tmp_path / "a.png")
    (tmp_path / "annotations.json").write_text(coco(1, 101))
    assert refusal(tmp_path) == "The set has more than 100 rows of labels."


def test_pixels_are_summed_from_headers(tmp_path: Path) -> None:
    """Cut after the header, the pictures can't be decoded."""
    for k in range(3):
        Image.new("L", (4000, 3000)).save(tmp_path / "whole.png")
        (tmp_path / f"p{k}.png").write_bytes((tmp_path / "whole.png").read_bytes()[:60])
        (tmp_path / f"p{k}.txt").write_text("5 0.5 0.5 0.2 0.2\n")
    (tmp_path / "whole.png").unlink()
    assert read_dataset(tmp_path).pixels == 36_000_000


def test_very_many_slices_are_not_told_apart(tmp_path: Path) -> None:
    rows = {}
    for k in range(50):
        (tmp_path / f"kind {k}").mkdir()
        Image.new("RGB", (5, 5)).save(tmp_path / f"kind {k}" / f"{k}.png")
        rows[f"kind {k}/{k}.png"] = [[1, 1, 2, 2, 5]]
    (tmp_path / "boxes.json").write_text(json.dumps(rows))
    dataset = read_dataset(tmp_path)
    assert {s.slice for s in dataset.samples} == {""}
    assert "slices" in dataset.assumed[0]


def test_hostile_names_are_told_in_printable_letters(tmp_path: Path) -> None:
    Image.new("RGB", (5, 5)).save(tmp_path / "a.png")
    names = ["x\n# a heading", "y\x1b[31m", "<script>", "\ud800", "z" * 5000]
    content = json.loads(coco(1, 1))
    content["images"] += [{"id": 10 + k, "file_name": name + ".png"} for k, name in enumerate(names)]
    (tmp_path / "annotations.json").write_text(json.dumps(content))
    lines = read_dataset(tmp_path).missing
    assert len(lines) == len(names)
    assert all(line.isprintable() and len(line) < 200 for line in lines)


def test_other_archives_are_told_by_their_kind(tmp_path: Path) -> None:
    home = tmp_path / "set"
    home.mkdir()
    (home / "annotations.json").write_text("{}")
    for ending, mode, kind in (("tar", "w", "tar"), ("tar.gz", "w:gz", "gzip"), ("tar.xz", "w:xz", "xz")):
        with tarfile.open(tmp_path / f"set.{ending}", mode) as packed:
            packed.add(home, "set")
        assert f"set.{ending} is a {kind} archive, which is not read; unpack it" in refusal(tmp_path / f"set.{ending}")
    assert "annotations.json is one file of a set; give the folder" in refusal(home / "annotations.json")
    inner = archive(tmp_path / "inner.zip", {"a.txt": b"x"}).read_bytes()
    assert "inner.zip in it is an archive itself: unpack that first." in refusal(
        archive(tmp_path / "outer.zip", {"data/inner.zip": inner})
    )
