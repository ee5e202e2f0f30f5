"""Fool them: the readings on the page judge a drawing, and what is won stays in the browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tools.browser import Visitor, reads
from ui.html.panels import EMPTY_READING

pytestmark = pytest.mark.e2e

Visit = Callable[..., Visitor]


def test_a_drawing_that_fools_both_is_counted_shared_and_kept(visit: Visit) -> None:
    visitor = visit(query="play")
    play = visitor.page.locator("#play")
    visitor.open_tab("Live ink")
    judge, outcome, streak = (play.locator(name) for name in ("[data-act=judge]", ".outcome", ".now"))
    judge.click()
    assert "first" in outcome.inner_text()
    visitor.ink(3)
    reads(visitor, "3")
    visitor.settled()
    play.locator(".truth").fill("8")
    judge.click()
    visitor.until(lambda: "You fooled both." in outcome.inner_text())
    visitor.wait_for(streak.inner_text, "1")
    play.get_by_role("button", name="Card").click()
    card = play.locator("dialog.share-card img")
    card.wait_for()
    visitor.until(lambda: card.evaluate("image => image.complete && image.naturalWidth") == 1200)
    assert "Detection reads 3" in (card.get_attribute("alt") or "")
    visitor.page.keyboard.press("Escape")
    # Another one, which they see through: the streak is over, and what fooled them is still there after a reload.
    play.get_by_role("button", name="Next").click()
    reads(visitor, EMPTY_READING)
    visitor.ink(3, (0.4, 0.5), 0.4)
    reads(visitor, "3")
    visitor.settled()
    play.locator(".truth").fill("3")
    judge.click()
    visitor.until(lambda: "They saw through it." in outcome.inner_text())
    visitor.wait_for(streak.inner_text, "0")
    visitor.page.reload(wait_until="domcontentloaded")
    play.get_by_role("button", name="Hardest").click()
    tiles = play.locator(".tiles button")
    visitor.wait_for(tiles.count, 1)
    tiles.first.click()
    reads(visitor, "3")
    visitor.wait_for(lambda: play.locator(".truth").input_value(), "8")
    assert (visitor.errors, visitor.outside) == ([], [])
