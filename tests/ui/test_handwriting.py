"""The tab that writes in the visitor's hand: what it shows, what it answers, and what it refuses."""

from __future__ import annotations

import re
from typing import Any, cast
from xml.etree import ElementTree

import gradio as gr
import numpy as np
import pytest

from comparison.export import data_url
from comparison.reading import Reading
from detectors import Detector
from handwriting.examples import Examples
from ink.drawing import DrawingError
from ink.strokes import Stroke
from tests.helpers import DRAWING_OF_4, FakeDetector, detections, digit_strokes, draw_digits
from ui.html.handwriting import EMPTY_HANDWRITING, render_source, render_writing
from ui.pad import PadContext, read_request
from ui.session import Session, read_for_page
from ui.tabs.handwriting import answer_handwriting, confirmed_objects, on_again, on_shape, on_write
from ui.wiring import Updates

DETECTORS: dict[str, Detector] = {"fake": FakeDetector("fake", "Detection", 4)}
SETTINGS = ("2026", 1.0, 0, {})


def ink(digit: int = 4) -> dict[str, Any]:
    rows = [{"w": 9, "p": p.tolist()} for p in digit_strokes(digit, (200, 200), 150)]
    return {"side": 400, "strokes": rows}


def picture_of(updates: Updates) -> ElementTree.Element:
    found = re.search(r"<svg.*?</svg>", str(updates["hand-written"]))
    assert found is not None, updates["hand-written"]
    return ElementTree.fromstring(found[0])


def test_a_drawn_digit_is_written_on_and_read() -> None:
    updates = on_write(DETECTORS, None, ink(), *SETTINGS)
    written = str(updates["hand-written"])
    assert written.count("animation-delay") == len(picture_of(updates)) >= 4
    assert 'aria-label="2026 in your hand"' in written
    assert [f".{kind}" in written for kind in ("svg", "png", "json")] == [True] * 3
    assert "Learned from the digit 4 on this sheet." in written
    assert "Fake 4 reads <b>4</b> &#8800; what was written" in str(updates["hand-reading"])


def test_every_pen_movement_waits_for_the_one_before() -> None:
    written = str(on_write(DETECTORS, None, ink(), *SETTINGS)["hand-written"])
    begun = [float(v) for v in re.findall(r"animation-delay:([\d.]+)s", written)]
    lasts = [float(v) for v in re.findall(r"animation-duration:([\d.]+)s", written)]
    assert all(b >= a + d for a, d, b in zip(begun, lasts, begun[1:], strict=False))


def session(strokes: bool) -> Session:
    paths = digit_strokes(4, (200, 200), 200)
    found = read_for_page(DRAWING_OF_4, DETECTORS, (), [Stroke(p, 10) for p in paths] if strokes else None)
    assert found is not None
    return found


def test_without_a_drawing_of_its_own_the_tab_takes_the_first_one() -> None:
    drawn, pictured = (on_write(DETECTORS, session(strokes), None, *SETTINGS) for strokes in (True, False))
    assert "on the first tab." in str(drawn["hand-written"])
    assert "traced" not in str(drawn["hand-written"])
    assert "strokes were traced from a picture" in str(pictured["hand-written"])
    assert "on this sheet" in str(on_write(DETECTORS, session(True), ink(), *SETTINGS)["hand-written"])


def test_the_first_tabs_strokes_are_kept_and_those_over_a_picture_are_not() -> None:
    context = PadContext(cast(Any, None), [])
    _, plain = read_request(ink(), context)
    assert plain.strokes is not None
    assert len(plain.strokes) == len(digit_strokes(4, (0, 0), 1))
    _, over = read_request(ink() | {"picture": data_url(DRAWING_OF_4, 400)}, context)
    assert over.strokes is None


def test_shapes_of_the_other_digits_are_offered_and_a_click_takes_one() -> None:
    plain = on_write(DETECTORS, None, ink(), *SETTINGS)
    shapes = str(plain["hand-shapes"])
    assert 'data-digit="7" data-shape="1" aria-pressed="false"' in shapes
    assert 'data-digit="4"' not in shapes  # that one was drawn

    def click(choices: dict[int, int], digit: object, shape: object) -> Updates:
        return on_shape(
            DETECTORS, None, ink(), "7", 1.0, 0, choices, gr.EventData(None, {"digit": digit, "shape": shape})
        )

    chosen = click({}, 7, 1)
    assert chosen["choices"] == {7: 1}
    assert 'data-digit="7" data-shape="1" aria-pressed="true"' in str(chosen["hand-shapes"])
    assert chosen["hand-written"] != click({}, 7, 0)["hand-written"]
    assert click({7: 1}, 7, 1)["choices"] == {}
    assert click({}, "x", None) == {}
    assert "no shape" in str(click({}, 7, 99)["hand-written"])


def test_written_again_it_is_a_little_different() -> None:
    first, second = (on_again(DETECTORS, None, ink(), "2026", 1.0, seed, {}) for seed in (0, 1))
    assert (first["seed"], second["seed"]) == (1, 2)
    assert first["hand-written"] != second["hand-written"]


@pytest.mark.parametrize(
    ("value", "text", "message"),
    [
        (None, "1", "Draw a digit on this sheet"),
        ({"strokes": 3}, "1", "no pen strokes"),
        (ink(), "<b>", "Only digits"),
        (ink(), "1" * 99, "at most 60"),
    ],
)
def test_what_cannot_be_written_is_said(value: object, text: str, message: str) -> None:
    updates = on_write(DETECTORS, None, value, text, 1.0, 0, {})
    assert message in str(updates["hand-written"])
    assert "<b>" not in str(updates["hand-written"])
    assert (updates["hand-shapes"], updates["hand-reading"]) == ("", "")


def test_nothing_that_is_no_digit_is_learned_from() -> None:
    other: dict[str, Detector] = {"fake": FakeDetector("fake", "Detection", 11)}
    assert "No digit was read" in str(on_write(other, None, ink(), *SETTINGS)["hand-written"])


@pytest.mark.parametrize("strokes", [True, False])
def test_a_doodle_on_the_first_tab_is_no_mistake(strokes: bool) -> None:
    other: dict[str, Detector] = {"fake": FakeDetector("fake", "Detection", 11)}
    paths = [Stroke(path, 10) for path in digit_strokes(4, (200, 200), 200)]
    doodle = read_for_page(DRAWING_OF_4, other, (), paths if strokes else None)
    assert on_write(other, doodle, None, *SETTINGS)["hand-written"] == EMPTY_HANDWRITING


def test_only_what_both_ways_together_confirm_is_learned_from() -> None:
    """The same class at the same place: not what was cut elsewhere, and not what is read otherwise."""
    left, right = [0.0, 0, 40, 60], [100.0, 0, 140, 60]
    found = detections((left, 2, 0.9), (right, 1, 0.9))
    readings = {"contours-cnn": Reading(found, 1.0)}
    assert confirmed_objects(readings).class_id.tolist() == [2, 1]
    for both, left_over in (
        (detections((left, 2, 0.9), (right, 4, 0.9)), [2]),
        (detections((left, 2, 0.9), ([100.0, 0, 128, 60], 1, 0.9)), [2]),
        (detections(([2.0, 0, 40, 60], 2, 0.9), (right, 1, 0.3)), [2]),
        (detections(), []),
    ):
        assert confirmed_objects(readings | {"referee": Reading(both, 1.0)}).class_id.tolist() == left_over


def test_the_endpoint_answers_strokes_and_pictures() -> None:
    answers = [
        answer_handwriting(DETECTORS, drawn, "47 ", 1.0, 1) for drawn in (ink(), draw_digits((4, (200, 200), 200)))
    ]
    for answer in answers:
        assert answer["drawn"] == "4"
        assert answer["pen"] == pytest.approx(10, abs=3)
        assert [bool(character) for character in answer["characters"]] == [True, True, False]
        assert answer["svg"].startswith("<svg")
        assert answer["methods"]["fake"]["reading"] == "4"
    first, second = (answer_handwriting(DETECTORS, ink(), "7", 1.0, 0, {"7": shape})["characters"] for shape in (1, 2))
    assert first != second


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (({"side": 400, "strokes": []}, "1", 1.0, 0), "Draw a digit"),
        ((None, "1", 1.0, 0), "Draw a digit"),
        ((ink(), "1", "much", 0), "must be numbers"),
        ((ink(), "1", 1.0, float("nan")), "must be numbers"),
        ((ink(), "1", float("nan"), 0), "strength must be"),
        ((ink(), "1", None, None), "must be numbers"),
        ((ink(), "1", 1.0, 0, {"7": "x"}), "shapes like"),
        ((ink(), "1", 1.0, 0, 7), "shapes like"),
        ((ink(), "1", 1.0, 0, {"7": 9}), "no shape"),
        ((np.full((50, 50, 3), 255, np.uint8), "1", 1.0, 0), "No digit"),
    ],
)
def test_the_endpoint_refuses_in_words(arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(DrawingError, match=message):
        answer_handwriting(DETECTORS, *arguments)


def test_nothing_written_is_an_invitation() -> None:
    assert render_writing([], "1", "") == EMPTY_HANDWRITING
    examples = Examples([([], 1), ([], 2)], [1.0, 0.5], 3.0)
    assert render_source(examples, True) == "Learned from the digits 1, 2 on this sheet."
