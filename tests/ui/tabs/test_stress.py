"""The Stress tab, without a page."""

from __future__ import annotations

import numpy as np

from comparison.stress import STRESSES, make_subject, run_stress
from detectors import Detector
from models.classes import CENSORED
from tests.helpers import DRAWING_OF_4, FAKE_DETECTORS, FakeDetector, session_of
from ui.html.film import render_course, render_film
from ui.tabs.stress import on_stress


def test_a_course_in_words_and_pictures() -> None:
    detectors: dict[str, Detector] = {
        "a": FakeDetector("a", "Detection", 4),
        "b": FakeDetector("b", "Segmentation", 9, 0.2),
    }
    subject = make_subject(DRAWING_OF_4, np.zeros((0, 4)))
    assert subject is not None
    course = run_stress(STRESSES["noise"], subject, detectors)
    words = render_course(course, detectors)
    assert "<b>Fake 4</b> holds its 4 all the way." in words
    assert "<b>Segmentation, Fake 9</b> reads nothing to begin with." in words
    html = render_film(course, detectors)
    assert html.count("<polyline") == 2
    assert html.count('class="held"') == len(course.stress.values)
    assert html.count('class="lost"') == len(course.stress.values)


def test_a_drawing_is_changed_step_by_step() -> None:
    updates = on_stress(FAKE_DETECTORS, session_of(), False, "noise")
    assert set(updates) == {"stress-summary", "stress-film"}
    assert "holds its 4 all the way" in str(updates["stress-summary"])
    assert "<table>" in str(updates["stress-film"])


def test_without_a_drawing_there_is_nothing_to_change() -> None:
    updates = on_stress(FAKE_DETECTORS, None, False, "noise")
    assert "Draw something" in str(updates["stress-summary"])
    assert updates["stress-film"] == ""


def test_censored_drawings_are_not_shown_until_asked_for() -> None:
    detectors = FAKE_DETECTORS | {"yolov3": FakeDetector("yolov3", "Detection", CENSORED)}
    session = session_of(detectors)
    updates = on_stress(detectors, session, False, "noise")
    assert "Show censored drawings" in str(updates["stress-summary"])
    assert updates["stress-film"] == ""
    assert "<table>" in str(on_stress(detectors, session, True, "noise")["stress-film"])
