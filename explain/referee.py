"""How the referee decides between two ways: what each of them shows, what is paired, and why an object stays."""

from __future__ import annotations

from functools import partial

import numpy as np

from detectors.detector import CONFIDENCE, keep_best
from detectors.referee import Decision, Referee, reason_in_words
from explain.stages import Picture, Stage, draw_boxes, explain_reading, time_work
from ink.sheet import Sheet
from models.classes import CLASSES


@explain_reading.register
def explain_referee(referee: Referee, sheet: Sheet) -> list[Stage]:
    """The stages of both ways together on a drawing."""
    proposals = [way.proposals([sheet])[0] for way in referee.ways]
    labels = [way.label for way in referee.ways]
    shown = [keep_best(found) for found in proposals]
    stages = [
        Stage(
            "What does each way show?",
            "Both have read the whole drawing, each for itself; nothing is read anew here.",
            [
                Picture(draw_boxes(sheet.image, found), f"{label}: {len(found)}")
                for label, found in zip(labels, shown, strict=True)
            ],
        )
    ]
    decided, milliseconds = time_work(partial(referee.decide, proposals))
    decisions = sorted(decided, key=lambda each: -each.confidence)
    if not decisions:
        return stages
    return [
        *stages,
        Stage(
            "Which boxes mean one object?",
            "Boxes that lie on each other are a pair; a weighted product of both ways' class probabilities names it.",
            [_picture(sheet.image, each, _class_name(each)) for each in decisions if each.reason in ("both", "class")],
        ),
        Stage(
            "What is there, and what not?",
            "How sure each way is, how large and thin the object is and what overlaps it were weighed on drawings of "
            "known content. Where the ways cut some ink into different objects, the likelier version wins.",
            [
                _picture(
                    sheet.image,
                    each,
                    f"{_class_name(each)} {each.confidence:.0%}, {reason_in_words(each, labels)}",
                    each.confidence >= CONFIDENCE,
                )
                for each in decisions
            ],
            milliseconds,
        ),
    ]


def _class_name(decision: Decision) -> str:
    return CLASSES[decision.probabilities.argmax()]


def _picture(drawing: np.ndarray, decision: Decision, caption: str, chosen: bool = True) -> Picture:
    x1, y1, x2, y2 = (int(v) for v in decision.box)
    return Picture(drawing[max(y1, 0) : y2 + 1, max(x1, 0) : x2 + 1], caption, chosen)
