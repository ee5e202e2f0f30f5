"""Mean average precision, sheets read exactly, confusion."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from comparison.datasets.dataset import Dataset, Sample
from comparison.match import match_boxes
from detectors import CONFIDENCE, IOU, Detections, keep_best
from models.classes import CLASSES


def coco_results(found: Sequence[Detections], samples: Sequence[Sample], dataset: Dataset) -> list[dict[str, Any]]:
    """Detections as COCO results; classes that the set does not have can't be told to it and are left out."""
    rows = []
    for detections, sample in zip(found, samples, strict=True):
        for (x1, y1, x2, y2), score, class_id in zip(
            detections.xyxy.tolist(), detections.confidence.tolist(), detections.class_id.tolist(), strict=True
        ):
            if class_id in dataset.category_id:
                rows.append(
                    {
                        "image_id": sample.image_id,
                        "category_id": dataset.category_id[class_id],
                        "bbox": [round(v, 2) for v in (x1, y1, x2 - x1, y2 - y1)],
                        "score": round(score, 5),
                    }
                )
    return rows


def mean_average_precision(
    results: list[dict[str, Any]], samples: Sequence[Sample], dataset: Dataset
) -> tuple[float, float]:
    """COCO's mAP at IoU 0.5 and over 0.5 to 0.95 (pycocotools); 0 where nothing is labelled or found."""
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for sample in samples:
        images.append({"id": sample.image_id})
        for (x1, y1, x2, y2), c in zip(sample.xyxy.tolist(), sample.class_id.tolist(), strict=True):
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": sample.image_id,
                    "category_id": dataset.category_id[c],
                    "bbox": [x1, y1, x2 - x1, y2 - y1],
                    "area": (x2 - x1) * (y2 - y1),
                    "iscrowd": 0,
                }
            )
    if not annotations or not results:
        return 0.0, 0.0
    with contextlib.redirect_stdout(io.StringIO()):  # pycocotools prints its progress
        truth = COCO()
        truth.dataset = {
            "images": images,
            "annotations": annotations,
            "categories": [{"id": i} for i in dataset.category_id.values()],
        }
        truth.createIndex()
        evaluation = COCOeval(truth, truth.loadRes(results), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return max(float(evaluation.stats[1]), 0.0), max(float(evaluation.stats[0]), 0.0)


def share_exact(found: Sequence[Detections], samples: Sequence[Sample]) -> float:
    """Share of sheets on which every object was found once, with its class, and nothing else, at the page's default."""
    flags = [is_exact(keep_best(f, CONFIDENCE, IOU), s.xyxy, s.class_id) for f, s in zip(found, samples, strict=True)]
    return float(np.mean(flags)) if flags else 0.0


def summarise_method(
    found: Sequence[Detections], milliseconds: Sequence[float], samples: Sequence[Sample], dataset: Dataset
) -> dict[str, Any]:
    """What the report says of one method: accuracy over all and by slice, confusion, speed."""
    map50, map_all = mean_average_precision(coco_results(found, samples, dataset), samples, dataset)
    matrix, labels = confusion([keep_best(f) for f in found], [(s.xyxy, s.class_id) for s in samples])
    figures: dict[str, Any] = {
        "images": len(samples),
        "objects": int(sum(len(s.class_id) for s in samples)),
        "mAP50": round(map50, 4),
        "mAP": round(map_all, 4),
        "exact": round(share_exact(found, samples), 4),
        "median_milliseconds": round(float(np.median(milliseconds)), 2) if milliseconds else None,
        "slices": {},
        "confusion": {"labels": list(labels), "counts": matrix.tolist()},
    }
    for name in sorted({s.slice for s in samples if s.slice}):
        rows = [k for k, s in enumerate(samples) if s.slice == name]
        part, part_samples = [found[k] for k in rows], [samples[k] for k in rows]
        slice50, slice_all = mean_average_precision(coco_results(part, part_samples, dataset), part_samples, dataset)
        figures["slices"][name] = {
            "images": len(rows),
            "exact": round(share_exact(part, part_samples), 4),
            "mAP50": round(slice50, 4),
            "mAP": round(slice_all, 4),
        }
    return figures


def is_exact(found: Detections, xyxy: np.ndarray, class_id: np.ndarray) -> bool:
    """Whether every object was found once, with its class, and nothing else was found."""
    pairs = match_boxes(found.xyxy, xyxy)
    return len(pairs) == len(found) == len(class_id) and all(found.class_id[i] == class_id[j] for i, j in pairs)


def confusion(
    found: Sequence[Detections], truths: Sequence[tuple[np.ndarray, np.ndarray]]
) -> tuple[np.ndarray, tuple[str, ...]]:
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
