"""The data folder -> the glyphs and images of one split: which files, which rows of them, and which are left out."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np

from models.classes import CENSORED, CLASSES, OTHER
from training.glyphs.glyph_set import DataError, GlyphSet, concatenate_glyphs, read_arrays, select_glyphs
from training.glyphs.lookalikes import looks_like_digit
from training.glyphs.signs import merge_signs, named_signs
from training.glyphs.sources import FIRST_FILES, OWN, OWN_SOURCES, missing_data_message

EXCLUDED_GLYPHS = Path(__file__).with_name("excluded.csv")
"""Glyphs whose label is wrong, or that nobody can read: file, row, label, number of points, and what they show.

Found with ``python -m training.label_noise``, then looked at one by one."""

TIMES_BY_SOURCE = {"ujipenchars2": 4, "writemath-digits": 5}
"""Sources of many hands that wrote little: each glyph counts as several, so that a hand counts more like another."""

MAX_PER_WRITER_AND_DIGIT = {"writemath-digits": 2}
"""Glyphs kept of a writer who gave far more than the others of the source."""

DEFAULT_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"

CLASS_OF_KIND = {"digits": None, "all": None, "censored": CENSORED, "other": OTHER}
"""The class of all glyphs of a source's kind; None where each glyph's label is its class."""

LabelledImages = tuple[np.ndarray, np.ndarray]
"""Images uint8 ``[M, 28, 28]`` and labels int64 ``[M]``."""


def _find_file(folder: Path, name: str) -> Path:
    if not folder.is_dir():
        raise DataError(missing_data_message(folder))
    path = folder / f"{name}.npz"
    if not path.is_file():
        raise DataError(f"{path.name} is not in {folder}. {OWN_SOURCES[name].where()}")
    return path


def _read_source(folder: Path, name: str, split: str) -> GlyphSet:
    source = OWN_SOURCES[name]
    whole, columns = GlyphSet.load(_find_file(folder, name), source.short, CLASS_OF_KIND[source.kind])
    whole = replace(whole, times=whole.times * TIMES_BY_SOURCE.get(source.short, 1))
    label, in_split = columns["label"], columns["split"] == split
    keep = in_split.copy()
    if "ambiguous" in columns:
        keep &= ~columns["ambiguous"]
    if source.kind == "other":
        lookalike = {text: looks_like_digit(source.short, text) for text in np.unique(label).tolist()}
        keep &= ~np.array([lookalike[text] for text in label.tolist()])
    if source.short in MAX_PER_WRITER_AND_DIGIT:
        keep &= _number_of_its_kind(whole.writer, label) < MAX_PER_WRITER_AND_DIGIT[source.short]
    if split == "train":  # what a model is measured on stays as it was published
        keep[_mislabelled(name, whole)] = False
    signs = named_signs(whole, label, in_split) if source.kind == "other" else {}
    return replace(select_glyphs(whole, np.flatnonzero(keep)), signs=signs)


def _number_of_its_kind(writer: np.ndarray, label: np.ndarray) -> np.ndarray:
    """How many glyphs of the same writer and label stand before each, int64 ``[N]``."""
    seen: Counter[tuple[str, int]] = Counter()
    numbers = []
    for key in zip(writer.tolist(), label.tolist(), strict=True):
        numbers.append(seen[key])
        seen[key] += 1
    return np.array(numbers, np.int64)


def _mislabelled(name: str, whole: GlyphSet) -> list[int]:
    """Rows that :data:`EXCLUDED_GLYPHS` lists, if they are still what they were when somebody looked at them."""
    with EXCLUDED_GLYPHS.open(newline="") as file:
        listed = [(int(e["row"]), int(e["label"]), int(e["points"])) for e in csv.DictReader(file) if e["file"] == name]
    points = whole.point_counts()
    return [
        row for row, label, count in listed
        if row < len(whole) and whole.class_id[row] == label and points[row] == count
    ]  # fmt: skip


def load_glyphs(folder: str | Path = DEFAULT_DATA, split: str = "train") -> GlyphSet:
    """All glyphs of one split, without those that look like a digit and are none.

    Args:
        folder: the data folder; docs/data.md says where its files come from.
        split: ``"train"`` or ``"val"``, disjoint by writer wherever writers are known.

    Raises:
        DataError: the folder, a file or an array is missing, or offsets don't fit.
    """
    if split not in ("train", "val"):
        raise DataError(f"split must be 'train' or 'val', not {split!r}.")
    folder = Path(folder)
    # With drawings of one's own nothing else is needed, but all there is is used.
    needed = () if (folder / f"{OWN}.npz").is_file() else FIRST_FILES
    names = [name for name, source in OWN_SOURCES.items() if source.kind != "images"]
    names = [name for name in names if name in needed or (folder / f"{name}.npz").is_file()]
    parts = [_read_source(folder, name, split) for name in names]
    glyphs = replace(concatenate_glyphs(parts), signs=merge_signs([part.signs for part in parts]))
    missing = [name for name, found in zip(CLASSES, glyphs.by_class, strict=True) if not len(found)]
    if missing:
        raise DataError(f"There are no drawings of {', '.join(missing)} in {folder} for {split!r}.")
    return glyphs


def load_mnist(folder: str | Path = DEFAULT_DATA, split: str = "train") -> LabelledImages:
    """MNIST's training images as they are: uint8 ``[N, 28, 28]`` (white ink on black) and int64 ``[N]`` digits.

    ``split="val"`` gives the last 5,000; there are none where there are only one's own drawings.  Raises DataError
    like :func:`load_glyphs`.
    """
    if (Path(folder) / f"{OWN}.npz").is_file() and not (Path(folder) / "mnist_train.npz").is_file():
        return np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.int64)
    path = _find_file(Path(folder), "mnist_train")
    arrays = read_arrays(path, "images", "label", "split")
    images, label, splits = arrays["images"], arrays["label"], arrays["split"]
    if images.shape != (len(label), 28, 28) or len(splits) != len(label):
        raise DataError(f"{path.name}: images {images.shape}, {len(label)} labels, {len(splits)} splits.")
    keep = splits == split
    return images[keep], label[keep].astype(np.int64)
