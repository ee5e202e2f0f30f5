"""How segmentation comes to its symbols: ink, pieces, groupings and cuts, and where the classifier looks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import cv2
import numpy as np

from classifiers.classifier import Classifier
from detectors.segmentation.detector import TRAINING_SHARES, SegmentationDetector
from detectors.segmentation.pieces import sheet_pieces
from detectors.segmentation.place import crop_piece
from detectors.segmentation.scoring import Dissection, Hypothesis
from explain.context import explain_context
from explain.evidence import find_evidence
from explain.stages import Picture, Stage, crop_to_ink, enlarge_pixels, explain_reading, heat_map, time_work
from ink.ink import INK_THRESHOLD, ink_on_paper
from ink.palette import PALETTE
from ink.sheet import Sheet
from models.classes import CLASSES

MAX_HYPOTHESES_SHOWN = 24
"""Hypotheses that the stages show at most, unless more were chosen."""


@explain_reading.register
def explain_segmentation(detector: SegmentationDetector, sheet: Sheet) -> list[Stage]:
    """The stages of segmentation on a drawing."""
    pieces = partial(sheet_pieces, sheet)
    _, finding = sheet.measure(pieces)
    (dissection,), reading = time_work(partial(detector.dissect, [sheet]))
    inking = sheet.milliseconds()["ink"]
    stages = _piece_stages(dissection, inking, finding - inking)
    if not dissection.hypotheses:
        return stages
    ranked = _rank_hypotheses(dissection)
    inputs = detector.classifier.inputs([crop_piece(sheet, h.piece) for h in ranked])
    stages.append(_grouping_stage(dissection, ranked, inputs, reading))
    count = len(dissection.chosen)
    stages += _evidence_stages(detector.classifier, ranked[:count], inputs[:count])
    return stages + explain_context(sheet.image, dissection.detections(), TRAINING_SHARES)


def _piece_stages(dissection: Dissection, inking: float, finding: float) -> list[Stage]:
    """Ink and pieces, with the milliseconds that finding each took."""
    mask = np.where(dissection.ink > INK_THRESHOLD, 255, 0).astype(np.uint8)
    pen, count = dissection.pen / dissection.scale, len(dissection.pieces)
    return [
        Stage(
            "Ink or paper?",
            f"Every pixel is one or the other. The pen is about {pen:.1f} pixels wide.",
            [Picture(ink_on_paper(crop_to_ink(mask, mask)), "ink mask")],
            inking,
        ),
        Stage(
            "What hangs together?",
            "Ink that touches makes one piece, whatever it was meant to be.",
            [Picture(crop_to_ink(_draw_pieces(dissection), mask), f"{count} piece{'' if count == 1 else 's'}")],
            finding,
        ),
    ]


def _rank_hypotheses(dissection: Dissection) -> list[Hypothesis]:
    """Those that were chosen, from left to right, and then the best of the others."""
    chosen = sorted(dissection.chosen, key=lambda h: h.piece.x)
    rejected = sorted((h for h in dissection.hypotheses if h not in chosen), key=lambda h: -h.score)
    return [*chosen, *rejected[: max(0, MAX_HYPOTHESES_SHOWN - len(chosen))]]


def _grouping_stage(
    dissection: Dissection, ranked: Sequence[Hypothesis], inputs: np.ndarray, milliseconds: float
) -> Stage:
    count = len(dissection.chosen)
    return Stage(
        "Which pieces are one symbol?",
        "Pieces are put together and cut apart in every way that may pay, and the classifier reads them. "
        f"The best sum of scores wins: {count} chosen of {len(dissection.hypotheses)}; "
        "a score is how sure the classifier is (above 0 surer than not) less what the grouping costs.",
        [
            Picture(enlarge_pixels(ink_on_paper(_merge_planes(planes))), _describe_hypothesis(h), k < count)
            for k, (h, planes) in enumerate(zip(ranked, inputs, strict=True))
        ],
        milliseconds,
        crops=True,
    )


def _evidence_stages(classifier: Classifier, chosen: Sequence[Hypothesis], inputs: np.ndarray) -> list[Stage]:
    """Where the classifier looks; nothing where that cannot be said."""
    maps = find_evidence(classifier, inputs)
    if maps is None:
        return []
    stage = Stage(
        f"Where does the {classifier.label} look?",
        f"The crop of 32 x 32 pixels that the network sees, and its {classifier.evidence}: the darker, the more.",
        [
            Picture(enlarge_pixels(heat_map(_merge_planes(planes), strength), 128), CLASSES[h.probabilities.argmax()])
            for h, planes, strength in zip(chosen, inputs, maps, strict=True)
        ],
        crops=True,
    )
    return [stage]


def _draw_pieces(dissection: Dissection) -> np.ndarray:
    """The pieces in colours of their own, with their boxes."""
    picture = ink_on_paper(np.zeros_like(dissection.ink))
    for k, piece in enumerate(dissection.pieces):
        colour = PALETTE[k % len(PALETTE)]
        x1, y1, x2, y2 = piece.box
        picture[y1:y2, x1:x2][piece.ink > INK_THRESHOLD] = colour
        cv2.rectangle(picture, (x1 - 2, y1 - 2), (x2 + 1, y2 + 1), colour, 1)
    return picture


def _describe_hypothesis(hypothesis: Hypothesis) -> str:
    answer = int(hypothesis.probabilities.argmax())
    return f"{CLASSES[answer]} {hypothesis.confidence:.0%}, score {hypothesis.score:.1f}"


def _merge_planes(planes: np.ndarray) -> np.ndarray:
    """What the classifier sees, uint8 ``[3, 32, 32]``, as one plane: the other ink around is faint."""
    return np.maximum(planes[0], planes[1] // 4)
