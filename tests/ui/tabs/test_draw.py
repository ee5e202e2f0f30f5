"""The first tab's handlers and markup, without a page."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import gradio as gr
import numpy as np
import pytest

import app
from detectors import Detections, Detector
from ink.drawing import as_drawing
from models.classes import CENSORED
from tests.helpers import DRAWING_OF_4, FAKE_DETECTORS, FakeDetector, session_of
from ui.link import View, pack_view
from ui.session import Session
from ui.tabs.draw import (
    EXAMPLES,
    on_drawing,
    on_example,
    on_link,
    on_pad,
    on_setting,
    on_view_file,
    render_readings,
)
from ui.uploads import drawing_from_strokes
from ui.wiring import Updates

VIEW = View(["yolov3", "contours-cnn"])
VALUES = (0.5, 0.3, False, "yolov3", "contours-cnn")
PANELS = ("panel-detection", "panel-segmentation")
VIEWS = {*PANELS, "panels-more", "verdict", "objects"}


def request_with(**query: str) -> gr.Request:
    return cast(gr.Request, SimpleNamespace(query_params=query))


def texts(updates: Updates) -> tuple[str, str, str, str]:
    """The two panels, the line under them and the objects."""
    return cast(Any, tuple(updates[name] for name in (*PANELS, "verdict", "objects")))


def test_before_anything_is_drawn() -> None:
    first, second, line, objects = texts(render_readings(FAKE_DETECTORS, None, VIEW))
    assert "Draw a number" in first
    assert "Segmentation" in second
    assert "Do they agree?" in line
    assert objects == ""


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


def test_the_confidence_slider_needs_no_model() -> None:
    updates = on_setting(FAKE_DETECTORS, session_of(), 0.8, 0.3, False, "yolov3", "contours-vit")
    assert set(updates) == VIEWS
    first, second, line, objects = texts(updates)
    assert 'class="object extra"' in first
    assert ">nothing</span>" in second
    assert 'class="object missed"' in second
    assert "the best guess has 0.60" in second
    assert "Only detection finds a 4." in line
    assert "below the threshold" in objects


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


def test_a_drawing_is_read_and_kept_for_the_other_tabs() -> None:
    updates = on_drawing(FAKE_DETECTORS, as_drawing, DRAWING_OF_4, *VALUES)
    assert set(updates) == {"session", *VIEWS}
    assert isinstance(updates["session"], Session)
    assert ">4</span>" in texts(updates)[0]


def test_an_empty_sheet_empties_the_page() -> None:
    updates = on_drawing(FAKE_DETECTORS, as_drawing, np.full((40, 40, 3), 255, np.uint8), *VALUES)
    assert updates["session"] is None
    assert "Draw a number" in texts(updates)[0]


@pytest.mark.parametrize(
    ("to_drawing", "source", "reason"),
    [(as_drawing, "nowhere.png", "There is no file"), (drawing_from_strokes, {"strokes": 7}, "no pen strokes")],
    ids=["picture", "ink"],
)
def test_what_is_no_drawing_changes_nothing_but_the_line(to_drawing: Any, source: object, reason: str) -> None:
    updates = on_drawing(FAKE_DETECTORS, to_drawing, source, *VALUES)
    assert set(updates) == {"verdict"}
    assert "That did not work." in str(updates["verdict"])
    assert reason in str(updates["verdict"])


def test_the_pad_is_read_by_the_reference_to_its_upload() -> None:
    class Pad:
        def __init__(self) -> None:
            self.asked: list[str | None] = []

        def preprocess(self, data: Any) -> dict[str, Any]:
            self.asked.append(data.id)
            return {"background": None, "layers": [], "composite": DRAWING_OF_4 if data.id else None}

    pad = Pad()
    for reference in ({"id": "abc", "at": 1}, {"id": 7}, None, [1]):
        updates = on_pad(FAKE_DETECTORS, cast(Any, pad), cast(Any, reference), *VALUES)
        assert (updates["session"] is not None) == (reference == {"id": "abc", "at": 1})
    assert pad.asked == ["abc", None, None, None]


def test_every_example_can_be_read() -> None:
    assert len(EXAMPLES) == 8
    for index in range(len(EXAMPLES)):
        assert on_example(FAKE_DETECTORS, index, *VALUES)["session"] is not None


def test_a_link_brings_its_settings() -> None:
    text = pack_view(DRAWING_OF_4, View(["yolov3", "contours-vit"], 0.35, 0.6, uncensored=True))
    updates = on_link(FAKE_DETECTORS, request_with(view=text))
    assert set(updates) == {"session", "confidence", "iou", "choice-detection", "choice-segmentation", *VIEWS}
    assert (updates["confidence"], updates["iou"]) == (0.35, 0.6)
    assert (updates["choice-detection"], updates["choice-segmentation"]) == ("yolov3", "contours-vit")
    assert "They agree." in str(updates["verdict"])


def test_an_address_without_a_view_changes_nothing() -> None:
    assert on_link(FAKE_DETECTORS, request_with()) == {}


def test_a_link_that_was_cut_off_is_refused_in_words() -> None:
    updates = on_link(FAKE_DETECTORS, request_with(view="nonsense"))
    assert set(updates) == {"verdict"}
    assert "may have been cut off" in str(updates["verdict"])


def test_a_saved_view_is_opened_and_another_file_is_not(tmp_path: Any) -> None:
    (tmp_path / "view.duel").write_text(pack_view(DRAWING_OF_4, VIEW))
    assert on_view_file(FAKE_DETECTORS, str(tmp_path / "view.duel"))["session"] is not None
    updates = on_view_file(FAKE_DETECTORS, str(tmp_path / "missing.duel"))
    assert set(updates) == {"verdict"}
    assert "no saved view" in str(updates["verdict"])
