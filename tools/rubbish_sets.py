"""Labelled sets, archives and weights that are damaged, or as other systems write them, for ``benchmarks.fuzz``.

Each kind makes one input and gives a function that hands it in.  That must take it, or refuse it in a sentence.
"""

from __future__ import annotations

import json
import shutil
import tarfile
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from comparison.datasets.archive import unpacked
from comparison.datasets.dataset import BUILT_IN, Dataset
from comparison.datasets.readers import read_dataset
from tools.labelled_sets import SET_WRITERS
from tools.rubbish import damage, twist
from weights.store import WEIGHTS_FOLDER, load_weights


def labels(rng: np.random.Generator, folder: Path) -> Callable[[], object]:
    """A labelled set with a twisted or damaged file of labels."""
    home = folder / "set"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    cv2.imwrite(str(home / "a.png"), np.full((40, 40, 3), 255, np.uint8))
    content = {"images": [{"id": 1, "file_name": "a.png"}], "categories": [{"id": 5, "name": "5"}],
               "annotations": [{"image_id": 1, "category_id": 5, "bbox": [1, 2, 3, 4]}]}  # fmt: skip
    box = "<bndbox><xmin>1</xmin><ymin>2</ymin><xmax>9</xmax><ymax>9</ymax></bndbox>"
    files: dict[str, Callable[[], bytes]] = {
        "annotations.json": lambda: json.dumps(twist(rng, content), default=str).encode(),
        "boxes.json": lambda: json.dumps(twist(rng, {"a.png": [[1, 2, 3, 4, 5]]}), default=str).encode(),
        "labels.csv": lambda: damage(rng, b"5,1,2,3,4,a.png,40,40\n"),
        "a.txt": lambda: damage(rng, b"5 0.5 0.5 0.2 0.2\n"),
        "data.yaml": lambda: damage(rng, b"names: ['0', '1']\n"),
        "a.xml": lambda: damage(rng, f"<annotation><object><name>5</name>{box}</object></annotation>".encode()),
    }
    name = str(rng.choice(list(files)))
    (home / name).write_bytes(files[name]())
    if name == "data.yaml":
        (home / "a.txt").write_text("1 0.5 0.5 0.2 0.2\n")
    return lambda: read_dataset(home)


def archives(rng: np.random.Generator, folder: Path) -> Callable[[], object]:
    """A damaged archive, or one whose entries have odd names."""
    path = folder / "set.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        name = str(rng.choice(["a.png", "../a.png", "/a.png", "a" * 300, "b/", "\u2603.png"]))
        archive.write(BUILT_IN / "images" / "00001.png", name)
        archive.writestr("a.txt", "5 0.5 0.5 0.2 0.2\n")
    if rng.random() < 0.8:
        path.write_bytes(damage(rng, path.read_bytes()))
    return partial(read_archive, path)


def foreign_sets(rng: np.random.Generator, folder: Path) -> Callable[[], object]:
    """A good set of some format, packed as other systems pack and name things, and then with a part of it damaged."""
    home, path = folder / "foreign", folder / "foreign.zip"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    SET_WRITERS[str(rng.choice(list(SET_WRITERS)))](home)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(home.rglob("*.*")):
            name, data = file.relative_to(home).as_posix(), file.read_bytes()
            kind = int(rng.integers(10))
            if kind == 0:
                data = damage(rng, data)
            elif kind == 1 and file.suffix != ".png":
                encoding = str(rng.choice(["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp037"]))
                data = data.decode().encode(encoding)
            elif kind == 2:
                name = name.replace("/", "\\")
            elif kind == 3:
                name = str(rng.choice([f"a/{name}", f"__MACOSX/._{name}", f"{name} (1)", name.upper(), f"C:/{name}"]))
            elif kind == 4:
                archive.writestr(str(rng.choice(["set.zip", "set.tar.gz", "data.yaml", "classes.txt", "a.json"])), data)
            archive.writestr(name, data)
    return partial(read_archive, path)


def read_archive(path: Path) -> Dataset:
    """The labelled set in an archive."""
    with unpacked(path) as folder:
        return read_dataset(folder)


def other_archives(rng: np.random.Generator, folder: Path) -> Callable[[], object]:
    """What somebody takes for a zip archive: a tar archive of some kind, a file of labels, the beginning of another."""
    ending, mode = [("tar", "w"), ("tar.gz", "w:gz"), ("tar.xz", "w:xz"), ("tar.bz2", "w:bz2")][int(rng.integers(4))]
    path = folder / f"set.{ending}"
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        archive.add(BUILT_IN / "images" / "00001.png", "a.png")
    if rng.random() < 0.3:
        path = folder / str(rng.choice(["set.json", "set.zip", "a.rar", "\u2603.7z"]))
        path.write_bytes(rng.choice([b"7z\xbc\xaf", b"Rar!", b"PK\x03\x04", b"{"]) + rng.bytes(300))
    if rng.random() < 0.7:
        path.write_bytes(damage(rng, path.read_bytes()))
    return partial(read_archive, path)


def weight_files(rng: np.random.Generator, folder: Path) -> Callable[[], object]:
    """Shipped weights of which one file is damaged."""
    home = folder / "weights"
    home.mkdir(exist_ok=True)
    for ending in ("json", "safetensors", "onnx"):
        shutil.copyfile(WEIGHTS_FOLDER / f"cnn.{ending}", home / f"cnn.{ending}")
    path = home / f"cnn.{rng.choice(['json', 'safetensors', 'onnx'])}"
    path.write_bytes(damage(rng, path.read_bytes()))
    return lambda: load_weights("cnn", home)
