"""How well a detector reads composed scenes: mAP by the evaluation's own metric, and scenes read exactly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from comparison.evaluation.metrics import is_exact, mean_average_precision
from detectors.detections import Detections
from detectors.detector import keep_best
from training.scenes.composer import Scene


def score_detector(found: Sequence[Detections], scenes: Sequence[Scene]) -> dict[str, float]:
    """MAP over all scenes, and the share of scenes read exactly by kind."""
    map50, map_all = mean_average_precision(found, [(scene.xyxy, scene.class_id) for scene in scenes])
    exact: dict[str, list[bool]] = {}
    for detections, scene in zip(found, scenes, strict=True):
        exact.setdefault(scene.kind, []).append(is_exact(keep_best(detections), scene.xyxy, scene.class_id))
    result = {"mAP50": map50, "mAP": map_all}
    result |= {f"exact/{kind}": float(np.mean(flags)) for kind, flags in exact.items()}
    return result | {"exact/all": float(np.mean([f for flags in exact.values() for f in flags]))}
