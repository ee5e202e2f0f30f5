"""Made handwriting, judged: ``python -m benchmarks.handwriting`` prints what docs/handwriting.md says was measured.

In each rotation a fifth of the writers is asked for their digits, or all writers of one collection, and neither the
generator nor any judge has seen one of these.  The settings of a rotation are those that do best in the others.  The
verifier sees pictures where the generator goes by features of strokes.  The reader has seen no writer of the
generator's: it learned from traced MNIST images and from a fifth of the writers of its own.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from tqdm import tqdm

from comparison.report.tables import markdown_table
from handwriting.style import StyleModel, StyleSettings
from handwriting.writer import Writer
from tools.handwriting_devices import DEVICES, PICTURE, redrawn_hands
from tools.handwriting_judges import gradient_features, split_all
from tools.handwriting_rotations import (
    DRAWN,
    Rotation,
    RotationSettings,
    make_rotations,
    mean_and_error,
    read_trial_hands,
)
from tools.handwriting_trials import (
    BASELINES,
    Jury,
    baseline_gradients,
    infer_factors,
    made_gradients,
    mean_distance,
    nearest_shapes,
    preferred,
)  # fmt: skip
from training.handwriting import (
    HandData,
)  # fmt: skip
from training.runs.settings import parse_settings, refusals_in_words

CANDIDATES = (
    StyleSettings(),
    StyleSettings(exaggeration=1.0),
    StyleSettings(exaggeration=1.5),
    StyleSettings(ridge=0.2),
    StyleSettings(ridge=2.0),
)
"""Settings to choose from."""


@dataclass(frozen=True)
class HandwritingBenchmark(RotationSettings):
    """What is measured."""

    strength: float = 1.0  # of the style


def judge_candidates(
    rotation: Rotation, hands: HandData, gradients: np.ndarray, strength: float
) -> Iterator[np.ndarray]:
    """For each of :data:`CANDIDATES` float ``[3, 2]``: shares of digits preferred to the wrong hand's, and read."""
    juries = [Jury(rotation.verifier, gradients, hands, trials) for trials in rotation.trials.values()]
    pairs = [
        [infer_factors(rotation.style, hands, [getattr(t, who) for t in trials]) for who in ("own", "wrong")]
        for trials in rotation.trials.values()
    ]
    for settings in tqdm(CANDIDATES, rotation.name, leave=False):
        style, found = replace(rotation.style, settings=settings), []
        for jury, factors in zip(juries, pairs, strict=True):
            made, others = (made_gradients(style, each, jury.digits, strength) for each in factors)
            legible = float(np.mean(rotation.reader.read(made) == jury.digits))
            found.append((preferred(jury.score(made), jury.score(others)), legible))
        yield np.array(found)


def measure(
    rotation: Rotation, style: StyleModel, hands: HandData, gradients: np.ndarray, drawn: int, strength: float
) -> Iterator[tuple[str, float]]:
    """Everything that is said of trials with one number of drawn digits."""
    trials = rotation.trials[drawn]
    jury = Jury(rotation.verifier, gradients, hands, trials)
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
    given = np.unique([row for trial in trials for row in trial.own + trial.wrong])
    for device in (PICTURE, *DEVICES):
        changed, traced = redrawn_hands(style, hands, given, device), device == PICTURE
        pair = [
            made_gradients(
                style, infer_factors(style, changed, [getattr(t, who) for t in trials], traced), digits, strength
            )
            for who in ("own", "wrong")
        ]
        yield f"own beats wrong, drawn digits from {device}", preferred(*(jury.score(each) for each in pair))
    yield "legible", float(np.mean(rotation.reader.read(made) == digits))
    yield "legible, writers' own", float(np.mean(rotation.reader.read(first) == digits))
    who = np.array([hash(trial.own) for trial in trials])
    writer = np.unique(hands.writer[real[:, 0]], return_inverse=True)[1]
    typical = baseline_gradients(style, own, digits, "most typical drawing")
    values, real_values, typical_values = (rotation.verifier.project(g, digits) for g in (made, first, typical))
    yield "diversity", mean_distance(values, digits, who) / mean_distance(real_values, digits, writer)
    distances = [np.sqrt(((each - real_values) ** 2).sum(1)).mean() for each in (values, typical_values)]
    yield "distance to own drawing, per typical drawing's", distances[0] / distances[1]


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
    """Prints what each candidate does, which one each rotation takes, and the table."""
    settings = parse_settings(HandwritingBenchmark, argv, __doc__)
    with refusals_in_words():
        hands, kept, gradients = read_trial_hands(settings)
    rotations, rows = [], []
    for rotation in make_rotations(settings, hands, kept, gradients):
        rotations.append(rotation)
        rows.append(list(judge_candidates(rotation, hands, gradients, settings.strength)))
        print("\n".join(["", rotation.name, *render_candidates(np.array(rows[-1:]))]), flush=True)
    scores = np.array(rows)
    # Whoever is asked has no say in the settings.
    best = [int(np.delete(scores, k, 0).sum(3).mean((0, 2)).argmax()) for k in range(len(scores))]
    print("\n".join(["", "All rotations", *render_candidates(scores)]))
    print("\n".join(["", "Settings of the other rotations", *render_candidates(scores, best)]), flush=True)
    figures: list[dict[tuple[str, int], float]] = []
    for rotation, choice in zip(rotations, best, strict=True):
        style = replace(rotation.style, settings=CANDIDATES[choice])
        row = {
            (name, drawn): value
            for drawn in DRAWN
            for name, value in measure(rotation, style, hands, gradients, drawn, settings.strength)
        }
        figures.append(row | {("ms a digit", 1): time_digit(style, hands)})
    if settings.apart == "collections":
        for rotation, row in zip(rotations, figures, strict=True):
            print("\n".join(["", rotation.name, *render_table([row])]), flush=True)
    print("\n".join(["", *render_table(figures)]), flush=True)


def render_candidates(scores: np.ndarray, best: list[int] | None = None) -> list[str]:
    """How the candidates do, or of each rotation the best one, as Markdown.

    Args:
        scores: float ``[R, C, 3, 2]`` of :func:`judge_candidates`.
        best: for each rotation a candidate; all are told where it is None.
    """
    head = ("exaggeration, ridge", *(f"own beats wrong, {n} drawn" for n in DRAWN), "legible")
    picked = {"chosen": scores[range(len(scores)), best]} if best else {}
    for k, c in enumerate(CANDIDATES if not best else ()):
        picked[f"{c.exaggeration:g}, {c.ridge:g}"] = scores[:, k]
    cells = [
        [name, *(mean_and_error(values[:, n, 0]) for n in range(len(DRAWN))), mean_and_error(values[..., 1].mean(1))]
        for name, values in picked.items()
    ]
    return markdown_table(head, cells)


def render_table(rotations: list[dict[tuple[str, int], float]]) -> list[str]:
    """Means over the rotations and their standard errors, as Markdown."""
    rows = []
    for name in dict.fromkeys(name for name, _ in rotations[0]):
        cells = [name]
        for drawn in DRAWN:
            cells.append(mean_and_error(np.array([figures.get((name, drawn), np.nan) for figures in rotations])))
        rows.append(cells)
    return markdown_table(("drawn digits", *map(str, DRAWN)), rows)


if __name__ == "__main__":
    main()
