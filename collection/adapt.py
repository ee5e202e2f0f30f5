"""What a visit remembers: corrected crops lend their label to what looks alike.  Weights never change.

The memory is the visitor's own.  It works on what a method found, whichever method: the ink in a box is shown to the
CNN, and its pooled features are compared with those of the corrected crops.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from classifiers.calibration import softmax
from classifiers.crop import Crop
from collection.record import LabelledObjects
from comparison.reading import Reading
from detectors import CONFIDENCE, IOU, Detections
from detectors.matching import MIN_OBJECT_IOU, object_overlap
from detectors.segmentation.pieces import Piece, join_pieces, sheet_pieces
from detectors.segmentation.place import crop_piece
from ink.sheet import Sheet

MAX_REMEMBERED = 32
"""Corrected crops that a visit remembers; the oldest go first."""

MIN_SIMILARITY = 0.6
"""Cosine of two crops' features from which one lends its label to the other."""

LENT_LOGITS = 4.0
"""Added to the logit of a label by a crop that looks quite the same; less the less it does.

On 2,350 digits of 22 writers whom no training saw, every mistake corrected, 34 mistakes become 24 and no right digit
is broken (``python -m benchmarks.corrections``)."""

MIN_SAME_SIMILARITY = 0.999
"""Cosine from which two crops are the very same ink: then the corrected label holds whatever was read."""

SAME_LOGITS = 25.0

MIN_ADAPTED_CONFIDENCE = 0.25
"""Proposals below this confidence are left alone; the page shows them only where it is asked to."""

MAX_ADAPTED = 100
"""Proposals of one method that are looked at, the surest first."""

Features = Callable[[Sequence[Crop]], np.ndarray]
"""At least one crop -> float32 ``[N, C]``; see ``classifiers.classifier.Classifier.features``."""


@dataclass(frozen=True)
class Change:
    """An object that a method shows as another class than before; ``row`` is its row in what the method shows."""

    method: str
    row: int
    before: int
    after: int


@dataclass(frozen=True, eq=False)
class VisitMemory:
    """Corrected crops of one visit.

    Attributes:
        features: float32 ``[M, C]``, of length one.
        class_id: int64 ``[M]``, what each of them is.
        pictures: each crop for people, uint8 ``[h, w]``, dark ink on white.
    """

    features: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    class_id: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    pictures: tuple[np.ndarray, ...] = ()

    def __len__(self) -> int:
        return len(self.class_id)

    def with_crops(self, crops: Sequence[Crop], features: np.ndarray, class_id: np.ndarray) -> VisitMemory:
        """With more corrected crops.  What was remembered of the same symbol under another label is dropped.

        Args:
            crops: N.
            features: of them, float32 ``[N, C]``.
            class_id: what they are, int64 ``[N]``.
        """
        added = normalise_rows(features)
        if not len(self):
            rows = np.arange(len(crops))[-MAX_REMEMBERED:]
            return VisitMemory(added[rows], class_id[rows], tuple(_picture(crops[k]) for k in rows))
        self._check_width(added)
        same = self.features @ added.T >= MIN_SAME_SIMILARITY
        left = np.flatnonzero(~same.any(1))
        pictures = [*(self.pictures[k] for k in left), *map(_picture, crops)]
        return VisitMemory(
            np.concatenate([self.features[left], added])[-MAX_REMEMBERED:],
            np.concatenate([self.class_id[left], class_id])[-MAX_REMEMBERED:],
            tuple(pictures[-MAX_REMEMBERED:]),
        )

    def _check_width(self, features: np.ndarray) -> None:
        if features.shape[1] != self.features.shape[1]:
            raise ValueError("This memory was learned with another classifier; begin a new one.")

    def without(self, index: int) -> VisitMemory:
        """Without one of the crops."""
        left = [k for k in range(len(self)) if k != index]
        return VisitMemory(self.features[left], self.class_id[left], tuple(self.pictures[k] for k in left))

    def lend(self, probabilities: np.ndarray, features: np.ndarray) -> np.ndarray:
        """Probabilities with what the memory lends them.

        Args:
            probabilities: float32 ``[N, 12]``.
            features: of the crops, float32 ``[N, C]``.

        Returns:
            float32 ``[N, 12]``; rows of what looks like nothing remembered are as they were.
        """
        if not len(self) or not len(probabilities):
            return probabilities
        self._check_width(features)
        similarity = normalise_rows(features) @ self.features.T
        lent = LENT_LOGITS * ((similarity - MIN_SIMILARITY) / (1 - MIN_SIMILARITY)).clip(0, 1)
        lent = np.where(similarity >= MIN_SAME_SIMILARITY, SAME_LOGITS, lent)
        logits = np.log(probabilities.astype(np.float64).clip(1e-9))
        for class_id in np.unique(self.class_id):
            logits[:, class_id] += lent[:, self.class_id == class_id].max(1)
        return np.where((lent > 0).any(1, keepdims=True), softmax(logits), probabilities)


def normalise_rows(features: np.ndarray) -> np.ndarray:
    """Rows float32 ``[N, C]`` of length one; rows of zeros stay."""
    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    return (features / np.maximum(lengths, 1e-9)).astype(np.float32)


def _picture(crop: Crop) -> np.ndarray:
    return crop.grey if crop.grey.ndim == 2 else np.ascontiguousarray(crop.grey[..., 0])


def crop_box(sheet: Sheet, box: np.ndarray) -> Crop:
    """The ink in a box as the classifiers take it: the pieces that lie mostly in it, or else all ink inside.

    Args:
        sheet: the drawing.
        box: float ``[4]``, x1, y1, x2, y2 in the drawing's pixels, with an area.
    """
    height, width = sheet.ink.shape
    x1, y1 = (max(0, min(int(v), side - 1)) for v, side in zip(box[:2] * sheet.scale, (width, height), strict=True))
    x2, y2 = (int(np.ceil(v)) for v in box[2:] * sheet.scale)
    x2, y2 = max(x1 + 1, min(x2, width)), max(y1 + 1, min(y2, height))
    inside = []
    for piece, whole in zip(sheet_pieces(sheet), sheet.step("amounts", _measure_amounts), strict=True):
        left, top = max(x1 - piece.x, 0), max(y1 - piece.y, 0)
        part = piece.ink[top : max(y2 - piece.y, 0), left : max(x2 - piece.x, 0)]
        amount = np.count_nonzero(part) if part.size else 0
        if amount and amount > 0.8 * whole:
            inside.append(piece)
        elif amount > 0.2 * whole:  # a box around a part of what hangs together
            return crop_piece(sheet, Piece(x1, y1, sheet.ink[y1:y2, x1:x2]))
    piece = join_pieces(inside) if inside else Piece(x1, y1, sheet.ink[y1:y2, x1:x2])
    return crop_piece(sheet, piece)


def _measure_amounts(sheet: Sheet) -> list[int]:
    """Pixels of ink of each piece."""
    return [int(np.count_nonzero(piece.ink)) for piece in sheet_pieces(sheet)]


def adapt_readings(
    sheet: Sheet, readings: Mapping[str, Reading], memory: VisitMemory, features: Features
) -> dict[str, Reading]:
    """Readings of a drawing in the light of what the visit remembers; boxes and confidences stay as they are.

    Args:
        sheet: the drawing.
        readings: of every method.
        memory: of the visit.
        features: of crops.
    """
    rows = {name: _rows_to_adapt(reading.proposals) for name, reading in readings.items()}
    boxes = [readings[name].proposals.xyxy[row] for name, chosen in rows.items() for row in chosen]
    if not len(memory) or not boxes:
        return dict(readings)
    found = features([crop_box(sheet, box) for box in boxes])
    adapted, start = {}, 0
    for name, reading in readings.items():
        chosen, before = rows[name], reading.proposals
        probabilities, class_id = before.probabilities.copy(), before.class_id.copy()
        probabilities[chosen] = memory.lend(before.probabilities[chosen], found[start : start + len(chosen)])
        start += len(chosen)
        is_lent = (probabilities != before.probabilities).any(1)
        class_id[is_lent] = probabilities[is_lent].argmax(1)
        proposals = replace(before, class_id=class_id, probabilities=probabilities)
        adapted[name] = replace(reading, proposals=proposals)
    return adapted


def shown_changes(
    before: Mapping[str, Reading], after: Mapping[str, Reading], confidence: float = CONFIDENCE, iou: float = IOU
) -> list[Change]:
    """What the memory changed of what is shown at these settings: most proposals are never shown.

    Args:
        before: readings of a drawing.
        after: the same in the light of a memory.
        confidence: what a method is less sure of is left out, 0 to 1.
        iou: of two boxes that overlap more than this, the surer one is kept, 0 to 1.
    """
    changes = []
    for name, reading in after.items():
        # What is shown goes by boxes and confidences, which no memory changes: both have the same rows.
        classes = [each.shown(confidence, iou).class_id.tolist() for each in (before[name], reading)]
        changes += [Change(name, k, a, b) for k, (a, b) in enumerate(zip(*classes, strict=True)) if a != b]
    return changes


def _rows_to_adapt(proposals: Detections) -> np.ndarray:
    rows = np.flatnonzero(proposals.confidence >= MIN_ADAPTED_CONFIDENCE)
    return rows[np.argsort(-proposals.confidence[rows], kind="stable")][:MAX_ADAPTED]


def misread_by(objects: LabelledObjects, shown: Detections) -> np.ndarray:
    """Which of the objects a method reads as another class or does not see, by what it shows; bool ``[N]``."""
    is_there = object_overlap(objects.xyxy, shown.xyxy) >= MIN_OBJECT_IOU
    return ~(is_there & (objects.class_id[:, None] == shown.class_id[None])).any(1)


def misread_objects(objects: LabelledObjects, readings: Mapping[str, Reading]) -> np.ndarray:
    """Which of the objects some method misreads, bool ``[N]``."""
    wrong = np.zeros(len(objects), bool)
    for reading in readings.values():
        wrong |= misread_by(objects, reading.shown())
    return wrong


def remember_objects(
    memory: VisitMemory, sheet: Sheet, objects: LabelledObjects, readings: Mapping[str, Reading], features: Features
) -> VisitMemory:
    """The memory with those of the objects that some method misreads; the same where there are none."""
    rows = np.flatnonzero(misread_objects(objects, readings))[-MAX_REMEMBERED:]
    if not len(rows):
        return memory
    crops = [crop_box(sheet, objects.xyxy[k]) for k in rows]
    return memory.with_crops(crops, features(crops), objects.class_id[rows])
