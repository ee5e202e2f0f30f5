"""Made handwriting, judged: ``python -m benchmarks.handwriting`` prints the table of docs/handwriting.md.

In each rotation a fifth of the writers is asked for their digits, and neither the generator nor any judge has seen one
of these.  The verifier sees pictures where the generator goes by features of strokes.  The reader has seen no writer of
the generator's: it learned from traced MNIST images and from a fifth of the writers of its own.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from tqdm import tqdm

from comparison.report.tables import markdown_table
from handwriting.features import resample_glyph
from handwriting.style import StyleModel, StyleSettings
from handwriting.warp import LIMITS, bend_points
from handwriting.writer import Writer
from tools.handwriting_judges import Reader, Verifier, gradient_features
from tools.handwriting_trials import (
    BASELINES,
    Jury,
    Trial,
    baseline_gradients,
    infer_factors,
    made_gradients,
    make_trials,
    mean_distance,
    nearest_shapes,
    preferred,
    split_all,
    split_writers,
)  # fmt: skip
from training.glyphs.glyph_set import concatenate_glyphs
from training.glyphs.reader import DEFAULT_DATA, load_glyphs, load_mnist
from training.glyphs.tracing import strokes_from_image
from training.handwriting import (
    SHIPPED_SOURCES,
    HandData,
    HandwritingSettings,
    fit_style,
    keep_drawings,
    read_hands,
)  # fmt: skip
from training.runs.settings import parse_settings, refusals_in_words

DRAWN = (1, 3, 9)
"""Digits that somebody draws before the others are made."""


MNIST_COPIES, WRITER_COPIES = 1, 5
"""Bent copies of what the reader learns from."""


@dataclass(frozen=True)
class HandwritingBenchmark:
    """What is measured."""

    data: Path = DEFAULT_DATA  # the data folder
    rotations: int = 5  # each with another fifth of the writers asked
    repeats: int = 2  # sets of drawn digits for each of them
    strength: float = 1.0  # of the style
    mnist: int = 15000  # images of MNIST that the reader learns from
    seed: int = 1  # of the choice of drawings


@dataclass(frozen=True)
class Judges:
    """Who judges in one rotation."""

    verifier: Verifier
    reader: Reader


def bent_gradients(points: np.ndarray, stroke: np.ndarray, copies: int) -> np.ndarray:
    """What judges see of some digits, and of copies of all of them that are bent by chance."""
    rng, found = np.random.default_rng(0), [gradient_features(split_all(points, stroke))]
    for _ in range(copies):
        bent = bend_points(points, rng.normal(0, 0.5, (len(points), len(LIMITS))) * LIMITS)
        found.append(gradient_features(split_all(bent, stroke)))
    return np.vstack(found)


def trace_mnist(folder: Path, count: int) -> tuple[np.ndarray, np.ndarray]:
    """What the reader learns of some MNIST images' middle lines, float32 ``[M, 324]``, and their digits."""
    images, labels = load_mnist(folder, "train")
    rows = np.random.default_rng(0).choice(len(labels), min(count, len(labels)), replace=False)
    traced = [strokes_from_image(images[row]) for row in tqdm(rows, "MNIST", leave=False)]
    drawn = [k for k, strokes in enumerate(traced) if strokes]
    points, stroke = (np.stack(part) for part in zip(*(resample_glyph(traced[k]) for k in drawn), strict=True))
    return bent_gradients(points, stroke, MNIST_COPIES), np.tile(labels[rows[drawn]], MNIST_COPIES + 1)


def measure(
    style: StyleModel, judges: Judges, hands: HandData, gradients: np.ndarray, trials: list[Trial], strength: float
) -> Iterator[tuple[str, float]]:
    """Everything that is said of trials with one number of drawn digits."""
    jury = Jury(judges.verifier, gradients, hands, trials)
    digits = jury.digits
    own, wrong = (infer_factors(style, hands, [getattr(t, who) for t in trials]) for who in ("own", "wrong"))
    made, others = (made_gradients(style, factors, digits, strength) for factors in (own, wrong))
    score = jury.score(made)
    yield "own hand beats wrong hand", preferred(score, jury.score(others))
    real = np.array([trial.real for trial in trials])
    first, second = (gradients[real[:, k]] for k in (0, 1))
    yield "own drawing beats another writer's", preferred(jury.score(first), jury.score(second))
    for kind in BASELINES:
        yield f"own hand beats: {kind}", preferred(score, jury.score(baseline_gradients(style, own, digits, kind)))
    seen = gradient_features(split_all(style.bank.points, style.bank.stroke))
    chosen = [nearest_shapes(style, seen, each, digits) for each in (first, second)]
    pair = [made_gradients(style, f, digits, strength, s) for f, s in zip((own, wrong), chosen, strict=True)]
    yield "own beats wrong, shapes chosen", preferred(*(jury.score(each) for each in pair))
    yield "legible", float(np.mean(judges.reader.read(made) == digits))
    yield "legible, writers' own", float(np.mean(judges.reader.read(first) == digits))
    who = np.array([hash(trial.own) for trial in trials])
    writer = np.unique(hands.writer[real[:, 0]], return_inverse=True)[1]
    values, drawn = (judges.verifier.project(each, digits) for each in (made, first))
    yield "diversity", mean_distance(values, digits, who) / mean_distance(drawn, digits, writer)
    distances = [
        np.sqrt(((each - drawn) ** 2).sum(1)).mean() for each in (values, *_typical(style, own, judges, digits))
    ]
    yield "distance to own drawing, per typical drawing's", distances[0] / distances[1]


def _typical(style: StyleModel, own: np.ndarray, judges: Judges, digits: np.ndarray) -> list[np.ndarray]:
    return [judges.verifier.project(baseline_gradients(style, own, digits, "most typical drawing"), digits)]


def rotate(settings: HandwritingBenchmark, style_settings: StyleSettings) -> Iterator[dict[tuple[str, int], float]]:
    """The figures of each rotation, by what they say and the number of drawn digits."""
    defaults = HandwritingSettings(data=settings.data)
    glyphs = concatenate_glyphs([load_glyphs(settings.data, split) for split in ("train", "val")])
    hands = read_hands(glyphs, defaults.per_writer, settings.seed)
    kept = keep_drawings(hands, SHIPPED_SOURCES, defaults)
    gradients = gradient_features(split_all(hands.points, hands.stroke))
    images, labels = trace_mnist(settings.data, settings.mnist)
    fold = split_writers(hands, settings.rotations)
    for rotation in range(settings.rotations):
        test, reads = fold == rotation, fold == (rotation + 1) % settings.rotations
        known, able = ~test, ~test & ~reads
        names = np.unique(hands.writer[able])
        style = fit_style(
            hands.select(np.flatnonzero(able)), kept.select(np.flatnonzero(np.isin(kept.writer, names))),
            defaults.factors, defaults.shrink,
        )  # fmt: skip
        style = replace(style, settings=style_settings)
        judges = Judges(
            Verifier.fit(gradients[known], hands.digit[known], hands.writer[known], hands.source[known]),
            Reader.fit(
                np.vstack([images, bent_gradients(hands.points[reads], hands.stroke[reads], WRITER_COPIES)]),
                np.append(labels, np.tile(hands.digit[reads], WRITER_COPIES + 1)),
            ),
        )
        figures = {}
        for drawn in DRAWN:
            # With nine drawn only one is made, so that more sets are asked for.
            trials = make_trials(hands, test, drawn, settings.repeats * (5 if drawn == 9 else 1), settings.seed)
            for name, value in measure(style, judges, hands, gradients, trials, settings.strength):
                figures[name, drawn] = value
        yield figures | {("trials", 9): float(len(trials)), ("ms a digit", 1): time_digit(style, hands)}


def time_digit(style: StyleModel, hands: HandData) -> float:
    """Milliseconds of processor time per made digit, learning from one included."""
    examples = [(split_all(hands.points[:1] * 100, hands.stroke[:1])[0], int(hands.digit[0]))]
    hand = Writer(style).learn(examples)
    hand.write("0123456789")
    begun = time.process_time()
    for seed in range(3):
        Writer(style).learn(examples).write("0123456789", seed=seed)
    return (time.process_time() - begun) / 30 * 1000


def main(argv: list[str] | None = None) -> None:
    """Prints the table, and each rotation's own as it is done."""
    settings = parse_settings(HandwritingBenchmark, argv, __doc__)
    rotations: list[dict[tuple[str, int], float]] = []
    with refusals_in_words():
        for figures in rotate(settings, StyleSettings()):
            rotations.append(figures)
            print("\n".join(render_table(rotations)), flush=True)


def render_table(rotations: list[dict[tuple[str, int], float]]) -> list[str]:
    """Means over the rotations and their standard errors, as Markdown."""
    rows = []
    for name in dict.fromkeys(name for name, _ in rotations[0]):
        cells = [name]
        for drawn in DRAWN:
            values = np.array([figures.get((name, drawn), np.nan) for figures in rotations])
            error = values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else 0.0
            cells.append("" if np.isnan(values).any() else f"{values.mean():.3f} ± {error:.3f}")
        rows.append(cells)
    return markdown_table(("drawn digits", *map(str, DRAWN)), rows)


if __name__ == "__main__":
    main()
