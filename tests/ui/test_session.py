"""What a visitor's session holds: little, and all of it."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest

from detectors import Detector
from ink.drawing import WORK_SIDE
from models.classes import CENSORED
from tests.helpers import DRAWING_OF_4, FAKE_DETECTORS, FakeDetector, session_of
from ui.link import View
from ui.session import Session, read_for_page

ONE: dict[str, Detector] = {"a": FakeDetector("a", "Detection", 4)}


def test_a_session_is_small_and_whole() -> None:
    session = session_of(ONE)
    np.testing.assert_array_equal(session.drawing, DRAWING_OF_4)
    assert len(pickle.dumps(session)) < DRAWING_OF_4.nbytes / 20


def test_a_large_picture_is_kept_at_the_size_at_which_it_is_read() -> None:
    large = np.full((2400, 3600, 3), 255, np.uint8)
    large[1000:1400, 1500:1560] = 0
    session = read_for_page(large, ONE)
    assert session is not None
    assert session.drawing.shape == (round(WORK_SIDE / 1.5), WORK_SIDE, 3)
    assert session.proposals("a").xyxy[0].tolist() == pytest.approx([667, 444, 693, 622], abs=2)


def test_settings_choose_among_the_proposals() -> None:
    session = session_of()
    assert len(session.proposals("contours-vit")) == 1
    assert len(session.detections("contours-vit", 0.5, 0.3)) == 1
    assert len(session.detections("contours-vit", 0.7, 0.3)) == 0


def with_censored(*names: str, confidence: float = 0.9) -> Session:
    """A session in which these methods call the drawing censored."""
    return session_of(
        FAKE_DETECTORS | {n: FakeDetector(n, FAKE_DETECTORS[n].approach, CENSORED, confidence) for n in names}
    )


@pytest.mark.parametrize(
    ("session", "methods", "blurred"),
    [
        (session_of(), ["yolov3", "contours-cnn"], False),
        (with_censored("yolov3"), ["yolov3", "contours-cnn"], False),  # one way's opinion is a label, no more
        (with_censored("contours-cnn", "contours-vit"), ["yolov3", "contours-cnn"], False),
        (with_censored("yolov3", "contours-cnn"), ["yolov3", "contours-cnn"], True),
        (with_censored("yolov3", "contours-cnn"), ["yolov3", "contours-vit"], False),  # another way is shown
        (with_censored("yolov3", "contours-cnn", confidence=0.4), ["yolov3", "contours-cnn"], False),
    ],
)
def test_only_what_both_shown_ways_call_censored_is_blurred(
    session: Session, methods: list[str], blurred: bool
) -> None:
    view = View(methods)
    assert session.may_show(view) is not blurred
    assert np.array_equal(session.visible_drawing(view), DRAWING_OF_4) is not blurred


@pytest.mark.parametrize(("class_id", "blurred"), [(4, False), (CENSORED, True)])
def test_the_referee_has_a_say_in_what_is_blurred(class_id: int, blurred: bool) -> None:
    ways = {name: FakeDetector(name, each.approach, CENSORED) for name, each in FAKE_DETECTORS.items()}
    session = session_of(ways | {"referee": FakeDetector("referee", "Together", class_id)})
    assert session.may_show(View(["yolov3", "contours-cnn"])) is not blurred


def test_what_is_blurred_is_shown_to_who_asks() -> None:
    view = View(["yolov3", "contours-cnn"], confidence=0.95, uncensored=True)
    session = with_censored("yolov3", "contours-cnn")
    assert session.may_show(view)
    assert np.array_equal(session.visible_drawing(view), DRAWING_OF_4)
    assert not session.may_show(replace(view, uncensored=False))  # a high threshold lifts nothing


def test_an_empty_sheet_is_no_session() -> None:
    assert read_for_page(np.full((40, 40, 3), 255, np.uint8), ONE) is None
