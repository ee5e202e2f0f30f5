"""A detector of one's own, beside the shipped ones: ``python -m examples.add_a_detector``.

It takes all ink for one symbol and shows that to the shipped CNN.  The line that registers it is the last but one.
"""

from collections.abc import Sequence

import numpy as np

from classifiers import load_classifier
from detectors import DETECTORS, Detections, Detector, MethodSpec
from examples import read_a_drawing
from ink.ink import ink_bounds
from ink.sheet import Sheet


class WholeInk(Detector):
    """One box around everything that is drawn."""

    name, approach, label = "whole-ink", "Detection", "Whole ink"

    def __init__(self) -> None:
        self.classifier = load_classifier("cnn")

    def propose(self, sheets: Sequence[Sheet]) -> list[Detections]:
        return list(map(self.read, sheets))

    def read(self, sheet: Sheet) -> Detections:
        box = ink_bounds(sheet.ink)
        if box is None:
            return Detections.empty()
        rows = self.classifier([255 - sheet.ink[box[1] : box[3], box[0] : box[2]]])
        return Detections(np.array([box]) / sheet.scale, rows.max(1), rows.argmax(1), rows)


if __name__ == "__main__":
    entry = MethodSpec("whole-ink", "Detection", "Whole ink", "#7A5C00", "-.", lambda folder: WholeInk())
    DETECTORS[entry.name] = entry  # from here on page, command line and evaluation have it too
    read_a_drawing.main()
