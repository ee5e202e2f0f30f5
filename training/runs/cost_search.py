"""Coordinate descent on what segmentation's groupings cost; every crop is read once and remembered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np
from tqdm import tqdm

from classifiers.classifier import Classifier
from classifiers.crop import Crop
from comparison.evaluation.metrics import share_exact
from detectors.segmentation.detector import SegmentationDetector
from detectors.segmentation.scoring import ScoreConfig
from ink.sheet import Sheet
from training.scenes.composer import Scene

TRIED_COSTS: dict[str, tuple[Any, ...]] = {
    "reach": ((0.1, 0.2), (0.15, 0.15), (0.15, 0.25), (0.15, 0.35), (0.2, 0.25)),
    "symbol": (5.1, 5.6, 6.1, 6.6, 7.1),
    "other": (0.2, 0.4, 0.6, 0.9, 1.2, 1.6, 2.0),
    "other_joined": (0.3, 0.5, 0.7, 1.0, 1.5),
    "gap": (1.0, 2.0, 3.0, 4.0),
    "part": (2.9, 3.9, 4.9, 5.9),
    "several": (1.0, 2.0, 3.0, 4.0),
    "whole": (1.0, 2.0, 3.0, 4.0, 5.0, 6.0),
    "low": (0.0, 2.5, 5.0, 8.0),
    "dot": (0.0, 2.0, 4.0, 8.0),
    "odds": (0.3, 0.5, 0.7),
    "rare_other": (0.0, 0.5, 1.0, 1.5, 2.0, 2.5),
    "rare_censored": (0.0, 0.3, 0.5, 0.8, 1.2),
    "rare_low": (0.0, 0.5, 1.0, 2.0),
    "sure": (0.8, 0.9, 0.95, 0.98),
    "trust": (0.0, 0.5, 1.0, 2.0, 2.5, 3.0, 3.5),
    "trust_other": (-2.0, -1.5, -1.0, -0.5, 0.0, 0.5),
}
"""Values tried for each cost."""


class RememberingClassifier(Classifier):
    """A classifier that reads each crop once, however often it is asked."""

    def __init__(self, inner: Classifier) -> None:
        self.inner, self.name, self.label = inner, inner.name, inner.label
        self.known: dict[Crop | bytes, tuple[np.ndarray, float]] = {}

    def judge(self, crops: Sequence[np.ndarray | Crop]) -> tuple[np.ndarray, np.ndarray]:
        """As :meth:`Classifier.judge`."""
        # A crop of a sheet is made once, so it is itself the key.
        keys = [each if isinstance(each, Crop) else each.tobytes() for each in crops]
        new = {key: crop for key, crop in zip(keys, crops, strict=True) if key not in self.known}
        for key, row, whole in zip(new, *self.inner.judge(list(new.values())), strict=True):
            self.known[key] = row, float(whole)
        if not keys:
            return self.inner.judge([])
        rows, wholes = zip(*(self.known[key] for key in keys), strict=True)
        return np.stack(rows), np.array(wholes, np.float32)


def mean_share_exact(
    classifiers: Sequence[Classifier], config: ScoreConfig, scenes: Sequence[Scene], sheets: Sequence[Sheet]
) -> float:
    """Share of the scenes that are read exactly with these costs, the mean over the classifiers.

    Args:
        classifiers: whose verdicts are grouped.
        config: the costs.
        scenes: the truth.
        sheets: the scenes as they are read, in the same order.
    """
    found = [f for each in classifiers for f in SegmentationDetector(each, config).propose(sheets)]
    return share_exact(found, [(scene.xyxy, scene.class_id) for scene in scenes] * len(classifiers))


def search_costs(start: ScoreConfig, rounds: int, share: Callable[[ScoreConfig], float]) -> tuple[ScoreConfig, float]:
    """The best costs found, changing one at a time, and their share of scenes read exactly; prints each step.

    Args:
        start: costs to begin with.
        rounds: how often every cost is tried.
        share: what is to become large.
    """
    best, top = start, share(start)
    print(f"{top:.4f} at the start", flush=True)
    for _ in range(rounds):
        for field in tqdm(fields(ScoreConfig), unit="cost"):
            for number in TRIED_COSTS[field.name]:
                candidate = replace(best, **{field.name: number})
                reached = share(candidate)
                if reached > top:
                    top, best = reached, candidate
                    print(f"{top:.4f} {best}", flush=True)
    return best, top
