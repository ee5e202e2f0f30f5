"""Do two readings of one drawing agree, and if not, where?  Told object by object, and in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from comparison.match import match_boxes
from detectors.detections import Detections
from models.classes import CENSORED, CLASSES

Kind = Literal["same", "class", "apart", "first", "second"]
"""How an object's two readings compare: alike; of another class; boxed differently; seen by one of the two only."""

MIN_INK_IOU = 0.1
"""IoU from which two boxes that are not the same object's still seem to mean the same ink."""

MAX_DIFFERENCES_TOLD = 3
"""Differences of a kind that the sentence tells one by one."""

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


@dataclass(frozen=True)
class MatchedObject:
    """One object of the drawing, as the two readings see it.

    Attributes:
        number: from 1, from left to right.
        kind: how the two compare.
        first: its row in the first reading, None where that has none.
        second: its row in the second reading, likewise.
    """

    number: int
    kind: Kind
    first: int | None
    second: int | None

    def row(self, side: int) -> int | None:
        """Its row in the first (0) or second (1) reading."""
        return (self.first, self.second)[side]


@dataclass(frozen=True)
class Agreement:
    """How two Detections of one drawing compare.

    Attributes:
        objects: everything that either reading has, from left to right.
        sentence: what a person would say.
    """

    objects: list[MatchedObject] = field(default_factory=list)
    sentence: str = ""

    @property
    def agree(self) -> bool:
        """Every object matched, every class the same."""
        return all(o.kind == "same" for o in self.objects)

    def count(self, kind: Kind) -> int:
        """Objects of one kind."""
        return sum(o.kind == kind for o in self.objects)

    def to_json(self) -> dict[str, Any]:
        """Counts and the sentence."""
        return {
            "agree": self.agree,
            "same": self.count("same"),
            "other_class": self.count("class"),
            "box_apart": self.count("apart"),
            "only_first": self.count("first"),
            "only_second": self.count("second"),
            "sentence": self.sentence,
        }


def match_objects(first: Detections, second: Detections) -> list[MatchedObject]:
    """The objects of two readings of one drawing, numbered from left to right."""
    pairs: list[tuple[Kind, int | None, int | None]] = []
    for i, j in match_boxes(first.xyxy, second.xyxy):
        pairs.append(("same" if first.class_id[i] == second.class_id[j] else "class", i, j))
    left = [i for i in range(len(first)) if i not in {p[1] for p in pairs}]
    right = [j for j in range(len(second)) if j not in {p[2] for p in pairs}]
    for i, j in match_boxes(first.xyxy[left], second.xyxy[right], MIN_INK_IOU):
        pairs.append(("apart", left[i], right[j]))
    pairs += [("first", i, None) for i in left if i not in {p[1] for p in pairs}]
    pairs += [("second", None, j) for j in right if j not in {p[2] for p in pairs}]

    def place(pair: tuple[Kind, int | None, int | None]) -> tuple[float, float]:
        _, i, j = pair
        box = first.xyxy[i] if i is not None else second.xyxy[j]
        return float(box[0] + box[2]), float(box[1])

    return [MatchedObject(number, *pair) for number, pair in enumerate(sorted(pairs, key=place), 1)]


def _name(class_id: int) -> str:
    if class_id < CENSORED:
        return f"{'an' if class_id == 8 else 'a'} {CLASSES[class_id]}"
    return "a censored drawing" if class_id == CENSORED else "a drawing that is no digit"


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def _described(found: Detections) -> str:
    reading = found.reading().replace("\n", " / ")
    rest = [_name(int(c)) for c in found.class_id if c >= CENSORED]
    parts = ([reading] if reading else []) + ([_listed(rest)] if rest else [])
    return " with ".join(parts)


def _which(number: int, total: int) -> str:
    if total == 1:
        return "it"
    if number == total:
        return "the last one"
    return f"the {ORDINALS[number - 1]} one" if number <= len(ORDINALS) else f"number {number}"


def _difference(o: MatchedObject, total: int, found: tuple[Detections, Detections], names: Sequence[str]) -> str:
    classes = [
        _name(int(f.class_id[row])) for f, row in zip(found, (o.first, o.second), strict=True) if row is not None
    ]
    which = _which(o.number, total)
    if o.kind == "class":
        return f"{names[0]} reads {which} as {classes[0]}, {names[1]} as {classes[1]}"
    if classes[0] == classes[1]:
        return f"both see {classes[0]}, but box {which} differently"
    return f"{names[0]} boxes {which} as {classes[0]}, {names[1]} other ink as {classes[1]}"


def _only(objects: Sequence[MatchedObject], side: int, total: int, found: Detections, name: str) -> str:
    """What one reading has and the other has not."""
    things = [
        _name(int(found.class_id[o.row(side)])) + ("" if total == 1 else f" ({_which(o.number, total)})")
        for o in objects[:MAX_DIFFERENCES_TOLD]
    ]
    more = len(objects) - len(things)
    return f"only {name} finds {_listed(things + ([f'{more} more'] if more else []))}"


def compare_readings(
    first: Detections, second: Detections, names: tuple[str, str] = ("Detection", "Segmentation")
) -> Agreement:
    """Matches two readings and says how they differ.

    Args:
        first: one reading.
        second: another of the same drawing.
        names: what to call them in the sentence.
    """
    objects = match_objects(first, second)
    if not objects:
        return Agreement(objects, "Both find nothing.")
    alike = first[np.array([o.first for o in objects if o.kind == "same"], int)]
    lower = [name.lower() for name in names]
    parts = [f"both read {_described(alike)}"] if len(alike) else []
    unlike = [o for o in objects if o.kind in ("class", "apart")]
    parts += [_difference(o, len(objects), (first, second), lower) for o in unlike[:MAX_DIFFERENCES_TOLD]]
    if len(unlike) > MAX_DIFFERENCES_TOLD:
        parts.append(f"{len(unlike) - MAX_DIFFERENCES_TOLD} more read or boxed differently")
    for side, (kind, found) in enumerate((("first", first), ("second", second))):
        only = [o for o in objects if o.kind == kind]
        if only:
            parts.append(_only(only, side, len(objects), found, lower[side]))
    text = "; ".join(parts)
    return Agreement(objects, text[0].upper() + text[1:] + ".")
