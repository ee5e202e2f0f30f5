"""A detector of one's own, beside the shipped ones: ``python -m examples.add_a_detector``.

It takes all ink for one symbol and shows that to the shipped CNN.  The line that registers it is the last but one.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from classifiers import load_classifier
from detectors import DETECTORS, Detections, Detector, MethodSpec
from examples import read_a_drawing
from ink.ink import ink_bounds
from ink.sheet import Sheet


class WholeInk(Detector):
    """One box around everything that is drawn in dark ink on white paper."""

    name, approach, label = "whole-ink", "Detection", "Whole ink"

    def propose(self, sheets: Sequence[Sheet]) -> list[Detections]:
        return [self.read(cv2.cvtColor(sheet.image, cv2.COLOR_RGB2GRAY)) for sheet in sheets]

    def read(self, grey: np.ndarray) -> Detections:
        """What is on one drawing, uint8 ``[H, W]``."""
        bounds = ink_bounds(255 - grey)
        if bounds is None:
            return Detections.empty()
        left, top, right, bottom = bounds
        probabilities = load_classifier("cnn")([grey[top:bottom, left:right]])
        return Detections(np.array([bounds]), probabilities.max(1), probabilities.argmax(1), probabilities)


if __name__ == "__main__":
    entry = MethodSpec("whole-ink", "Detection", "Whole ink", "#7A5C00", "-.", lambda folder: WholeInk())
    DETECTORS[entry.name] = entry  # from here on page, command line and evaluation have it too
    read_a_drawing.main()
