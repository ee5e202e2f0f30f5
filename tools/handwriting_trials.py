"""Trials of made digits: who drew what, whose hand writes it, and what else might have been written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from handwriting.style import StyleModel
from tools.handwriting_judges import Verifier, gradient_features, split_all
from training.handwriting import HandData

BASELINES = ("random writer", "most typical drawing", "nearest writer's drawing", "mean of writers")
"""What is offered in place of a made digit."""


MIN_REFERENCES = 5
"""Drawings by a writer that the verifier needs beside the drawn digits."""


@dataclass(frozen=True)
class Trial:
    """One digit that two hands write: the own one, and one of another writer of the same collection.

    Attributes:
        digit: that is written.
        own: rows of what the writer had drawn.
        wrong: rows of the same digits by the other writer.
        reference: rows of the writer that the verifier compares with: other drawings, of other digits.
        real: a row each of that digit by the writer and by the other one.
    """

    digit: int
    own: tuple[int, ...]
    wrong: tuple[int, ...]
    reference: np.ndarray
    real: tuple[int, int]


def split_writers(hands: HandData, folds: int, seed: int = 1) -> np.ndarray:
    """Which fold each digit's writer is in, int ``[N]``; every collection is spread evenly over all."""
    writers, first, who = np.unique(hands.writer, return_index=True, return_inverse=True)
    order = np.random.default_rng(seed).permutation(len(writers))
    order = order[np.argsort(hands.source[first[order]], kind="stable")]
    fold = np.empty(len(writers), int)
    fold[order] = np.arange(len(writers)) % folds
    return fold[who]


def make_trials(hands: HandData, test: np.ndarray, drawn: int, repeats: int, seed: int) -> list[Trial]:
    """Trials with so many drawn digits, of all writers in bool ``[N]`` who have all ten and another one beside them."""
    rng, table = np.random.default_rng([seed, drawn]), dict[str, list[list[int]]]()
    for row in np.flatnonzero(test).tolist():
        table.setdefault(str(hands.writer[row]), [[] for _ in range(10)])[hands.digit[row]].append(row)
    table = {name: rows for name, rows in table.items() if all(rows)}
    source = {name: str(hands.source[rows[0][0]]) for name, rows in table.items()}
    trials = []
    for name, rows in table.items():
        others = [other for other in table if other != name and source[other] == source[name]]
        for _ in range(repeats if others else 0):
            other, order = table[others[rng.integers(len(others))]], rng.permutation(10).tolist()
            given, asked = order[:drawn], order[drawn:]
            own, wrong = (tuple(int(rng.choice(who[d])) for d in given) for who in (rows, other))
            for digit in asked:
                rest = [row for d in range(10) if d != digit for row in rows[d] if row not in own]
                if len(rest) < MIN_REFERENCES:
                    continue
                real = int(rng.choice(rows[digit])), int(rng.choice(other[digit]))
                trials.append(Trial(digit, own, wrong, np.array(rest), real))
    return trials


def infer_factors(
    style: StyleModel, hands: HandData, rows: Sequence[tuple[int, ...]], traced: bool = False
) -> np.ndarray:
    """The hand of each tuple of rows, float ``[N, K]``; ``traced`` where their features are of traced pictures."""
    standard = np.clip(style.model.standardise(hands.features, hands.digit, traced), -4, 4)
    return np.stack([style.model.estimate(standard[list(k)], hands.digit[list(k)], traced=traced) for k in rows])


def made_gradients(
    style: StyleModel, factors: np.ndarray, digits: np.ndarray, strength: float, shapes: np.ndarray | None = None
) -> np.ndarray:
    """What judges see of made digits, float32 ``[N, 324]``, of hands float ``[N, K]``; in chosen shapes, if any."""
    rows = []
    for k, digit in enumerate(digits.tolist()):
        able = style.rows(digit, None if shapes is None else int(shapes[k]))
        rows.append(able[np.argmin(style.costs(factors[k], able, strength))])
    picked = np.array(rows)
    points = style.warp(picked, factors, strength)
    return gradient_features(split_all(points, style.bank.stroke[picked]))


def baseline_gradients(style: StyleModel, factors: np.ndarray, digits: np.ndarray, kind: str) -> np.ndarray:
    """What judges see of a digit that is offered in place of a made one, float32 ``[N, 324]``."""
    rng, bank = np.random.default_rng(0), style.bank
    if kind == "mean of writers":
        means = []
        for digit in range(10):
            rows = style.rows(digit, 0)
            count = bank.stroke[rows, -1]
            rows = rows[count == np.bincount(count).argmax()]
            middle = rows[np.argmin((style.standard[rows] ** 2).mean(1))]
            # The same movements alone: the mean of a clockwise and an anticlockwise zero is no zero.
            distance = ((bank.points[rows] - bank.points[middle]) ** 2).sum((1, 2))
            like = rows[np.argsort(distance)[: max(1, len(rows) // 2)]]
            means.append((bank.points[like].mean(0), bank.stroke[middle]))
        return gradient_features(split_all(*(np.stack(part) for part in zip(*means, strict=True))))[digits]
    rows, hands = np.empty(len(digits), int), writers_hands(style) if kind == "nearest writer's drawing" else None
    for k, digit in enumerate(digits.tolist()):
        able = style.rows(digit)
        if kind == "random writer":
            rows[k] = rng.choice(able)
        elif kind == "most typical drawing":
            rows[k] = able[np.argmin((style.standard[able] ** 2).mean(1))]
        elif hands is not None:
            rows[k] = able[np.argmin(((hands[able] - factors[k]) ** 2).sum(1))]
    return gradient_features(split_all(bank.points[rows], bank.stroke[rows]))


def writers_hands(style: StyleModel) -> np.ndarray:
    """The hand of each of the bank's drawings' writers, float ``[M, K]``."""
    found = np.zeros((len(style.bank.digit), style.model.maps.shape[2]))
    for name in np.unique(style.bank.writer):
        mine = style.bank.writer == name
        found[mine] = style.model.posterior(style.standard[mine], style.bank.digit[mine])[0]
    return found


def nearest_shapes(
    style: StyleModel, bank_gradients: np.ndarray, gradients: np.ndarray, digits: np.ndarray
) -> np.ndarray:
    """The shape of the bank's drawing that looks most like each digit, int ``[N]``: what somebody would click."""
    found = np.zeros(len(digits), int)
    for digit in range(10):
        mine, rows = np.flatnonzero(digits == digit), style.rows(digit)
        if len(mine):
            near = bank_gradients[rows]
            product = gradients[mine] @ near.T
            found[mine] = style.bank.allograph[rows][(product - (near**2).sum(1) / 2).argmax(1)]
    return found


class Jury:
    """Scores of a verifier for all digits that are offered in some trials; what is prepared once serves them all."""

    def __init__(self, verifier: Verifier, gradients: np.ndarray, hands: HandData, trials: Sequence[Trial]) -> None:
        model, self.verifier = verifier.model, verifier
        self.digits = np.array([trial.digit for trial in trials])
        values = verifier.project(gradients, hands.digit)
        prior = [
            _inverse(model.maps[d], np.eye(model.maps.shape[2]), model.own[d] + model.within[d]) for d in range(10)
        ]
        self.prior = np.stack(prior).astype(np.float32)[self.digits]
        means, inverses = [], []
        for trial in trials:
            maps = model.maps[trial.digit]
            mean, covariance = model.posterior(values[trial.reference], hands.digit[trial.reference])
            means.append(maps @ mean)
            inverses.append(_inverse(maps, covariance, model.own[trial.digit] + model.within[trial.digit]))
        self.mean, self.inverse = np.stack(means), np.stack(inverses).astype(np.float32)

    def score(self, gradients: np.ndarray) -> np.ndarray:
        """How much likelier each trial's digit, float ``[T, 324]``, is by its writer than by anybody: float ``[T]``."""
        values = self.verifier.project(gradients, self.digits)
        off = values - self.mean
        anybody = np.einsum("nf,nfg,ng->n", values, self.prior, values)
        return (anybody - np.einsum("nf,nfg,ng->n", off, self.inverse, off)) / 2


def _inverse(maps: np.ndarray, covariance: np.ndarray, noise: np.ndarray) -> np.ndarray:
    return np.linalg.inv(maps @ covariance @ maps.T + np.diag(noise))


def preferred(first: np.ndarray, second: np.ndarray) -> float:
    """Share of pairs whose first score is the higher one; ties count half."""
    return float(np.mean((first > second) + 0.5 * (first == second)))


def mean_distance(values: np.ndarray, digits: np.ndarray, who: np.ndarray) -> float:
    """Mean distance of two drawings of one digit by different hands, in whatever ``values`` float ``[N, C]`` are."""
    found = []
    for digit in range(10):
        mine = np.flatnonzero(digits == digit)[:250]
        distance = np.sqrt(np.maximum(((values[mine, None] - values[None, mine]) ** 2).sum(2), 0))
        apart = who[mine][:, None] != who[mine][None]
        found.append(distance[apart].mean())
    return float(np.mean(found))
