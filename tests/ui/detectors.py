"""Detectors that are told what to say, one per method of the page."""

from __future__ import annotations

from detectors import Detector
from tests.helpers import FakeDetector, sheet
from ui.session import Session, read_for_page

DETECTORS: dict[str, Detector] = {
    "yolov3": FakeDetector("yolov3", "Detection", 4),
    "contours-cnn": FakeDetector("contours-cnn", "Segmentation", 9),
    "contours-vit": FakeDetector("contours-vit", "Segmentation", 4, 0.6),
}

DRAWING = sheet((4, (200, 200), 200))


def session_of(detectors: dict[str, Detector] = DETECTORS) -> Session:
    """What a visitor sees who drew one digit."""
    session = read_for_page(DRAWING, detectors)
    assert session is not None
    return session
