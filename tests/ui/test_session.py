"""What a visitor's session holds: little, and all of it."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from detectors import Detector
from ink.drawing import WORK_SIDE, DrawingError
from models.classes import CENSORED
from tests.helpers import DRAWING_OF_4, FAKE_DETECTORS, FakeDetector, session_of
from ui.session import read_for_page

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


def test_nothing_is_blurred_where_nothing_is_censored() -> None:
    session = session_of()
    assert session.may_show(uncensored=False)
    assert np.array_equal(session.visible_drawing(uncensored=False), DRAWING_OF_4)


def test_what_is_censored_is_shown_to_who_asks() -> None:
    session = session_of(FAKE_DETECTORS | {"yolov3": FakeDetector("yolov3", "Detection", CENSORED, 0.3)})
    assert not session.may_show(uncensored=False)
    assert session.may_show(uncensored=True)
    assert np.array_equal(session.visible_drawing(uncensored=True), DRAWING_OF_4)
    assert not np.array_equal(session.visible_drawing(uncensored=False), DRAWING_OF_4)


def test_an_empty_sheet_is_no_session() -> None:
    assert read_for_page(np.full((40, 40, 3), 255, np.uint8), ONE) is None


def test_what_is_no_drawing_is_refused_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(DrawingError):
        read_for_page("nowhere.png", ONE)
    assert "refused: " in caplog.text
