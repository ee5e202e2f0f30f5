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
    assert visitor.errors == []
