"""Many glyphs in a few arrays."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from models.classes import CENSORED, OTHER
from training.glyphs.sources import FIRST_SOURCES

FIRST_OTHER_SHARES = {"quickdraw": 0.45, "unipen-letters": 0.35, "omniglot": 0.2, "own": 0.3}
"""How often the sources of other drawings are drawn from where there are only the first ones."""

OTHER_SHARES = {
    "quickdraw": 0.36, "quickdraw-more": 0.1, "hds": 0.11, "unipen-letters": 0.15, "omniglot": 0.07, "detexify": 0.14,
    "writemath-symbols": 0.06, "numberpad-symbols": 0.01, "own": 0.3,
}  # fmt: skip
"""How often they are drawn from where more sources are there: by variety, and doodles as people bring them."""

DOODLE_SOURCES = ("quickdraw", "quickdraw-more", "hds")
"""Sources of other drawings that are pictures and shapes rather than letters and signs."""


@dataclass(frozen=True)
class GlyphSet:
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
        signs: plus, minus, brackets and the like by name, for layouts that ask for them; the strokes of each drawing.
    """

    points: np.ndarray
    stroke_offsets: np.ndarray
    drawing_offsets: np.ndarray
    class_id: np.ndarray
    writer: np.ndarray
    source: np.ndarray
    row: np.ndarray
    times: np.ndarray
    signs: Mapping[str, Sequence[list[np.ndarray]]] = field(default_factory=dict)

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
    def short_source(self) -> np.ndarray:
        """The source's name of each drawing without the site, str ``[N]``."""
        return np.char.partition(self.source, "/")[:, 0]

    @cached_property
    def others_by_source(self) -> dict[str, np.ndarray]:
        """As :attr:`by_class`, the others of each source that has any."""
        others = self.by_class[OTHER]
        short = self.short_source[others]
        shares = OTHER_SHARES if self.has_added_sources else FIRST_OTHER_SHARES
        return {name: others[short == name] for name in shares if (short == name).any()}

    @cached_property
    def has_added_sources(self) -> bool:
        """Whether there are drawings of sources that are in :data:`OTHER_SHARES` only."""
        return bool(np.isin(self.short_source, list(OTHER_SHARES.keys() - FIRST_OTHER_SHARES.keys())).any())

    @cached_property
    def first(self) -> GlyphSet:
        """The drawings of the first sources alone, of which the first validation slices are composed."""
        first = np.isin(self.short_source, [*FIRST_SOURCES, "own"])
        return self if first.all() else select_glyphs(self, np.flatnonzero(first))

    def pick(self, class_id: int, rng: np.random.Generator, sources: Sequence[str] = ()) -> int:
        """The index of some drawing of a class.

        Args:
            class_id: 0 to 11.
            rng: source of chance.
            sources: of other drawings, the sources to draw from, if any of them is there; all where empty.
        """
        if class_id != OTHER:
            return int(rng.choice(self.by_class[class_id]))
        table = OTHER_SHARES if self.has_added_sources else FIRST_OTHER_SHARES
        names = [name for name in self.others_by_source if name in sources] or list(self.others_by_source)
        shares = np.array([table[name] for name in names])
        shares /= shares.sum()
        return int(rng.choice(self.others_by_source[names[rng.choice(len(names), p=shares)]]))

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


def select_glyphs(drawings: GlyphSet, indices: np.ndarray) -> GlyphSet:
    """The chosen drawings as arrays of their own; ``indices`` int64 ``[M]``."""
    o, s = drawings.drawing_offsets, drawings.stroke_offsets
    stroke_ids = np.concatenate([np.arange(o[i], o[i + 1]) for i in indices] or [np.zeros(0, np.int64)])
    point_ids = np.concatenate([np.arange(s[k], s[k + 1]) for k in stroke_ids] or [np.zeros(0, np.int64)])
    return GlyphSet(
        drawings.points[point_ids],
        np.concatenate([[0], np.cumsum(np.diff(s)[stroke_ids])]),
        np.concatenate([[0], np.cumsum(np.diff(o)[indices])]),
        drawings.class_id[indices],
        drawings.writer[indices],
        drawings.source[indices],
        drawings.row[indices],
        drawings.times[indices],
        drawings.signs,
    )


def concatenate_glyphs(parts: list[GlyphSet]) -> GlyphSet:
    """All parts one after the other."""

    def chain(offsets: list[np.ndarray]) -> np.ndarray:
        return np.concatenate([[0], np.cumsum(np.concatenate([np.diff(o) for o in offsets]))])

    return GlyphSet(
        np.concatenate([p.points for p in parts]),
        chain([p.stroke_offsets for p in parts]),
        chain([p.drawing_offsets for p in parts]),
        np.concatenate([p.class_id for p in parts]),
        np.concatenate([p.writer for p in parts]),
        np.concatenate([p.source for p in parts]),
        np.concatenate([p.row for p in parts]),
        np.concatenate([p.times for p in parts]),
        # Parts that were made from one another share their signs.
        {name: drawn for p in parts for name, drawn in p.signs.items()},
    )
