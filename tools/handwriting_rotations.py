"""Rotations of trials of made digits: in each others are asked, and nobody who judges or writes has seen them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from handwriting.style import StyleModel
from tools.handwriting_judges import Reader, Verifier, bent_gradients, gradient_features, split_all, trace_mnist
from tools.handwriting_trials import Trial, make_trials, split_writers
from training.glyphs.glyph_set import concatenate_glyphs
from training.glyphs.reader import DEFAULT_DATA, load_glyphs
from training.handwriting import (
    SHIPPED_SOURCES,
    HandData,
    HandwritingSettings,
    fit_style,
    keep_drawings,
    learn_tracing,
    read_hands,
)

DRAWN = (1, 3, 9)
"""Digits that somebody draws before the others are made."""

MIN_COLLECTION_WRITERS = 20
"""Of a collection that is asked as a whole."""

WRITER_COPIES = 5
"""Bent copies of the writers' digits that the reader learns from."""


@dataclass(frozen=True)
class RotationSettings:
    """Who is asked, and how much the judges learn from."""

    data: Path = DEFAULT_DATA  # the data folder
    apart: str = "writers"  # what rotations ask for: "writers", a fifth of them each, or "collections", one each
    rotations: int = 5  # parts that the writers are divided into
    repeats: int = 2  # sets of drawn digits for each of them
    mnist: int = 15000  # images of MNIST that the reader learns from
    traced: int = 300  # drawings that are traced in each rotation, to learn what that changes
    seed: int = 1  # of the choice of drawings


@dataclass(frozen=True)
class Rotation:
    """A generator, its judges and what they are asked.

    Attributes:
        name: of whom is asked.
        style: the generator, which knows none of them.
        verifier: says whose hand it is.
        reader: says which digit it is.
        trials: number of drawn digits -> trials.
        able: bool ``[N]``, the digits that the generator learned from.
    """

    name: str
    style: StyleModel
    verifier: Verifier
    reader: Reader
    trials: dict[int, list[Trial]]
    able: np.ndarray


def read_trial_hands(settings: RotationSettings) -> tuple[HandData, HandData, np.ndarray]:
    """All digits of known writers, those that made ones may start from, and what judges see of all, float ``[N, 324]``.

    Raises:
        DataError: the data folder lacks them.
    """
    glyphs = concatenate_glyphs([load_glyphs(settings.data, split) for split in ("train", "val")])
    defaults = HandwritingSettings(data=settings.data)
    hands = read_hands(glyphs, defaults.per_writer, settings.seed)
    kept = keep_drawings(hands, SHIPPED_SOURCES, defaults)
    return hands, kept, gradient_features(split_all(hands.points, hands.stroke))


def make_rotations(
    settings: RotationSettings, hands: HandData, kept: HandData, gradients: np.ndarray
) -> Iterator[Rotation]:
    """The rotations: who is asked, and who has learned from all others."""
    defaults = HandwritingSettings(data=settings.data)
    images, labels = trace_mnist(settings.data, settings.mnist)
    fold = split_writers(hands, settings.rotations)
    for k, (name, test) in enumerate(divide_writers(settings, hands, fold).items()):
        reads = ~test & (fold == (k + 1) % settings.rotations)
        known, able = ~test, ~test & ~reads
        names = np.unique(hands.writer[able])
        style = fit_style(
            hands.select(np.flatnonzero(able)), kept.select(np.flatnonzero(np.isin(kept.writer, names))),
            defaults.factors, defaults.shrink,
        )  # fmt: skip
        style = learn_tracing(style, hands.select(np.flatnonzero(able)), settings.traced, settings.seed)
        verifier = Verifier.fit(gradients[known], hands.digit[known], hands.writer[known], hands.source[known])
        bent = bent_gradients(hands.points[reads], hands.stroke[reads], WRITER_COPIES)
        reader = Reader.fit(
            np.vstack([images, bent]), np.append(labels, np.tile(hands.digit[reads], WRITER_COPIES + 1))
        )
        # With nine drawn only one is made, so that more sets are asked for.
        trials = {n: make_trials(hands, test, n, settings.repeats * (5 if n == 9 else 1), settings.seed) for n in DRAWN}
        yield Rotation(name, style, verifier, reader, trials, able)


def divide_writers(settings: RotationSettings, hands: HandData, fold: np.ndarray) -> dict[str, np.ndarray]:
    """Who is asked in each rotation: a name, and bool ``[N]``."""
    if settings.apart == "writers":
        return {f"part {k + 1}": fold == k for k in range(settings.rotations)}
    source = np.char.partition(hands.source, "/")[:, 0]
    counts = {str(name): len(np.unique(hands.writer[source == name])) for name in np.unique(source)}
    return {name: source == name for name, count in counts.items() if count >= MIN_COLLECTION_WRITERS}


def mean_and_error(values: np.ndarray) -> str:
    """The mean of some rotations' figures and its standard error; nothing where a figure is missing."""
    error = values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else 0.0
    return "" if np.isnan(values).any() else f"{values.mean():.3f} ± {error:.3f}"
