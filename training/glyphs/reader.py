"""The stroke files of the data folder -> glyph sets."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np

from models.classes import CENSORED, CLASSES, OTHER
from training.glyphs.glyph_set import GlyphSet, concatenate_glyphs, select_glyphs
from training.glyphs.lookalikes import looks_like_digit
from training.glyphs.signs import merge_signs, named_signs
from training.glyphs.sources import FIRST_FILES, OWN, OWN_SOURCES, missing_data_message

EXCLUDED_GLYPHS = Path(__file__).with_name("excluded.csv")
"""Drawings whose label is wrong, or that nobody can read: file, row, label, number of points, and what they show.

Found with ``python -m training.label_noise``, then looked at one by one."""

TIMES_BY_SOURCE = {"ujipenchars2": 4, "writemath-digits": 5}
"""Sources of many hands that wrote little: each drawing counts as several, so that a hand counts more like another."""

MAX_PER_WRITER_AND_DIGIT = {"writemath-digits": 2}
"""Drawings kept of a writer who gave far more than the others of the source."""

DEFAULT_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


class DataError(Exception):
    """The data folder is missing, incomplete or broken; the message says what to do about it."""


def _open(folder: Path, name: str) -> np.lib.npyio.NpzFile:
    if not folder.is_dir():
        raise DataError(missing_data_message(folder))
    path = folder / f"{name}.npz"
    if not path.is_file():
        raise DataError(f"{path.name} is not in {folder}. {OWN_SOURCES[name].where()}")
    try:
        return np.load(path, allow_pickle=False)
    except (ValueError, OSError) as error:
        raise DataError(f"{path.name} is not a readable npz archive: {error}") from error


def _array(archive: np.lib.npyio.NpzFile, name: str, key: str) -> np.ndarray:
    if key not in archive.files:
        raise DataError(f"{name}.npz has no array '{key}'; it has {', '.join(archive.files)}.")
    return archive[key]


def _check_offsets(name: str, key: str, offsets: np.ndarray, total: int) -> np.ndarray:
    if len(offsets) == 0 or offsets[0] != 0 or offsets[-1] != total or np.any(np.diff(offsets) < 1):
        raise DataError(f"{name}.npz: '{key}' must rise from 0 to {total}, and does not.")
    return offsets.astype(np.int64)


def _classes(name: str, label: np.ndarray) -> np.ndarray:
    if OWN_SOURCES[name].kind in ("digits", "all"):
        return label.astype(np.int64)
    return np.full(len(label), CENSORED if OWN_SOURCES[name].kind == "censored" else OTHER, np.int64)


def _read_source(folder: Path, name: str, split: str) -> GlyphSet:
    archive = _open(folder, name)
    points = _array(archive, name, "points").astype(np.float32)
    strokes = _check_offsets(name, "stroke_offsets", _array(archive, name, "stroke_offsets"), len(points))
    drawings = _check_offsets(name, "drawing_offsets", _array(archive, name, "drawing_offsets"), len(strokes) - 1)
    label = _array(archive, name, "label")
    short = OWN_SOURCES[name].short
    keep = _array(archive, name, "split") == split
    if len(keep) != len(drawings) - 1 or len(label) != len(keep):
        raise DataError(f"{name}.npz: {len(drawings) - 1} drawings, {len(label)} labels and {len(keep)} splits.")
    in_split = keep.copy()
    if "ambiguous" in archive.files:
        keep &= ~archive["ambiguous"]
    if OWN_SOURCES[name].kind == "other":
        lookalike = {text: looks_like_digit(short, text) for text in np.unique(label).tolist()}
        keep &= ~np.array([lookalike[text] for text in label.tolist()])
    # Where nobody wrote down who drew, every drawing is its own writer.
    writer = archive["writer"] if "writer" in archive.files else np.arange(len(label))
    source = np.char.add(f"{short}/", archive["site"]) if "site" in archive.files else np.full(len(label), short)
    writer = np.char.add(f"{short}/", writer.astype(str))
    whole = GlyphSet(
        points, strokes, drawings, _classes(name, label), writer, source, np.arange(len(label)),
        np.full(len(label), TIMES_BY_SOURCE.get(short, 1)),
    )  # fmt: skip
    if short in MAX_PER_WRITER_AND_DIGIT:
        keep &= _number_of_its_kind(writer, label) < MAX_PER_WRITER_AND_DIGIT[short]
    if split == "train":  # what a model is measured on stays as it was published
        keep[_mislabelled(name, whole)] = False
    signs = named_signs(whole, label, in_split) if OWN_SOURCES[name].kind == "other" else {}
    return replace(select_glyphs(whole, np.flatnonzero(keep)), signs=signs)


def _number_of_its_kind(writer: np.ndarray, label: np.ndarray) -> np.ndarray:
    """How many drawings of the same writer and label stand before each, int64 ``[N]``."""
    seen: Counter[tuple[str, int]] = Counter()
    numbers = []
    for key in zip(writer.tolist(), label.tolist(), strict=True):
        numbers.append(seen[key])
        seen[key] += 1
    return np.array(numbers, np.int64)


def _mislabelled(name: str, whole: GlyphSet) -> list[int]:
    """Rows that :data:`EXCLUDED` lists, if they are still what they were when somebody looked at them."""
    with EXCLUDED_GLYPHS.open(newline="") as file:
        listed = [(int(e["row"]), int(e["label"]), int(e["points"])) for e in csv.DictReader(file) if e["file"] == name]
    points = np.diff(whole.stroke_offsets[whole.drawing_offsets])
    return [
        row for row, label, count in listed
        if row < len(whole) and whole.class_id[row] == label and points[row] == count
    ]  # fmt: skip


def load_glyphs(folder: str | Path = DEFAULT_DATA, split: str = "train") -> GlyphSet:
    """All stroke drawings of one split, without those that look like a digit and are none.

    Args:
        folder: the data folder; see the README for where its files come from.
        split: ``"train"`` or ``"val"``, disjoint by writer wherever writers are known.

    Raises:
        DataError: the folder, a file or an array is missing, or offsets don't fit.
    """
    if split not in ("train", "val"):
        raise DataError(f"split must be 'train' or 'val', not {split!r}.")
    folder = Path(folder)
    names = [name for name, source in OWN_SOURCES.items() if source.kind != "images"]
    own = (folder / f"{OWN}.npz").is_file()
    if own:  # with drawings of one's own nothing else is needed, but all that is there is used
        names = [name for name in names if (folder / f"{name}.npz").is_file()]
    else:
        names = [name for name in names if name in FIRST_FILES or (folder / f"{name}.npz").is_file()]
    parts = [_read_source(folder, name, split) for name in names]
    drawings = replace(concatenate_glyphs(parts), signs=merge_signs([part.signs for part in parts]))
    missing = [name for name, found in zip(CLASSES, drawings.by_class, strict=True) if not len(found)]
    if missing:
        raise DataError(f"There are no drawings of {', '.join(missing)} in {folder} for {split!r}.")
    return drawings


def load_mnist(folder: str | Path = DEFAULT_DATA, split: str = "train") -> tuple[np.ndarray, np.ndarray]:
    """MNIST's training images as they are: uint8 ``[N, 28, 28]`` (white ink on black) and int64 ``[N]`` digits.

    ``split="val"`` gives the last 5,000; there are none where there are only one's own drawings.  Raises DataError
    like :func:`load_drawings`.
    """
    if (Path(folder) / f"{OWN}.npz").is_file() and not (Path(folder) / "mnist_train.npz").is_file():
        return np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.int64)
    archive = _open(Path(folder), "mnist_train")
    images, label, splits = (_array(archive, "mnist_train", key) for key in ("images", "label", "split"))
    if images.shape != (len(label), 28, 28) or len(splits) != len(label):
        raise DataError(f"mnist_train.npz: images {images.shape}, {len(label)} labels, {len(splits)} splits.")
    keep = splits == split
    return images[keep], label[keep].astype(np.int64)
