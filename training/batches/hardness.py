"""Often misread glyphs come more often."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from classifiers import load_classifier
from classifiers.calibration import softmax
from training.glyphs.glyph_set import GlyphSet
from training.glyphs.reader import DataError

MAX_REPEATS = 6
"""A drawing that is always misread comes this many times as often as one that is always read right."""

LabelledImages = tuple[np.ndarray, np.ndarray]
"""Images uint8 ``[M, 28, 28]`` and labels int64 ``[M]``."""


def repeats_of(doubt: np.ndarray) -> np.ndarray:
    """How often each is picked, int64 ``[N]``, from 1 to :data:`MOST`; from one half on, doubt counts no further."""
    return 1 + np.rint((MAX_REPEATS - 1) * np.minimum(2 * doubt.astype(np.float64), 1)).astype(np.int64)


def crop_worth(by: str) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """How likely a crop of a scene should be taken, judged by a shipped classifier; see ``crop_batches.CropStream``."""
    classifier = load_classifier(by)

    def worth(inputs: np.ndarray, classes: np.ndarray) -> np.ndarray:
        logits = classifier.engine(inputs.astype(np.float32) / 255)[0]
        sure = softmax(logits / classifier.temperature)[np.arange(len(classes)), classes]
        return repeats_of(1 - sure) / MAX_REPEATS

    return worth


def repeat_hard_glyphs(drawings: GlyphSet, mnist: LabelledImages, file: str) -> tuple[GlyphSet, LabelledImages]:
    """Drawings and images of which the often misread ones come more often; as they are where ``file`` is empty.

    Raises:
        DataError: the file is none of this module's, or of other data.
    """
    if not file:
        return drawings, mnist
    try:
        with np.load(file, allow_pickle=False) as archive:
            strokes, images = archive["drawings"], archive["mnist"]
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"{file} is not a file that python -m training.hardness wrote: {error}") from error
    if len(strokes) != len(drawings) or len(images) != len(mnist[1]):
        raise DataError(
            f"{file} is about {len(strokes)} drawings and {len(images)} images, and the data folder has "
            f"{len(drawings)} and {len(mnist[1])}: run python -m training.hardness again."
        )
    each = np.repeat(np.arange(len(images)), repeats_of(images))
    return replace(drawings, times=drawings.times * repeats_of(strokes)), (mnist[0][each], mnist[1][each])
