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
from tests.helpers import FAKE_DETECTORS, FakeDetector, detections, draw_digits, session_of
from ui.html.stages import RenderedStage, StoryColumn, align_stages, render_stage, render_story
from ui.tabs.inside import bounds_of, explain_methods, on_open, on_threshold, tell_story, threshold_stage

BLANK = np.full((400, 400, 3), 255, np.uint8)


@pytest.fixture(scope="module", params=list(registry.DETECTORS))
def shipped(request: pytest.FixtureRequest) -> Detector:
    return load_detector(request.param)


def test_every_shipped_method_tells_its_story(shipped: Detector) -> None:
    stages = explain_reading(shipped, Sheet(draw_digits((4, (120, 200), 160), (2, (290, 200), 160))))
    html = render_story([StoryColumn(shipped, [render_stage(stage) for stage in stages])])
    assert html.count('class="act"') == len(stages) >= 3
    assert html.count(" ms</span>") == sum(stage.milliseconds is not None for stage in stages)


def test_a_blank_sheet_can_be_taken_apart(shipped: Detector) -> None:
    assert all(render_stage(stage).body for stage in explain_reading(shipped, Sheet(BLANK)))


def test_both_ways_begin_and_end_together() -> None:
    short, long = ([RenderedStage(title, "", None) for title in titles] for titles in ("acd", "bbbcd"))
    assert align_stages([short, long]) == [[0, 0], [None, 1], [None, 2], [1, 3], [2, 4]]
    assert align_stages([long]) == [[0], [1], [2], [3], [4]]
    assert align_stages([short[-1:], long]) == [[None, 0], [None, 1], [None, 2], [None, 3], [0, 4]]


def test_thresholds_need_no_model() -> None:
    a, b, c = [10, 10, 60, 60], [15, 10, 65, 60], [200, 200, 260, 260]
    found = detections((a, 3, 0.9), (b, 8, 0.7), (c, 5, 0.2))
    stage = threshold_stage(BLANK, found, 0.5, 0.3, bounds_of([found, detections((a, 3, 0.9))]))
    assert [p.caption for p in stage.pictures] == ["kept: 3 90%", "all candidates (3)", "sure enough (2)"]
    assert all(p.image.shape[:2] == (275, 275) for p in stage.pictures)  # enlarged to where there is something
    assert threshold_stage(BLANK, Detections.empty(), 0.5, 0.3, None).pictures[0].caption == "kept: nothing"


def test_a_method_without_stages_still_shows_what_is_kept() -> None:
    detectors: dict[str, Detector] = {"a": FakeDetector("a", "Detection", 4), "b": FakeDetector("b", "Segmentation", 9)}
    updates = on_open(detectors, session_of(detectors), False, 0.5, 0.3, "a", "b")
    assert set(updates) == {"explained", "inside-story"}
    assert str(updates["inside-story"]).count('class="act"') == 1
    assert str(updates["inside-story"]).count("What is kept?") == 2


def test_sliders_only_filter() -> None:
    session = session_of()
    before = on_open(FAKE_DETECTORS, session, False, 0.5, 0.3, "yolov3", "contours-vit")
    after = on_threshold(FAKE_DETECTORS, cast(Any, before["explained"]), session, 0.8, 0.3, "yolov3", "contours-vit")
    assert set(after) == {"inside-story"}
    assert "kept: 4 90%" in str(before["inside-story"])
    assert "kept: 4 60%" in str(before["inside-story"])
    assert "kept: 4 90%" in str(after["inside-story"])
    assert "kept: nothing" in str(after["inside-story"])


def test_before_anything_is_drawn_and_while_it_is_blurred() -> None:
    detectors: dict[str, Detector] = {
        "a": FakeDetector("a", "Detection", CENSORED),
        "b": FakeDetector("b", "Segmentation", CENSORED),
    }
    assert "Draw something" in str(tell_story(detectors, None, {}, ["a", "b"], 0.5, 0.3)["inside-story"])
    session = session_of(detectors)
    assert explain_methods(detectors, session, ["a", "b"], False) == {}
    hidden = str(tell_story(detectors, session, {}, ["a", "b"], 0.5, 0.3)["inside-story"])
    assert "data-uncover" in hidden
    assert "<img" not in hidden
    assert set(explain_methods(detectors, session, ["a", "b"], True)) == {"a", "b"}
