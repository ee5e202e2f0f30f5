"""The duel on every screen: both readings side by side and in one glance, nothing wider than the window."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tools.browser import Visitor

pytestmark = pytest.mark.e2e

Visit = Callable[..., Visitor]

PANELS = "#panel-detection .panel", "#panel-segmentation .panel"


def beside(visitor: Visitor) -> bool:
    """Whether the readings stand side by side, their drawings at one height."""
    first, second = (visitor.box(panel) for panel in PANELS)
    sheets = [visitor.box(f"{panel} .sheet")["y"] for panel in PANELS]
    return second["x"] >= first["x"] + first["width"] and first["y"] == second["y"] and sheets[0] == sheets[1]


def test_both_readings_and_the_verdict_are_in_one_glance_at_any_width(visit: Visit) -> None:
    visitor = visit(size=(1366, 768))
    visitor.example(1)
    visitor.settled()
    for width, height in ((1366, 768), (1920, 1080), (1260, 768), (1010, 768), (820, 900), (640, 900), (320, 640)):
        visitor.page.set_viewport_size({"width": width, "height": height})
        visitor.page.wait_for_timeout(400)
        assert visitor.fits(), width
        assert beside(visitor), width
        if width >= 640:
            for name in ("#verdict", *(f"{panel} .reading" for panel in PANELS)):
                box = visitor.box(name)
                assert box["y"] + box["height"] <= height, (width, name)
    visitor.page.set_viewport_size({"width": 2560, "height": 1440})
    visitor.page.wait_for_timeout(400)
    assert visitor.fits()
    # There is room for all three methods, and no third of the screen is empty.
    more = visitor.box("#panels-more .panel")
    assert more["y"] == visitor.box(PANELS[0])["y"]
    assert more["x"] + more["width"] > 0.9 * 2560


def test_a_phone_shows_the_duel_without_scrolling(visit: Visit) -> None:
    visitor = visit(phone=True)
    visitor.example(1)
    visitor.settled()
    assert visitor.fits()
    assert beside(visitor)
    for name in ("#pad", "#verdict", *(f"{panel} .reading" for panel in PANELS)):
        box = visitor.box(name)
        assert 0 <= box["y"] <= box["y"] + box["height"] <= 844, name


def test_the_presenters_view_is_the_duel_alone(visit: Visit) -> None:
    visitor = visit(size=(1920, 1080), query="present")
    visitor.example(1)
    visitor.settled()
    assert visitor.fits()
    assert not visitor.page.locator("#settings").is_visible()
    assert visitor.box(f"{PANELS[0]} .reading")["height"] > 80
