"""The page's endpoints for programs, one a result of each tab: typed functions with documentation."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Literal

import gradio as gr
import numpy as np
from gradio.data_classes import FileData

from comparison.datasets.archive import unpacked
from comparison.datasets.dataset import BUILT_IN, DatasetError
from comparison.evaluation.evaluate import EvaluationRun
from comparison.export import data_url, reading_to_coco
from comparison.reading import read_sheet, readings_to_json
from comparison.stress import STRESSES, make_subject, run_stress
from detectors import CONFIDENCE, IOU, Detector
from ink.drawing import DrawingError, as_drawing
from ink.pen import draw_strokes
from ink.sheet import Sheet
from ink.strokes import read_strokes
from ui.tabs.benchmark import read_small

log = logging.getLogger("digit-duel")

StressName = Literal["rotation", "size", "pen", "gap", "overlap", "noise"]
"""The names of :data:`comparison.stress.STRESSES`, for the endpoint's documentation."""


def refusal(error: Exception) -> gr.Error:
    """What a client gets instead of a traceback: one sentence; the log gets it too."""
    log.warning("refused: %s", error)
    return gr.Error(str(error), print_exception=False)


def uploaded_path(file: Any) -> str | None:
    """Where an uploaded file lies; None for anything else a client may send."""
    path = file.get("path") if isinstance(file, dict) else getattr(file, "path", file)
    return path if path is None else str(path)


def uploaded_drawing(image: FileData) -> np.ndarray:
    """The drawing in an uploaded picture, uint8 ``[H, W, 3]`` RGB; gr.Error in the user's words where there is none."""
    try:
        return as_drawing(uploaded_path(image))
    except DrawingError as error:
        raise refusal(error) from error


def build_api(detectors: Mapping[str, Detector]) -> None:
    """Adds the endpoints to the page that is being built."""

    def recognize(image: FileData) -> dict[str, Any]:
        """Reads a drawing of digits by every method and says where the methods agree.

        Args:
            image: a picture file (PNG, JPEG, WebP, BMP, GIF or TIFF) of any size and background.

        Returns:
            {"methods": {name: {"reading", "milliseconds", "detections": [{"label", "confidence",
            "box": [x1, y1, x2, y2], "probabilities"}]}}, "agreement": {...}}; boxes in the picture's pixels.
        """
        return readings_to_json(read_sheet(Sheet(uploaded_drawing(image)), detectors))

    def recognize_strokes(strokes: dict[str, Any]) -> dict[str, Any]:
        """Reads pen strokes by every method, as live ink does.

        Args:
            strokes: {"side": 400, "strokes": [{"w": pen width, "p": [[x, y], ...]}]}, in pixels of a square sheet.

        Returns:
            As the endpoint /recognize.
        """
        try:
            side, found = read_strokes(strokes)
        except DrawingError as error:
            raise refusal(error) from error
        return readings_to_json(read_sheet(Sheet(draw_strokes(found, side)), detectors))

    def inside(image: FileData, method: str) -> list[dict[str, Any]]:
        """Takes one method's reading of a drawing apart, stage by stage.

        Args:
            image: a picture file.
            method: the method's name, such as "yolov3" or "contours-cnn".

        Returns:
            [{"title", "text", "pictures": [{"caption", "chosen", "image"}]}]; images as PNG data URLs.
        """
        if method not in detectors:
            raise refusal(ValueError(f"There is no method {method!r}; there are {', '.join(detectors)}."))
        return [
            {
                "title": stage.title,
                "text": stage.text,
                "pictures": [
                    {"caption": p.caption, "chosen": p.chosen, "image": data_url(p.image, 480)} for p in stage.pictures
                ],
            }
            for stage in detectors[method].stages(uploaded_drawing(image))
        ]

    def stress(image: FileData, change: StressName = "rotation") -> dict[str, Any]:
        """Changes a drawing step by step, and tells how each method reads it along the way.

        Args:
            image: a picture file.
            change: what is changed.

        Returns:
            {"change", "unit", "values", "methods": {name: {"holds": [lowest, highest] or null,
            "steps": [{"value", "reading", "confidence"}]}}}.
        """
        if change not in STRESSES:
            raise refusal(ValueError(f"There is no change {change!r}; there are {', '.join(STRESSES)}."))
        drawing = uploaded_drawing(image)
        first = next(iter(detectors.values()))
        start = make_subject(drawing, first(drawing).xyxy)
        if start is None:
            raise refusal(DrawingError("There is nothing drawn on this picture."))
        course = run_stress(STRESSES[change], start, detectors)
        return {
            "change": change,
            "unit": course.stress.unit,
            "values": list(course.stress.values),
            "methods": {
                name: {
                    "holds": course.span(name),
                    "steps": [
                        {"value": value, "reading": step.reading, "confidence": round(step.confidence, 4)}
                        for value, step in zip(course.stress.values, steps, strict=True)
                    ],
                }
                for name, steps in course.steps.items()
            },
        }

    def benchmark(archive: FileData | None = None) -> dict[str, Any]:
        """Measures every method on a labelled set.

        Args:
            archive: a zip archive with pictures and labels (COCO, YOLO, Pascal VOC, makesense.ai); the built-in set
                where none is given.

        Returns:
            {"methods": {name: {"images", "objects", "mAP50", "mAP", "exact", "median_milliseconds", "slices",
            "confusion"}}, "unreadable", "skipped", "assumed", "confidence", "iou"}; the three in the middle are lines
            that say what of the set was not measured, and what it did not say.
        """
        try:
            with unpacked(uploaded_path(archive) or BUILT_IN) as folder:
                return EvaluationRun(read_small(folder), detectors).finish().report()
        except DatasetError as error:
            raise refusal(error) from error

    def export_coco(image: FileData, confidence: float = CONFIDENCE, iou: float = IOU) -> dict[str, Any]:
        """Reads a drawing by every method and gives the result as a COCO data set.

        Args:
            image: a picture file.
            confidence: what a method is less sure of is left out, 0 to 1.
            iou: of two boxes that overlap more than this, the surer one is kept, 0 to 1.

        Returns:
            {"images", "annotations", "categories"}; annotations name their method and score.
        """
        drawing = uploaded_drawing(image)
        if not (0 <= confidence <= 1 and 0 <= iou <= 1):
            raise refusal(ValueError("confidence and iou must lie between 0 and 1."))
        found = {
            name: reading.shown(confidence, iou) for name, reading in read_sheet(Sheet(drawing), detectors).items()
        }
        return reading_to_coco(drawing, found)

    for function in (recognize, recognize_strokes, inside, stress, benchmark, export_coco):
        gr.api(function, api_name=function.__name__, concurrency_limit=2)
