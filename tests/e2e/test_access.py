"""For every screen, eye and hand: nine widths without sideways scrolling, axe, the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe

from detectors import DETECTORS
from tools.browser import Visitor

pytestmark = pytest.mark.e2e

Visit = Callable[..., Visitor]

WIDTHS = 320, 390, 640, 820, 1024, 1366, 1600, 1920, 2560


def open_each_tab(visitor: Visitor) -> Iterator[str]:
    """Every tab and state of the page, one after the other, each with something on it."""
    yield "empty"
    visitor.example(5)
    visitor.settled()
    yield "draw"
    visitor.page.locator("#about summary").click()
    yield "about"
    visitor.open_tab("Live ink")
    yield "live ink"
    visitor.page.locator("[data-play]").click()
    yield "play"
    visitor.page.locator("[data-play]").click()
    visitor.settled()  # the game brings the drawing back that it took away
    visitor.open_tab("In your hand")
    visitor.page.wait_for_selector("#hand-written svg")
    yield "in your hand"
    visitor.open_tab("Inside")
    visitor.until(lambda: visitor.page.locator(".act").count() >= 5)
    yield "inside"
    visitor.open_tab("Stress")
    visitor.wait_for(lambda: visitor.page.locator(".film tbody tr").count(), len(DETECTORS) + 1)
    yield "stress"
    visitor.open_tab("Benchmark")
    visitor.page.locator("#bench-run").wait_for()
    yield "benchmark"


def test_nothing_is_wider_than_the_window_at_nine_widths(visit: Visit) -> None:
    visitor = visit(size=(1366, 768))
    wide = []
    for tab in open_each_tab(visitor):
        for width in WIDTHS:
            visitor.page.set_viewport_size({"width": width, "height": 900})
            visitor.page.wait_for_timeout(60)
            if not visitor.fits():
                wide.append((tab, width))
        visitor.page.set_viewport_size({"width": 1366, "height": 768})
    assert wide == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing(visit: Visit, dark: bool) -> None:
    """axe-core in every state: nothing of what it calls serious or critical."""
    visitor, axe, found = visit(dark=dark), Axe(), []
    for state in open_each_tab(visitor):
        # What is being worked on is faded, by Gradio and by the page, until it has come.
        visitor.wait_for(lambda: visitor.page.locator(".stale, .pending").count(), 0)
        visitor.page.wait_for_timeout(700)
        found += [
            (state, violation["id"], [node["target"] for node in violation["nodes"]][:3])
            for violation in axe.run(visitor.page).response["violations"]
            if violation["impact"] in ("serious", "critical")
        ]
    assert found == []


def test_the_keyboard_alone_leads_from_an_example_to_its_story(visit: Visit) -> None:
    visitor = visit()

    def tab_to(name: str, presses: int = 60) -> None:
        for _ in range(presses):
            visitor.page.keyboard.press("Tab")
            if visitor.page.evaluate(f"document.activeElement.matches({name!r})"):
                return
        raise AssertionError(f"the Tab key does not lead to {name}")

    tab_to("#examples button")
    visitor.page.keyboard.press("Enter")
    visitor.wait_for(lambda: visitor.page.locator("#panel-detection svg").count(), 1)
    visitor.settled()
    tab_to("#panel-detection [data-object]")
    visitor.page.locator("button[role=tab]", has_text="Inside").focus()
    visitor.page.keyboard.press("Enter")
    visitor.until(lambda: visitor.page.locator(".act").count() >= 5)
    tab_to("[data-step='1']")
    visitor.page.keyboard.press("Enter")
    visitor.wait_for(lambda: visitor.page.locator("[aria-current=step]").inner_text(), "2")
