"""A drawing -> Detections: everything that needs pixels and boxes but no page.

To add a detector, write its module and one entry in ``DETECTORS``; the page, the command line, the evaluation and the
benchmark then show it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from classifiers import CLASSIFIERS, load_classifier
from detectors.detections import Detections
from detectors.detector import CONFIDENCE, IOU, LOWEST, Detector, keep_best
from detectors.segmentation.detector import SegmentationDetector
from detectors.yolov3.detector import YOLOv3Detector
from ink.drawing import DrawingError, as_drawing, read_drawing
from weights.store import WEIGHTS_FOLDER

__all__ = [
    "CONFIDENCE",
    "DETECTORS",
    "IOU",
    "LOWEST",
    "Detections",
    "Detector",
    "DrawingError",
    "as_drawing",
    "keep_best",
    "load_detector",
    "read_drawing",
]


def _segmentation(classifier: str, folder: Path) -> Detector:
    return SegmentationDetector(load_classifier(classifier, folder))


DETECTORS: dict[str, Callable[[Path], Detector]] = {
    "yolov3": YOLOv3Detector.load,
    **{f"contours-{name}": partial(_segmentation, name) for name in CLASSIFIERS},
}
"""Name -> how to load it from a folder of weights."""


def load_detector(name: str, folder: Path = WEIGHTS_FOLDER) -> Detector:
    """A detector with its shipped weights.

    Raises:
        KeyError: no such name.
        WeightsError: its weights can't be used.
    """
    if name not in DETECTORS:
        raise KeyError(f"no detector {name!r}; there are {', '.join(DETECTORS)}")
    return DETECTORS[name](folder)
