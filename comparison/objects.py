"""What is on a drawing by all its readings together: whose boxes mean one object, and in which order to read them."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from detectors.detections import Detections
from detectors.matching import ObjectRows, group_readings, mean_boxes
from detectors.reading_order import find_home, find_lines
from models.classes import CENSORED, CLASSES


@dataclass(frozen=True)
class MatchedObject:
    """One object of the drawing, as every reading sees it.

    Attributes:
        letter: its name, the same in every reading: A, B, ... in reading order.
        rows: its row in each of the readings, None where a reading has none.
    """

    letter: str
    rows: tuple[int | None, ...]


@dataclass(frozen=True, eq=False)
class MatchedReadings:
    """Readings of one drawing, object by object, all in one order.

    Attributes:
        readings: what was matched.
        objects: everything that any of them has, in reading order: line by line with the signs among the digits, then
            what stands in no line.
        boxes: around each object, the mean of its boxes, float64 ``[N, 4]``.
        lines: the digits among the objects, line by line from the top, as indices into ``objects``.
    """

    readings: Sequence[Detections]
    objects: list[MatchedObject]
    boxes: np.ndarray
    lines: list[list[int]]

    def text(self, reading: int, letters: Container[str] | None = None, disputed: Container[str] = ()) -> str:
        """The digits of one reading, lines separated by a line break.

        Args:
            reading: its place.
            letters: of the objects that are told; all where None.
            disputed: letters of objects that only leave their place, a question mark.
        """
        found, lines = self.readings[reading], []
        for line in self.lines:
            told = []
            for thing in (self.objects[k] for k in line):
                row = thing.rows[reading]
                if thing.letter in disputed:
                    told.append("?")
                elif (letters is None or thing.letter in letters) and row is not None:
                    told.append(CLASSES[c] if (c := int(found.class_id[row])) < CENSORED else "")
            lines.append("".join(told))
        return "\n".join(line for line in lines if line)

    def words(self, reading: int) -> str:
        """One reading on one line, for people; where it has no digit, what it has instead."""
        found = self.readings[reading]
        if text := self.text(reading):
            return text.replace("\n", " / ")
        if not len(found):
            return "nothing"
        return "censored" if (found.class_id == CENSORED).any() else "no digit"

    @cached_property
    def texts(self) -> list[str]:
        """:meth:`text` of every reading."""
        return [self.text(k) for k in range(len(self.readings))]


def object_letter(index: int) -> str:
    """A, B, ..., Z, AA, AB, ... for 0, 1, ...: objects have letters, for what they are read as is a number."""
    letter = chr(ord("A") + index % 26)
    return letter if index < 26 else object_letter(index // 26 - 1) + letter


def match_readings(readings: Sequence[Detections]) -> MatchedReadings:
    """Which detections of several readings of one drawing are one object, and the order to read them in."""
    return _in_reading_order(group_readings(readings), readings)


def _in_reading_order(groups: Sequence[ObjectRows], readings: Sequence[Detections]) -> MatchedReadings:
    """The groups as objects.  Lines are found among the mean boxes, so that a box more or less joins no two lines."""
    boxes = mean_boxes(groups, readings)
    is_digit = np.array(
        [any(row is not None and readings[k].class_id[row] < CENSORED for k, row in enumerate(g)) for g in groups], bool
    )
    digits, others = np.flatnonzero(is_digit), np.flatnonzero(~is_digit)
    lines = [digits[line].tolist() for line in find_lines(boxes[digits])]
    whole, apart = [list(line) for line in lines], list[int]()
    for i in others[np.argsort(boxes[others, 0], kind="stable")].tolist():
        home = find_home(boxes, lines, i)
        (apart if home is None else whole[home]).append(i)
    across = boxes[:, 0] + boxes[:, 2]
    order = [i for line in whole for i in sorted(line, key=lambda each: float(across[each]))] + apart
    objects = [MatchedObject(object_letter(place), tuple(groups[i])) for place, i in enumerate(order)]
    place_of = {i: place for place, i in enumerate(order)}
    return MatchedReadings(readings, objects, boxes[order], [[place_of[i] for i in line] for line in lines])
