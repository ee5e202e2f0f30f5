"""Confidences that make one half the right threshold: a scale and a shift of the logit, fitted on validation scenes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from classifiers.calibration import logit, sigmoid
from comparison.evaluation.metrics import is_exact
from detectors.detections import Detections
from detectors.detector import keep_best
from detectors.matching import match_boxes
from training.scenes.composer import Scene


def fit_confidence(found: Sequence[Detections], scenes: Sequence[Scene]) -> dict[str, float]:
    """Scale and shift of the confidence's logit.

    The shift puts the threshold at which most scenes are read exactly at one half; the scale is then the one that gives
    the least log-loss of "this box is a right one".

    Args:
        found: what an uncalibrated detector found, down to the lowest confidences.
        scenes: the scenes with their truth, in the same order.
    """
    thresholds = np.linspace(0.1, 0.9, 81)
    exact = [
        np.mean([is_exact(keep_best(f, t), s.xyxy, s.class_id) for f, s in zip(found, scenes, strict=True)])
        for t in thresholds
    ]
    # Middle of the plateau around the best: a sharp maximum is chance.
    good = thresholds[np.array(exact) >= max(exact) - 0.002]
    best = float(np.median(good))
    scores, right = [], []
    for detections, scene in zip(found, scenes, strict=True):
        hits = {i for i, j in match_boxes(detections.xyxy, scene.xyxy) if detections.class_id[i] == scene.class_id[j]}
        scores += detections.confidence.tolist()
        right += [i in hits for i in range(len(detections))]
    if not scores:
        return {"scale": 1.0, "shift": 0.0}
    logits = logit(np.clip(scores, 1e-6, 1 - 1e-6))
    offset, truth = float(logit(best)), np.array(right)
    scales = np.linspace(0.5, 3, 51)
    losses = []
    for scale in scales:
        p = np.clip(sigmoid(scale * (logits - offset)), 1e-6, 1 - 1e-6)
        losses.append(-np.mean(np.where(truth, np.log(p), np.log(1 - p))))
    scale = float(scales[int(np.argmin(losses))])
    return {"scale": round(scale, 4), "shift": round(-scale * offset, 4)}
