"""Segmentation: contours cut the drawing into pieces, a classifier reads them, and the best grouping wins.

The reading itself, as hypotheses and their scores, is :mod:`detectors.hypotheses`.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from classifiers.classifier import Classifier
from detectors.context import Shares, in_context
from detectors.detections import Detections
from detectors.detector import Detector
from detectors.segmentation.grouping import Candidate
from detectors.segmentation.scoring import Dissection, Hypothesis, ScoreConfig, Verdict
from detectors.segmentation.search import read_sheets
from explain.context import context_stages
from explain.stages import Picture, Stage, enlarge_pixels, heat_map, ink_on_paper
from ink.ink import INK_THRESHOLD
from ink.palette import PALETTE
from ink.sheet import Sheet
from models.classes import CLASSES

TRAINING_SHARES: Shares = (0.91, 0.03, 0.06)
"""Shares of digits, censored and other drawings that probabilities reckon with once hypotheses have weighed them."""

MAX_HYPOTHESES_SHOWN = 24
"""Hypotheses that the stages show at most."""


def _outlined(dissection: Dissection) -> np.ndarray:
    """The pieces in colours of their own, with their boxes."""
    picture = ink_on_paper(np.zeros_like(dissection.ink))
    for k, piece in enumerate(dissection.pieces):
        colour = PALETTE[k % len(PALETTE)]
        x1, y1, x2, y2 = piece.box
        picture[y1:y2, x1:x2][piece.ink > INK_THRESHOLD] = colour
        cv2.rectangle(picture, (x1 - 2, y1 - 2), (x2 + 1, y2 + 1), colour, 1)
    return picture


def _told(hypothesis: Hypothesis) -> str:
    """A hypothesis in a few words."""
    answer = int(hypothesis.probabilities.argmax())
    return f"{CLASSES[answer]} {hypothesis.confidence:.0%}, score {hypothesis.score:.1f}"


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

    def candidates(self, sheets: Sequence[Sheet]) -> list[Detections]:
        return [in_context(dissection.detections(), TRAINING_SHARES) for dissection in self.dissect(sheets)]

    def dissect(self, sheets: Sequence[Sheet]) -> list[Dissection]:
        """All that is tried on each sheet, and what is chosen."""
        return read_sheets(sheets, self._judge, self.config)

    def stages(self, image: np.ndarray) -> list[Stage]:
        dissection = self.dissect([Sheet(image)])[0]
        pen = dissection.pen / dissection.scale
        stages = [
            Stage(
                "Ink or paper?",
                f"Every pixel is one or the other. The pen is about {pen:.1f} pixels wide.",
                [Picture(ink_on_paper(np.where(dissection.ink > INK_THRESHOLD, 255, 0).astype(np.uint8)), "ink mask")],
            ),
            Stage(
                "What hangs together?",
                "Ink that touches makes one piece, whatever it was meant to be.",
                [
                    Picture(
                        _outlined(dissection),
                        f"{len(dissection.pieces)} piece{'' if len(dissection.pieces) == 1 else 's'}",
                    )
                ],
            ),
        ]
        if not dissection.hypotheses:
            return stages
        chosen = sorted(dissection.chosen, key=lambda h: h.piece.x)
        turned_down = sorted((h for h in dissection.hypotheses if h not in chosen), key=lambda h: -h.score)
        ranked = [*chosen, *turned_down[: max(0, MAX_HYPOTHESES_SHOWN - len(chosen))]]
        stages.append(
            Stage(
                "Which pieces are one symbol?",
                "Pieces are put together and cut apart in every way that may pay, and the classifier reads them. "
                f"The best sum of scores wins: {len(dissection.chosen)} chosen of {len(dissection.hypotheses)}; "
                "a score is the logarithm of a probability less what the grouping costs.",
                [Picture(enlarge_pixels(ink_on_paper(ink)), _told(h), h in chosen)
                 for h, ink in zip(ranked, self._seen(dissection, ranked), strict=True)],
            )
        )  # fmt: skip
        crops = [h.piece.crop(dissection.ink) for h in chosen]
        looked = self.classifier.evidence(crops)
        if looked is not None:
            name, maps = looked
            stages.append(
                Stage(
                    f"Where does the {self.label} look?",
                    f"The crop of 32 x 32 pixels that the network sees, and its {name}: the darker, the more.",
                    [Picture(enlarge_pixels(heat_map(ink, m), 128), CLASSES[h.probabilities.argmax()])
                     for h, ink, m in zip(chosen, self._seen(dissection, chosen), maps, strict=True)],
                )
            )  # fmt: skip
        return [*stages, *context_stages(image, dissection.detections(), TRAINING_SHARES)]

    def _seen(self, dissection: Dissection, hypotheses: Sequence[Hypothesis]) -> list[np.ndarray]:
        """What the classifier sees of each, uint8 ``[32, 32]``: the other ink around is faint."""
        planes = self.classifier.inputs([h.piece.crop(dissection.ink) for h in hypotheses])
        return [np.maximum(own, around // 4) for own, around in planes]

    def _judge(self, candidates: Sequence[Candidate]) -> list[Verdict]:
        probabilities, whole = self.classifier.judge([candidate.crop for candidate in candidates])
        return list(zip(probabilities, whole.tolist(), strict=True))
