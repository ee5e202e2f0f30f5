"""A visitor's corrections: what the memory of the visit makes of a drawing's readings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from collection.adapt import Features, VisitMemory, adapt_readings, remember_objects
from collection.editor import editor_value, likeliest_objects
from collection.record import LabelledObjects, read_objects
from detectors import Detector
from detectors.referee import NAME as REFEREE
from detectors.segmentation.detector import SegmentationDetector
from ink.drawing import DrawingError
from ink.sheet import Sheet
from ui.link import View
from ui.methods import method_name
from ui.session import Session

READER = "contours-cnn"
"""The method whose classifier's features the memory compares."""


@dataclass(frozen=True, eq=False)
class EditedDrawing:
    """What stands in the editor: the drawing with its readings, and what it is called there."""

    at: str
    session: Session


def crop_features(detectors: Mapping[str, Detector]) -> Features | None:
    """What the memory compares crops by; None where no method that is loaded gives it."""
    detector = detectors.get(READER)
    return detector.classifier.features if isinstance(detector, SegmentationDetector) else None


def adapt_session(session: Session | None, memory: VisitMemory | None, features: Features | None) -> Session | None:
    """A drawing read in the light of the memory: from its own readings, whatever the memory changed before."""
    if session is None or memory is None or features is None:
        return session
    own = session.own_readings
    readings, changes = adapt_readings(Sheet(session.drawing), own, memory, features)
    return replace(session, readings=readings, own_readings=own, changes=changes)


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
