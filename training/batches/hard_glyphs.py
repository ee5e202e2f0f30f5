"""Often misread glyphs come more often."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
from tqdm import tqdm

from classifiers import load_classifier
from classifiers.calibration import softmax
from training.batches.crops import mnist_crop, stroke_crop
from training.glyphs.glyph_set import DataError, GlyphSet
from training.glyphs.reader import LabelledImages

BATCH = 256
"""Crops that are read at once."""

MAX_REPEATS = 6
"""A glyph that is always misread comes this many times as often as one that is always read right."""


def repeats_of(doubt: np.ndarray) -> np.ndarray:
    """How often each is picked, int64 ``[N]`` from 1 to :data:`MAX_REPEATS`; beyond one half, doubt counts no more."""
    return 1 + np.rint((MAX_REPEATS - 1) * np.minimum(2 * doubt.astype(np.float64), 1)).astype(np.int64)


@cache
def crop_worth(by: str) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """How likely each crop of a scene should be taken, judged by a shipped classifier that is loaded once a process.

    Returns:
        From inputs uint8 ``[N, 3, 32, 32]`` and classes int64 ``[N]`` to float ``[N]`` in 0..1.

    Raises:
        WeightsError: the classifier's weights can't be used.
    """
    classifier = load_classifier(by)

    def worth(inputs: np.ndarray, classes: np.ndarray) -> np.ndarray:
        logits = classifier.engine(inputs.astype(np.float32) / 255)[0]
        sure = softmax(logits / classifier.temperature)[np.arange(len(classes)), classes]
        return repeats_of(1 - sure) / MAX_REPEATS

    return worth


def measure_doubt(
    glyphs: GlyphSet, mnist: LabelledImages, by: str = "cnn", looks: int = 2, seed: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """How much a classifier doubts the label of each glyph and image on average, float16 ``[N]`` and ``[M]`` in 0..1.

    Args:
        glyphs: N of them.
        mnist: M images.
        by: the shipped classifier that reads.
        looks: how often each is read, differently bent every time.
        seed: of how they are bent.
    """
    classifier = load_classifier(by)
    rng = np.random.default_rng(seed)
    labels = np.concatenate([glyphs.class_id, mnist[1]])
    doubt = np.zeros(len(labels))
    for start in tqdm(range(0, looks * len(labels), BATCH), unit="batch"):
        chosen = np.arange(start, min(start + BATCH, looks * len(labels))) % len(labels)
        crops = [
            stroke_crop(glyphs, k, rng) if k < len(glyphs) else mnist_crop(mnist[0][k - len(glyphs)], rng)
            for k in chosen.tolist()
        ]
        np.add.at(doubt, chosen, 1 - classifier(crops)[np.arange(len(chosen)), labels[chosen]])
    doubt = (doubt / looks).astype(np.float16)
    return doubt[: len(glyphs)], doubt[len(glyphs) :]


def repeat_hard_glyphs(glyphs: GlyphSet, mnist: LabelledImages, file: str) -> tuple[GlyphSet, LabelledImages]:
    """Glyphs and images of which the often misread ones come more often; as they are where ``file`` is empty.

    Raises:
        DataError: the file is none of this module's, or of other data.
    """
    if not file:
        return glyphs, mnist
    try:
        with np.load(file, allow_pickle=False) as archive:
            strokes, images = archive["drawings"], archive["mnist"]
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"{file} is not a file that python -m training.hardness wrote: {error}") from error
    if len(strokes) != len(glyphs) or len(images) != len(mnist[1]):
        raise DataError(
            f"{file} is about {len(strokes)} drawings and {len(images)} images, and the data folder has "
            f"{len(glyphs)} and {len(mnist[1])}: run python -m training.hardness again."
        )
    each = np.repeat(np.arange(len(images)), repeats_of(images))
    return replace(glyphs, times=glyphs.times * repeats_of(strokes)), (mnist[0][each], mnist[1][each])
