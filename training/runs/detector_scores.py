"""How well a detector reads composed scenes: mAP by the evaluation's own metric, and scenes read exactly."""

from __future__ import annotations

from collections.abc import Sequence

from comparison.evaluation.metrics import mean_average_precision, share_exact
from detectors.detections import Detections
from training.scenes.composer import Scene


def score_detector(found: Sequence[Detections], scenes: Sequence[Scene]) -> dict[str, float]:
    """Means over all scenes: mAP, and the share of scenes read exactly by kind."""
    truths = [(scene.xyxy, scene.class_id) for scene in scenes]
    map50, map_all = mean_average_precision(found, truths)
    result = {"mAP50": map50, "mAP": map_all}
    for kind in dict.fromkeys(scene.kind for scene in scenes):
        rows = [k for k, scene in enumerate(scenes) if scene.kind == kind]
        result[f"exact/{kind}"] = share_exact([found[k] for k in rows], [truths[k] for k in rows])
    return result | {"exact/all": share_exact(found, truths)}
