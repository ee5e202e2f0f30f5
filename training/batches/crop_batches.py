"""A stream of crops for training, and the fixed ones for validation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from torch.utils.data import IterableDataset, get_worker_info

from classifiers.crop import fit_square
from models.classes import CENSORED, NO_SYMBOL, OTHER
from training.batches.crops import crowd_crop, fragment_crop, mnist_crop, stroke_crop
from training.batches.scene_crops import scene_crops
from training.glyphs.glyph_set import GlyphSet


class CropStream(IterableDataset[Any]):
    """A stream of network inputs; one seed gives one stream.

    Args:
        glyphs: strokes of one split.
        mnist: images uint8 ``[M, 28, 28]`` and labels int64 ``[M]`` of the same split.
        length: crops an epoch.
        seed: numbers of the run, the epoch and the process.
        worth: how likely each crop of a scene is taken, float ``[N]`` in 0..1, from inputs uint8 ``[N, 2, 32, 32]`` and
            classes int64 ``[N]``; all are where None.
    """

    # Shares of the crops: digits from strokes, MNIST, other, censored, several digits in one crop, parts of digits.
    SHARES = np.cumsum([0.38, 0.23, 0.22, 0.09, 0.05, 0.03])

    FROM_SCENES = 0.45  # the rest is composed one by one
    POOL = 2048  # crops of scenes that wait to be drawn from, so that a batch holds many scenes
    TIMES = 4  # that a crop of a scene is met on average: composing and cutting up scenes is slow
    AT_ONCE = 16  # scenes that are composed when crops of scenes run short

    def __init__(
        self,
        glyphs: GlyphSet,
        mnist: tuple[np.ndarray, np.ndarray],
        length: int,
        seed: tuple[int, ...],
        worth: Callable[[np.ndarray, np.ndarray], np.ndarray] | None = None,
    ) -> None:
        self.glyphs, self.mnist, self.length, self.seed, self.worth = glyphs, mnist, length, seed, worth

    def __len__(self) -> int:
        return self.length

    def __iter__(self) -> Iterator[tuple[np.ndarray, int]]:
        """Inputs uint8 ``[2, 32, 32]`` (0 paper to 255 ink) and classes."""
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
        if self.worth is None or not found:
            return found
        taken = rng.random(len(found)) < self.worth(
            np.stack([ink for ink, _ in found]), np.array([class_id for _, class_id in found])
        )
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


def fixed_crops(
    glyphs: GlyphSet, mnist: tuple[np.ndarray, np.ndarray], seed: int = 0, per_class: int = 400
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A validation set: up to ``per_class`` glyphs of each class and source, wrong crops, and all MNIST images.

    Returns:
        inputs uint8 ``[N, 2, 32, 32]``, classes int64 ``[N]`` (0 to 12) and sources str ``[N]``.
    """
    rng = np.random.default_rng([seed, 1])
    inputs, classes, sources = [], [], []
    short = np.array([s.split("/")[0] for s in glyphs.source.tolist()])
    for source in np.unique(short):
        for class_id in np.unique(glyphs.class_id[short == source]):
            chosen = np.flatnonzero((short == source) & (glyphs.class_id == class_id))
            limit = per_class if class_id < CENSORED else 3 * per_class
            for index in rng.permutation(chosen)[:limit]:
                inputs.append(fit_square(stroke_crop(glyphs, int(index), rng)))
                classes.append(class_id)
                sources.append(source)
    found = [pair for _ in range(per_class) for pair in scene_crops(glyphs, rng)]
    for ink, class_id in found:
        inputs.append(ink)
        classes.append(class_id)
        sources.append("scenes")
    for make in (crowd_crop, fragment_crop):
        inputs += [fit_square(make(glyphs, rng)) for _ in range(per_class)]
        classes += [NO_SYMBOL] * per_class
        sources += ["no symbol"] * per_class
    inputs += [fit_square(255 - image) for image in mnist[0]]
    classes += mnist[1].tolist()
    sources += ["mnist"] * len(mnist[1])
    return np.stack(inputs), np.array(classes, np.int64), np.array(sources)
