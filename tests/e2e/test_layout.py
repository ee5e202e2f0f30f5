"""The duel on every screen: both readings side by side and in one glance, nothing wider than the window."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

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


def luminance(colour: np.ndarray) -> float:
    """Relative, as WCAG defines it, of an sRGB colour in 0..255."""
    part = np.asarray(colour, float) / 255
    linear = np.where(part <= 0.03928, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return float(linear @ np.array([0.2126, 0.7152, 0.0722]))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_sheets_edge_is_seen_on_both_pads(visit: Visit, dark: bool) -> None:
    """Across the middle of a pad there is a line that stands out from the page beside it and from the paper, 3 to 1."""
    visitor = visit(dark=dark)
    for tab, pad in (("Sketchpad", "#pad"), ("Live ink", "#ink canvas")):
        visitor.open_tab(tab)
        visitor.page.wait_for_timeout(1000)
        box = visitor.box(pad)
        clip = {"x": box["x"] - 4, "y": box["y"] + 0.75 * box["height"], "width": box["width"] / 2, "height": 1}
        with Image.open(io.BytesIO(visitor.page.screenshot(clip=clip))) as shot:
            row = [luminance(colour) for colour in np.asarray(shot.convert("RGB"))[0]]
        paper = next(k for k in range(len(row)) if min(row[k:]) > 0.98)  # from here on all is white
        edge = row[paper - 1]
        assert 1.05 / (edge + 0.05) >= 3, (pad, edge)
        if dark:
            beside = row[paper - 8]
            assert max(edge, beside) + 0.05 >= 1.5 * (min(edge, beside) + 0.05), (pad, edge, beside)


def test_a_phone_says_what_the_slider_of_live_ink_is_for(visit: Visit) -> None:
    visitor = visit(phone=True)
    visitor.open_tab("Live ink")
    label = visitor.page.locator("#ink .tools label")
    assert label.inner_text().strip() == "Pen"
    assert label.evaluate("label => parseFloat(getComputedStyle(label).fontSize)") >= 12
    tops = {
        round(visitor.box(f"#ink .tools {each}")["y"]) for each in ("button[data-act=undo]", "button[data-act=open]")
    }
    assert len(tops) == 1
