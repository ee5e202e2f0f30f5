"""Change one drawing gradually, and see where each method breaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from comparison.objects import MatchedReadings, match_readings
from comparison.reading import Reading
from detectors import CONFIDENCE, IOU, MIN_CONFIDENCE, Detections, Detector, keep_best
from ink.ink import STROKE_THRESHOLD, ink_bounds, ink_on_paper
from ink.sheet import Sheet
from models.classes import CENSORED

BATCH_SIZE = 4
"""Changed drawings that a method reads at a time; a run that is over stops in between."""

DRAWING_SIDE_PX = 600
"""Side of the square drawings that are read."""

SUBJECT_SIDE_PX = 240
"""Longer side of the unchanged ink on them: room to grow, to turn and to come apart."""


@dataclass(frozen=True, eq=False)
class Subject:
    """Ink in the middle of a square, ready to be changed.

    Attributes:
        ink: uint8 ``[DRAWING_SIDE_PX, DRAWING_SIDE_PX]``, 0 paper to 255 ink.
        boxes: of its objects, in reading order, int64 ``[N, 4]``; at least one.
    """

    ink: np.ndarray
    boxes: np.ndarray


def make_subject(image: np.ndarray, boxes: np.ndarray) -> Subject | None:
    """A drawing made ready to be changed; None where it has no ink.

    Args:
        image: uint8 ``[H, W, 3]`` RGB.
        boxes: of its objects in reading order and in its pixels, float ``[N, 4]``; where there are none, all the ink is
            one object.
    """
    sheet = Sheet(image)
    ink, scale = sheet.ink, sheet.scale
    if (bounds := ink_bounds(ink)) is None:
        return None
    x1, y1, x2, y2 = bounds
    zoom = SUBJECT_SIDE_PX / max(x2 - x1, y2 - y1)
    shift = DRAWING_SIDE_PX / 2 - zoom * np.array([x1 + x2, y1 + y2]) / 2
    placed_ink = cv2.warpAffine(
        ink, np.array([[zoom, 0, shift[0]], [0, zoom, shift[1]]]), (DRAWING_SIDE_PX, DRAWING_SIDE_PX),
        flags=cv2.INTER_AREA if zoom < 1 else cv2.INTER_LINEAR,
    )  # fmt: skip
    if not len(boxes):
        boxes = np.array([bounds], float) / scale
    placed = np.round(boxes * scale * zoom + np.tile(shift, 2)).astype(int)
    placed = np.clip(placed + np.array([-1, -1, 1, 1]), 0, DRAWING_SIDE_PX)
    return Subject(placed_ink, placed[(placed[:, 2] > placed[:, 0]) & (placed[:, 3] > placed[:, 1])])


def _affine(ink: np.ndarray, angle: float, zoom: float) -> np.ndarray:
    matrix = cv2.getRotationMatrix2D((DRAWING_SIDE_PX / 2, DRAWING_SIDE_PX / 2), angle, zoom)
    if zoom >= 0.5:
        return cv2.warpAffine(ink, matrix, (DRAWING_SIDE_PX, DRAWING_SIDE_PX), flags=cv2.INTER_LINEAR)
    side = max(1, round(DRAWING_SIDE_PX * zoom))  # interpolation skips pixels when it shrinks a lot
    result = np.zeros_like(ink)
    at = (DRAWING_SIDE_PX - side) // 2
    result[at : at + side, at : at + side] = cv2.resize(ink, (side, side), interpolation=cv2.INTER_AREA)
    return result


def rotate(s: Subject, degrees: float) -> np.ndarray:
    """Clockwise."""
    return _affine(s.ink, -degrees, 1.0)


def resize(s: Subject, share: float) -> np.ndarray:
    """The drawing's longer side as a share of the whole drawing's side."""
    return _affine(s.ink, 0.0, share * DRAWING_SIDE_PX / SUBJECT_SIDE_PX)


def _pen(mask: np.ndarray) -> float:
    """Twice the mean distance to paper along the middle of the strokes, in pixels."""
    inside = cv2.distanceTransform(mask, cv2.DIST_L2, 5)
    ridge = (inside >= cv2.dilate(inside, np.ones((3, 3), np.uint8))) & (mask > 0)
    return float(2 * inside[ridge].mean()) if ridge.any() else 1.0


def thicken(s: Subject, times: float) -> np.ndarray:
    """The outline moved out or in, as if the pen had been this many times as wide."""
    mask = (s.ink > STROKE_THRESHOLD).astype(np.uint8)
    if not mask.any():
        return s.ink
    away = cv2.distanceTransform(1 - mask, cv2.DIST_L2, 5) - cv2.distanceTransform(mask, cv2.DIST_L2, 5)
    return np.round(255 * np.clip((times - 1) * _pen(mask) / 2 - away + 0.5, 0, 1)).astype(np.uint8)


def _put(target: np.ndarray, part: np.ndarray, x: int, y: int) -> None:
    """Lays ink on other ink; what would fall off its edge is lost."""
    height, width = target.shape
    left, top, right, bottom = max(0, x), max(0, y), min(width, x + part.shape[1]), min(height, y + part.shape[0])
    if right > left and bottom > top:
        own = target[top:bottom, left:right]
        np.maximum(own, part[top - y : bottom - y, left - x : right - x], out=own)


def split_objects(s: Subject, gap: float) -> np.ndarray:
    """Every object cut in two at half its height and pulled apart by a share of that height."""
    result = np.zeros_like(s.ink)
    for x1, y1, x2, y2 in s.boxes.tolist():
        middle, shift = (y1 + y2) // 2, gap * (y2 - y1) / 2
        _put(result, s.ink[y1:middle, x1:x2], x1, round(y1 - shift))
        _put(result, s.ink[middle:y2, x1:x2], x1, round(middle + shift))
    return result


def overlap(s: Subject, depth: float) -> np.ndarray:
    """The first two objects side by side, over each other by a share of the narrower one's width; one is doubled."""
    first, second = (s.boxes[0], s.boxes[1]) if len(s.boxes) > 1 else (s.boxes[0], s.boxes[0])
    parts = [s.ink[y1:y2, x1:x2] for x1, y1, x2, y2 in (first.tolist(), second.tolist())]
    step = round(parts[0].shape[1] - depth * min(p.shape[1] for p in parts))
    left = (DRAWING_SIDE_PX - step - parts[1].shape[1]) // 2
    result = np.zeros_like(s.ink)
    for part, x in zip(parts, (left, left + step), strict=True):
        _put(result, part, x, (DRAWING_SIDE_PX - part.shape[0]) // 2)
    return result


def speckle(s: Subject, share: float) -> np.ndarray:
    """Dots of ink on this share of the drawing, the same ones every time, more and more of them."""
    dots = np.random.default_rng(5).random((DRAWING_SIDE_PX // 3, DRAWING_SIDE_PX // 3)) < share
    grain = cv2.resize(dots.astype(np.uint8) * 255, (DRAWING_SIDE_PX, DRAWING_SIDE_PX), interpolation=cv2.INTER_NEAREST)
    return np.maximum(s.ink, grain)


@dataclass(frozen=True)
class Stress:
    """One way to change a drawing gradually.

    Attributes:
        label: what is changed, for people.
        unit: of the values.
        values: in the order they are shown.
        start: the one of them at which nothing is changed, or least of all where two objects are shown.
        change: makes ink, uint8 ``[DRAWING_SIDE_PX, DRAWING_SIDE_PX]``, of a subject and a value.
        shows_pair: two objects are shown instead of the whole drawing.
    """

    label: str
    unit: str
    values: tuple[float, ...]
    start: float
    change: Callable[[Subject, float], np.ndarray]
    shows_pair: bool = False


STRESSES: dict[str, Stress] = {
    "rotation": Stress("Rotation", "degrees", tuple(range(-90, 91, 15)), 0, rotate),
    "size": Stress(
        "Size", "share of the sheet", (0.025, 0.04, 0.06, 0.08, 0.12, 0.17, 0.25, 0.4, 0.5, 0.65, 0.8, 0.95),
        SUBJECT_SIDE_PX / DRAWING_SIDE_PX, resize,
    ),
    "pen": Stress(
        "Pen width", "times as wide", (0.2, 0.35, 0.5, 0.7, 1.0, 1.4, 1.8, 2.3, 2.8, 3.4, 4.0, 5.0), 1.0, thicken
    ),
    "gap": Stress(
        "Gap between strokes", "share of the height", (0, 0.02, 0.04, 0.06, 0.09, 0.12, 0.16, 0.2, 0.25, 0.3, 0.4, 0.5),
        0, split_objects,
    ),
    "overlap": Stress(
        "Overlap of two digits", "share of the width",
        (-0.3, -0.15, -0.05, 0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7), -0.3, overlap, shows_pair=True,
    ),
    "noise": Stress(
        "Dots of ink", "share of the sheet",
        (0, 0.0003, 0.001, 0.002, 0.004, 0.007, 0.01, 0.02, 0.035, 0.05, 0.07, 0.1), 0, speckle,
    ),
}  # fmt: skip
"""Name -> what is changed; a new one shows up on the page and in the endpoint."""


@dataclass(frozen=True)
class StressStep:
    """What one method makes of one changed drawing.

    Attributes:
        reading: its digits; empty where it reads none.
        words: for people, what it has instead of digits included.
        confidence: the mean over the digits read, 0 to 1; 0 where none is.
    """

    reading: str
    words: str
    confidence: float


@dataclass(frozen=True, eq=False)
class StressCourse:
    """One drawing under one stress.

    Attributes:
        stress: what was changed.
        drawings: the changed ones, uint8 ``[DRAWING_SIDE_PX, DRAWING_SIDE_PX, 3]``, one per value.
        steps: method -> what it made of each of them.
        own: method -> what it reads on the drawing itself, as far as the stress shows it; empty where no digit is.
        doubled: the two objects shown are one, twice.
    """

    stress: Stress
    drawings: Sequence[np.ndarray]
    steps: Mapping[str, Sequence[StressStep]]
    own: Mapping[str, str]
    doubled: bool = False

    def held(self, method: str) -> list[bool]:
        """For each value whether the reading is still that of the start, be it of no digit."""
        start = self.steps[method][self.stress.values.index(self.stress.start)]
        return [step.reading == start.reading for step in self.steps[method]]

    def span(self, method: str) -> tuple[float, float] | None:
        """The lowest and highest value, around the start, up to which it reads its own; None where it never does."""
        held, start = self.held(method), self.stress.values.index(self.stress.start)
        if not self.own[method] or self.steps[method][start].reading != self.own[method]:
            return None
        low = high = start
        while low > 0 and held[low - 1]:
            low -= 1
        while high + 1 < len(held) and held[high + 1]:
            high += 1
        return self.stress.values[low], self.stress.values[high]


def _steps(matched: MatchedReadings) -> list[StressStep]:
    """What each reading makes of one drawing."""
    steps = []
    for k, found in enumerate(matched.readings):
        digits = found.confidence[found.class_id < CENSORED]
        sure = float(digits.mean()) if len(digits) else 0.0
        steps.append(StressStep(matched.text(k).replace("\n", " / "), matched.words(k), sure))
    return steps


def _own_reading(stress: Stress, matched: MatchedReadings, reading: int) -> str:
    """What one method reads of the drawing as far as the stress shows it."""
    if not stress.shows_pair:
        return matched.text(reading).replace("\n", " / ")
    letters = [o.letter for o in matched.objects[:2]]
    return "".join(matched.text(reading, [letter]) for letter in (letters * 2)[:2])


def run_stress(
    stress: Stress,
    drawing: np.ndarray,
    readings: Mapping[str, Reading],
    detectors: Mapping[str, Detector],
    confidence: float = CONFIDENCE,
    iou: float = IOU,
    checkpoint: Callable[[float], None] = lambda share: None,
) -> StressCourse | None:
    """Changes a drawing step by step and has it read by every method; None where it has no ink.

    The step at which nothing is changed is not read again: it has the readings of the drawing itself.

    Args:
        stress: what to change.
        drawing: uint8 ``[H, W, 3]`` RGB.
        readings: every method's reading of it.
        detectors: every method.
        confidence: what a method is less sure of is left out, 0 to 1.
        iou: of two boxes that overlap more than this, the surer one is kept, 0 to 1.
        checkpoint: called between batches with the share that is done, 0 to 1; what it raises ends the run.
    """
    own = match_readings([readings[name].shown(confidence, iou) for name in detectors])
    subject = make_subject(drawing, own.boxes)
    if subject is None:
        return None
    drawings = [ink_on_paper(stress.change(subject, value)) for value in stress.values]
    found: list[list[Detections]] = [[] for _ in detectors]
    for first in range(0, len(drawings), BATCH_SIZE):
        sheets = [Sheet(each) for each in drawings[first : first + BATCH_SIZE]]
        for place, (mine, detector) in enumerate(zip(found, detectors.values(), strict=True)):
            checkpoint((first + BATCH_SIZE * place / len(detectors)) / len(drawings))
            mine += [keep_best(each, MIN_CONFIDENCE) for each in detector.proposals(sheets)]
    rows = []
    for value, proposals in zip(stress.values, zip(*found, strict=True), strict=True):
        as_drawn = value == stress.start and not stress.shows_pair
        rows.append(_steps(own if as_drawn else match_readings([keep_best(p, confidence, iou) for p in proposals])))
    return StressCourse(
        stress,
        drawings,
        {name: list(column) for name, column in zip(detectors, zip(*rows, strict=True), strict=True)},
        {name: _own_reading(stress, own, k) for k, name in enumerate(detectors)},
        stress.shows_pair and len(subject.boxes) == 1,
    )
