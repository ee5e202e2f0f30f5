"""The Inside tab: every stage shows what it names, and nothing censored slips out."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest

import detectors as registry
from detectors import Detections, Detector, load_detector
from explain.stages import explain_reading
from ink.sheet import Sheet
from models.classes import CENSORED
from tests.helpers import FAKE_DETECTORS, FakeDetector, detections, draw_digits, plain_referee, session_of
from ui.html.stages import render_stage_items
from ui.tabs.inside import explain_methods, on_open, on_threshold, render_columns, threshold_stage

BLANK = np.full((400, 400, 3), 255, np.uint8)


@pytest.fixture(scope="module", params=list(registry.DETECTORS))
def shipped(request: pytest.FixtureRequest) -> Detector:
    return load_detector(request.param)


def test_every_shipped_method_shows_its_stages(shipped: Detector) -> None:
    stages = explain_reading(shipped, Sheet(draw_digits((4, (120, 200), 160), (2, (290, 200), 160))))
    assert render_stage_items(stages).count("<li>") == len(stages) >= 3


def test_a_blank_sheet_can_be_taken_apart(shipped: Detector) -> None:
    assert render_stage_items(explain_reading(shipped, Sheet(BLANK)))


def test_thresholds_need_no_model() -> None:
    a, b, c = [10, 10, 60, 60], [15, 10, 65, 60], [200, 200, 260, 260]
    stage = threshold_stage(BLANK, detections((a, 3, 0.9), (b, 8, 0.7), (c, 5, 0.2)), 0.5, 0.3)
    assert [p.caption for p in stage.pictures] == ["all candidates (3)", "sure enough (2)", "kept: 3 90%"]
    assert threshold_stage(BLANK, Detections.empty(), 0.5, 0.3).pictures[2].caption == "kept: nothing"


def test_a_method_without_stages_still_shows_what_is_kept() -> None:
    detectors: dict[str, Detector] = {"a": FakeDetector("a", "Detection", 4), "b": FakeDetector("b", "Segmentation", 9)}
    updates = on_open(detectors, session_of(detectors), False, 0.5, 0.3, "a", "b")
    assert set(updates) == {"explained", "inside-detection", "inside-segmentation"}
    for name in ("inside-detection", "inside-segmentation"):
        assert str(updates[name]).count("<li>") == 1


def test_sliders_only_filter() -> None:
    session = session_of()
    before = on_open(FAKE_DETECTORS, session, False, 0.5, 0.3, "yolov3", "contours-vit")
    after = on_threshold(FAKE_DETECTORS, cast(Any, before["explained"]), session, 0.8, 0.3, "yolov3", "contours-vit")
    assert set(after) == {"inside-detection", "inside-segmentation"}
    assert after["inside-detection"] == before["inside-detection"]
    assert "kept: 4 60%" in str(before["inside-segmentation"])
    assert "kept: nothing" in str(after["inside-segmentation"])


def test_before_anything_is_drawn_and_while_it_is_blurred() -> None:
    detectors: dict[str, Detector] = {
        "a": FakeDetector("a", "Detection", CENSORED),
        "b": FakeDetector("b", "Segmentation", CENSORED),
    }
    empty = render_columns(detectors, None, {}, ["a", "b"], 0.5, 0.3)
    assert all("Draw something" in str(html) for html in empty.values())
    session = session_of(detectors)
    assert explain_methods(detectors, session, ["a", "b"], False) == {}
    hidden = render_columns(detectors, session, {}, ["a", "b"], 0.5, 0.3)
    assert all("data-uncover" in str(html) and "<img" not in str(html) for html in hidden.values())
    assert set(explain_methods(detectors, session, ["a", "b"], True)) == {"a", "b"}


def test_what_both_say_together_is_taken_apart_below() -> None:
    judged = FAKE_DETECTORS | {"referee": plain_referee(FAKE_DETECTORS["yolov3"], FAKE_DETECTORS["contours-cnn"])}
    updates = on_open(judged, session_of(judged), False, 0.5, 0.3, "yolov3", "contours-cnn")
    assert "What does each way show?" in str(updates["inside-together"])
    assert "Fake 4 is surer of its class" in str(updates["inside-together"])
