"""What both ways say together, in a sentence."""

from __future__ import annotations

import pytest

from comparison.objects import match_readings
from comparison.together import reading_together
from detectors import Detections, keep_best
from detectors.referee import Decision, Referee, merge_decisions
from tests.helpers import FakeDetector, detections

LEFT, RIGHT, WHOLE, FAR = [0.0, 0, 40, 60], [44.0, 0, 84, 60], [0.0, 0, 84, 60], [200.0, 0, 240, 60]


class FixedReferee(Referee):
    """Says what it is told."""

    def __init__(self, *decisions: Decision) -> None:
        self.ways = (FakeDetector("a", "Detection", 4), FakeDetector("b", "Segmentation", 4))
        self.ways[0].label, self.ways[1].label = "YOLOv3", "CNN"
        self.decisions = list(decisions)

    def decide(self, proposals: object) -> list[Decision]:
        return self.decisions


def decision(box: list[float], class_id: int, confidence: float, reason: str, way: int | None) -> Decision:
    found = detections((box, class_id, confidence))
    return Decision(found.xyxy[0], confidence, found.probabilities[0], reason, way)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("first", "second", "decisions", "reading", "sentence"),
    [
        (detections(), detections(), [], "nothing", "both see nothing."),
        (
            detections((LEFT, 4, 0.9), (FAR, 2, 0.9)),
            detections((LEFT, 4, 0.9), (FAR, 2, 0.9)),
            [decision(LEFT, 4, 0.9, "both", None), decision(FAR, 2, 0.9, "both", None)],
            "42",
            "both say so.",
        ),
        (
            detections((LEFT, 4, 0.9), (FAR, 2, 0.9)),
            detections((LEFT, 9, 0.9)),
            [decision(LEFT, 9, 0.8, "class", 1), decision(FAR, 2, 0.7, "alone", 0)],
            "92",
            "A: CNN is surer of its class; B: only YOLOv3 sees it.",
        ),
        (
            detections((LEFT, 4, 0.9), (FAR, 2, 0.9)),
            detections((LEFT, 4, 0.9)),
            [decision(LEFT, 4, 0.9, "both", None), decision(FAR, 2, 0.3, "alone", 0)],
            "4",
            "A: both say so; B: left out, for only YOLOv3 sees it.",
        ),
    ],
)
def test_says_why(
    first: Detections, second: Detections, decisions: list[Decision], reading: str, sentence: str
) -> None:
    referee = FixedReferee(*decisions)
    proposals = {"a": first, "b": second, "referee": merge_decisions(decisions)}
    matched = match_readings([keep_best(each) for each in proposals.values()])
    assert reading_together(referee, proposals, matched) == (reading, sentence)


@pytest.mark.parametrize(
    ("second", "decisions", "sentence"),
    [
        (detections(), [], "YOLOv3 and CNN see nothing."),
        (
            detections((LEFT, 4, 0.9), (FAR, 2, 0.9)),
            [decision(LEFT, 4, 0.9, "both", None)],
            "A: YOLOv3 and CNN say so; B: left out, though YOLOv3 and CNN see it.",
        ),
    ],
)
def test_beside_another_method_both_are_named(second: Detections, decisions: list[Decision], sentence: str) -> None:
    proposals = {"a": second, "b": second, "referee": merge_decisions(decisions)}
    matched = match_readings([keep_best(each) for each in proposals.values()])
    told = [reading_together(FixedReferee(*decisions), proposals, matched, on_screen=on)[1] for on in ("ac", "ab")]
    assert told == [sentence, sentence.replace("YOLOv3 and CNN", "both")]
