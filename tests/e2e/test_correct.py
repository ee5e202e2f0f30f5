"""Correcting in a real browser: by mouse, by keyboard and by finger, where nothing is kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tools.browser import Visitor, reads

pytestmark = pytest.mark.e2e

Visit = Callable[..., Visitor]


def open_editor(visitor: Visitor, items: int = 1) -> Any:
    visitor.page.locator("#correct button", has_text=re.compile("Wrong")).click()
    boxes = visitor.page.locator("#editor [data-item]")
    visitor.wait_for(boxes.count, items)
    return boxes


def test_a_correction_is_learned_at_once_and_forgotten_on_a_click(visit: Visit) -> None:
    visitor = visit()
    visitor.open_tab("Live ink")
    visitor.ink(3)
    reads(visitor, "3")
    boxes = open_editor(visitor)
    # By mouse: choose the object and its class.
    boxes.first.click()
    visitor.page.locator("#editor .classes button", has_text="8").click()
    # By keyboard: add, split, join, delete, move, and take it all back.
    boxes.first.focus()
    for key, items in (("s", 2), ("j", 1), ("n", 2), ("Delete", 1), ("u", 2), ("u", 1), ("u", 2), ("u", 1)):
        visitor.page.keyboard.press(key)
        visitor.wait_for(boxes.count, items)
    assert boxes.first.get_attribute("aria-label") == "Object 1 of 1: 8"
    before = boxes.first.locator("rect").first.get_attribute("x")
    visitor.page.keyboard.press("ArrowRight")
    assert boxes.first.locator("rect").first.get_attribute("x") != before
    visitor.page.keyboard.press("u")
    visitor.page.keyboard.press("Enter")
    reads(visitor, "8")
    assert visitor.page.locator("#remembered [data-forget]").count() == 2
    for name in ("#consent", "#deletion-key", "#delete"):  # there is no store, so nothing asks
        assert not visitor.page.locator(name).is_visible()
    visitor.page.locator("#remembered [data-forget='-1']").click()
    reads(visitor, "3")
    assert visitor.errors == []


def test_a_finger_corrects(visit: Visit) -> None:
    visitor = visit(phone=True)
    visitor.example(0)
    visitor.settled()
    visitor.page.locator("#correct button", has_text=re.compile("Wrong")).click()
    boxes = visitor.page.locator("#editor [data-item]")
    boxes.first.wait_for()
    boxes.first.scroll_into_view_if_needed()
    boxes.first.tap()
    visitor.page.locator("#editor .classes button", has_text="6").tap()
    assert "6" in str(boxes.first.get_attribute("aria-label"))
    grip = visitor.page.locator("#editor .grip").last.bounding_box()
    x, y = grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2
    before = boxes.first.locator("rect").first.get_attribute("height")
    for kind, points in (("touchStart", [(x, y)]), ("touchMove", [(x + 15, y + 15)]), ("touchEnd", [])):
        visitor._finger(kind, points)
    visitor.until(lambda: boxes.first.locator("rect").first.get_attribute("height") != before)
    assert visitor.fits()
    assert visitor.errors == []


def test_the_editor_follows_the_drawing(visit: Visit) -> None:
    """It is open while another drawing comes, by an example and by the pen."""
    visitor = visit()
    visitor.page.locator("#examples button").first.click()
    reads(visitor, "1917")
    boxes = open_editor(visitor, 4)
    visitor.page.locator("#examples button").nth(2).click()
    reads(visitor, "91 / 6")
    visitor.wait_for(boxes.count, 3)
    assert "Object 1 of 3: 9" in visitor.page.locator("#editor").inner_html()
