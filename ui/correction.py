"""A visitor's corrections: what the memory of the visit makes of a drawing's readings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from collection.adapt import (
    Change,
    Features,
    VisitMemory,
    adapt_readings,
    misread_by,
    remember_objects,
    shown_changes,
)
from collection.editor import editor_value, likeliest_objects
from collection.record import LabelledObjects, read_objects
from detectors import Detector
from detectors.matching import MIN_OBJECT_IOU, object_overlap
from detectors.referee import NAME as REFEREE
from detectors.segmentation.detector import SegmentationDetector
from ink.drawing import DrawingError
from ink.sheet import Sheet
from models.classes import CLASSES
from ui.link import View
from ui.methods import method_name
from ui.session import Session

REMEMBERING = "contours-cnn"
"""The method whose classifier's features the memory compares."""


@dataclass(frozen=True, eq=False)
class EditedDrawing:
    """What stands in the editor: the drawing with its readings, and what it is called there."""

    at: str
    session: Session


def crop_features(detectors: Mapping[str, Detector]) -> Features | None:
    """What the memory compares crops by; None where no method that is loaded gives it."""
    detector = detectors.get(REMEMBERING)
    return detector.classifier.features if isinstance(detector, SegmentationDetector) else None


def adapt_session(session: Session | None, memory: VisitMemory | None, features: Features | None) -> Session | None:
    """A drawing read in the light of the memory: from its own readings, whatever the memory changed before."""
    if session is None or memory is None or features is None:
        return session
    own = session.own_readings
    readings = adapt_readings(Sheet(session.drawing), own, memory, features)
    return replace(session, readings=readings, own_readings=own)


def session_changes(session: Session | None, view: View) -> list[tuple[str, Change]]:
    """What the memory changes of what is shown of a session, each with its object's letter."""
    if session is None:
        return []
    objects = session.matched(view).objects
    letters = {(k, row): thing.letter for thing in objects for k, row in enumerate(thing.rows)}
    changes = shown_changes(session.own_readings, session.readings, view.confidence, view.iou)
    return [(letters[session.place(change.method), change.row], change) for change in changes]


def same_drawing(first: Session | None, second: Session | None) -> bool:
    """Whether two sessions show one drawing."""
    if first is None or second is None or first.size != second.size:
        return False
    return first is second or np.array_equal(first.drawing, second.drawing)


def open_in_editor(edited: EditedDrawing, view: View, detectors: Mapping[str, Detector]) -> dict[str, Any]:
    """What the editor is set to: what the page reads (most methods, without the referee), and each method's reading."""
    session = edited.session
    shown = {name: session.detections(name, view.confidence, view.iou) for name in session.readings}
    judged = [shown[REFEREE]] if REFEREE in shown else list(shown.values())
    labels = {method_name(detectors[name]): found for name, found in shown.items()}
    return editor_value(edited.at, session.visible_drawing(view), likeliest_objects(judged), labels)


def read_submission(value: object, edited: EditedDrawing | None) -> LabelledObjects:
    """What the editor sends as objects on the drawing that stands in it.

    Raises:
        DrawingError: it sends something else, or another drawing's objects.
    """
    if edited is None or not isinstance(value, dict) or value.get("at") != edited.at:
        raise DrawingError("The drawing has changed meanwhile; what is in the editor now is the new one.")
    return read_objects(value.get("objects"), edited.session.size)


def learn_correction(
    memory: VisitMemory, session: Session, objects: LabelledObjects, features: Features | None
) -> VisitMemory:
    """The memory with what a visitor corrected on a drawing; the same where nothing was wrong."""
    if features is None:
        return memory
    return remember_objects(memory, Sheet(session.drawing), objects, session.own_readings, features)


def report_lesson(
    before: Session, after: Session, objects: LabelledObjects, view: View, detectors: Mapping[str, Detector]
) -> str:
    """What a lesson did to the drawing that it was learned on, and what it did not help with; in sentences."""
    shown = {name: after.detections(name, view.confidence, view.iou) for name in after.readings}
    wrong = {name: np.flatnonzero(misread_by(objects, found)).tolist() for name, found in shown.items()}
    called = _object_names(after, objects, view)
    still = [
        f"{', '.join(called[k] for k in rows)} by {method_name(detectors[name])}"
        for name, rows in wrong.items()
        if rows
    ]
    has_helped = shown_changes(before.readings, after.readings, view.confidence, view.iou)
    said = ["Learned, for this visit."] + ([] if has_helped else ["Nothing changed on this drawing yet."])
    return " ".join(said + ([f"Still read otherwise: {'; '.join(still)}."] if still else []))


def _object_names(session: Session, objects: LabelledObjects, view: View) -> list[str]:
    """What the page calls each labelled object: its letter, or its class where no method sees an object there."""
    matched = session.matched(view)
    names = [f"the {CLASSES[c]}" for c in objects.class_id]
    best = np.full(len(objects), MIN_OBJECT_IOU)
    for thing in matched.objects:
        boxes = [found.xyxy[row] for found, row in zip(matched.readings, thing.rows, strict=True) if row is not None]
        overlap = object_overlap(objects.xyxy, np.array(boxes)).max(1)
        for k in np.flatnonzero(overlap >= best):
            names[k], best[k] = thing.letter, overlap[k]
    return names
