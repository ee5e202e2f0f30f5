"""The first tab's handlers and markup, without a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import gradio as gr
import numpy as np
import pytest

import app
from comparison.agreement import Agreement
from detectors import Detections, Detector
from ink.sheet import Sheet
from models.classes import CENSORED, OTHER
from tests.helpers import DRAWING_OF_4, FAKE_DETECTORS, FakeDetector, plain_referee, session_of
from ui.html.notices import render_verdict
from ui.link import View, pack_view
from ui.pad import EXAMPLES, Pick
from ui.session import PackedImage, Session
from ui.tabs.draw import on_request, on_setting, render_readings
from ui.wiring import Updates

VIEW = View(["yolov3", "contours-cnn"])
VALUES = (0.5, 0.3, False, "yolov3", "contours-cnn")
PANELS = ("panel-detection", "panel-segmentation")
VIEWS = {*PANELS, "panels-more", "verdict", "objects"}


def texts(updates: Updates) -> tuple[str, str, str, str]:
    """The two panels, the line under them and the objects."""
    return cast(Any, tuple(updates[name] for name in (*PANELS, "verdict", "objects")))


def test_before_anything_is_drawn() -> None:
    first, second, line, objects = texts(render_readings(FAKE_DETECTORS, None, VIEW))
    assert "Draw a number" in first
    assert "Segmentation" in second
    assert "Do they agree?" in line
    assert objects == ""


class NarrowDetector(FakeDetector):
    """Finds what its parent finds, in a box 30 pixels wide."""

    def propose(self, sheets: Sequence[Sheet]) -> list[Detections]:
        return [
            replace(each, xyxy=each.xyxy * [1, 1, 0, 1] + np.outer(each.xyxy[:, 0] + 30, [0, 0, 1, 0]))
            for each in super().propose(sheets)
        ]


@pytest.mark.parametrize(
    ("kind", "label"), [(NarrowDetector, "</tspan> </text>"), (FakeDetector, "</tspan> other</text>")]
)
def test_the_name_of_what_is_no_digit_covers_no_neighbours(kind: type[FakeDetector], label: str) -> None:
    """A box that is too narrow for it has the letter only; the name stands under the drawing."""
    detectors: dict[str, Detector] = {
        "yolov3": kind("yolov3", "Detection", OTHER),
        "contours-cnn": kind("contours-cnn", "Segmentation", OTHER),
    }
    first, *_ = texts(render_readings(detectors, session_of(detectors), VIEW))
    assert label in first
    assert "A\N{NO-BREAK SPACE}other" in first.split("</svg>")[1]


def test_what_censored_means_is_said_where_something_is_called_so() -> None:
    for class_id in (CENSORED, OTHER):
        detectors = FAKE_DETECTORS | {"yolov3": FakeDetector("yolov3", "Detection", class_id)}
        first, *_ = texts(render_readings(detectors, session_of(detectors), VIEW))
        assert ("stands for obscene drawings" in first) == (class_id == CENSORED)


def test_disagreement_is_marked_and_said() -> None:
    first, second, line, objects = texts(render_readings(FAKE_DETECTORS, session_of(), VIEW))
    assert ">4</span>" in first
    assert ">9</span>" in second
    assert all('class="object class" data-object="A"' in p and "read differently" in p for p in (first, second))
    assert "They differ." in line
    assert "Detection reads it as a 4, segmentation as a 9." in line
    assert objects.count("<figure ") == len(FAKE_DETECTORS)
    assert "Fake 9: 9 100%" in objects
    assert 'data-card="A"' in objects


def test_agreement() -> None:
    *panels, line, _ = texts(render_readings(FAKE_DETECTORS, session_of(), View(["yolov3", "contours-vit"])))
    assert "They agree.</strong> Both read 4." in line
    assert all('class="object same"' in p and "legend" not in p for p in panels)


def test_a_difference_beside_the_digits_is_said() -> None:
    line = render_verdict(Agreement({"A": "same", "B": "first"}, "Both read 4; only detection finds B.", True))
    assert "They differ, though not on the digits.</strong> Both read 4" in line


def test_both_together_have_a_line_of_their_own() -> None:
    judged = FAKE_DETECTORS | {"referee": plain_referee(FAKE_DETECTORS["yolov3"], FAKE_DETECTORS["contours-cnn"])}
    session = session_of(judged)
    updates = render_readings(judged, session, VIEW)
    assert "Together: <b>4</b> &middot; Fake 4 is surer of its class." in str(updates["verdict"])
    assert "Together, Fake 4 + Fake 9 <b>4</b>" in str(updates["objects"])
    assert "Together, " not in str(updates["panels-more"])
    assert set(updates) == VIEWS
    high = render_readings(judged, session, View(VIEW.methods, 0.95))
    assert "Together: <b>nothing</b> &middot; both see nothing." in str(high["verdict"])


def test_the_confidence_slider_needs_no_model() -> None:
    updates = on_setting(FAKE_DETECTORS, session_of(), None, 0.8, 0.3, False, "yolov3", "contours-vit")
    assert set(updates) == VIEWS
    first, second, line, objects = texts(updates)
    assert 'class="object extra"' in first
    assert ">nothing</span>" in second
    assert 'class="object missed"' in second
    assert "the best guess has 0.60" in second
    assert "Only detection finds a 4." in line
    assert "box 60%, below the threshold" in objects


def test_a_card_tells_the_class_by_its_bar_and_the_box_by_its_confidence() -> None:
    *_, objects = texts(render_readings(FAKE_DETECTORS, session_of(), VIEW))
    (row,) = session_of().readings["contours-vit"].proposals.probabilities
    assert f"<b>4</b> {row.max():.0%} <span" in objects
    assert f'aria-label="Segmentation, Fake 4: 4 {row.max():.0%}' in objects
    assert "box 60%</span>" in objects


def test_censored_drawings_are_blurred_until_asked_for() -> None:
    """In every panel and card, where both ways that are shown call it so, and nothing else is."""
    detectors = FAKE_DETECTORS | {
        "yolov3": FakeDetector("yolov3", "Detection", CENSORED, 0.6),
        "contours-cnn": FakeDetector("contours-cnn", "Segmentation", CENSORED, 0.6),
    }
    session = session_of(detectors)
    clear = texts(render_readings(detectors, session, View(VIEW.methods, uncensored=True)))
    covered = texts(render_readings(detectors, session, VIEW))
    drawing, picture = session.drawing, session.visible_drawing(VIEW)
    x1, y1, x2, y2 = (int(v) for v in session.proposals("yolov3").xyxy[0])
    inside = np.zeros(drawing.shape[:2], bool)
    inside[max(0, y1 - 20) : y2 + 21, max(0, x1 - 20) : x2 + 21] = True
    assert np.array_equal(picture[~inside], drawing[~inside])
    # No stroke is left to be seen: nothing as dark as ink, no sharp edge.
    assert picture[y1:y2, x1:x2].min() > 60
    assert [a == b for a, b in zip(clear, covered, strict=True)] == [False] * 4
    assert "data-uncover" in covered[2]
    assert "data-uncover" not in clear[2]


def test_nothing_found_by_anyone() -> None:
    class Blind(FakeDetector):
        def propose(self, sheets: object) -> list[Detections]:
            return [Detections.empty()]

    detectors: dict[str, Detector] = {name: Blind(name, d.approach, 1) for name, d in FAKE_DETECTORS.items()}
    first, _, line, objects = texts(render_readings(detectors, session_of(detectors), VIEW))
    assert "Nothing reaches a confidence of 0.50." in first
    assert "Both find nothing." in line
    assert objects == ""


def test_a_new_detector_needs_no_change_of_the_page() -> None:
    more = FAKE_DETECTORS | {"dummy": FakeDetector("dummy", "Detection", 1)}
    page = app.build_page(more)
    radios = [b for b in page.blocks.values() if isinstance(b, gr.Radio)]
    assert ("Fake 1", "dummy") in radios[0].choices
    assert radios[0].visible is True


class FakeEditor:
    """Gradio's pad as far as requests need it: one drawing is uploaded."""

    def preprocess(self, data: Any) -> dict[str, Any]:
        return {"background": None, "layers": [], "composite": DRAWING_OF_4 if data.id == "abc" else None}


def ask(request: object, picks: Sequence[Pick] = ()) -> Updates:
    return on_request(FAKE_DETECTORS, cast(Any, FakeEditor()), request, picks, None, *VALUES)


def test_a_drawing_is_read_and_kept_for_the_other_tabs() -> None:
    updates = ask({"editor": "abc", "on": "editor", "at": 7})
    assert set(updates) == {"session", "landing", *VIEWS}
    assert isinstance(updates["session"], Session)
    assert ">4</span>" in texts(updates)[0]
    assert 'data-at="7"' in str(updates["landing"])
    assert "data-picture" in str(updates["landing"])  # live ink goes on from there


def test_strokes_need_no_way_back() -> None:
    updates = ask({"side": 400, "strokes": [{"w": 12, "p": [[200, 80], [200, 320]]}], "on": "ink", "at": 1})
    assert updates["session"] is not None
    assert updates["landing"] == '<i data-at="1"></i>'
    assert "pad" not in updates


@pytest.mark.parametrize("on", ["editor", "ink"])
def test_what_is_opened_lands_on_the_pad_in_use(on: str) -> None:
    updates = ask({"example": 0, "on": on, "at": 1})
    assert ("pad" in updates) == (on == "editor")
    assert "data-picture" in str(updates["landing"])
    if on == "editor":
        assert cast(Any, updates["pad"])["background"].shape == (400, 400, 3)


def test_an_empty_sheet_empties_the_page_and_the_pad() -> None:
    updates = ask({"side": 400, "strokes": [], "on": "editor", "at": 1})
    assert updates["session"] is None
    assert updates["pad"] is None
    assert "Draw a number" in texts(updates)[0]


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        ({"strokes": 7}, "no pen strokes"),
        ({"strokes": [], "picture": "data:image/png;base64,AAAA"}, "can't be read"),
        ({"example": 99}, "no such example"),
        ({"example": "1"}, "no such example"),
        ({"upload": {"path": "/etc/passwd"}}, "was not uploaded"),
        ({"file": {"path": "/etc/passwd"}}, "no saved view"),
        ({"view": "nonsense"}, "may have been cut off"),
        ({"pick": 0}, "run it again"),
        ({}, "nothing that can be read"),
        ([1], "nothing that can be read"),
        (None, "nothing that can be read"),
    ],
)
def test_what_is_no_drawing_changes_nothing_but_the_verdict(
    request_: object, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    updates = ask(request_)
    assert set(updates) == {"verdict", "landing"}
    assert "That did not work." in str(updates["verdict"])
    assert reason in str(updates["verdict"]).replace("&#x27;", "'")
    assert "/etc" not in str(updates["verdict"])
    assert caplog.text.count("refused: ") == 1


@pytest.mark.parametrize(("reference", "is_there"), [("abc", True), (7, False), (None, False), ([1], False)])
def test_the_pad_is_read_by_the_reference_to_its_upload(reference: object, is_there: bool) -> None:
    assert (ask({"editor": reference})["session"] is not None) == is_there


def test_every_example_can_be_read() -> None:
    assert len(EXAMPLES) == 8
    for index in range(len(EXAMPLES)):
        assert ask({"example": index})["session"] is not None


def test_a_drawing_of_the_benchmark_says_its_truth() -> None:
    picks = [Pick(PackedImage(DRAWING_OF_4), "4 / 2")]
    assert "Its label says 4 / 2." in str(ask({"pick": 0}, picks)["verdict"])


def test_a_link_brings_its_settings() -> None:
    text = pack_view(DRAWING_OF_4, View(["yolov3", "contours-vit"], 0.35, 0.6, uncensored=True))
    updates = ask({"view": text, "on": "ink", "at": 3})
    settings = {"confidence", "iou", "choice-detection", "choice-segmentation"}
    assert set(updates) == {"session", "landing", *settings, *VIEWS}
    assert (updates["confidence"], updates["iou"]) == (0.35, 0.6)
    assert (updates["choice-detection"], updates["choice-segmentation"]) == ("yolov3", "contours-vit")
    assert "They agree." in str(updates["verdict"])


def test_a_saved_view_is_opened(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "view.duel").write_text(pack_view(DRAWING_OF_4, VIEW))
    monkeypatch.setattr("ui.uploads.get_upload_folder", lambda: str(tmp_path))
    assert ask({"file": {"path": str(tmp_path / "view.duel")}})["session"] is not None
