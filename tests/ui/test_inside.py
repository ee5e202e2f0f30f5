"""The Inside and Stress tabs: every stage shows what it names, and nothing censored slips out."""

from __future__ import annotations

import numpy as np
import pytest

from comparison.stress import STRESSES, make_subject, run_stress
from detectors import DETECTORS, Detections, Detector, load_detector
from explain.stages import explain_reading
from models.classes import CENSORED
from tests.helpers import FakeDetector, detections, sheet
from ui.session import read_for_page
from ui.tabs.inside import render_columns, render_stages, stages_html, threshold_stage
from ui.tabs.stress import render_film, render_summary

BLANK = np.full((400, 400, 3), 255, np.uint8)


@pytest.fixture(scope="module", params=list(DETECTORS))
def shipped(request: pytest.FixtureRequest) -> Detector:
    return load_detector(request.param)


def test_every_shipped_method_shows_its_stages(shipped: Detector) -> None:
    stages = explain_reading(shipped, sheet((4, (120, 200), 160), (2, (290, 200), 160)))
    assert len(stages) >= 3
    for stage in stages:
        assert stage.title
        assert stage.text
        assert stage.pictures
        for picture in stage.pictures:
            assert picture.image.dtype == np.uint8
            assert picture.image.ndim == 3
            assert picture.image.min() < picture.image.max()
    html = stages_html(stages)
    assert html.count("<li>") == len(stages)
    if shipped.approach == "Segmentation":
        chosen = [p.caption for p in stages[2].pictures if p.chosen]
        assert [c[0] for c in chosen] == ["4", "2"]
        name = "attention" if shipped.name.endswith("vit") else "class activation"
        assert name in stages[3].text
        assert len(stages[3].pictures) == 2


def test_a_blank_sheet_can_be_taken_apart(shipped: Detector) -> None:
    assert stages_html(explain_reading(shipped, BLANK))


def test_thresholds_need_no_model() -> None:
    a, b, c = [10, 10, 60, 60], [15, 10, 65, 60], [200, 200, 260, 260]
    stage = threshold_stage(BLANK, detections((a, 3, 0.9), (b, 8, 0.7), (c, 5, 0.2)), 0.5, 0.3)
    assert [p.caption for p in stage.pictures] == ["all candidates (3)", "sure enough (2)", "kept: 3 90%"]
    assert threshold_stage(BLANK, Detections.empty(), 0.5, 0.3).pictures[2].caption == "kept: nothing"


def test_a_method_without_stages_still_shows_what_is_kept() -> None:
    detectors: dict[str, Detector] = {"a": FakeDetector("a", "Detection", 4), "b": FakeDetector("b", "Segmentation", 9)}
    seen = read_for_page(sheet((4, (200, 200), 200)), detectors)
    for html in render_columns(
        detectors, seen, render_stages(detectors, seen, ["a", "b"], False), ["a", "b"], 0.5, 0.3
    ):
        assert html.count("<li>") == 1


def test_before_anything_is_drawn_and_while_veiled() -> None:
    detectors: dict[str, Detector] = {
        "a": FakeDetector("a", "Detection", CENSORED),
        "b": FakeDetector("b", "Segmentation", 9),
    }
    assert all("Draw something" in html for html in render_columns(detectors, None, {}, ["a", "b"], 0.5, 0.3))
    seen = read_for_page(sheet((4, (200, 200), 200)), detectors)
    assert render_stages(detectors, seen, ["a", "b"], False) == {}
    hidden = render_columns(detectors, seen, {}, ["a", "b"], 0.5, 0.3)
    assert all("Show censored drawings" in html and "<img" not in html for html in hidden)
    assert set(render_stages(detectors, seen, ["a", "b"], True)) == {"a", "b"}


def test_a_course_is_told_and_shown() -> None:
    detectors: dict[str, Detector] = {
        "a": FakeDetector("a", "Detection", 4),
        "b": FakeDetector("b", "Segmentation", 9, 0.2),
    }
    start = make_subject(sheet((4, (200, 200), 200)), np.zeros((0, 4)))
    assert start is not None
    course = run_stress(STRESSES["noise"], start, detectors)
    told = render_summary(course, detectors)
    assert "<b>Fake 4</b> holds its 4 all the way." in told
    assert "<b>Segmentation, Fake 9</b> reads nothing to begin with." in told
    html = render_film(course, detectors)
    assert html.count("<polyline") == 2
    assert html.count('class="held"') == len(course.stress.values)
    assert html.count('class="lost"') == len(course.stress.values)
