"""Which labels of a set are likely wrong: by networks that did not learn from them, and by both ways of reading.

Confident learning (Northcutt et al., Journal of AI Research 70, 2021) with two judges: the shipped classifier, which
has seen none of the set, and one fitted to the set itself in folds, which knows how its writers write.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from classifiers.calibration import softmax
from classifiers.classifier import Classifier
from collection.adapt import crop_box, normalise_rows
from comparison.datasets.dataset import Dataset
from detectors import Detections, Detector, keep_best
from detectors.matching import MIN_OBJECT_IOU, object_overlap
from ink.drawing import DrawingError, read_drawing
from ink.sheet import Sheet
from models.classes import CLASSES

FOLDS = 5
FIT_STEPS = 150
FIT_RATE = 0.1
FIT_DECAY = 1e-3
FEATURE_SCALE = 8.0
"""Features have length one; so scaled, a linear classifier of them gets sure within :data:`FIT_STEPS`."""

MAX_NOISE_WEIGHT = 0.5

Fault = Literal["label", "box", "missing"]
"""The class is likely another; the box fits nothing that either way sees; or there is an object without a label."""


@dataclass(frozen=True)
class Suspect:
    """Something in a set that is likely wrong.

    Attributes:
        sample: number of the picture in the set.
        box: x1, y1, x2, y2 in its pixels.
        fault: what is likely wrong.
        label: what the set says; empty for what has no label.
        suggestion: what it likely is; empty where nothing is likely.
        doubt: how likely something is wrong, 0 to 1.
    """

    sample: int
    box: tuple[float, float, float, float]
    fault: Fault
    label: str
    suggestion: str
    doubt: float


def out_of_fold(features: np.ndarray, class_id: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Probabilities by linear classifiers that have not seen the row's group.

    Args:
        features: float32 ``[N, C]``.
        class_id: labels, int64 ``[N]``.
        group: what is kept together, int64 ``[N]``.

    Returns:
        float32 ``[N, 12]``.
    """
    rows = np.concatenate([FEATURE_SCALE * normalise_rows(features), np.ones((len(features), 1), np.float32)], 1)
    fold = np.unique(group, return_inverse=True)[1] % FOLDS
    found = np.full((len(rows), len(CLASSES)), 1 / len(CLASSES), np.float32)
    for number in range(FOLDS):
        mine, others = fold == number, fold != number
        if mine.any() and others.any():
            found[mine] = softmax(rows[mine] @ _fit_linear(rows[others], class_id[others]))
    return found


def _fit_linear(rows: np.ndarray, class_id: np.ndarray) -> np.ndarray:
    """Softmax regression by Adam, float32 ``[C, 12]``."""
    weights = np.zeros((rows.shape[1], len(CLASSES)), np.float32)
    target = np.eye(len(CLASSES), dtype=np.float32)[class_id]
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, FIT_STEPS + 1):
        gradient = rows.T @ (softmax(rows @ weights) - target) / len(rows) + FIT_DECAY * weights
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * gradient**2
        weights -= FIT_RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return weights


def label_doubts(class_id: np.ndarray, shipped: np.ndarray, folds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How doubtful each label is, and what it likely is instead.

    Args:
        class_id: labels, int64 ``[N]``.
        shipped: probabilities by the shipped classifier, float32 ``[N, 12]``.
        folds: by :func:`out_of_fold`.

    Returns:
        float64 ``[N]``, 0 to 1: the probability of the likeliest class less that of the label, halved and shifted;
        and int64 ``[N]``.
    """
    # Where the folds mostly contradict the set's labels, they learned noise, and the shipped classifier counts alone.
    noise = float((folds.argmax(1) != class_id).mean()) if len(class_id) else 0.0
    both = shipped + max(0.0, MAX_NOISE_WEIGHT - noise) * folds
    both = both / both.sum(1, keepdims=True)
    rows = np.arange(len(class_id))
    return (1 + both.max(1) - 2 * both[rows, class_id]) / 2, both.argmax(1)


@dataclass(frozen=True, eq=False)
class _SetReading:
    """What is measured of a set: a row per labelled object."""

    sample: np.ndarray
    box: np.ndarray
    class_id: np.ndarray
    shipped: np.ndarray
    features: np.ndarray


def audit_dataset(
    dataset: Dataset, classifier: Classifier, detectors: Mapping[str, Detector], boxes: bool = True
) -> list[Suspect]:
    """What of a set is likely wrong, the most doubtful first.

    Args:
        dataset: a labelled set.
        classifier: the shipped one, with features.
        detectors: both ways of reading, by which boxes are judged.
        boxes: whether boxes are judged too, which takes ten times as long.
    """
    rows: list[tuple[int, np.ndarray, int]] = []
    parts, features, suspects = [], [], []
    for number, sample in enumerate(dataset.samples):
        try:
            sheet = Sheet(read_drawing(sample.path))
        except DrawingError:
            continue
        if len(sample.xyxy):
            crops = [crop_box(sheet, box) for box in sample.xyxy]
            parts.append(classifier(crops))
            features.append(classifier.features(crops))
            rows += [(number, box, int(c)) for box, c in zip(sample.xyxy, sample.class_id, strict=True)]
        if boxes:
            shown = [keep_best(detector.proposals([sheet])[0]) for detector in detectors.values()]
            suspects += _box_suspects(number, sample.xyxy, sample.class_id, shown)
    if rows:
        reading = _SetReading(
            np.array([number for number, _, _ in rows]),
            np.stack([box for _, box, _ in rows]),
            np.array([c for _, _, c in rows]),
            np.concatenate(parts),
            np.concatenate(features),
        )
        suspects += _label_suspects(reading)
    return sorted(suspects, key=lambda suspect: -suspect.doubt)


def _label_suspects(reading: _SetReading) -> list[Suspect]:
    folds = out_of_fold(reading.features, reading.class_id, reading.sample)
    doubt, likeliest = label_doubts(reading.class_id, reading.shipped, folds)
    rows = zip(
        reading.sample.tolist(), reading.box.tolist(), reading.class_id.tolist(), likeliest.tolist(), doubt.tolist(),
        strict=True,
    )  # fmt: skip
    return [
        Suspect(number, tuple(box), "label", CLASSES[label], CLASSES[best] if best != label else "", how_much)
        for number, box, label, best, how_much in rows
    ]


def _box_suspects(number: int, xyxy: np.ndarray, class_id: np.ndarray, shown: Sequence[Detections]) -> list[Suspect]:
    """Boxes that fit nothing that any way sees, and what all of them see and no label names."""
    overlaps = [object_overlap(xyxy, found.xyxy) for found in shown]
    suspects = []
    for k, box in enumerate(xyxy.tolist()):
        best = max((float(table[k].max(initial=0)) for table in overlaps), default=1.0)
        if best < MIN_OBJECT_IOU:
            suspects.append(Suspect(number, tuple(box), "box", CLASSES[class_id[k]], "", 1 - best))
    if len(shown) and all(len(found) for found in shown):
        first = shown[0]
        unlabelled = np.flatnonzero(overlaps[0].max(0, initial=0) < MIN_OBJECT_IOU)
        for row in unlabelled.tolist():
            others = [object_overlap(first.xyxy[[row]], found.xyxy)[0] for found in shown[1:]]
            if all(table.max() >= MIN_OBJECT_IOU for table in others):
                name, sure = CLASSES[first.class_id[row]], float(first.confidence[row])
                suspects.append(Suspect(number, tuple(first.xyxy[row].tolist()), "missing", "", name, sure))
    return suspects
