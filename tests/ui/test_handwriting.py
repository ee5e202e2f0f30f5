"""The tab that writes in the visitor's hand: what it shows, what it answers, and what it refuses."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import gradio as gr
import numpy as np
import pytest

from detectors import Detector
from handwriting.examples import find_examples
from ink.drawing import DrawingError
from ink.strokes import Stroke
from tests.helpers import FakeDetector, detections, digit_strokes
from ui.html.handwriting import EMPTY_HANDWRITING, render_writing
from ui.tabs.handwriting import build_handwriting, handwriting_endpoint, on_write

DETECTORS: dict[str, Detector] = {"fake": FakeDetector("fake", "Detection", 4)}


def ink(digit: int = 4) -> dict[str, Any]:
    rows = [{"w": 9, "p": p.tolist()} for p in digit_strokes(digit, (200, 200), 150)]
    return {"side": 400, "strokes": rows}


def test_a_drawn_digit_is_written_on_and_read() -> None:
    updates = on_write(DETECTORS, ink(), "2026", 1.0, 0, "7", "mine")
    written = str(updates["hand-written"])
    assert written.count("animation-delay") >= 4
    assert 'aria-label="2026 in your hand"' in written
    assert [f".{kind}" in written for kind in ("svg", "png", "json")] == [True] * 3
    picture = re.search(r"<svg.*?</svg>", written)
    assert picture is not None
    ElementTree.fromstring(picture[0])
    assert "Fake 4" in str(updates["hand-reading"])
    assert 2 <= str(updates["hand-shapes"]).count("<figure") <= 4


def test_a_chosen_shape_changes_the_digit() -> None:
    first, second = (on_write(DETECTORS, ink(), "7", 1.0, 0, "7", shape)["hand-written"] for shape in ("1", "2"))
    assert first != second


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
    updates = on_write(DETECTORS, value, text, 1.0, 0, "7", "mine")
    assert message in str(updates["hand-written"])
    assert "<b>" not in str(updates["hand-written"])


def test_the_endpoint() -> None:
    answer = handwriting_endpoint(DETECTORS, ink(), "47 ", 1.0, 1)
    assert answer["drawn"] == "4"
    assert [bool(character) for character in answer["characters"]] == [True, True, False]
    assert answer["svg"].startswith("<svg")
    assert "fake" in answer["methods"]
    with pytest.raises(DrawingError, match="Draw a digit"):
        handwriting_endpoint(DETECTORS, {"side": 400, "strokes": []}, "1", 1.0, 0)
    for strength, seed in (("much", 0), (1.0, float("nan")), (float("nan"), 0), (None, None)):
        with pytest.raises(DrawingError, match=r"must be"):
            handwriting_endpoint(DETECTORS, ink(), "1", strength, seed)  # type: ignore[arg-type]


def test_strokes_go_to_the_object_they_lie_in() -> None:
    left, right = (np.array([[x, 10], [x, 90]], np.float32) for x in (20, 120))
    bar = np.array([[100, 50], [140, 50]], np.float32)
    away = np.array([[300, 300], [310, 310]], np.float32)
    strokes = [Stroke(path, 4) for path in (right, left, bar, away)]
    read = detections(([98, 8, 142, 92], 4, 0.7), ([18, 8, 22, 92], 1, 0.9), ([295, 295, 315, 315], 11, 0.9))
    examples, weights = find_examples(strokes, read)
    assert [(len(glyph), digit) for glyph, digit in examples] == [(1, 1), (2, 4)]
    assert weights == pytest.approx([0.9, 0.7])
    with pytest.raises(DrawingError, match="No digit was read"):
        find_examples(strokes, detections(([0, 0, 400, 400], 11, 0.9)))


def test_nothing_written_is_an_invitation_and_the_tab_can_be_built() -> None:
    assert render_writing([], "1") == EMPTY_HANDWRITING
    with gr.Blocks() as page:
        build_handwriting(DETECTORS)
    assert any(getattr(block, "elem_id", None) == "hand-pad" for block in page.blocks.values())
