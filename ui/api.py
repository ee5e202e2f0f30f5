"""The page's endpoints for programs, one per result of each tab: typed functions with documentation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import gradio as gr
from gradio.data_classes import FileData

from collection.intake import Intake
from comparison.datasets.dataset import DatasetError
from comparison.evaluation.evaluate import EvaluationRun
from comparison.export import data_url, reading_to_coco
from comparison.reading import read_sheet, sheet_to_json
from comparison.stress import STRESSES, StressCourse, run_stress
from detectors import CONFIDENCE, IOU, Detector
from explain.stages import Stage, explain_reading
from ink.drawing import DrawingError
from ink.sheet import Sheet
from ui.collection_endpoints import CollectionEndpoints
from ui.deadline import DeadlineError, benchmark_deadline, stress_deadline
from ui.html.stages import MAX_STAGE_SIDE_PX
from ui.refusals import refusal, uploaded_drawing, uploaded_path
from ui.tabs.handwriting import answer_handwriting
from ui.uploads import drawing_from_strokes, open_labelled_set
from ui.waiting import BENCHMARK, HANDWRITING, HEAVY, READING

StressName = Literal["rotation", "size", "pen", "gap", "overlap", "noise"]
"""The names of :data:`comparison.stress.STRESSES`, for the endpoint's documentation."""


def stages_to_json(stages: Sequence[Stage]) -> list[dict[str, Any]]:
    """The stages of a method, their pictures as PNG data URLs."""
    return [
        {
            "title": stage.title,
            "text": stage.text,
            "milliseconds": None if stage.milliseconds is None else round(stage.milliseconds, 2),
            "pictures": [
                {"caption": p.caption, "chosen": p.chosen, "image": data_url(p.image, MAX_STAGE_SIDE_PX)}
                for p in stage.pictures
            ],
        }
        for stage in stages
    ]


def course_to_json(change: str, course: StressCourse) -> dict[str, Any]:
    """What every method read while a drawing changed; ``change`` is the change's name."""
    values = course.stress.values
    return {
        "change": change,
        "unit": course.stress.unit,
        "values": list(values),
        "methods": {
            name: {
                "own": course.own[name],
                "holds": course.span(name),
                "steps": [
                    {"value": value, "reading": step.reading, "confidence": round(step.confidence, 4)}
                    for value, step in zip(values, steps, strict=True)
                ],
            }
            for name, steps in course.steps.items()
        },
    }


@dataclass(frozen=True)
class Endpoints:
    """What programs may ask for: each method is an endpoint, and its docstring is the endpoint's documentation.

    Attributes:
        detectors: the methods by name.
    """

    detectors: Mapping[str, Detector]

    def recognize(self, image: FileData) -> dict[str, Any]:
        """Reads a drawing of digits by every method and says where the methods agree.

        Args:
            image: a picture file (PNG, JPEG, WebP, BMP, GIF or TIFF) of any size and background.

        Returns:
            {"methods": {name: {"reading", "milliseconds", "detections": [{"label", "confidence",
            "box": [x1, y1, x2, y2], "probabilities"}]}}, "agreement": {...}, "notes": [sentences on the
            picture]}; boxes in the picture's pixels.
        """
        return sheet_to_json(Sheet(uploaded_drawing(image)), self.detectors)

    def recognize_strokes(self, strokes: dict[str, Any]) -> dict[str, Any]:
        """Reads pen strokes by every method, as live ink does.

        Args:
            strokes: {"side": 400, "strokes": [{"w": pen width, "p": [[x, y], ...]}]}, in pixels of a square sheet.

        Returns:
            As the endpoint /recognize.
        """
        try:
            drawing = drawing_from_strokes(strokes)
        except DrawingError as error:
            raise refusal(error) from error
        return sheet_to_json(Sheet(drawing), self.detectors)

    def inside(self, image: FileData, method: str) -> list[dict[str, Any]]:
        """Takes one method's reading of a drawing apart, stage by stage.

        Args:
            image: a picture file.
            method: the method's name, such as "yolov3" or "contours-cnn".

        Returns:
            [{"title", "text", "milliseconds" (null for what is only made to be looked at), "pictures": [{"caption",
            "chosen", "image"}]}]; images as PNG data URLs.
        """
        if method not in self.detectors:
            raise refusal(ValueError(f"There is no method {method!r}; there are {', '.join(self.detectors)}."))
        return stages_to_json(explain_reading(self.detectors[method], Sheet(uploaded_drawing(image))))

    def stress(self, image: FileData, change: StressName = "rotation") -> dict[str, Any]:
        """Changes a drawing step by step, and tells how each method reads it along the way.

        Args:
            image: a picture file.
            change: what is changed.

        Returns:
            {"change", "unit", "values", "methods": {name: {"own": its reading of the drawing itself, "holds": [lowest,
            highest] value up to which it keeps to that, or null, "steps": [{"value", "reading", "confidence": of its
            digits, 0 where there is none}]}}}.
        """
        if change not in STRESSES:
            raise refusal(ValueError(f"There is no change {change!r}; there are {', '.join(STRESSES)}."))
        drawing = uploaded_drawing(image)
        readings = read_sheet(Sheet(drawing), self.detectors)
        try:
            course = run_stress(STRESSES[change], drawing, readings, self.detectors, checkpoint=stress_deadline().check)
        except DeadlineError as error:
            raise refusal(error) from error
        if course is None:
            raise refusal(DrawingError("There is nothing drawn on this picture."))
        return course_to_json(change, course)

    def benchmark(self, archive: FileData | None = None) -> dict[str, Any]:
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
            with open_labelled_set(None if archive is None else uploaded_path(archive)) as dataset:
                run, deadline = EvaluationRun(dataset, self.detectors), benchmark_deadline()
                for _ in run.steps():
                    deadline.check()
                return run.result().report()
        except (DatasetError, DeadlineError) as error:
            raise refusal(error) from error

    def export_coco(self, image: FileData, confidence: float = CONFIDENCE, iou: float = IOU) -> dict[str, Any]:
        """Reads a drawing by every method and gives the result as a COCO data set.

        Args:
            image: a picture file.
            confidence: what a method is less sure of is left out, 0 to 1.
            iou: of two boxes that overlap more than this, the surer one is kept, 0 to 1.

        Returns:
            {"images", "annotations", "categories"}; annotations name their method and score.
        """
        drawing = uploaded_drawing(image)
        if not all(isinstance(value, int | float) and 0 <= value <= 1 for value in (confidence, iou)):
            raise refusal(ValueError("confidence and iou must be numbers between 0 and 1."))
        readings = read_sheet(Sheet(drawing), self.detectors)
        return reading_to_coco(drawing, {name: r.shown(confidence, iou) for name, r in readings.items()})

    def handwriting(
        self,
        strokes: dict[str, Any] | None = None,
        text: str = "0123456789",
        strength: float = 1.0,
        seed: int = 0,
        image: FileData | None = None,
        shapes: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Learns somebody's hand from one to ten drawn digits, and writes any number in it.

        Args:
            strokes: the digits as pen strokes, in the order drawn: {"side": 400, "strokes": [{"w": pen width,
                "p": [[x, y], ...]}]}, in pixels of a square sheet.
            text: what to write: digits, spaces and . , : - / + ( ); at most 60 characters.
            strength: of the style, 0 to 2; 1 is the hand as measured best.
            seed: another one writes it another time, a little different.
            image: a picture file of the digits, where there are no strokes; it is traced.
            shapes: which shape a digit takes, 1 to 4, such as {"7": 2}; the hand decides where none is given.

        Returns:
            {"drawn": the digits that were read, "pen": its width, "characters": for each character of the text its
            strokes [[[x, y], ...], ...] in pixels of what was drawn, "svg": all as a picture, "methods": what every
            method reads of it, as in /recognize}.
        """
        drawn = strokes if image is None else uploaded_drawing(image)
        try:
            return answer_handwriting(self.detectors, drawn, text, strength, seed, shapes)
        except DrawingError as error:
            raise refusal(error) from error


def build_api(detectors: Mapping[str, Detector], intake: Intake | None = None) -> None:
    """Adds the endpoints to the page that is being built; ``intake`` takes what visitors give, if anything is kept."""
    e, c = Endpoints(detectors), CollectionEndpoints(detectors, intake)
    lanes = {
        e.recognize: READING, e.recognize_strokes: READING, e.inside: HEAVY, e.stress: HEAVY, e.benchmark: BENCHMARK,
        e.export_coco: READING, e.handwriting: HANDWRITING, c.correct: HEAVY, c.contribute: READING,
        c.forget: READING,
    }  # fmt: skip
    for endpoint, lane in lanes.items():
        gr.api(endpoint, api_name=endpoint.__name__, **lane)
