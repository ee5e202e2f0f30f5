"""What both ways say together, in one sentence: the referee's reading against theirs, object by object."""

from __future__ import annotations

from collections.abc import Mapping

from comparison.objects import MatchedReadings
from detectors import CONFIDENCE, IOU, Detections
from detectors.detector import best_rows
from detectors.referee import Referee, reason_in_words

MAX_REASONS_TOLD = 3
"""Reasons that the sentence tells."""


def reading_together(
    referee: Referee,
    proposals: Mapping[str, Detections],
    matched: MatchedReadings,
    confidence: float = CONFIDENCE,
    iou: float = IOU,
) -> tuple[str, str]:
    """What the referee reads on one drawing, and why, for people; no model runs.

    Args:
        referee: one of the methods.
        proposals: of every method, by name.
        matched: what is shown of them at these settings, in the same order.
        confidence: what a method is less sure of is left out, 0 to 1.
        iou: of two boxes that overlap more than this, the surer one is kept, 0 to 1.
    """
    names, labels = list(proposals), [way.label for way in referee.ways]
    place, places = names.index(referee.name), [names.index(way.name) for way in referee.ways]
    decisions = referee.decide([proposals[way.name] for way in referee.ways])
    shown = best_rows(proposals[referee.name], confidence, iou)
    reasons: dict[str, list[str]] = {}
    for thing in matched.objects:
        row, by_ways = thing.rows[place], [thing.rows[way] for way in places]
        if row is not None:
            reason = reason_in_words(decisions[shown[row]], labels)
        elif any(each is not None for each in by_ways):
            reason = "left out, " + _who_sees(by_ways, labels)
        else:
            continue
        reasons.setdefault(reason, []).append(thing.letter)
    return matched.words(place), _told(reasons)


def _who_sees(rows: list[int | None], labels: list[str]) -> str:
    seen = [label for row, label in zip(rows, labels, strict=True) if row is not None]
    return "though both see it" if len(seen) > 1 else f"for only {seen[0]} sees it"


def _told(reasons: Mapping[str, list[str]]) -> str:
    if len(reasons) < 2:
        return next(iter(reasons), "both see nothing") + "."
    ranked = sorted(reasons.items(), key=lambda item: -len(item[1]))
    parts = [f"{', '.join(letters)}: {reason}" for reason, letters in ranked[:MAX_REASONS_TOLD]]
    return "; ".join(parts) + ("." if len(ranked) <= MAX_REASONS_TOLD else "; and others.")
