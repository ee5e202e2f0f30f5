"""Readers for the data folder: pen strokes and MNIST images, with their classes, writers and splits."""

from __future__ import annotations

import csv
import itertools
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from models.classes import CENSORED, CLASSES, OTHER
from training.lookalikes import looks_like_digit
from training.sources import OWN, OWN_SOURCES, missing_data_message
from training.trace import trace

OTHER_SHARES = {"quickdraw": 0.45, "unipen-letters": 0.35, "omniglot": 0.2, "own": 0.3}
"""How often the sources of other drawings are drawn from: by variety, for most of the drawings are letters."""

EXCLUDED = Path(__file__).with_name("excluded.csv")
"""Drawings whose label is wrong, or that nobody can read: file, row, label, number of points, and what they show.

Found with ``python -m training.noise``, then looked at one by one."""

TRACED = 20_000
"""Images of MNIST that become strokes too: three in ten digits, beside doubled writers, from hundreds of hands."""

DEFAULT_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


class DataError(Exception):
    """The data folder is missing, incomplete or broken; the message says what to do about it."""


@dataclass(frozen=True)
class Drawings:
    """Many drawings in flat arrays, so that a hundred thousand of them cost three allocations and no pickling.

    Attributes:
        points: float32 ``[P, 2]``, x to the right and y down, in the source's own units.
        stroke_offsets: int64 ``[S + 1]``; stroke ``s`` is ``points[stroke_offsets[s]:stroke_offsets[s + 1]]``.
        drawing_offsets: int64 ``[N + 1]``; drawing ``i`` is strokes ``drawing_offsets[i]:drawing_offsets[i + 1]``.
        class_id: int64 ``[N]``, one of the twelve classes.
        writer: str ``[N]``, source and writer; one name a drawing where the writer is not known.
        source: str ``[N]``, the source's name, with the UNIPEN site after a slash.
        row: int64 ``[N]``, the drawing's number in the source's file.
        times: int64 ``[N]``, how often it is picked against others of its class and source; see ``training.hardness``.
    """

    points: np.ndarray
    stroke_offsets: np.ndarray
    drawing_offsets: np.ndarray
    class_id: np.ndarray
    writer: np.ndarray
    source: np.ndarray
    row: np.ndarray
    times: np.ndarray

    def __len__(self) -> int:
        return len(self.class_id)

    def strokes(self, index: int) -> list[np.ndarray]:
        """The strokes of one drawing, each float32 ``[n, 2]``; a stroke of one point is a dot."""
        first, last = self.drawing_offsets[index : index + 2]
        cuts = self.stroke_offsets[first : last + 1]
        return [self.points[a:b] for a, b in itertools.pairwise(cuts)]

    @cached_property
    def by_class(self) -> list[np.ndarray]:
        """For each of the twelve classes the indices of its drawings, each as many times as it counts."""
        every = np.repeat(np.arange(len(self)), self.times)
        return [every[self.class_id[every] == c] for c in range(OTHER + 1)]

    @cached_property
    def others_by_source(self) -> tuple[list[np.ndarray], np.ndarray]:
        """As :attr:`by_class`, the others of each source that has any, and the sources' shares, float ``[S]``."""
        others = self.by_class[OTHER]
        short = np.char.partition(self.source[others], "/")[:, 0]
        present = [name for name in OTHER_SHARES if (short == name).any()]
        shares = np.array([OTHER_SHARES[name] for name in present])
        return [others[short == name] for name in present], shares / shares.sum()

    def pick(self, class_id: int, rng: np.random.Generator) -> int:
        """The index of some drawing of a class; the sources of other drawings by :data:`OTHER_SHARES`."""
        if class_id != OTHER:
            return int(rng.choice(self.by_class[class_id]))
        sources, shares = self.others_by_source
        return int(rng.choice(sources[rng.choice(len(sources), p=shares)]))

    @cached_property
    def digits_by_writer(self) -> dict[str, list[np.ndarray]]:
        """Writer -> for each digit the indices as in :attr:`by_class`; only writers who wrote all ten."""
        table = {}
        every = np.repeat(np.arange(len(self)), self.times)
        for writer in np.unique(self.writer[self.class_id < CENSORED]):
            mine = every[self.writer[every] == writer]
            digits = [mine[self.class_id[mine] == d] for d in range(10)]
            if all(len(d) for d in digits):
                table[str(writer)] = digits
        return table


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


def _read_source(folder: Path, name: str, split: str) -> Drawings:
    archive = _open(folder, name)
    points = _array(archive, name, "points").astype(np.float32)
    strokes = _check_offsets(name, "stroke_offsets", _array(archive, name, "stroke_offsets"), len(points))
    drawings = _check_offsets(name, "drawing_offsets", _array(archive, name, "drawing_offsets"), len(strokes) - 1)
    label = _array(archive, name, "label")
    short = OWN_SOURCES[name].short
    keep = _array(archive, name, "split") == split
    if len(keep) != len(drawings) - 1 or len(label) != len(keep):
        raise DataError(f"{name}.npz: {len(drawings) - 1} drawings, {len(label)} labels and {len(keep)} splits.")
    if "ambiguous" in archive.files:
        keep &= ~archive["ambiguous"]
    if short in ("quickdraw", "omniglot"):
        lookalike = {text: looks_like_digit(short, text) for text in np.unique(label).tolist()}
        keep &= ~np.array([lookalike[text] for text in label.tolist()])
    # Where nobody wrote down who drew, every drawing is its own writer.
    writer = archive["writer"] if "writer" in archive.files else np.arange(len(label))
    source = np.char.add(f"{short}/", archive["site"]) if "site" in archive.files else np.full(len(label), short)
    writer = np.char.add(f"{short}/", writer.astype(str))
    whole = Drawings(
        points, strokes, drawings, _classes(name, label), writer, source, np.arange(len(label)),
        np.ones(len(label), np.int64),
    )  # fmt: skip
    if split == "train":  # what a model is measured on stays as it was published
        keep[_mislabelled(name, whole)] = False
    return select(whole, np.flatnonzero(keep))


def _mislabelled(name: str, whole: Drawings) -> list[int]:
    """Rows that :data:`EXCLUDED` lists, if they are still what they were when somebody looked at them."""
    with EXCLUDED.open(newline="") as file:
        listed = [(int(e["row"]), int(e["label"]), int(e["points"])) for e in csv.DictReader(file) if e["file"] == name]
    points = np.diff(whole.stroke_offsets[whole.drawing_offsets])
    return [
        row for row, label, count in listed
        if row < len(whole) and whole.class_id[row] == label and points[row] == count
    ]  # fmt: skip


def select(drawings: Drawings, indices: np.ndarray) -> Drawings:
    """The chosen drawings as arrays of their own; ``indices`` int64 ``[M]``."""
    o, s = drawings.drawing_offsets, drawings.stroke_offsets
    stroke_ids = np.concatenate([np.arange(o[i], o[i + 1]) for i in indices] or [np.zeros(0, np.int64)])
    point_ids = np.concatenate([np.arange(s[k], s[k + 1]) for k in stroke_ids] or [np.zeros(0, np.int64)])
    return Drawings(
        drawings.points[point_ids],
        np.concatenate([[0], np.cumsum(np.diff(s)[stroke_ids])]),
        np.concatenate([[0], np.cumsum(np.diff(o)[indices])]),
        drawings.class_id[indices],
        drawings.writer[indices],
        drawings.source[indices],
        drawings.row[indices],
        drawings.times[indices],
    )


def concatenate(parts: list[Drawings]) -> Drawings:
    """All parts one after the other."""

    def chain(offsets: list[np.ndarray]) -> np.ndarray:
        return np.concatenate([[0], np.cumsum(np.concatenate([np.diff(o) for o in offsets]))])

    return Drawings(
        np.concatenate([p.points for p in parts]),
        chain([p.stroke_offsets for p in parts]),
        chain([p.drawing_offsets for p in parts]),
        np.concatenate([p.class_id for p in parts]),
        np.concatenate([p.writer for p in parts]),
        np.concatenate([p.source for p in parts]),
        np.concatenate([p.row for p in parts]),
        np.concatenate([p.times for p in parts]),
    )


def load_drawings(folder: str | Path = DEFAULT_DATA, split: str = "train") -> Drawings:
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
        names.remove(OWN)
    drawings = concatenate([_read_source(folder, name, split) for name in names])
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


def with_traced(drawings: Drawings, mnist: tuple[np.ndarray, np.ndarray], seed: int, count: int = TRACED) -> Drawings:
    """The drawings and some MNIST images as strokes, for training: hundreds of hands more.

    Args:
        drawings: of one split.
        mnist: images uint8 ``[M, 28, 28]`` and labels int64 ``[M]`` of the same split.
        seed: which images are traced, so that runs that are averaged have met different ones.
        count: images traced at most.
    """
    rng = np.random.default_rng([seed, 2])
    rows = np.sort(rng.choice(len(mnist[1]), min(count, len(mnist[1])), replace=False))
    strokes = [trace(image) for image in mnist[0][rows]]
    rows = rows[[len(s) > 0 for s in strokes]]
    strokes = [s for s in strokes if s]
    if not strokes:
        return drawings
    return concatenate([
        drawings,
        Drawings(
            np.concatenate([s for drawing in strokes for s in drawing]),
            np.cumsum([0, *(len(s) for drawing in strokes for s in drawing)]),
            np.cumsum([0, *(len(drawing) for drawing in strokes)]),
            mnist[1][rows],
            np.char.add("mnist/", rows.astype(str)),  # nobody wrote down who drew
            np.full(len(rows), "mnist"),
            rows,
            np.ones(len(rows), np.int64),
        ),
    ])  # fmt: skip
