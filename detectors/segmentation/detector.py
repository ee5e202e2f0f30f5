"""Segmentation: contours cut the drawing into pieces, a classifier reads them, and the best grouping wins."""

from __future__ import annotations

from collections.abc import Sequence

from classifiers.classifier import Classifier
from detectors.context import Shares, in_context
from detectors.detections import Detections
from detectors.detector import Detector
from detectors.segmentation.grouping import Candidate
from detectors.segmentation.scoring import Dissection, ScoreConfig, Verdict
from detectors.segmentation.search import read_sheets
from ink.sheet import Sheet

TRAINING_SHARES: Shares = (0.89, 0.05, 0.06)
"""Shares of digits, censored and other drawings that probabilities reckon with once they are scored."""

TOO_MUCH = "There is more on this sheet than segmentation can try: some of it was read piece by piece."


class SegmentationDetector(Detector):
    """Contours and a classifier.

    Args:
        classifier: reads crops.
        config: costs of groupings and cuts.
    """

    approach = "Segmentation"

    def __init__(self, classifier: Classifier, config: ScoreConfig | None = None) -> None:
        self.name = f"contours-{classifier.name}"
        self.label = classifier.label
        self.classifier = classifier
        self.config = config or ScoreConfig()

    def propose(self, sheets: Sequence[Sheet]) -> list[Detections]:
        return [in_context(dissection.detections(), TRAINING_SHARES) for dissection in self.dissect(sheets)]

    def dissect(self, sheets: Sequence[Sheet]) -> list[Dissection]:
        """All that is tried on each sheet, and what is chosen."""
        dissections = read_sheets(sheets, self._judge, self.config)
        for sheet, dissection in zip(sheets, dissections, strict=True):
            if not dissection.complete:
                sheet.note(TOO_MUCH)
        return dissections

    def _judge(self, candidates: Sequence[Candidate]) -> list[Verdict]:
        probabilities, whole = self.classifier.judge([candidate.crop for candidate in candidates])
        return list(zip(probabilities, whole.tolist(), strict=True))
