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
    # It is won once, whatever is added to it.
    visitor.ink(1, (0.2, 0.2), 0.1)
    visitor.settled()
    visitor.wait_for(judge.is_visible, False)
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
    assert not judge.is_visible()
    assert (visitor.errors, visitor.outside) == ([], [])


def ink_on_editor(visitor: Visitor) -> int:
    """Dark pixels of Gradio's pad."""
    return int(
        visitor.page.evaluate("""() => {
            const {app, layer_manager: {image_container: target}, width, height} = window.editor;
            const frame = Object.assign(app.screen.clone(), {x: 0, y: 0, width, height});
            const canvas = app.renderer.extract.canvas({target, frame, resolution: 1});
            const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
            return pixels.filter((_, k) => k % 4 === 0 && pixels[k + 3] > 99 && pixels[k] < 99).length;
        }""")
    )


def test_only_what_is_drawn_for_the_number_is_judged(visit: Visit) -> None:
    visitor = visit()
    play = visitor.page.locator("#play")
    judge, outcome, streak = (play.locator(name) for name in ("[data-act=judge]", ".outcome", ".now"))

    def refused() -> None:
        judge.click()
        number = play.locator(".truth").input_value()
        visitor.wait_for(outcome.inner_text, f"Draw {number} first.")

    visitor.draw(3)
    reads(visitor, "3")
    switch = visitor.page.locator("[data-play]")
    for reading in (EMPTY_READING, "3", EMPTY_READING):  # opened, left without a stroke, opened again
        switch.click()
        reads(visitor, reading)
    refused()
    # Undo brings back what was there, and it is still not for this number.
    visitor.page.keyboard.press("Control+z")
    reads(visitor, "3")
    refused()
    for digit in (7, 3):  # the sheet is emptied each time
        play.get_by_role("button", name="Another number").click()
        reads(visitor, EMPTY_READING)
        visitor.wait_for(lambda: ink_on_editor(visitor), 0)
        visitor.draw(digit)
        reads(visitor, str(digit))
    play.locator(".truth").fill("15")
    judge.click()
    visitor.until(lambda: "You say that this is 15." in outcome.inner_text())
    visitor.wait_for(streak.inner_text, "1")
    # Opened with the game, the page begins with an empty sheet, too.
    visitor.page.goto(f"{visitor.home}?play", wait_until="domcontentloaded")
    visitor.ready()
    reads(visitor, EMPTY_READING)
    refused()
    visitor.page.keyboard.press("Control+z")
    reads(visitor, "3")
    refused()
    visitor.wait_for(streak.inner_text, "1")
    assert visitor.errors == []


def test_a_phone_shows_the_rule(visit: Visit) -> None:
    visitor = visit(phone=True, query="play")
    rule, number, judge = (visitor.box(f"#play {name}") for name in (".rule", ".truth", "[data-act=judge]"))
    assert number["y"] + number["height"] <= rule["y"]
    assert rule["y"] + rule["height"] <= judge["y"]
    assert visitor.fits()
