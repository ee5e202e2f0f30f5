"""How well a detector reads composed scenes: mAP by the evaluation's own metric, and scenes read exactly."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from comparison.datasets.dataset import Dataset, Sample
from comparison.evaluation.metrics import coco_results, is_exact, mean_average_precision
from detectors.detections import Detections
from detectors.detector import keep_best
from models.classes import CLASSES
from training.scenes.composer import Scene


def average_precisions(
    found: Sequence[Detections], truths: Sequence[tuple[np.ndarray, np.ndarray]]
) -> tuple[float, float]:
    """MAP at IoU 0.5 and over 0.5 to 0.95.

    Args:
        found: of each image.
        truths: of each image its boxes float32 ``[N, 4]`` in pixels and classes int64 ``[N]``.
    """
    samples = [Sample(number, Path(), xyxy, class_id) for number, (xyxy, class_id) in enumerate(truths, 1)]
    dataset = Dataset(samples, {class_id: class_id + 1 for class_id in range(len(CLASSES))})
    return mean_average_precision(coco_results(found, samples, dataset), samples, dataset)


def score_detector(found: Sequence[Detections], scenes: Sequence[Scene]) -> dict[str, float]:
    """MAP over all scenes, and the share of scenes read exactly by kind."""
    map50, map_all = average_precisions(found, [(scene.xyxy, scene.class_id) for scene in scenes])
    exact: dict[str, list[bool]] = {}
    for detections, scene in zip(found, scenes, strict=True):
        exact.setdefault(scene.kind, []).append(is_exact(keep_best(detections), scene.xyxy, scene.class_id))
    result = {"mAP50": map50, "mAP": map_all}
    result |= {f"exact/{kind}": float(np.mean(flags)) for kind, flags in exact.items()}
    return result | {"exact/all": float(np.mean([f for flags in exact.values() for f in flags]))}
