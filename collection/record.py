"""One drawing that somebody gave: what is kept of it, and how it is written and read again."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import numpy as np

from collection.consent import CONSENT_VERSION
from comparison.export import coco_rows
from comparison.reading import Reading
from detectors import Detections
from ink.drawing import WORK_SIDE, DrawingError, png_bytes, read_png
from ink.pen import draw_strokes
from ink.strokes import Stroke, read_strokes
from models.classes import CENSORED, CLASSES

FORMAT = 1
"""Version of the form in which drawings are written."""

MAX_RECORD_BYTES = 2_000_000
"""Bytes of one drawing with all that is kept of it."""

MAX_OBJECTS = 200
"""Labelled objects on one drawing."""

MIN_BOX_SIDE_PX = 1.0

OWNER = re.compile(r"[0-9a-f]{64}")


class RecordError(ValueError):
    """What a store holds is no drawing of ours; the message says why."""


@dataclass(frozen=True, eq=False)
class LabelledObjects:
    """What is on a drawing, as a person says.

    Attributes:
        xyxy: float32 ``[N, 4]`` in the drawing's pixels, each with an area.
        class_id: int64 ``[N]``, 0 to 11.
    """

    xyxy: np.ndarray
    class_id: np.ndarray

    def __len__(self) -> int:
        return len(self.class_id)

    def to_json(self) -> list[dict[str, Any]]:
        """As :func:`read_objects` takes them."""
        rows = zip(self.xyxy.tolist(), self.class_id.tolist(), strict=True)
        return [{"box": [round(v, 1) for v in box], "label": CLASSES[c]} for box, c in rows]

    def detections(self) -> Detections:
        """As if a method had read them, quite sure of itself."""
        return Detections.from_labels(self.xyxy, self.class_id)


def read_objects(value: object, size: tuple[int, int]) -> LabelledObjects:
    """What a client says is on a drawing.

    Args:
        value: ``[{"box": [x1, y1, x2, y2], "label": "7"}, ...]`` in the drawing's pixels.
        size: height and width of the drawing in pixels; boxes are cut off there.

    Raises:
        DrawingError: it has another form; the message is in the user's words.
    """
    if not isinstance(value, list) or len(value) > MAX_OBJECTS:
        raise DrawingError(f"Labels are a list of at most {MAX_OBJECTS} objects, each with a box and a label.")
    boxes, classes = [], []
    for row in value:
        label, box = (row.get("label"), row.get("box")) if isinstance(row, dict) else (None, None)
        if not isinstance(label, str) or label not in CLASSES:
            raise DrawingError(f"A label is one of {', '.join(CLASSES)}.")
        try:
            corners = np.array(box, np.float64)
        except (TypeError, ValueError, OverflowError):
            corners = np.zeros(0)
        if corners.shape != (4,) or not np.isfinite(corners).all():
            raise DrawingError("A box is four numbers: left, top, right and bottom.")
        corners = np.clip(corners, 0, [size[1], size[0], size[1], size[0]])
        if (corners[2:] - corners[:2] < MIN_BOX_SIDE_PX).any():
            raise DrawingError("A box has no area on the drawing.")
        boxes.append(corners)
        classes.append(CLASSES.index(label))
    return LabelledObjects(np.array(boxes, np.float32).reshape(-1, 4), np.array(classes, np.int64))


def drawing_to_json(drawing: np.ndarray) -> dict[str, Any]:
    """A drawing, uint8 ``[H, W, 3]`` RGB, as it is kept where there are no strokes: pixels alone, no file's data."""
    png = png_bytes(drawing, smallest=True)
    return {"height": drawing.shape[0], "width": drawing.shape[1], "png": base64.b64encode(png).decode()}


def strokes_to_json(side: int, strokes: Sequence[Stroke]) -> dict[str, Any]:
    """Strokes as live ink sends them, on a square sheet of ``side`` pixels."""
    return {"side": side, "strokes": [{"w": s.width, "p": np.round(s.points, 1).tolist()} for s in strokes]}


@dataclass(frozen=True, eq=False)
class Contribution:
    """One drawing that somebody gave.

    Attributes:
        owner: hash of the key that deletes it, 64 hexadecimal digits.
        day: on which it was given, nothing finer.
        picture: strokes or PNG: of :func:`strokes_to_json` or :func:`drawing_to_json`.
        objects: what is on it, as its giver says.
        readings: by method what it reads, as ``Detections.to_json`` says it.
        weights: SHA-256 of the weights that read it, by their name.
        consent: version of what its giver agreed to.
    """

    owner: str
    day: date
    picture: Mapping[str, Any]
    objects: LabelledObjects
    readings: Mapping[str, list[dict[str, Any]]]
    weights: Mapping[str, str]
    consent: str = CONSENT_VERSION

    @property
    def held(self) -> bool:
        """Whether it reads as censored, by its giver or any method: then a person looks at it first, blurred."""
        told = {row["label"] for rows in self.readings.values() for row in rows}
        return CLASSES[CENSORED] in told or bool((self.objects.class_id == CENSORED).any())

    def strokes(self) -> tuple[int, list[Stroke]]:
        """Side of the sheet in pixels and its strokes; none for a picture."""
        return read_strokes(self.picture if "strokes" in self.picture else None)

    def drawing(self) -> np.ndarray:
        """The drawing, uint8 ``[H, W, 3]`` RGB."""
        return _read_picture(self.picture)

    def to_bytes(self) -> bytes:
        """As it is kept: one JSON object, with boxes in COCO's form.

        Raises:
            DrawingError: it takes more than ``MAX_RECORD_BYTES``.
        """
        content = {
            "format": FORMAT,
            "day": self.day.isoformat(),
            "consent": self.consent,
            "deletion": self.owner,
            "drawing": dict(self.picture),
            "annotations": coco_rows(1, self.objects.xyxy, self.objects.class_id.tolist()),
            "readings": dict(self.readings),
            "weights": dict(self.weights),
        }
        data = json.dumps(content, separators=(",", ":")).encode()
        if len(data) > MAX_RECORD_BYTES:
            raise DrawingError("This picture is too large to be kept; a smaller one, or a drawing, is welcome.")
        return data

    @classmethod
    def from_bytes(cls, data: bytes) -> Contribution:
        """What :meth:`to_bytes` wrote, checked.

        Raises:
            RecordError: it is something else.
        """
        try:
            if len(data) > MAX_RECORD_BYTES:
                raise ValueError("it is too large")
            content = json.loads(data)
            if content["format"] != FORMAT or not OWNER.fullmatch(content["deletion"]):
                raise ValueError("it is of another format")
            size = _read_picture(content["drawing"]).shape[:2]
            readings = {str(name): list(rows) for name, rows in content["readings"].items()}
            for row in (row for rows in readings.values() for row in rows):
                if row["label"] not in CLASSES or len(row["box"]) != 4 or not 0 <= row["confidence"] <= 1:
                    raise ValueError("a reading has another form")
            return cls(
                owner=content["deletion"],
                day=date.fromisoformat(content["day"]),
                picture=content["drawing"],
                objects=_read_coco(content["annotations"], (size[0], size[1])),
                readings=readings,
                weights={str(name): str(value) for name, value in content["weights"].items()},
                consent=str(content["consent"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
            raise RecordError(f"This is no drawing that was given: {str(error)[:200]}") from error


def _read_coco(rows: list[dict[str, Any]], size: tuple[int, int]) -> LabelledObjects:
    """COCO's annotations as objects; ValueError where they are none."""
    value = []
    for row in rows:
        x, y, width, height = row["bbox"]
        value.append({"box": [x, y, x + width, y + height], "label": CLASSES[row["category_id"]]})
    return read_objects(value, size)


def _read_picture(picture: Mapping[str, Any]) -> np.ndarray:
    """The pixels of what is kept, uint8 ``[H, W, 3]`` RGB; DrawingError where it is no picture."""
    if "strokes" in picture:
        side, strokes = read_strokes(picture)
        return draw_strokes(strokes, side)
    return read_png(base64.b64decode(str(picture["png"]), validate=True), WORK_SIDE)


def make_contribution(
    owner: str,
    drawing: np.ndarray,
    objects: LabelledObjects,
    readings: Mapping[str, Reading],
    weights: Mapping[str, str],
    ink: Mapping[str, Any] | None = None,
) -> Contribution:
    """A drawing of today, ready to be kept.

    Args:
        owner: of ``collection.consent.owner_of_key``.
        drawing: uint8 ``[H, W, 3]`` RGB.
        objects: what is on it.
        readings: of all methods.
        weights: SHA-256 by name.
        ink: the strokes that make the drawing, in place of its pixels; see :func:`strokes_to_json`.
    """
    return Contribution(
        owner=owner,
        day=datetime.now(UTC).date(),
        picture=drawing_to_json(drawing) if ink is None else ink,
        objects=objects,
        readings={name: reading.shown().to_json() for name, reading in readings.items()},
        weights=weights,
    )
