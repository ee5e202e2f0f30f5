"""A stream of crops for training, and the fixed ones for validation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from torch.utils.data import IterableDataset, get_worker_info

from classifiers.crop import fit_square
from models.classes import CENSORED, NO_SYMBOL, OTHER
from training.batches.crops import crowd_crop, fragment_crop, mnist_crop, neighbours_crop, stroke_crop
from training.batches.hard_glyphs import crop_worth
from training.batches.scene_crops import ADDED_SCENE_KINDS, first_scene_kind, scene_crops
from training.glyphs.glyph_set import GlyphSet
from training.glyphs.reader import LabelledImages


class CropStream(IterableDataset[Any]):
    """A stream of network inputs; one seed gives one stream.

    Args:
        glyphs: strokes of one split.
        mnist: images of the same split.
        length: crops an epoch.
        seed: numbers of the run, the epoch and the process.
        judge: shipped classifier by whose mistakes crops of scenes are taken, as in :func:`crop_worth`; all are where
            None.  It is loaded where crops are made, on first use.
    """

    # Shares of the crops: digits from strokes, MNIST, other, censored, several digits in one crop, parts of digits.
    SHARES = np.cumsum([0.3, 0.17, 0.32, 0.08, 0.09, 0.04])

    FROM_SCENES = 0.55  # the rest is composed one by one
    POOL = 2048  # crops of scenes that wait to be drawn from, so that a batch holds many scenes
    TIMES = 4  # that a crop of a scene is met on average: composing and cutting up scenes is slow
    AT_ONCE = 16  # scenes that are composed when crops of scenes run short

    def __init__(
        self,
        glyphs: GlyphSet,
        mnist: LabelledImages,
        length: int,
        seed: tuple[int, ...],
        judge: str | None = None,
    ) -> None:
        self.glyphs, self.mnist, self.length, self.seed, self.judge = glyphs, mnist, length, seed, judge

    def __len__(self) -> int:
        return self.length

    def __iter__(self) -> Iterator[tuple[np.ndarray, int]]:
        """Inputs uint8 ``[3, 32, 32]`` (0 paper to 255 ink) and classes."""
        worker = get_worker_info()
        mine, workers = (worker.id, worker.num_workers) if worker else (0, 1)
        rng = np.random.default_rng([*self.seed, mine])
        waiting: list[tuple[np.ndarray, int]] = []
        for _ in range(mine, self.length, workers):
            if rng.random() < self.FROM_SCENES:
                while len(waiting) < min(self.POOL, self.length):
                    waiting += self.from_scenes(rng)
                k = int(rng.integers(len(waiting)))
                yield waiting[k]
                if rng.random() < 1 / self.TIMES:
                    waiting[k] = waiting[-1]
                    waiting.pop()
            else:
                yield self.single(rng)

    def from_scenes(self, rng: np.random.Generator) -> list[tuple[np.ndarray, int]]:
        """Crops of a few composed scenes."""
        found = [pair for _ in range(self.AT_ONCE) for pair in scene_crops(self.glyphs, rng)]
        if self.judge is None or not found:
            return found
        inputs, classes = np.stack([ink for ink, _ in found]), np.array([class_id for _, class_id in found])
        taken = rng.random(len(found)) < crop_worth(self.judge)(inputs, classes)
        return [pair for pair, take in zip(found, taken, strict=True) if take]

    def single(self, rng: np.random.Generator) -> tuple[np.ndarray, int]:
        """One crop that was not cut out of a scene."""
        slot = int(np.searchsorted(self.SHARES, rng.random(), side="right"))
        if slot == 1 and not len(self.mnist[1]):
            slot = 0
        if slot == 1:
            k = int(rng.integers(len(self.mnist[1])))
            return fit_square(mnist_crop(self.mnist[0][k], rng)), int(self.mnist[1][k])
        if slot >= 4:
            make = crowd_crop if slot == 4 else fragment_crop
            return fit_square(make(self.glyphs, rng)), NO_SYMBOL
        class_id = int(rng.integers(10)) if slot == 0 else {2: OTHER, 3: CENSORED}[slot]
        index = self.glyphs.pick(class_id, rng)
        return fit_square(stroke_crop(self.glyphs, index, rng)), class_id


FixedCrops = list[tuple[np.ndarray, int, str]]
"""Inputs, classes and sources."""

ValidationCrops = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Inputs uint8 ``[N, 3, 32, 32]``, classes int64 ``[N]`` (0 to 12) and sources str ``[N]``."""


def fixed_crops(glyphs: GlyphSet, mnist: LabelledImages, seed: int = 0, per_class: int = 400) -> ValidationCrops:
    """A validation set: up to ``per_class`` glyphs of each class and source, wrong crops, and all MNIST images.

    Crops of the first sources and kinds come first and are what they were before there were others, so that their
    figures can be compared; ``crowds`` beside, above and inside one another and crops of the added kinds of scenes are
    sources of their own.
    """
    rng = np.random.default_rng([seed, 1])
    first = glyphs.first
    found = _crops_by_source(first, np.unique(first.short_source).tolist(), per_class, rng)
    scenes = [pair for _ in range(per_class) for pair in scene_crops(first, rng, first_scene_kind(rng))]
    found += [(ink, class_id, "scenes") for ink, class_id in scenes]
    for make in (neighbours_crop, fragment_crop):
        found += [(fit_square(make(first, rng)), NO_SYMBOL, "no symbol") for _ in range(per_class)]
    found += [(fit_square(255 - image), int(digit), "mnist") for image, digit in zip(*mnist, strict=True)]
    added = sorted(set(glyphs.short_source.tolist()) - set(first.short_source.tolist()))
    found += _crops_by_source(glyphs, added, per_class, rng)
    for kind in ADDED_SCENE_KINDS:
        scenes = [pair for _ in range(per_class // 8) for pair in scene_crops(glyphs, rng, kind)]
        found += [(ink, class_id, kind) for ink, class_id in scenes]
    found += [(fit_square(crowd_crop(glyphs, rng)), NO_SYMBOL, "crowds") for _ in range(per_class)]
    inputs, classes, sources = zip(*found, strict=True)
    return np.stack(inputs), np.array(classes, np.int64), np.array(sources)


def _crops_by_source(glyphs: GlyphSet, sources: list[str], per_class: int, rng: np.random.Generator) -> FixedCrops:
    """Up to ``per_class`` glyphs of each digit of each of these sources, and three times as many of other classes."""
    found: FixedCrops = []
    for source in sources:
        for class_id in np.unique(glyphs.class_id[glyphs.short_source == source]).tolist():
            chosen = np.flatnonzero((glyphs.short_source == source) & (glyphs.class_id == class_id))
            limit = per_class if class_id < CENSORED else 3 * per_class
            for index in rng.permutation(chosen)[:limit].tolist():
                found.append((fit_square(stroke_crop(glyphs, index, rng)), class_id, source))
    return found
