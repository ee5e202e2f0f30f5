"""Do two readings of one drawing agree, and if not, where?  Told object by object, and in one sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from comparison.objects import MatchedObject, MatchedReadings, match_readings
from detectors.detections import Detections
from detectors.matching import MIN_OBJECT_IOU, object_overlap
from models.classes import CENSORED, CLASSES, OTHER

ObjectKind = Literal["same", "class", "apart", "first", "second"]
"""How an object's two readings compare: alike; of another class; boxed differently; seen by one of the two only."""

MAX_DIFFERENCES_TOLD = 3
"""Differences of a kind that the sentence tells one by one."""


@dataclass(frozen=True)
class Agreement:
    """How two readings of one drawing compare.

    Attributes:
        kinds: how each object that either reading has compares, by its letter, in reading order.
        sentence: what a person would say.
        same_digits: both read the same digits, whatever else they see.
    """

    kinds: dict[str, ObjectKind] = field(default_factory=dict)
    sentence: str = ""
    same_digits: bool = False

    @property
    def agree(self) -> bool:
        """Every object matched, every class the same."""
        return all(kind == "same" for kind in self.kinds.values())

    def count(self, kind: ObjectKind) -> int:
        """Objects of one kind."""
        return sum(each == kind for each in self.kinds.values())

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


def object_kind(matched: MatchedReadings, thing: MatchedObject, first: int, second: int) -> ObjectKind | None:
    """How two of the readings compare at one object; None where neither has it."""
    i, j = thing.rows[first], thing.rows[second]
    if i is None or j is None:
        return "first" if i is not None else "second" if j is not None else None
    a, b = matched.readings[first], matched.readings[second]
    if object_overlap(a.xyxy[[i]], b.xyxy[[j]])[0, 0] < MIN_OBJECT_IOU:
        return "apart"
    return "same" if a.class_id[i] == b.class_id[j] else "class"


def _name(class_id: int) -> str:
    if class_id < CENSORED:
        return f"{'an' if class_id == 8 else 'a'} {CLASSES[class_id]}"
    return "a censored drawing" if class_id == CENSORED else "a drawing that is no digit"


def _counted(class_ids: Sequence[int]) -> list[str]:
    """What is no digit, each class once and with its number."""
    names = {CENSORED: "censored drawings", OTHER: "drawings that are no digits"}
    counts = Counter(class_ids)
    return [_name(each) if count == 1 else f"{count} {names[each]}" for each, count in counts.items()]


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


class _Pair:
    """Two of several matched readings, and how to speak of them."""

    def __init__(self, matched: MatchedReadings, first: int, second: int, names: Sequence[str]) -> None:
        self.matched, self.places, self.names = matched, (first, second), [name.lower() for name in names]
        kinds = {o.letter: object_kind(matched, o, first, second) for o in matched.objects}
        self.kinds: dict[str, ObjectKind] = {letter: kind for letter, kind in kinds.items() if kind is not None}
        self.rows = {o.letter: (o.rows[first], o.rows[second]) for o in matched.objects}

    def which(self, letter: str) -> str:
        return "it" if len(self.matched.objects) == 1 else letter

    def class_id(self, letter: str, side: int) -> int:
        row = self.rows[letter][side]
        assert row is not None
        return int(self.matched.readings[self.places[side]].class_id[row])

    def class_name(self, letter: str, side: int) -> str:
        return _name(self.class_id(letter, side))

    def alike(self) -> list[str]:
        letters = [letter for letter, kind in self.kinds.items() if kind == "same"]
        if not letters:
            return []
        unlike = [letter for letter, kind in self.kinds.items() if kind in ("class", "apart") and self.is_digit(letter)]
        reading = self.matched.text(self.places[0], letters)
        if reading:  # with a question mark for what both see and only one can be right about
            reading = self.matched.text(self.places[0], letters, unlike).replace("\n", " / ")
        rest = _counted([each for letter in letters if (each := self.class_id(letter, 0)) >= CENSORED])
        return ["both read " + " with ".join(([reading] if reading else []) + ([_listed(rest)] if rest else []))]

    def difference(self, letter: str) -> str:
        classes, which = [self.class_name(letter, side) for side in (0, 1)], self.which(letter)
        if self.kinds[letter] == "class":
            return f"{self.names[0]} reads {which} as {classes[0]}, {self.names[1]} as {classes[1]}"
        if classes[0] == classes[1]:
            return f"both see {classes[0]}, but box {which} differently"
        return f"{self.names[0]} boxes {which} as {classes[0]}, {self.names[1]} other ink as {classes[1]}"

    def differences(self) -> list[str]:
        unlike = [letter for letter, kind in self.kinds.items() if kind in ("class", "apart")]
        parts = [self.difference(letter) for letter in unlike[:MAX_DIFFERENCES_TOLD]]
        more = len(unlike) - len(parts)
        return parts + ([f"{more} more read or boxed differently"] if more else [])

    def is_digit(self, letter: str) -> bool:
        """Whether either reads a digit there."""
        return any(
            row is not None and self.class_id(letter, side) < CENSORED for side, row in enumerate(self.rows[letter])
        )

    def same_digits(self) -> bool:
        """Whether both read some digits, and differ on none."""
        kinds = [kind for letter, kind in self.kinds.items() if self.is_digit(letter)]
        return bool(kinds) and all(kind == "same" for kind in kinds)

    def extras(self, side: int) -> list[str]:
        """What one reading has and the other has not."""
        only = [letter for letter, kind in self.kinds.items() if kind == ("second" if side else "first")]
        if not only:
            return []
        things = [
            self.class_name(letter, side) + ("" if self.which(letter) == "it" else f" ({letter})")
            for letter in only[:MAX_DIFFERENCES_TOLD]
        ]
        more = len(only) - len(things)
        return [f"only {self.names[side]} finds {_listed(things + ([f'{more} more'] if more else []))}"]


def compare_matched(matched: MatchedReadings, first: int, second: int, names: Sequence[str]) -> Agreement:
    """How two of several matched readings differ.

    Args:
        matched: readings of one drawing.
        first: place of one reading among them.
        second: place of the other.
        names: what to call the two in the sentence.
    """
    pair = _Pair(matched, first, second, names)
    if not pair.kinds:
        return Agreement({}, "Both find nothing.")
    text = "; ".join([*pair.alike(), *pair.differences(), *pair.extras(0), *pair.extras(1)])
    return Agreement(pair.kinds, text[0].upper() + text[1:] + ".", pair.same_digits())


def compare_readings(
    first: Detections, second: Detections, names: Sequence[str] = ("Detection", "Segmentation")
) -> Agreement:
    """Matches two readings of one drawing and says how they differ, with what to call them in the sentence."""
    return compare_matched(match_readings([first, second]), 0, 1, names)
