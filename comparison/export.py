"""A reading as files that other programs open: JSON, COCO, an annotated picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np

from comparison.pictures import draw_boxes
from detectors import Detections
from models.classes import CLASSES


def to_coco(image: np.ndarray, found: Mapping[str, Detections], file_name: str = "drawing.png") -> dict[str, Any]:
    """One drawing and what every method found on it as a COCO data set.

    Args:
        image: uint8 ``[H, W, 3]``.
        found: by method; an annotation names its method and score beside COCO's own keys.
        file_name: of the drawing.
    """
    height, width = image.shape[:2]
    annotations: list[dict[str, Any]] = []
    for method, detections in found.items():
        rows = zip(detections.xyxy.tolist(), detections.class_id.tolist(), detections.confidence.tolist(), strict=True)
        for (x1, y1, x2, y2), class_id, score in rows:
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": 1,
                    "category_id": class_id,
                    "bbox": [round(v, 1) for v in (x1, y1, x2 - x1, y2 - y1)],
                    "area": round((x2 - x1) * (y2 - y1), 1),
                    "iscrowd": 0,
                    "score": round(score, 4),
                    "method": method,
                }
            )
    return {
        "images": [{"id": 1, "file_name": file_name, "width": width, "height": height}],
        "annotations": annotations,
        "categories": [{"id": k, "name": name} for k, name in enumerate(CLASSES)],
    }


def annotated(image: np.ndarray, found: Mapping[str, Detections]) -> np.ndarray:
    """The drawing once for every method, side by side, with its boxes and name, uint8 RGB."""
    height = image.shape[0]
    bar = max(24, round(0.07 * height))
    parts = []
    for method, detections in found.items():
        head = np.full((bar, image.shape[1], 3), 255, np.uint8)
        text = f"{method}: {detections.reading().replace(chr(10), ' / ') or '-'}"
        cv2.putText(
            head, text, (6, round(0.72 * bar)), cv2.FONT_HERSHEY_SIMPLEX, bar / 44, (30, 41, 59), 1, cv2.LINE_AA
        )
        parts += [np.vstack([head, draw_boxes(image, detections)]), np.full((height + bar, 6, 3), 200, np.uint8)]
    return np.hstack(parts[:-1]) if parts else image
