"""The tab that writes in the visitor's hand, as a visitor meets it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from ink.drawing import read_drawing
from ink.strokes import read_strokes
from tools.browser import PATIENCE, Visitor, reads

pytestmark = pytest.mark.e2e

Visit = Callable[..., Visitor]


def writes(visitor: Visitor, text: str) -> Any:
    """Waits until this text is written, and gives its strokes."""
    visitor.page.wait_for_selector(f"#hand-written svg[aria-label='{text} in your hand']", timeout=PATIENCE * 1000)
    return visitor.page.locator("#hand-written svg path")


def test_one_digit_is_drawn_and_any_number_is_written(visit: Visit, tmp_path: Path) -> None:
    visitor = visit()
    page = visitor.page
    page.emulate_media(reduced_motion="no-preference")
    visitor.open_tab("In your hand")
    visitor.ink(4, pad="#hand-pad")
    strokes = writes(visitor, "0123456789")
    assert strokes.count() >= 10
    assert strokes.first.evaluate("p => getComputedStyle(p).animationName") == "write"
    page.emulate_media(reduced_motion="reduce")
    assert strokes.first.evaluate("p => getComputedStyle(p).animationName") == "none"
    visitor.until(lambda: page.locator("#hand-reading li").count() >= 2)

    page.locator("#hand-text textarea, #hand-text input").fill("77")
    page.locator("#hand-text textarea, #hand-text input").press("Enter")
    writes(visitor, "77")
    picture = page.locator("#hand-written .writing").inner_html()
    page.get_by_role("button", name="Shape 2 of the 7").click()
    chosen = "#hand-shapes [data-digit='7'][data-shape='1'][aria-pressed='true']"
    page.wait_for_selector(chosen, timeout=PATIENCE * 1000)
    assert page.locator("#hand-written .writing").inner_html() != picture

    for kind, read in (("SVG", ElementTree.parse), ("PNG", read_drawing), ("Strokes", None)):
        with page.expect_download() as download:
            page.locator("#hand-written a", has_text=kind).click()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        if read is None:
            assert len(read_strokes(json.loads(path.read_text()))[1]) == writes(visitor, "77").count()
        else:
            read(path)
    page.get_by_role("button", name="Open on the first tab").click()
    reads(visitor, "77")
    assert (visitor.errors, visitor.outside) == ([], [])


def test_what_is_on_the_first_tab_is_learned_from(visit: Visit) -> None:
    visitor = visit()
    visitor.draw(4)
    reads(visitor, "4")
    visitor.open_tab("In your hand")
    writes(visitor, "0123456789")
    assert "on the first tab" in visitor.page.locator("#hand-written").inner_text()
    visitor.ink(2, pad="#hand-pad")
    visitor.until(lambda: "digit 2 on this sheet" in visitor.page.locator("#hand-written").inner_text())
    visitor.page.locator("#hand-pad").get_by_role("button", name="Clear").click()
    visitor.until(lambda: "on the first tab" in visitor.page.locator("#hand-written").inner_text())
    visitor.open_tab("Draw")
    reads(visitor, "4")  # the tab's own sheet is another one
