"""Mean average precision, drawings read exactly, confusion."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from comparison.datasets.dataset import Sample
from comparison.export import coco_content, coco_rows
from detectors import Detections, keep_best
from detectors.boxes import box_areas, iou_matrix, shared_areas
from detectors.matching import MIN_OBJECT_IOU, match_boxes
from models.classes import CLASSES

MIN_SHARE_IN_CROWD = 0.5
"""Share of a box that lies in a crowd region from which it is one of the crowd."""

Truth = tuple[np.ndarray, np.ndarray]
"""What is labelled on one picture: boxes, float ``[N, 4]`` (x1, y1, x2, y2 in pixels), and classes, int ``[N]``."""


def drop_in_crowds(found: Detections, sample: Sample) -> Detections:
    """Detections without those in regions that are not labelled one by one, unless they are on a labelled object."""
    if not len(sample.crowds) or not len(found):
        return found
    in_crowd = shared_areas(found.xyxy, sample.crowds).max(1) > MIN_SHARE_IN_CROWD * box_areas(found.xyxy)
    on_object = (iou_matrix(found.xyxy, sample.xyxy) >= MIN_OBJECT_IOU).any(1)
    return found[on_object | ~in_crowd]


def coco_results(
    found: Sequence[Detections], image_ids: Sequence[int | str], category_id: Mapping[int, int | str]
) -> list[dict[str, Any]]:
    """Detections as COCO results.

    Args:
        found: per picture.
        image_ids: the pictures' numbers in the set.
        category_id: the set's number for each of our classes; detections of a class without one are left out.
    """
    rows = []
    for detections, image_id in zip(found, image_ids, strict=True):
        known = detections[np.isin(detections.class_id, list(category_id))]
        boxes = coco_rows(image_id, known.xyxy, [category_id[c] for c in known.class_id.tolist()])
        rows += [row | {"score": round(s, 5)} for row, s in zip(boxes, known.confidence.tolist(), strict=True)]
    return rows


def mean_average_precision(found: Sequence[Detections], truths: Sequence[Truth]) -> tuple[float, float]:
    """COCO's mAP at IoU 0.5 and over IoU 0.5 to 0.95, over the classes that are labelled (pycocotools).

    Args:
        found: per picture, with low confidences too.
        truths: per picture its boxes, float ``[N, 4]``, and their classes, int ``[N]``.

    Returns:
        Both figures, 0 to 1; 0 where nothing is labelled or found.
    """
    numbers = range(1, len(truths) + 1)
    results = coco_results(found, numbers, {k: k for k in range(len(CLASSES))})
    labels = [
        row
        for k, (xyxy, class_id) in zip(numbers, truths, strict=True)
        for row in coco_rows(k, xyxy, class_id.tolist())
    ]
    if not labels or not results:
        return 0.0, 0.0
    with contextlib.redirect_stdout(io.StringIO()):  # pycocotools prints its progress
        truth = COCO()
        truth.dataset = coco_content([{"id": k} for k in numbers], labels)
        truth.createIndex()
        evaluation = COCOeval(truth, truth.loadRes(results), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return max(float(evaluation.stats[1]), 0.0), max(float(evaluation.stats[0]), 0.0)


def share_exact(found: Sequence[Detections], truths: Sequence[Truth]) -> float:
    """Share of drawings on which every object was found once, with its class, and nothing else; page's thresholds."""
    flags = [is_exact(keep_best(f), *truth) for f, truth in zip(found, truths, strict=True)]
    return float(np.mean(flags)) if flags else 0.0


def _accuracy(found: Sequence[Detections], truths: Sequence[Truth]) -> dict[str, float]:
    map50, map_all = mean_average_precision(found, truths)
    return {"mAP50": round(map50, 4), "mAP": round(map_all, 4), "exact": round(share_exact(found, truths), 4)}


def summarise_method(
    found: Sequence[Detections], milliseconds: Sequence[float], samples: Sequence[Sample]
) -> dict[str, Any]:
    """What the report says of one method: accuracy over all and by slice, confusion, speed."""
    found = [drop_in_crowds(f, sample) for f, sample in zip(found, samples, strict=True)]
    truths = [(s.xyxy, s.class_id) for s in samples]
    matrix, labels = confusion([keep_best(f) for f in found], truths)
    slices = {}
    for name in sorted({s.slice for s in samples if s.slice}):
        rows = [k for k, s in enumerate(samples) if s.slice == name]
        slices[name] = {"images": len(rows)} | _accuracy([found[k] for k in rows], [truths[k] for k in rows])
    return {
        "images": len(samples),
        "objects": sum(len(s.class_id) for s in samples),
        **_accuracy(found, truths),
        "median_milliseconds": round(float(np.median(milliseconds)), 2) if milliseconds else None,
        "slices": slices,
        "confusion": {"labels": list(labels), "counts": matrix.tolist()},
    }


def is_exact(found: Detections, xyxy: np.ndarray, class_id: np.ndarray) -> bool:
    """Whether every object was found once, with its class, and nothing else was found."""
    pairs = match_boxes(found.xyxy, xyxy)
    return len(pairs) == len(found) == len(class_id) and all(found.class_id[i] == class_id[j] for i, j in pairs)


def confusion(found: Sequence[Detections], truths: Sequence[Truth]) -> tuple[np.ndarray, tuple[str, ...]]:
    """Counts of (true class, answer) over matched boxes; the last row is "nothing there", the last column "missed".

    Returns:
        int64 ``[13, 13]`` and the labels of its rows and columns.
    """
    none = len(CLASSES)
    matrix = np.zeros((none + 1, none + 1), np.int64)
    for detections, (xyxy, class_id) in zip(found, truths, strict=True):
        pairs = match_boxes(detections.xyxy, xyxy)
        for i, j in pairs:
            matrix[class_id[j], detections.class_id[i]] += 1
        for j in set(range(len(class_id))) - {j for _, j in pairs}:
            matrix[class_id[j], none] += 1
        for i in set(range(len(detections))) - {i for i, _ in pairs}:
            matrix[none, detections.class_id[i]] += 1
    return matrix, (*CLASSES, "nothing")
