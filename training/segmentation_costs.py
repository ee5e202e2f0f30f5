"""Tunes what groupings cost: ``python -m training.segmentation_costs [settings]`` prints the best ``ScoreConfig``.

Coordinate descent on the share of composed sheets read exactly, the mean over all classifiers; crops are read once and
remembered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from classifiers import CLASSIFIERS, load_classifier
from classifiers.classifier import Classifier
from comparison.evaluation.metrics import is_exact
from detectors.detector import keep_best
from detectors.segmentation.detector import SegmentationDetector
from detectors.segmentation.scoring import ScoreConfig
from ink.sheet import Sheet
from training.glyphs.reader import DEFAULT_DATA, DataError, load_glyphs
from training.runs.settings import parse_settings
from training.scenes.composer import Scene, compose_validation_scene
from training.scenes.kinds import KINDS

TRIED_COSTS: dict[str, tuple[Any, ...]] = {
    "reach": ((0.1, 0.2), (0.15, 0.15), (0.15, 0.25), (0.15, 0.35), (0.2, 0.25)),
    "symbol": (-0.3, -0.1, 0.0, 0.1, 0.2, 0.3, 0.5),
    "other": (0.3, 0.6, 0.9, 1.2, 1.6, 2.0),
    "other_joined": (0.3, 0.6, 1.0, 1.5),
    "gap": (1.0, 2.0, 3.0, 4.0),
    "part": (-0.3, -0.2, -0.1, 0.0, 0.1, 0.2, 0.3),
    "several": (0.0, 0.5, 1.0, 1.5, 2.0),
    "whole": (1.0, 2.0, 3.0, 4.0, 5.0, 6.0),
    "rare_other": (0.0, 0.5, 1.0, 1.5, 2.0, 2.5),
    "rare_censored": (0.0, 0.5, 0.8, 1.2),
    "sure": (0.8, 0.9, 0.95, 0.98),
    "trust": (0.0, 0.5, 1.0, 2.0, 2.5, 3.0, 3.5),
    "trust_other": (-2.0, -1.5, -1.0, -0.5, 0.0, 0.5),
}
"""Values tried for each cost."""


@dataclass(frozen=True)
class GroupingSettings:
    """What to tune on."""

    data: Path = DEFAULT_DATA
    canvases: int = 360
    seed: int = 78  # not the seed of the validation set that figures are reported on
    rounds: int = 2


class RememberingClassifier(Classifier):
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


def share_exact(
    classifiers: Sequence[Classifier], config: ScoreConfig, scenes: Sequence[Scene], sheets: Sequence[Sheet]
) -> float:
    """Share of the sheets read exactly with these costs, the mean over the classifiers."""
    right = []
    for classifier in classifiers:
        found = SegmentationDetector(classifier, config).candidates(sheets)
        right += [is_exact(keep_best(f), s.xyxy, s.class_id) for f, s in zip(found, scenes, strict=True)]
    return float(np.mean(right))


def main(argv: list[str] | None = None) -> None:
    """Prints the best costs found and what they read."""
    settings = parse_settings(GroupingSettings, argv, __doc__)
    try:
        drawings = load_glyphs(settings.data, "val")
    except DataError as error:
        raise SystemExit(str(error)) from error
    kinds = [k for k in KINDS if k != "empty"]
    scenes = [
        compose_validation_scene(drawings, np.random.default_rng([settings.seed, i]), kinds[i % len(kinds)])
        for i in range(settings.canvases)
    ]
    classifiers = [RememberingClassifier(load_classifier(name)) for name in CLASSIFIERS]
    best = ScoreConfig()
    sheets = [Sheet(scene.image) for scene in scenes]
    top = share_exact(classifiers, best, scenes, sheets)
    print(f"{top:.4f} at the start", flush=True)
    for _ in range(settings.rounds):
        for field in tqdm(fields(ScoreConfig), unit="cost"):
            for number in TRIED_COSTS[field.name]:
                candidate = replace(best, **{field.name: number})
                share = share_exact(classifiers, candidate, scenes, sheets)
                if share > top:
                    top, best = share, candidate
                    print(f"{top:.4f} {best}", flush=True)
    print(f"best: {top:.4f} {best}")


if __name__ == "__main__":
    main()
