"""Do two readings of one drawing agree, and if not, where?  Told in one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from comparison.match import match_boxes
from detectors.detections import Detections
from models import CENSORED, CLASSES


@dataclass(frozen=True)
class Agreement:
    """How two Detections of one drawing compare.

    Attributes:
        same: pairs of indices (first, second) with one class.
        other_class: pairs of the same object read as different classes.
        only_first: indices that have no partner in the second.
        only_second: indices that have no partner in the first.
        sentence: what a person would say.
    """

    same: list[tuple[int, int]]
    other_class: list[tuple[int, int]]
    only_first: list[int]
    only_second: list[int]
    sentence: str

    @property
    def agree(self) -> bool:
        """Every object matched, every class the same."""
        return not (self.other_class or self.only_first or self.only_second)

    def to_json(self) -> dict[str, Any]:
        """Counts and the sentence."""
        return {
            "agree": self.agree,
            "same": len(self.same),
            "other_class": len(self.other_class),
            "only_first": len(self.only_first),
            "only_second": len(self.only_second),
            "sentence": self.sentence,
        }


def _name(class_id: int) -> str:
    return {CENSORED: "a censored drawing", CENSORED + 1: "another drawing"}.get(class_id, f"a {CLASSES[class_id]}")


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def _described(found: Detections) -> str:
    reading = found.reading().replace("\n", " / ")
    rest = [_name(int(c)) for c in found.class_id if c >= CENSORED]
    parts = ([reading] if reading else []) + ([_listed(rest)] if rest else [])
    return " with ".join(parts)


def compare(first: Detections, second: Detections, names: tuple[str, str] = ("Detection", "Segmentation")) -> Agreement:
    """Matches two readings and says how they differ.

    Args:
        first: one reading.
        second: another of the same drawing.
        names: what to call them in the sentence.
    """
    pairs = match_boxes(first.xyxy, second.xyxy)
    same = [(i, j) for i, j in pairs if first.class_id[i] == second.class_id[j]]
    differ = [(i, j) for i, j in pairs if first.class_id[i] != second.class_id[j]]
    only_first = sorted(set(range(len(first))) - {i for i, _ in pairs})
    only_second = sorted(set(range(len(second))) - {j for _, j in pairs})
    if not len(first) and not len(second):
        sentence = "Both find nothing."
    elif not differ and not only_first and not only_second:
        sentence = f"Both read {_described(first)}."
    else:
        parts = [
            f"{names[0]} reads {_name(int(first.class_id[i]))} where {names[1].lower()} reads "
            f"{_name(int(second.class_id[j]))}"
            for i, j in differ
        ]
        for name, found, only in ((names[0], first, only_first), (names[1], second, only_second)):
            if only:
                things = [_name(int(c)) for c in found.class_id[np.array(only)]]
                shown = _listed(things[:4] + ([f"{len(things) - 4} more"] if len(things) > 4 else []))
                parts.append(f"only {name.lower()} finds {shown}")
        text = "; ".join(parts)
        sentence = text[0].upper() + text[1:] + "."
    return Agreement(same, differ, only_first, only_second, sentence)
