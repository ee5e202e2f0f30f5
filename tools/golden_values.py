"""What the golden record holds of one drawing; the one place where the record meets the project's inner functions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from classifiers.classifier import Classifier
from comparison.agreement import compare_readings
from detectors import DETECTORS, Detections, Detector, load_detectors
from detectors.segmentation.detector import SegmentationDetector
from detectors.segmentation.scoring import ScoreConfig
from detectors.segmentation.search import SheetReading
from detectors.yolov3.detector import YOLOv3Detector
from detectors.yolov3.letterbox import Frame
from ink.drawing import read_drawing
from ink.pen import draw_strokes
from ink.sheet import Sheet
from ink.strokes import read_strokes
from models.classes import CLASSES, CROP_PLANES
from weights.precision import forced_precision

__all__ = ["CLASSES", "METHODS", "in_drawing", "load_all", "read", "values"]

METHODS = tuple(name for name, method in DETECTORS.items() if not method.rests_on)
"""Names of the methods that the record is of; what judges their readings is fitted to them, and not recorded."""

COMPARED = ("yolov3", "contours-cnn")
"""The two methods whose agreement the record tells."""


def load_all() -> dict[str, Detector]:
    """Every method with its shipped weights, in float: not every processor runs eight bits."""
    with forced_precision("float"):
        return load_detectors(METHODS)


def read(path: Path) -> np.ndarray:
    """A drawing of the record, pad strokes (JSON) or a picture, as uint8 ``[H, W, 3]`` RGB."""
    if path.suffix == ".json":
        side, strokes = read_strokes(json.loads(path.read_text(encoding="utf-8")))
        return draw_strokes(strokes, side)
    return read_drawing(path)


def values(image: np.ndarray, detectors: Mapping[str, Detector]) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """The expected values of one drawing.

    Args:
        image: uint8 ``[H, W, 3]`` RGB.
        detectors: every method.

    Returns:
        What the drawing's JSON file holds; and the networks' inputs as pictures, uint8 ``[h, w]``: ``input`` for the
        detector, ``crops`` for the classifiers where they are asked anything.
    """
    sheet = Sheet(image)
    ink, scale = sheet.ink, sheet.scale
    detector = detectors["yolov3"]
    assert isinstance(detector, YOLOv3Detector)
    frames = detector.frames(sheet)
    seen = stack_inputs([each for each, _ in frames])
    crops = _first_crops(sheet)
    found = {name: each(image) for name, each in detectors.items()}
    asked = {
        name: len(each.dissect([Sheet(image)])[0].hypotheses)
        for name, each in detectors.items()
        if isinstance(each, SegmentationDetector)
    }
    first, second = (found[name] for name in COMPARED)
    record = {
        "drawing": _told(image),
        "ink": _told(ink) | {"scale": scale},
        "input": _told(seen) | {"frames": [_frame(frame) for _, frame in frames]},
        "crops": _told(crops) | {"asked": asked},
        "methods": {name: _detections(each) for name, each in found.items()},
        "agreement": {"methods": list(COMPARED), **compare_readings(first, second).to_json()},
    }
    pictures = {"input": seen} | ({"crops": crops.reshape(-1, crops.shape[-1])} if len(crops) else {})
    return record, pictures


def stack_inputs(inputs: list[np.ndarray]) -> np.ndarray:
    """Inputs under one another as one picture, uint8 ``[h, w]``; white fills what narrower ones leave at the right."""
    width = max(each.shape[1] for each in inputs)
    return np.vstack([np.pad(each, ((0, 0), (0, width - each.shape[1])), constant_values=255) for each in inputs])


def in_drawing(image: np.ndarray, boxes: np.ndarray, detectors: Mapping[str, Detector]) -> np.ndarray:
    """Boxes float ``[N, 4]`` from pixels of the detector's first input to pixels of the drawing."""
    detector = detectors["yolov3"]
    assert isinstance(detector, YOLOv3Detector)
    return detector.frames(Sheet(image))[0][1].to_sheet(boxes)


def _first_crops(sheet: Sheet) -> np.ndarray:
    """What the classifiers are asked first, as their networks see it, uint8 ``[N, 3, 32, 32]``."""
    candidates = SheetReading(sheet, ScoreConfig()).pending()
    if not candidates:
        return np.zeros((0, CROP_PLANES, 32, 32), np.uint8)
    return Classifier.inputs([candidate.crop for candidate in candidates])


def _told(array: np.ndarray) -> dict[str, Any]:
    """Shape of an array of bytes, and the checksum of its bytes, the last axis fastest."""
    return {"shape": list(array.shape), "sha256": hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()}


def _frame(frame: Frame) -> dict[str, Any]:
    """Which pixels of the ink map the detector's input shows, as the record's README describes it."""
    return {
        "shape": list(frame.shape[::-1]),
        "columns": _runs(np.round(frame.columns / frame.unit - 0.5).astype(int)),
        "rows": _runs(np.round(frame.rows / frame.unit - 0.5).astype(int)),
        "left": frame.left,
        "top": frame.top,
        "width": frame.width,
        "height": frame.height,
    }


def _runs(numbers: np.ndarray) -> list[list[int]]:
    """Rising numbers as stretches without holes: first and last, the end excluded."""
    stretches = np.split(numbers, np.flatnonzero(np.diff(numbers) != 1) + 1)
    return [[int(each[0]), int(each[-1]) + 1] for each in stretches]


def _detections(found: Detections) -> dict[str, Any]:
    objects = [
        {
            "class_id": int(class_id),
            "confidence": round(float(confidence), 6),
            "box": [round(float(v), 3) for v in box],
            "probabilities": [round(float(p), 5) for p in row],
        }
        for box, confidence, class_id, row in zip(
            found.xyxy, found.confidence, found.class_id, found.probabilities, strict=True
        )
    ]
    return {"reading": found.reading(), "objects": objects}
