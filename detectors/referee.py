"""Both ways together: one reading from two, object by object, by evidence weighed on drawings whose truth is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal

import numpy as np
from safetensors.numpy import load_file

from classifiers.calibration import sigmoid
from detectors.detections import NUM_CLASSES, Detections
from detectors.detector import CONFIDENCE, MIN_CONFIDENCE, Detector
from detectors.fusion import (
    CONTEST_FEATURES,
    OBJECT_FEATURES,
    TRUST_FEATURES,
    Candidates,
    contest_features,
    find_candidates,
    object_features,
    pool_classes,
    trust_features,
)
from ink.sheet import Sheet
from weights.store import WeightsError, load_weights

NAME = "referee"

WAYS = ("yolov3", "contours-cnn")
"""Names of the two methods that the shipped referee reads with, in its parameters' order."""

MAX_LOSER_CONFIDENCE = 0.49
"""The version of a contest that loses is never shown by default."""

Reason = Literal["both", "class", "contest", "alone"]
"""Why an object is what it is: both ways say so; both box it, and one knows its class better; the ways cut the ink
differently, and one does so likelier; only one way sees it."""


@dataclass(frozen=True, eq=False)
class RefereeParameters:
    """What was fitted, by ``python -m training.referee``.

    Attributes:
        trust: float ``[2, T + 1]``, on ``TRUST_FEATURES`` and a constant: weights of the two ways' class probabilities.
        bias: float ``[12]``, of the classes.
        existence: float ``[3, F + 1]``, logistic regressions on ``OBJECT_FEATURES`` and a constant: of what both ways
            see, the first alone, the second alone.
        contest: float ``[G + 1]``, on ``CONTEST_FEATURES`` and a constant: the first way's version is the right one.
    """

    trust: np.ndarray
    bias: np.ndarray
    existence: np.ndarray
    contest: np.ndarray

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> RefereeParameters:
        """From arrays by name; WeightsError where one is missing, has another shape or is not finite."""
        shapes = {
            "trust": (2, len(TRUST_FEATURES) + 1),
            "bias": (NUM_CLASSES,),
            "existence": (3, len(OBJECT_FEATURES) + 1),
            "contest": (len(CONTEST_FEATURES) + 1,),
        }
        for name, shape in shapes.items():
            if name not in arrays or arrays[name].shape != shape or not np.isfinite(arrays[name]).all():
                raise WeightsError(f"The referee's {name} must be finite numbers of shape {shape}; fit it anew.")
        return cls(**{name: np.asarray(arrays[name], np.float64) for name in shapes})

    def pool(self, found: Candidates) -> np.ndarray:
        """Class probabilities of both ways together on each candidate, float64 ``[N, 12]``."""
        return pool_classes(found.probabilities, with_constant(trust_features(found)) @ self.trust.T, self.bias)

    def arrays(self) -> dict[str, np.ndarray]:
        """By name, float64."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True, eq=False)
class Decision:
    """What the referee makes of one object.

    Attributes:
        box: float ``[4]`` in the drawing's pixels.
        confidence: 0 to 1.
        probabilities: float ``[12]``.
        reason: why.
        way: 0 or 1, whose word it is; None where it is both's.
    """

    box: np.ndarray
    confidence: float
    probabilities: np.ndarray
    reason: Reason
    way: int | None


def decide(parameters: RefereeParameters, first: Detections, second: Detections) -> list[Decision]:
    """One reading from two ways' proposals on one drawing: everything that either sees, however unlikely it is now."""
    found = find_candidates(first, second)
    pooled = parameters.pool(found)
    features = with_constant(object_features(found, pooled))
    sort = np.where(found.seen.all(1), 0, np.where(found.seen[:, 0], 1, 2))
    there = sigmoid((features * parameters.existence[sort]).sum(1))
    contested: dict[int, int] = {}  # row -> the way whose version won
    for mine in found.contests:
        first_wins = sigmoid(with_constant(contest_features(found, *mine)) @ parameters.contest)
        winner = 0 if first_wins >= CONFIDENCE else 1
        chance = max(first_wins, 1 - first_wins)
        there[mine[winner]] = chance
        there[mine[1 - winner]] = min(1 - chance, MAX_LOSER_CONFIDENCE)
        contested |= dict.fromkeys([*mine[0], *mine[1]], winner)
    confidence = shown_confidence(there, pooled.max(1))
    return [
        Decision(found.boxes[k], float(confidence[k]), pooled[k], *_reason(found, pooled, k, contested))
        for k in range(len(found))
        if confidence[k] >= MIN_CONFIDENCE
    ]


def shown_confidence(there: np.ndarray, certain: np.ndarray) -> np.ndarray:
    """Confidence of an object: whether it is there says on which side of a half, its class how far above.

    Args:
        there: how likely its box is an object's, float ``[N]``, 0 to 1.
        certain: how likely its class is the right one, likewise.
    """
    return np.where(there >= CONFIDENCE, CONFIDENCE + (there - CONFIDENCE) * certain, there)


def _reason(found: Candidates, pooled: np.ndarray, row: int, contested: Mapping[int, int]) -> tuple[Reason, int | None]:
    if row in contested:
        return "contest", contested[row]
    if not found.seen[row].all():
        return "alone", int(found.seen[row, 1])
    classes = found.probabilities[row].argmax(1)
    if classes[0] == classes[1]:
        return "both", None
    return "class", int(classes[1] == pooled[row].argmax())


def with_constant(features: np.ndarray) -> np.ndarray:
    """The features ``[..., F]`` and a one behind them."""
    return np.concatenate([features, np.ones((*features.shape[:-1], 1))], -1)


class Referee(Detector):
    """Reads with two other detectors and decides between them.

    Args:
        ways: the two, in the order of the parameters.
        parameters: the evidence's weights.
    """

    name = NAME
    approach = "Together"
    label = "Both together"

    def __init__(self, ways: Sequence[Detector], parameters: RefereeParameters) -> None:
        self.ways = tuple(ways)
        self.parameters = parameters

    @classmethod
    def load(cls, folder: Path, *ways: Detector) -> Referee:
        """Of loaded detectors, with the shipped parameters; WeightsError where they can't be used."""
        return cls(ways, RefereeParameters.from_arrays(load_file(load_weights(NAME, folder).path)))

    def propose(self, sheets: Sequence[Sheet]) -> list[Detections]:
        # What the ways have found on these sheets before is not looked for again.
        readings = [way.proposals(sheets) for way in self.ways]
        return [merge_decisions(self.decide(proposals)) for proposals in zip(*readings, strict=True)]

    def decide(self, proposals: Sequence[Detections]) -> list[Decision]:
        """As :func:`decide`, of both ways' proposals on one drawing; :meth:`propose` gives them in this order."""
        return decide(self.parameters, *proposals)


def reason_in_words(decision: Decision, labels: Sequence[str]) -> str:
    """Why an object is what it is, for people; ``labels`` are what they call the two ways."""
    if decision.way is None:
        return "both say so"
    label = labels[decision.way]
    return {
        "class": f"{label} is surer of its class",
        "contest": f"{label} divides the ink more convincingly",
        "alone": f"only {label} sees it",
    }[decision.reason]


def merge_decisions(decisions: Sequence[Decision]) -> Detections:
    """Decisions on one drawing as Detections, in their order."""
    if not decisions:
        return Detections.empty()
    probabilities = np.stack([each.probabilities for each in decisions])
    return Detections(
        np.stack([each.box for each in decisions]),
        np.array([each.confidence for each in decisions]),
        probabilities.argmax(1),
        probabilities,
        exclusive=True,
    )
