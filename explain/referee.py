"""How the referee decides between two ways: what each of them sees, and why an object is kept or left out."""

from __future__ import annotations

import numpy as np

from detectors.detector import CONFIDENCE, keep_best
from detectors.referee import Decision, Referee, reason_in_words
from explain.stages import Picture, Stage, explain_reading
from ink.sheet import Sheet
from models.classes import CLASSES


@explain_reading.register
def explain_referee(referee: Referee, sheet: Sheet) -> list[Stage]:
    """The stages of both ways together on a drawing; nothing where neither sees anything."""
    proposals = [way.proposals([sheet])[0] for way in referee.ways]
    decisions = referee.decide(proposals)
    if not decisions:
        return []
    labels = [way.label for way in referee.ways]
    counts = [len(keep_best(found)) for found in proposals]
    contests = [each for each in decisions if each.reason == "contest" and each.confidence >= CONFIDENCE]
    contested = f" {len(contests)} came out of a contest." if contests else ""
    stages = [
        Stage(
            "What do both ways see?",
            f"{labels[0]} shows {_count_in_words(counts[0])}, {labels[1]} {counts[1]}. Boxes that mean one object are "
            "paired, and the product of both ways' class probabilities names it.",
            [_picture(sheet.image, each, CLASSES[each.probabilities.argmax()]) for each in decisions if _is_pair(each)],
        ),
        Stage(
            "What is there, and what not?",
            "How sure each way is, how large and thin the object is and what overlaps it were weighed on drawings of "
            f"known content. Where the ways cut some ink differently, the likelier version wins.{contested}",
            [
                _picture(
                    sheet.image,
                    each,
                    f"{CLASSES[each.probabilities.argmax()]} {each.confidence:.0%}, {reason_in_words(each, labels)}",
                    each.confidence >= CONFIDENCE,
                )
                for each in sorted(decisions, key=lambda each: -each.confidence)
            ],
        ),
    ]
    return stages


def _count_in_words(count: int) -> str:
    return f"{count} object{'' if count == 1 else 's'}"


def _is_pair(decision: Decision) -> bool:
    return decision.reason in ("both", "class")


def _picture(drawing: np.ndarray, decision: Decision, caption: str, chosen: bool = True) -> Picture:
    x1, y1, x2, y2 = (int(v) for v in decision.box)
    return Picture(drawing[max(y1, 0) : y2 + 1, max(x1, 0) : x2 + 1], caption, chosen)
