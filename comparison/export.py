"""A reading as files that other programs open: JSON, COCO, an annotated picture."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import cv2
import numpy as np

from comparison.objects import match_readings
from detectors import Detections
from ink.drawing import png_bytes, reduce_to
from models.classes import CLASSES


def coco_rows(
    image_id: int | str, xyxy: np.ndarray, category_id: Sequence[int | str], decimals: int = 2
) -> list[dict[str, Any]]:
    """Boxes of one picture as COCO writes them: corner and size in pixels, with the picture's and category's numbers.

    Args:
        image_id: the picture's number.
        xyxy: float ``[N, 4]``, x1, y1, x2, y2 in pixels.
        category_id: a number per box.
        decimals: of a pixel that are kept.
    """
    return [
        {
            "image_id": image_id,
            "category_id": category,
            "bbox": [round(v, decimals) for v in (x1, y1, x2 - x1, y2 - y1)],
        }
        for (x1, y1, x2, y2), category in zip(xyxy.tolist(), category_id, strict=True)
    ]


def coco_content(images: list[dict[str, Any]], rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """A COCO data set with our categories.

    Args:
        images: in COCO's form.
        rows: of :func:`coco_rows`; each gets its number, its area in square pixels, and "is no crowd".
    """
    return {
        "images": images,
        "annotations": [
            {"id": number, **row, "area": round(row["bbox"][2] * row["bbox"][3], 2), "iscrowd": 0}
            for number, row in enumerate(rows, 1)
        ],
        "categories": [{"id": k, "name": name} for k, name in enumerate(CLASSES)],
    }


def reading_to_coco(
    image: np.ndarray, found: Mapping[str, Detections], file_name: str = "drawing.png"
) -> dict[str, Any]:
    """One drawing and what every method found on it as a COCO data set.

    Args:
        image: uint8 ``[H, W, 3]``.
        found: by method; an annotation names its method and score beside COCO's own keys.
        file_name: of the drawing.
    """
    height, width = image.shape[:2]
    rows = [
        row | {"score": round(score, 4), "method": method}
        for method, detections in found.items()
        for row, score in zip(
            coco_rows(1, detections.xyxy, detections.class_id.tolist(), decimals=1),
            detections.confidence.tolist(),
            strict=True,
        )
    ]
    return coco_content([{"id": 1, "file_name": file_name, "width": width, "height": height}], rows)


def annotate_drawing(image: np.ndarray, found: Mapping[str, Detections]) -> np.ndarray:
    """The drawing once for every method, side by side, with its boxes, name and reading, uint8 RGB."""
    matched = match_readings(list(found.values()))
    height = image.shape[0]
    bar = max(24, round(0.07 * height))
    parts = []
    for k, (method, detections) in enumerate(found.items()):
        head = np.full((bar, image.shape[1], 3), 255, np.uint8)
        text = f"{method}: {matched.words(k)}"
        cv2.putText(
            head, text, (6, round(0.72 * bar)), cv2.FONT_HERSHEY_SIMPLEX, bar / 44, (30, 41, 59), 1, cv2.LINE_AA
        )
        parts += [
            np.vstack([head, draw_labelled_boxes(image, detections)]),
            np.full((height + bar, 6, 3), 200, np.uint8),
        ]
    return np.hstack(parts[:-1]) if parts else image


def data_url(image: np.ndarray, largest: int) -> str:
    """An image, uint8 ``[H, W, 3]`` RGB or ``[H, W]``, as a PNG data URL, reduced to ``largest`` pixels."""
    return "data:image/png;base64," + base64.b64encode(png_bytes(reduce_to(image, largest)[0])).decode()


RIGHT_BGR, WRONG_BGR = (178, 114, 0), (0, 74, 194)
"""Blue and vermillion, as OpenCV orders colours."""


def draw_labelled_boxes(image: np.ndarray, found: Detections, right: Sequence[bool] | None = None) -> np.ndarray:
    """A drawing with labelled boxes, uint8 ``[H, W, 3]`` RGB; wrong ones in vermillion."""
    canvas = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    unit = max(canvas.shape[:2]) / 400
    for k, (box, class_id) in enumerate(zip(found.xyxy, found.class_id, strict=True)):
        colour = RIGHT_BGR if right is None or right[k] else WRONG_BGR
        x1, y1, x2, y2 = (round(float(v)) for v in box)
        cv2.rectangle(canvas, (x1, y1), (x2, y2), colour, max(1, round(1.5 * unit)))
        cv2.putText(
            canvas, CLASSES[class_id], (x1, max(y1 - 3, round(14 * unit))), cv2.FONT_HERSHEY_SIMPLEX, 0.6 * unit,
            colour, max(1, round(2 * unit)), cv2.LINE_AA,
        )  # fmt: skip
    return cv2.cvtColor(canvas, cv2.COLOR_BGR2RGB)
