"""A drawing -> Detections: everything that needs pixels and boxes but no page.

To add a detector, write its module and one entry in ``DETECTORS``; the page, the command line, the evaluation, the
training and the cards go by it.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import cycle
from pathlib import Path

from classifiers import CLASSIFIERS
from classifiers.classifier import ClassifierSpec
from detectors.detections import Detections
from detectors.detector import CONFIDENCE, IOU, MIN_CONFIDENCE, Detector, keep_best
from detectors.method import DASHES, MethodSpec
from detectors.referee import WAYS, Referee
from detectors.segmentation.detector import SegmentationDetector
from detectors.yolov3.detector import YOLOv3Detector
from ink.drawing import DrawingError, as_drawing, read_drawing
from ink.palette import HEX_PALETTE
from weights.store import WEIGHTS_FOLDER

__all__ = [
    "CONFIDENCE",
    "DETECTORS",
    "IOU",
    "MIN_CONFIDENCE",
    "Detections",
    "Detector",
    "DrawingError",
    "MethodSpec",
    "as_drawing",
    "keep_best",
    "load_detector",
    "load_detectors",
    "method_lines",
    "read_drawing",
    "segmentation_method",
]


def segmentation_method(classifier: ClassifierSpec) -> MethodSpec:
    """The method that reads with a classifier: each one brings its own."""
    return MethodSpec(
        name=f"contours-{classifier.name}",
        approach=SegmentationDetector.approach,
        label=classifier.label,
        colour=classifier.colour,
        dash=classifier.dash,
        load=lambda folder: SegmentationDetector(classifier.load(folder)),
        weights=classifier.name,
    )


DETECTORS: dict[str, MethodSpec] = {
    method.name: method
    for method in (
        MethodSpec(
            name=YOLOv3Detector.name,
            approach=YOLOv3Detector.approach,
            label=YOLOv3Detector.label,
            colour=HEX_PALETTE[0],
            dash="-",
            load=YOLOv3Detector.load,
            weights=YOLOv3Detector.name,
        ),
        *map(segmentation_method, CLASSIFIERS.values()),
        MethodSpec(
            name=Referee.name,
            approach=Referee.approach,
            label=Referee.label,
            colour=HEX_PALETTE[3],
            dash="-.",
            load=Referee.load,
            weights=Referee.name,
            rests_on=WAYS,
        ),
    )
}
"""Every method by its name."""


def load_detector(name: str, folder: Path = WEIGHTS_FOLDER) -> Detector:
    """A detector with its shipped weights.

    Raises:
        KeyError: no such name.
        WeightsError: its weights can't be used.
    """
    return load_detectors([name], folder)[name]


def load_detectors(names: Iterable[str] = (), folder: Path = WEIGHTS_FOLDER) -> dict[str, Detector]:
    """Detectors by their names, all of them where none is named; errors as :func:`load_detector`.

    Those that rest on others share them.
    """
    loaded: dict[str, Detector] = {}

    def load(name: str) -> Detector:
        if name not in DETECTORS:
            raise KeyError(f"no detector {name!r}; there are {', '.join(DETECTORS)}")
        if name not in loaded:
            method = DETECTORS[name]
            loaded[name] = method.load(folder, *map(load, method.rests_on))
        return loaded[name]

    return {name: load(name) for name in names or DETECTORS}


def method_lines(names: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Colour (``#RRGGBB``) and dash (one of ``DASHES``) of each method's lines in a diagram.

    A method without an entry takes a colour of the palette that no other in the diagram has, as long as there is one.
    """
    lines = {name: (DETECTORS[name].colour, DETECTORS[name].dash) if name in DETECTORS else None for name in names}
    taken = {line[0] for line in lines.values() if line}
    free = [colour for colour in HEX_PALETTE if colour not in taken] or HEX_PALETTE
    spare = cycle(zip(free, cycle(DASHES), strict=False))
    return {name: line or next(spare) for name, line in lines.items()}
