"""Tunes what groupings cost: ``python -m training.grouping [settings]`` prints the best ``ScoreConfig``.

Coordinate descent on the share of composed sheets read exactly, the mean over all classifiers; crops are read once and
remembered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
from tqdm import tqdm

from classifiers import CLASSIFIERS, load_classifier
from classifiers.classifier import Classifier
from comparison.match import is_exact
from detectors.segmentation import ScoreConfig, SegmentationDetector
from training.composer import Scene, compose
from training.drawings import DEFAULT_DATA, DataError, load_drawings
from training.layouts import KINDS
from training.settings import parse

FACTORS = (0.5, 0.75, 1.33, 2.0)
"""Steps tried for each cost, as multiples of the present one."""


@dataclass(frozen=True)
class GroupingSettings:
    """What to tune on."""

    data: Path = DEFAULT_DATA
    canvases: int = 260
    seed: int = 78  # not the seed of the validation set that figures are reported on
    rounds: int = 2


class Remembering(Classifier):
    """A classifier that reads each crop once, however often it is asked."""

    def __init__(self, inner: Classifier) -> None:
        self.inner, self.name, self.label = inner, inner.name, inner.label
        self.known: dict[bytes, tuple[np.ndarray, float]] = {}

    def judge(self, crops: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """As :meth:`Classifier.judge`."""
        keys = [bytes(np.array(crop.shape, np.int32)) + crop.tobytes() for crop in crops]
        new = {key: crop for key, crop in zip(keys, crops, strict=True) if key not in self.known}
        for key, row, whole in zip(new, *self.inner.judge(list(new.values())), strict=True):
            self.known[key] = row, float(whole)
        if not keys:
            return self.inner.judge([])
        rows, wholes = zip(*(self.known[key] for key in keys), strict=True)
        return np.stack(rows), np.array(wholes, np.float32)


def share_exact(classifiers: Sequence[Classifier], config: ScoreConfig, scenes: Sequence[Scene]) -> float:
    """Share of the sheets read exactly with these costs, the mean over the classifiers."""
    detectors = [SegmentationDetector(classifier, config) for classifier in classifiers]
    return float(np.mean([is_exact(d(s.image), s.xyxy, s.class_id) for d in detectors for s in scenes]))


def main(argv: list[str] | None = None) -> None:
    """Prints the best costs found and what they read."""
    settings = parse(GroupingSettings, argv, __doc__)
    try:
        drawings = load_drawings(settings.data, "val")
    except DataError as error:
        raise SystemExit(str(error)) from error
    kinds = [k for k in KINDS if k != "empty"]
    scenes = [
        compose(drawings, np.random.default_rng([settings.seed, i]), kinds[i % len(kinds)])
        for i in range(settings.canvases)
    ]
    classifiers = [Remembering(load_classifier(name)) for name in CLASSIFIERS]
    best = ScoreConfig()
    top = share_exact(classifiers, best, scenes)
    print(f"{top:.4f} at the start", flush=True)
    for _ in range(settings.rounds):
        for field in tqdm(fields(ScoreConfig), unit="cost"):
            value = getattr(best, field.name)
            tried = [value * f for f in FACTORS] if field.name != "sure" else [0.7, 0.8, 0.95, 0.98]
            for number in tried:
                candidate = replace(best, **{field.name: round(number, 4)})
                share = share_exact(classifiers, candidate, scenes)
                if share > top:
                    top, best = share, candidate
                    print(f"{top:.4f} {best}", flush=True)
    print(f"best: {top:.4f} {best}")


if __name__ == "__main__":
    main()
