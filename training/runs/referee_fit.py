"""The referee's evidence, weighed on composed scenes that both ways have read (detectors/referee.py)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from detectors.detections import NUM_CLASSES
from detectors.fusion import (
    CONTEST_FEATURES,
    OBJECT_FEATURES,
    TRUST_FEATURES,
    Candidates,
    contest_features,
    find_candidates,
    object_features,
    trust_features,
)
from detectors.matching import match_boxes
from detectors.referee import RefereeParameters, with_constant
from models.classes import CENSORED
from training.runs.read_scenes import ReadScene

RIDGE = 2.0
"""Weight of the squared parameters of standardised features against the sum of all losses."""

BIAS_RIDGE = 100.0
"""The same of the squared biases of classes: what is rare on the sheets is not to outweigh what both ways say."""

CENSORED_CAUTION = 0.6
"""Taken off the bias of ``censored``: the sheets have more of it than visitors draw, and it is the worst class to be
wrong with.  Of 584 innocent doodles 1.2 instead of 1.9 % are then called so, of 300 obscene ones 86 instead of 89 %."""

MIN_CONTESTS = 20
"""Contests below which the way that is surer wins them."""


def minimise(loss: Callable[[Tensor], Tensor], count: int) -> np.ndarray:
    """The float64 ``[count]`` that make a convex loss least (L-BFGS from 0)."""
    parameters = torch.zeros(count, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([parameters], max_iter=300, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        value = loss(parameters)
        value.backward()
        return value

    optimizer.step(closure)
    return parameters.detach().numpy()


def standardise(features: np.ndarray) -> tuple[Tensor, Callable[[np.ndarray], np.ndarray]]:
    """Features ``[N, F]`` of mean 0 and deviation 1 with a one behind them, float64 ``[N, F + 1]``.

    And what turns weights ``[..., F + 1]`` of these into weights of the features as they are.
    """
    mean, scale = features.mean(0), np.maximum(features.std(0), 1e-3)

    def of_features(weights: np.ndarray) -> np.ndarray:
        slopes = weights[..., :-1] / scale
        return np.concatenate([slopes, weights[..., -1:] - (slopes @ mean)[..., None]], -1)

    return torch.from_numpy(with_constant((features - mean) / scale)), of_features


def fit_logistic(features: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Logistic regression with a ridge, float64 ``[F + 1]``: weights of the features as they are, and the constant.

    Args:
        features: float ``[N, F]``.
        right: bool ``[N]``.
    """
    if not len(right):
        return np.zeros(features.shape[1] + 1)
    (x, of_features), y = standardise(features), torch.from_numpy(right.astype(float))

    def loss(parameters: Tensor) -> Tensor:
        return (
            functional.binary_cross_entropy_with_logits(x @ parameters, y, reduction="sum")
            + RIDGE * parameters[:-1].square().sum()
        )

    return of_features(minimise(loss, x.shape[1]))


def fit_trust(probabilities: np.ndarray, features: np.ndarray, class_id: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What the ways' class probabilities weigh, ``[2, T + 1]``, and the classes' bias ``[12]``; see ``pool_classes``.

    Args:
        probabilities: ``[N, 2, 12]``.
        features: float ``[N, T]``, ``TRUST_FEATURES``.
        class_id: int ``[N]``, the true classes.
    """
    logs, classes = torch.from_numpy(np.log(np.clip(probabilities, 1e-6, 1))), torch.from_numpy(class_id)
    x, of_features = standardise(features)

    def loss(parameters: Tensor) -> Tensor:
        trust, bias = parameters[:-NUM_CLASSES].reshape(2, -1), parameters[-NUM_CLASSES:]
        logits = ((x @ trust.T)[..., None] * logs).sum(1) + bias
        ridge = BIAS_RIDGE * bias.square().sum() + RIDGE * trust[:, :-1].square().sum()
        return functional.cross_entropy(logits, classes, reduction="sum") + ridge

    found = minimise(loss, 2 * x.shape[1] + NUM_CLASSES)
    return of_features(found[:-NUM_CLASSES].reshape(2, -1)), found[-NUM_CLASSES:]


def fit_referee(scenes: Sequence[ReadScene], ways: tuple[str, str]) -> RefereeParameters:
    """Everything, from scenes of all kinds.

    Args:
        scenes: with the truth and both ways' proposals.
        ways: names of the two.
    """
    read = [(find_candidates(*(scene.proposals[way] for way in ways)), scene) for scene in scenes]
    matches = [dict(match_boxes(found.boxes, scene.xyxy)) for found, scene in read]
    matched = [np.array(sorted(pairs), int) for pairs in matches]
    classes = np.concatenate(
        [scene.class_id[[pairs[k] for k in sorted(pairs)]] for pairs, (_, scene) in zip(matches, read, strict=True)]
    )
    probabilities = np.concatenate([found.probabilities[rows] for (found, _), rows in zip(read, matched, strict=True)])
    trusts = np.concatenate([trust_features(found)[rows] for (found, _), rows in zip(read, matched, strict=True)])
    trust, bias = fit_trust(probabilities, trusts, classes)
    bias[CENSORED] -= CENSORED_CAUTION
    weighed = RefereeParameters(trust, bias, np.zeros(0), np.zeros(0))
    features = np.concatenate([object_features(found, weighed.pool(found)) for found, _ in read])
    seen = np.concatenate([found.seen for found, _ in read])
    there = np.concatenate([np.isin(np.arange(len(f)), rows) for (f, _), rows in zip(read, matched, strict=True)])
    sorts = (seen.all(1), seen[:, 0] & ~seen[:, 1], ~seen[:, 0] & seen[:, 1])
    existence = np.stack([fit_logistic(features[sort], there[sort]) for sort in sorts])
    return replace(weighed, existence=existence, contest=_fit_contests(read))


def _fit_contests(read: Sequence[tuple[Candidates, ReadScene]]) -> np.ndarray:
    features, wins = [], []
    for found, scene in read:
        for mine in found.contests:
            errors = [_count_errors(found, scene, mine, side) for side in (0, 1)]
            if errors[0] != errors[1]:
                features.append(contest_features(found, *mine))
                wins.append(errors[0] < errors[1])
    if len(wins) < MIN_CONTESTS or len(set(wins)) < 2:
        surer = np.zeros(len(CONTEST_FEATURES) + 1)
        surer[:2] = 1, -1
        return surer
    return fit_logistic(np.stack(features), np.array(wins))


def _count_errors(found: Candidates, scene: ReadScene, contest: tuple[list[int], list[int]], side: int) -> int:
    """What one way's version of a contest has too much, misses or names wrongly, of the objects that the contest is on.

    Those are what either version has a box of.
    """
    on = {j for rows in contest for _, j in match_boxes(found.boxes[rows], scene.xyxy)}
    rows = contest[side]
    pairs = match_boxes(found.boxes[rows], scene.xyxy)
    right = sum(found.probabilities[rows[i], side].argmax() == scene.class_id[j] for i, j in pairs)
    return len(rows) + len(on) - 2 * int(right)


def count_parameters() -> int:
    """Numbers that are fitted."""
    return 2 * (len(TRUST_FEATURES) + 1) + NUM_CLASSES + 3 * (len(OBJECT_FEATURES) + 1) + len(CONTEST_FEATURES) + 1
