"""One sheet: whatever is opened lands on it, both pads write on it, and nothing on it is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import pytest

from tests.helpers import draw_digits
from tools.browser import Visitor, reads
from ui.html.panels import EMPTY_READING

pytestmark = pytest.mark.e2e

Visit = Callable[..., Visitor]

INK = "document.querySelector('#ink canvas').getContext('2d')"
SHARE_OF_INK = f"""() => {{
  const c = {INK}.canvas, data = {INK}.getImageData(0, 0, c.width, c.height).data;
  let dark = 0; for (let k = 0; k < data.length; k += 4) dark += data[k] < 128;
  return dark / (c.width * c.height); }}"""
"""How much of the live ink pad is dark, 0 to 1."""


def comes_back(visitor: Visitor, clear: Any, text: str) -> None:
    """A click clears the sheet, another one brings back what it read."""
    clear.click()
    reads(visitor, EMPTY_READING)
    visitor.page.get_by_role("button", name="Bring the last drawing back").click()
    reads(visitor, text)


def test_an_opened_drawing_lands_on_the_sheet_and_both_pads_go_on_with_it(visit: Visit, tmp_path: Path) -> None:
    visitor = visit()
    cv2.imwrite(str(tmp_path / "seven.png"), draw_digits((7, (100, 200), 160)))
    visitor.page.locator("input[type=file]").first.wait_for(state="attached")
    visitor.page.locator("#upload input[type=file], input#upload, input[type=file]").last.set_input_files(
        str(tmp_path / "seven.png")
    )
    reads(visitor, "7")
    visitor.open_tab("Live ink")
    visitor.until(lambda: visitor.page.evaluate(SHARE_OF_INK) > 0.005)
    reads(visitor, "7")  # another pad is no other drawing
    visitor.ink(2, (0.72, 0.5), 0.4)
    reads(visitor, "72")
    visitor.open_tab("Sketchpad")
    visitor.settled()
    reads(visitor, "72")
    assert visitor.errors == []


def test_the_sheet_survives_a_reload_and_clear_is_undone(visit: Visit) -> None:
    visitor = visit()
    visitor.open_tab("Live ink")
    visitor.ink(3)
    reads(visitor, "3")
    visitor.page.reload(wait_until="domcontentloaded")
    reads(visitor, "3")
    # The pad that was chosen is remembered, and what was drawn can be undone.
    assert visitor.page.locator("#ink canvas").is_visible()
    visitor.page.locator("#ink").get_by_role("button", name="Clear").click()
    reads(visitor, EMPTY_READING)
    visitor.page.keyboard.press("Control+z")
    reads(visitor, "3")
    comes_back(visitor, visitor.page.locator("#ink").get_by_role("button", name="Clear"), "3")


def test_undo_by_keyboard_on_the_sketchpad_and_after_its_clear(visit: Visit) -> None:
    visitor = visit()
    visitor.draw(3)
    reads(visitor, "3")
    visitor.page.keyboard.press("Control+z")
    reads(visitor, EMPTY_READING)
    visitor.draw(2)
    reads(visitor, "2")
    comes_back(visitor, visitor.page.locator("#pad button[aria-label='Clear canvas']"), "2")


def test_the_last_click_wins_and_what_is_out_of_date_is_dimmed(visit: Visit) -> None:
    visitor = visit()
    visitor.example(2)
    visitor.settled()
    expected = visitor.reading("detection"), visitor.reading("segmentation")
    visitor.example(0)
    visitor.settled()
    buttons = visitor.page.locator("#examples button")
    for k in (1, 5, 2):
        buttons.nth(k).click(no_wait_after=True)
        assert visitor.page.locator(".stale").count() == 1
    visitor.wait_for(lambda: (visitor.reading("detection"), visitor.reading("segmentation")), expected)
    visitor.settled()
    assert (visitor.reading("detection"), visitor.reading("segmentation")) == expected


def test_the_headlines_of_ways_that_agree_are_equal(visit: Visit) -> None:
    visitor = visit()
    visitor.example(1)
    visitor.until(lambda: "They agree." in visitor.verdict())
    assert visitor.reading("detection") == visitor.reading("segmentation")
    assert visitor.reading("detection") in visitor.verdict()
    assert visitor.page.locator(".card.selected .letter").inner_text() == "A"


def test_a_link_that_is_out_of_date_says_so(visit: Visit) -> None:
    visitor = visit()
    visitor.example(0)
    visitor.page.locator("#share button", has_text="Save and share").click()
    visitor.page.locator("#share-make").click()
    visitor.until(lambda: visitor.page.locator("#share-files a").count() >= 5)
    assert not visitor.page.locator("#old").is_visible()
    visitor.example(1)
    visitor.until(visitor.page.locator("#old").is_visible)
