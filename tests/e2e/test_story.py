"""Inside as a story: one step of both ways at a time, by buttons, keyboard and swipe."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tools.browser import Visitor

pytestmark = pytest.mark.e2e

Visit = Callable[..., Visitor]

ACT = "() => { const row = document.querySelector('.story'); return Math.round(row.scrollLeft / row.clientWidth); }"
"""Which act is shown, counted from 0."""


def test_both_ways_go_step_by_step_side_by_side(visit: Visit) -> None:
    visitor = visit(size=(1366, 768))
    visitor.example(1)
    visitor.open_tab("Inside")
    acts = visitor.page.locator(".act")
    visitor.until(lambda: acts.count() >= 5)
    act = lambda: visitor.page.evaluate(ACT)  # noqa: E731
    first, second = (acts.first.locator("article").nth(k).bounding_box() for k in (0, 1))
    assert first is not None
    assert second is not None
    assert (first["y"], first["width"]) == (second["y"], second["width"])
    assert second["x"] > first["x"] + first["width"]
    # Their pictures stand at one height, are equally high, and show the drawing equally large.
    pictures = [acts.first.locator("article").nth(k).locator("img").first for k in (0, 1)]
    boxes = [picture.bounding_box() for picture in pictures]
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert (boxes[0]["y"], boxes[0]["height"]) == (boxes[1]["y"], boxes[1]["height"])
    shapes = [picture.evaluate("image => image.naturalWidth / image.naturalHeight") for picture in pictures]
    assert abs(shapes[0] - shapes[1]) < 0.1
    # All of the step is in one glance, its times included.
    assert first["y"] + first["height"] <= 768
    assert "ms" in acts.first.inner_text()
    back = visitor.page.get_by_role("button", name="Step back")
    assert back.is_disabled()
    for key, place in (("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1)):
        visitor.page.keyboard.press(key)
        visitor.wait_for(act, place)
        visitor.page.wait_for_timeout(300)  # until it has come to rest
    visitor.page.get_by_role("button", name="Next step").click()
    visitor.wait_for(act, 2)
    visitor.wait_for(lambda: visitor.page.locator("[aria-current=step]").inner_text(), "3")
    back.click()
    visitor.wait_for(act, 1)
    visitor.page.wait_for_timeout(600)
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    visitor.wait_for(act, 1)
    assert visitor.fits()
    # What is below follows where this step ends, however long the others are.
    height = "() => document.querySelector('.story').offsetHeight - document.querySelectorAll('.act')[1].offsetHeight"
    visitor.wait_for(lambda: abs(visitor.page.evaluate(height)) <= 1, True)
    assert visitor.errors == []
