"""The one result type of both ways to read a drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from detectors.reading_order import find_lines
from models.classes import CENSORED, CLASSES

NUM_CLASSES = len(CLASSES)


@dataclass(frozen=True, eq=False)
class Detections:
    """Objects found on one drawing, checked when made.

    Attributes:
        xyxy: float32 ``[N, 4]``, x1, y1, x2, y2 in the drawing's pixels, x1 <= x2 and y1 <= y2.
        confidence: float32 ``[N]``, 0 to 1.
        class_id: int64 ``[N]``, 0 to 11.
        probabilities: float32 ``[N, 12]``, rows that sum to one.
        exclusive: objects that are shown by default have their ink for themselves: none is a second box of another.

    Raises:
        ValueError: a shape, a range or a value does not fit; the message says which.
    """

    xyxy: np.ndarray
    confidence: np.ndarray
    class_id: np.ndarray
    probabilities: np.ndarray
    exclusive: bool = False

    def __post_init__(self) -> None:
        for name, dtype in (
            ("xyxy", "float32"),
            ("confidence", "float32"),
            ("class_id", "int64"),
            ("probabilities", "float32"),
        ):
            value = np.asarray(getattr(self, name))
            if value.dtype.kind not in "fiu":
                raise ValueError(f"{name} must hold numbers, got {value.dtype}")
            object.__setattr__(self, name, value.astype(dtype, copy=False))
        n = len(self.confidence)
        shapes = {"xyxy": (n, 4), "confidence": (n,), "class_id": (n,), "probabilities": (n, NUM_CLASSES)}
        for name, shape in shapes.items():
            if getattr(self, name).shape != shape:
                raise ValueError(f"{name} must have shape {shape}, got {getattr(self, name).shape}")
        for name in ("xyxy", "confidence", "probabilities"):
            if not np.isfinite(getattr(self, name)).all():
                raise ValueError(f"{name} holds values that are not finite")
        if n and ((self.xyxy[:, 2:] < self.xyxy[:, :2]).any()):
            raise ValueError("xyxy must have x1 <= x2 and y1 <= y2")
        if n and (self.confidence.min() < 0 or self.confidence.max() > 1):
            raise ValueError(f"confidence must lie in 0..1, got {self.confidence.min()}..{self.confidence.max()}")
        if n and (self.class_id.min() < 0 or self.class_id.max() >= NUM_CLASSES):
            raise ValueError(f"class_id must lie in 0..{NUM_CLASSES - 1}")
        if n and (self.probabilities.min() < 0 or np.abs(self.probabilities.sum(1) - 1).max() > 1e-2):
            raise ValueError("probabilities must be rows that sum to one")

    @classmethod
    def empty(cls) -> Detections:
        """Nothing found."""
        return cls(np.zeros((0, 4)), np.zeros(0), np.zeros(0, np.int64), np.zeros((0, NUM_CLASSES)))

    @classmethod
    def from_labels(cls, xyxy: np.ndarray, class_id: np.ndarray, confidence: np.ndarray | float = 1.0) -> Detections:
        """Labelled boxes, as if a method had read them, quite sure of each class."""
        class_id = np.asarray(class_id, np.int64)
        return cls(xyxy, np.full(len(class_id), confidence), class_id, np.eye(NUM_CLASSES)[class_id])

    @classmethod
    def concatenate(cls, parts: Sequence[Detections]) -> Detections:
        """The rows of all parts, in their order; nothing of no parts."""
        if len(parts) == 1:
            return parts[0]
        whole = [cls.empty(), *parts]
        return cls(
            np.concatenate([part.xyxy for part in whole]),
            np.concatenate([part.confidence for part in whole]),
            np.concatenate([part.class_id for part in whole]),
            np.concatenate([part.probabilities for part in whole]),
            any(map(len, parts)) and all(part.exclusive for part in parts if len(part)),
        )

    def __len__(self) -> int:
        return len(self.confidence)

    def __getitem__(self, index: np.ndarray | slice | Sequence[int]) -> Detections:
        """The chosen rows: a boolean mask, indices or a slice."""
        if not isinstance(index, slice):
            index = np.asarray(index)
            if index.size == 0:
                index = index.astype(np.int64)
        return Detections(
            self.xyxy[index], self.confidence[index], self.class_id[index], self.probabilities[index], self.exclusive
        )

    def lines(self) -> list[np.ndarray]:
        """Lines of writing from the top, each an int64 array of row indices from left to right; digits only."""
        digits = np.flatnonzero(self.class_id < CENSORED)
        return [digits[line] for line in find_lines(self.xyxy[digits])]

    def reading(self) -> str:
        """The digits as text, from left to right, lines from the top separated by a line break."""
        return "\n".join("".join(CLASSES[self.class_id[i]] for i in line) for line in self.lines())

    def to_json(self) -> list[dict[str, Any]]:
        """One object per detection: label, confidence, box in pixels, and the twelve probabilities."""
        return [
            {
                "label": CLASSES[c],
                "confidence": round(float(s), 4),
                "box": [round(float(v), 1) for v in box],
                "probabilities": {name: round(float(p), 4) for name, p in zip(CLASSES, row, strict=True)},
            }
            for box, s, c, row in zip(self.xyxy, self.confidence, self.class_id, self.probabilities, strict=True)
        ]
