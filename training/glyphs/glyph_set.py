"""Many glyphs in a few arrays, and the file they are kept in."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from models.classes import CENSORED, OTHER
from training.glyphs.sources import FIRST_SOURCES

FIRST_OTHER_SHARES = {"quickdraw": 0.45, "unipen-letters": 0.35, "omniglot": 0.2, "own": 0.3}
"""How often the sources of other glyphs are picked from where there are only the first ones."""

OTHER_SHARES = {
    "quickdraw": 0.36, "quickdraw-more": 0.1, "hds": 0.11, "unipen-letters": 0.15, "omniglot": 0.07, "detexify": 0.14,
    "writemath-symbols": 0.06, "numberpad-symbols": 0.01, "own": 0.3,
}  # fmt: skip
"""How often they are picked from where more sources are there: by variety, and doodles as people bring them."""

DOODLE_SOURCES = ("quickdraw", "quickdraw-more", "hds")
"""Sources of other glyphs that are pictures and shapes rather than letters and signs."""


class DataError(Exception):
    """The data folder is missing, incomplete or broken; the message says what to do about it."""


@dataclass(frozen=True)
class GlyphSet:
    """Many glyphs in flat arrays, so that a hundred thousand of them cost three allocations and no pickling.

    Attributes:
        points: float32 ``[P, 2]``, x to the right and y down, in the source's own units.
        stroke_offsets: int64 ``[S + 1]``; stroke ``s`` is ``points[stroke_offsets[s]:stroke_offsets[s + 1]]``.
        glyph_offsets: int64 ``[N + 1]``; glyph ``i`` is strokes ``glyph_offsets[i]:glyph_offsets[i + 1]``.
        class_id: int64 ``[N]``, one of the twelve classes.
        writer: str ``[N]``, source and writer; one name a glyph where the writer is not known.
        source: str ``[N]``, the source's name, with the UNIPEN site after a slash.
        row: int64 ``[N]``, the glyph's number in the source's file.
        times: int64 ``[N]``, how often it is picked against others of its class and source; see ``training.hardness``.
        signs: plus, minus, brackets and the like by name, for layouts that ask for them; the strokes of each glyph.
    """

    points: np.ndarray
    stroke_offsets: np.ndarray
    glyph_offsets: np.ndarray
    class_id: np.ndarray
    writer: np.ndarray
    source: np.ndarray
    row: np.ndarray
    times: np.ndarray
    signs: Mapping[str, Sequence[list[np.ndarray]]] = field(default_factory=dict)

    @classmethod
    def from_pieces(
        cls,
        glyphs: Sequence[Sequence[np.ndarray]],
        class_id: Sequence[int] | np.ndarray,
        writer: Sequence[str] | np.ndarray | None = None,
        source: str = "own",
        row: np.ndarray | None = None,
    ) -> GlyphSet:
        """A set of single glyphs.

        Args:
            glyphs: N glyphs, one or more paths ``[n, 2]`` each.
            class_id: int ``[N]``.
            writer: str ``[N]``, names within the source; the row's number where nobody wrote down who drew.
            source: the name of them all.
            row: int64 ``[N]``; from 0 where not given.
        """
        row = np.arange(len(glyphs)) if row is None else row
        names = np.asarray(row if writer is None else writer).astype(str)
        return cls(
            *flatten_strokes(glyphs),
            np.asarray(class_id, np.int64),
            np.char.add(f"{source}/", names),
            np.full(len(row), source),
            row,
            np.ones(len(row), np.int64),
        )

    @classmethod
    def load(cls, path: Path, source: str, class_id: int | None = None) -> tuple[GlyphSet, dict[str, np.ndarray]]:
        """All glyphs of a stroke file, and what else it says of each.

        Args:
            path: a ``.npz`` that :meth:`save` wrote, or of its layout (docs/data.md describes it).
            source: the name that its glyphs get.
            class_id: of all glyphs; None where the file's labels are the classes.

        Returns:
            The glyphs in the file's order, and the file's columns, ``[N]`` each: ``label`` and ``split`` always,
            ``writer``, ``site``, ``ambiguous`` and others where the file has them.

        Raises:
            DataError: the file is no archive, lacks an array, or its offsets or columns do not fit.
        """
        arrays = read_arrays(path, "points", "stroke_offsets", "drawing_offsets", "label", "split")
        strokes = _check_offsets(path, "stroke_offsets", arrays.pop("stroke_offsets"), len(arrays["points"]))
        offsets = _check_offsets(path, "drawing_offsets", arrays.pop("drawing_offsets"), len(strokes) - 1)
        points, count = arrays.pop("points").astype(np.float32), len(offsets) - 1
        label, split = arrays["label"], arrays["split"]
        if not len(label) == len(split) == count:
            raise DataError(f"{path.name}: {count} drawings, {len(label)} labels and {len(split)} splits.")
        row = np.arange(count)
        return cls(
            points,
            strokes,
            offsets,
            label.astype(np.int64) if class_id is None else np.full(count, class_id, np.int64),
            # Where nobody wrote down who drew, every glyph is its own writer.
            np.char.add(f"{source}/", arrays.get("writer", row).astype(str)),
            np.char.add(f"{source}/", arrays["site"]) if "site" in arrays else np.full(count, source),
            row,
            np.ones(count, np.int64),
        ), arrays

    def save(self, path: Path, split: np.ndarray, **columns: np.ndarray) -> None:
        """Writes a stroke file; :meth:`load` gives the same glyphs back.

        Args:
            path: of the file; its folder is made where it is missing.
            split: str ``[N]``, ``train`` or ``val``.
            columns: ``[N]`` each: what else the file says of each glyph, or in place of its ``label`` (the class where
                not given) and ``writer``.

        Raises:
            DataError: a point leaves the range of int16, -32,768 to 32,767, which is what the file holds.
        """
        points = np.round(self.points)
        if len(points) and np.abs(points).max() > np.iinfo(np.int16).max:
            raise DataError(f"{path.name}: points go up to {np.abs(points).max():.0f}, and the file holds 32,767.")
        path.parent.mkdir(parents=True, exist_ok=True)
        names = np.array([name.partition("/")[2] for name in self.writer.tolist()], str)
        np.savez_compressed(
            path,
            points=points.astype(np.int16),
            stroke_offsets=self.stroke_offsets.astype(np.int32),
            drawing_offsets=self.glyph_offsets.astype(np.int32),
            **({"label": self.class_id, "writer": names, "split": split} | columns),  # type: ignore[arg-type]
        )

    def __len__(self) -> int:
        return len(self.class_id)

    def strokes(self, index: int) -> list[np.ndarray]:
        """The strokes of one glyph, each float32 ``[n, 2]``; a stroke of one point is a dot."""
        first, last = self.glyph_offsets[index : index + 2]
        cuts = self.stroke_offsets[first : last + 1]
        return [self.points[a:b] for a, b in itertools.pairwise(cuts)]

    def point_counts(self) -> np.ndarray:
        """Points of each glyph, int64 ``[N]``."""
        return np.diff(self.stroke_offsets[self.glyph_offsets])

    @cached_property
    def by_class(self) -> list[np.ndarray]:
        """For each of the twelve classes the indices of its glyphs, each as many times as it counts."""
        every = np.repeat(np.arange(len(self)), self.times)
        return [every[self.class_id[every] == c] for c in range(OTHER + 1)]

    @cached_property
    def short_source(self) -> np.ndarray:
        """The source's name of each glyph without the site, str ``[N]``."""
        return np.char.partition(self.source, "/")[:, 0]

    @cached_property
    def others_by_source(self) -> dict[str, np.ndarray]:
        """As :attr:`by_class`, the others of each source that has any."""
        others = self.by_class[OTHER]
        short = self.short_source[others]
        return {name: others[short == name] for name in self.other_shares if (short == name).any()}

    @cached_property
    def has_added_sources(self) -> bool:
        """Whether there are glyphs of sources that are in :data:`OTHER_SHARES` only."""
        return bool(np.isin(self.short_source, list(OTHER_SHARES.keys() - FIRST_OTHER_SHARES.keys())).any())

    @property
    def other_shares(self) -> Mapping[str, float]:
        """How often each source of other glyphs is picked from."""
        return OTHER_SHARES if self.has_added_sources else FIRST_OTHER_SHARES

    @cached_property
    def first(self) -> GlyphSet:
        """The glyphs of the first sources alone, of which the first validation slices are composed."""
        first = np.isin(self.short_source, [*FIRST_SOURCES, "own"])
        return self if first.all() else select_glyphs(self, np.flatnonzero(first))

    def pick(self, class_id: int, rng: np.random.Generator, sources: Sequence[str] = ()) -> int:
        """The index of some glyph of a class.

        Args:
            class_id: 0 to 11.
            rng: source of chance.
            sources: of other glyphs, the sources to pick from, if any of them is there; all where empty.
        """
        if class_id != OTHER:
            return int(rng.choice(self.by_class[class_id]))
        names = [name for name in self.others_by_source if name in sources] or list(self.others_by_source)
        shares = np.array([self.other_shares[name] for name in names])
        shares /= shares.sum()
        return int(rng.choice(self.others_by_source[names[rng.choice(len(names), p=shares)]]))

    @cached_property
    def digits_by_writer(self) -> dict[str, list[np.ndarray]]:
        """Writer -> for each digit the indices as in :attr:`by_class`; only writers who wrote all ten."""
        digits = np.flatnonzero(self.class_id < CENSORED)
        writers, writer = np.unique(self.writer[digits], return_inverse=True)
        wrote = np.zeros((len(writers), 10), bool)
        wrote[writer, self.class_id[digits]] = True
        table = {}
        for number in np.flatnonzero(wrote.all(1)):
            mine = digits[writer == number]
            mine = np.repeat(mine, self.times[mine])
            table[str(writers[number])] = [mine[self.class_id[mine] == digit] for digit in range(10)]
        return table

    @cached_property
    def writers_of_all_digits(self) -> list[str]:
        """The keys of :attr:`digits_by_writer`, to draw from by number."""
        return list(self.digits_by_writer)


def flatten_strokes(glyphs: Sequence[Sequence[np.ndarray]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """N lists of paths ``[n, 2]`` -> points ``[P, 2]``, offsets of strokes int64 ``[S + 1]`` and glyphs ``[N + 1]``."""
    strokes = [path for glyph in glyphs for path in glyph]
    return (
        np.concatenate(strokes) if strokes else np.zeros((0, 2), np.float32),
        np.cumsum([0, *(len(path) for path in strokes)]),
        np.cumsum([0, *(len(glyph) for glyph in glyphs)]),
    )


def read_arrays(path: Path, *required: str) -> dict[str, np.ndarray]:
    """All arrays of an npz archive; DataError where it is none or lacks a required one."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = dict(archive)
    except Exception as error:  # of a damaged archive NumPy lets through what zipfile and zlib raise, too
        raise DataError(f"{path.name} is not a readable npz archive: {error}") from error
    for key in required:
        if key not in arrays:
            raise DataError(f"{path.name} has no array '{key}'; it has {', '.join(arrays)}.")
    return arrays


def _check_offsets(path: Path, key: str, offsets: np.ndarray, total: int) -> np.ndarray:
    if len(offsets) == 0 or offsets[0] != 0 or offsets[-1] != total or np.any(np.diff(offsets) < 1):
        raise DataError(f"{path.name}: '{key}' must rise from 0 to {total}, and does not.")
    return offsets.astype(np.int64)


def select_glyphs(glyphs: GlyphSet, indices: np.ndarray) -> GlyphSet:
    """The chosen glyphs as arrays of their own; ``indices`` int64 ``[M]``."""
    o, s = glyphs.glyph_offsets, glyphs.stroke_offsets
    stroke_ids = np.concatenate([np.arange(o[i], o[i + 1]) for i in indices] or [np.zeros(0, np.int64)])
    point_ids = np.concatenate([np.arange(s[k], s[k + 1]) for k in stroke_ids] or [np.zeros(0, np.int64)])
    return GlyphSet(
        glyphs.points[point_ids],
        np.concatenate([[0], np.cumsum(np.diff(s)[stroke_ids])]),
        np.concatenate([[0], np.cumsum(np.diff(o)[indices])]),
        glyphs.class_id[indices],
        glyphs.writer[indices],
        glyphs.source[indices],
        glyphs.row[indices],
        glyphs.times[indices],
        glyphs.signs,
    )


def concatenate_glyphs(parts: Sequence[GlyphSet]) -> GlyphSet:
    """All parts one after the other."""

    def chain(offsets: list[np.ndarray]) -> np.ndarray:
        return np.concatenate([[0], np.cumsum(np.concatenate([np.diff(o) for o in offsets]))])

    return GlyphSet(
        np.concatenate([p.points for p in parts]),
        chain([p.stroke_offsets for p in parts]),
        chain([p.glyph_offsets for p in parts]),
        np.concatenate([p.class_id for p in parts]),
        np.concatenate([p.writer for p in parts]),
        np.concatenate([p.source for p in parts]),
        np.concatenate([p.row for p in parts]),
        np.concatenate([p.times for p in parts]),
        # Parts that were made from one another share their signs.
        {name: drawn for p in parts for name, drawn in p.signs.items()},
    )
