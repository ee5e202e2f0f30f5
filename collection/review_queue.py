"""The order in which drawings are reviewed: what is doubtful first, and why."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from classifiers.crop import fit_square
from collection.record import Contribution, LabelledObjects, RecordError, read_objects
from collection.store import REVIEWS, Place, Review, ReviewConflictError, Store, StoreError
from comparison.agreement import compare_readings
from detectors import Detections
from detectors.matching import MIN_OBJECT_IOU, object_overlap
from ink.drawing import DrawingError
from models.classes import CLASSES

MAX_DUPLICATE_BITS = 24
"""Of a drawing's 1,024 pixels, how many may differ from another one's for the two to count as one drawing."""


@dataclass(frozen=True)
class ReviewItem:
    """A drawing that waits for a reviewer.

    Attributes:
        place: where it lies.
        doubt: the larger, the sooner it is looked at.
        reasons: why it is doubtful, in words.
    """

    place: Place
    doubt: float
    reasons: tuple[str, ...] = ()


def stored_detections(contribution: Contribution) -> dict[str, Detections]:
    """What each method read of a drawing when it was given."""
    readings = {}
    for name, rows in contribution.readings.items():
        class_id = np.array([CLASSES.index(row["label"]) for row in rows], np.int64)
        boxes = np.array([row["box"] for row in rows], np.float32).reshape(-1, 4)
        boxes[:, 2:] = np.maximum(boxes[:, :2], boxes[:, 2:])
        readings[name] = Detections.from_labels(boxes, class_id, np.array([row["confidence"] for row in rows]))
    return readings


def label_doubt(objects: LabelledObjects, readings: Mapping[str, Detections]) -> tuple[float, list[str]]:
    """How little the labels go with what the methods read, 0 for not at all, and why."""
    doubt, reasons = 0.0, []
    labels = objects.detections()
    differing = [name for name, found in readings.items() if not compare_readings(labels, found).agree]
    if differing:
        doubt += len(differing) / len(readings)
        reasons.append(f"the labels differ from {', '.join(differing)}")
    if any(not compare_readings(a, b).agree for a, b in itertools.combinations(readings.values(), 2)):
        doubt += 0.5
        reasons.append("the methods differ")
    for found in readings.values():
        overlap = object_overlap(objects.xyxy, found.xyxy)
        sure = [
            float(found.confidence[overlap[k].argmax()])
            for k in range(len(objects))
            if len(found) and overlap[k].max() >= MIN_OBJECT_IOU
        ]
        doubt += (1 - min(sure, default=0.0)) / len(readings)
    return doubt, reasons


def find_duplicates(drawings: Sequence[np.ndarray]) -> set[int]:
    """Numbers of the drawings that are nearly the same as an earlier one."""
    if not drawings:
        return set()
    bits = np.stack([fit_square(drawing.min(2))[0].ravel() > 127 for drawing in drawings]).astype(np.float32)
    counts = bits.sum(1)
    same = counts[:, None] + counts[None] - 2 * bits @ bits.T <= MAX_DUPLICATE_BITS
    return set(np.flatnonzero(np.triu(same, 1).any(0)).tolist())


def build_queue(store: Store) -> list[ReviewItem]:
    """The drawings that nobody has decided on, the most doubtful first; StoreError where the store can't be read."""
    reviews = store.reviews()
    items, drawings = [], []
    for place in store.places():
        if place in reviews:
            continue
        try:
            contribution = store.read(place)
            doubt, reasons = label_doubt(contribution.objects, stored_detections(contribution))
            drawings.append(contribution.drawing())
        except (RecordError, DrawingError, ValueError, FileNotFoundError):
            continue  # gone meanwhile, or nothing of ours; expiring removes it
        if contribution.held:
            reasons.append("it reads as censored")
        items.append(ReviewItem(place, doubt, tuple(reasons)))
    for number in find_duplicates(drawings):
        item = items[number]
        items[number] = ReviewItem(item.place, item.doubt + 1, (*item.reasons, "nearly the same as another one"))
    return sorted(items, key=lambda item: (-item.doubt, item.place))


@dataclass(eq=False)
class ReviewRound:
    """One reviewer at work: what is left, and what was decided so far.

    Args:
        store: whose drawings are reviewed.
        queue: of :func:`build_queue`.
    """

    store: Store
    queue: list[ReviewItem]
    at: int = 0
    decisions: dict[int, int] = field(default_factory=dict)  # by place in the queue, the decision's number

    @property
    def item(self) -> ReviewItem | None:
        """What is looked at; None at the end."""
        return self.queue[self.at] if self.at < len(self.queue) else None

    def read(self) -> tuple[Contribution, LabelledObjects] | None:
        """The drawing that is looked at and its labels, by this reviewer's own decision where there is one.

        Drawings that were deleted, or that somebody else has decided on, are passed over; None at the end.
        """
        while (item := self.item) is not None:
            try:
                contribution = self.store.read(item.place)
                if self.at in self.decisions:
                    return contribution, self.store.read_review(item.place, self.decisions[self.at]).objects
                if not self.store.folder.names(f"{REVIEWS}/{item.place}"):
                    return contribution, contribution.objects
            except (FileNotFoundError, RecordError):
                pass
            self.at += 1
        return None

    def decide(self, accepted: bool, objects: object, size: tuple[int, int]) -> None:
        """Notes a decision and goes on.

        Args:
            accepted: whether the drawing may be learned from.
            objects: what is on it, as the editor sends it.
            size: height and width of the drawing in pixels.

        Raises:
            DrawingError: the objects are none.
            ReviewConflictError: somebody else was faster; the next drawing is up.
            StoreError: the store can't be reached; the drawing stays up.
        """
        assert self.item is not None
        review = Review(accepted, read_objects(objects, size))
        if accepted and not len(review.objects):
            raise DrawingError("Nothing on it has a label: add a box, or refuse the drawing.")
        at, self.at = self.at, self.at + 1
        try:
            self.decisions[at] = self.store.add_review(
                self.queue[at].place, review, size, after=self.decisions.get(at, 0)
            )
        except ReviewConflictError:
            raise
        except StoreError:
            self.at = at
            raise

    def back(self) -> None:
        """Goes back to the drawing that was decided on before."""
        earlier = [at for at in self.decisions if at < self.at]
        if earlier:
            self.at = max(earlier)
