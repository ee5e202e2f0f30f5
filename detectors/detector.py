"""What every detector is: a drawing in, Detections out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np

from detectors.detections import Detections
from detectors.suppression import suppress
from ink.sheet import Sheet, step_of_each

CONFIDENCE = 0.5
"""What the page shows by default, in every method: confidences are calibrated to make this the right number."""

IOU = 0.3
"""Of two boxes that overlap more than this, the less confident one is dropped, whatever their classes: one object may
have several boxes.

Measured: on 500 composed scenes 0.3 reads 1.4 % more of them exactly than 0.5: shifted second boxes go."""

MIN_CONFIDENCE = 0.01
"""Proposals below this confidence are never kept."""


def best_rows(proposals: Detections, confidence: float = CONFIDENCE, iou: float = IOU) -> np.ndarray:
    """Rows of the proposals of at least this confidence after non-maximum suppression, most confident first, int64.

    What has its ink for itself stays, however much its box overlaps others: touching digits are no copies.
    """
    rows = np.flatnonzero(proposals.confidence >= confidence)
    kept = rows[suppress(proposals.xyxy[rows], proposals.confidence[rows], iou)]
    if not proposals.exclusive:
        return kept
    kept = np.union1d(kept, rows[proposals.confidence[rows] >= CONFIDENCE])
    return kept[np.argsort(-proposals.confidence[kept], kind="stable")]


def keep_best(proposals: Detections, confidence: float = CONFIDENCE, iou: float = IOU) -> Detections:
    """Proposals of at least this confidence after non-maximum suppression, most confident first."""
    return proposals[best_rows(proposals, confidence, iou)]


class Detector(ABC):
    """A way to read drawings.  Subclasses say what they propose; what is shown of it is decided here, once."""

    name: str  # as registered
    approach: str  # what the page calls this way of reading: "Detection", "Segmentation" or "Together"
    label: str  # what runs, for people
    ways: tuple[Detector, ...] = ()  # whose readings this one judges; none where it looks at the drawing itself

    @abstractmethod
    def propose(self, sheets: Sequence[Sheet]) -> list[Detections]:
        """Everything of confidence ``MIN_CONFIDENCE`` or more, before non-maximum suppression.

        Args:
            sheets: drawings; what several methods need of one is made once (:meth:`Sheet.step`).
        """

    def proposals(self, sheets: Sequence[Sheet]) -> list[Detections]:
        """As :meth:`propose`, but a sheet that this detector has read is not read again: it keeps what was found."""
        return step_of_each(sheets, "proposals", lambda new, detector: detector.propose(new), self)

    def predict_batch(
        self, images: Sequence[np.ndarray], confidence: float = CONFIDENCE, iou: float = IOU
    ) -> list[Detections]:
        """What is on each drawing, boxes in that drawing's pixels."""
        return [keep_best(found, confidence, iou) for found in self.propose([Sheet(image) for image in images])]

    def __call__(self, image: np.ndarray, confidence: float = CONFIDENCE, iou: float = IOU) -> Detections:
        """What is on one drawing, uint8 ``[H, W, 3]`` RGB, boxes in its pixels."""
        return self.predict_batch([image], confidence, iou)[0]
