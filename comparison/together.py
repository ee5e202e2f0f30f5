"""What both ways say together, in one sentence: the referee's reading against theirs, object by object."""

from __future__ import annotations

from collections.abc import Collection, Mapping

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
    on_screen: Collection[str] = (),
) -> tuple[str, str]:
    """What the referee reads on one drawing, and why, for people; no model runs.

    Args:
        referee: one of the methods.
        proposals: of every method, by name.
        matched: what is shown of them at these settings, in the same order.
        confidence: what a method is less sure of is left out, 0 to 1.
        iou: of two boxes that overlap more than this, the surer one is kept, 0 to 1.
        on_screen: names of the methods that stand beside it; where they are not the referee's ways, "both" would mean
            the wrong ones, and its ways are named.
    """
    names, labels = list(proposals), [way.label for way in referee.ways]
    place, places = names.index(referee.name), [names.index(way.name) for way in referee.ways]
    is_shown = not on_screen or {way.name for way in referee.ways} == set(on_screen)
    both = "both" if is_shown else " and ".join(labels)
    decisions = referee.decide([proposals[way.name] for way in referee.ways])
    shown = best_rows(proposals[referee.name], confidence, iou)
    reasons: dict[str, list[str]] = {}
    for thing in matched.objects:
        row, by_ways = thing.rows[place], [thing.rows[way] for way in places]
        if row is not None:
            decision = decisions[shown[row]]
            reason = f"{both} say so" if decision.way is None else reason_in_words(decision, labels)
        elif any(each is not None for each in by_ways):
            reason = "left out, " + _who_sees(by_ways, labels, both)
        else:
            continue
        reasons.setdefault(reason, []).append(thing.letter)
    return matched.words(place), _told(reasons, both)


def _who_sees(rows: list[int | None], labels: list[str], both: str) -> str:
    seen = [label for row, label in zip(rows, labels, strict=True) if row is not None]
    return f"though {both} see it" if len(seen) > 1 else f"for only {seen[0]} sees it"


def _told(reasons: Mapping[str, list[str]], both: str) -> str:
    if len(reasons) < 2:
        return next(iter(reasons), f"{both} see nothing") + "."
    ranked = sorted(reasons.items(), key=lambda item: -len(item[1]))
    parts = [f"{', '.join(letters)}: {reason}" for reason, letters in ranked[:MAX_REASONS_TOLD]]
    return "; ".join(parts) + ("." if len(ranked) <= MAX_REASONS_TOLD else "; and others.")
