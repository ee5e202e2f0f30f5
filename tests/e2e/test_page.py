"""What a visitor does, in a real browser: draw, read, clear, draw again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import pytest

from tests.helpers import draw_digits
from tools.browser import Visitor, reads
from ui.html.panels import EMPTY_READING

pytestmark = pytest.mark.e2e

Visit = Callable[..., Visitor]


def test_all_three_methods_read_a_drawn_digit(visit: Visit) -> None:
    visitor = visit()
    assert "Do they agree?" in visitor.verdict()
    visitor.draw(3)
    reads(visitor, "3")
    visitor.until(lambda: "They agree." in visitor.verdict())
    assert "CNN" in visitor.page.locator("#panel-segmentation .method").inner_text()
    visitor.choose("ViT")
    visitor.until(lambda: "ViT" in visitor.page.locator("#panel-segmentation .method").inner_text())
    reads(visitor, "3")
    visitor.until(lambda: visitor.page.locator("#panel-detection .time").inner_text().endswith(" ms"))
    assert (visitor.errors, visitor.outside) == ([], [])


def test_two_digits_make_a_number(visit: Visit) -> None:
    visitor = visit()
    visitor.draw(4, (0.3, 0.5), 0.4)
    visitor.draw(2, (0.7, 0.5), 0.4)
    reads(visitor, "42")
    visitor.wait_for(lambda: visitor.page.locator("#panel-detection svg g.object").count(), 2)
    # The pad and both panels stand side by side.
    boxes = [visitor.page.locator(name).bounding_box() for name in ("#pad", "#panel-detection", "#panel-segmentation")]
    assert max(box["y"] for box in boxes if box) < min(box["y"] + box["height"] for box in boxes if box) - 200


@pytest.mark.parametrize("how", [{"phone": True}, {"dark": True}], ids=["phone", "dark"])
def test_touch_and_dark(visit: Visit, how: dict[str, bool]) -> None:
    visitor = visit(**how)
    visitor.draw(3)
    reads(visitor, "3")
    # One pen of one colour is no choice.
    assert not visitor.page.locator("#pad button[aria-label=Color]").is_visible()
    # Nothing is wider than the screen.
    assert visitor.page.evaluate("document.documentElement.scrollWidth <= screen.width + 1")
    assert (visitor.errors, visitor.outside) == ([], [])


def test_clear_undo_and_draw_again(visit: Visit) -> None:
    visitor = visit()
    visitor.draw(3)
    reads(visitor, "3")
    visitor.page.click("#pad button[aria-label='Undo']")
    reads(visitor, EMPTY_READING)
    visitor.draw(2)
    reads(visitor, "2")
    visitor.page.click("#pad button[aria-label='Clear canvas']")
    reads(visitor, EMPTY_READING)
    visitor.ready()
    visitor.draw(0)
    reads(visitor, "0")


def test_requests_a_stroke_costs(visit: Visit) -> None:
    """One event and no upload for a stroke: its picture comes with it; a slider costs no upload either."""
    visitor = visit()
    visitor.requests.clear()
    visitor.draw(3)
    reads(visitor, "3")
    visitor.page.wait_for_timeout(1000)
    uploads = [r for r in visitor.requests if "/upload" in r or "component_server" in r]
    events = [r for r in visitor.requests if r.endswith("/join") or "/join?" in r]
    assert uploads == []
    assert len(events) == 1
    visitor.requests.clear()
    visitor.page.locator("#confidence input[type=number]").fill("0.95")
    visitor.page.locator("#confidence input[type=number]").press("Enter")
    visitor.page.wait_for_timeout(1500)
    assert not [r for r in visitor.requests if "/upload" in r]
    assert visitor.requests


def test_examples_and_pictures(visit: Visit, tmp_path: Path) -> None:
    visitor = visit()
    first = visitor.page.locator("#examples button").first
    first.click()
    visitor.wait_for(lambda: visitor.page.locator("#panel-detection svg").count(), 1)
    cv2.imwrite(str(tmp_path / "seven.png"), 255 - draw_digits((7, (200, 200), 220)))
    visitor.page.locator("#upload input[type=file], input#upload, input[type=file]").last.set_input_files(
        str(tmp_path / "seven.png")
    )
    reads(visitor, "7")


def test_a_bad_picture_is_answered_in_words_and_nothing_is_lost(visit: Visit, tmp_path: Path) -> None:
    visitor = visit()
    visitor.draw(3)
    reads(visitor, "3")
    (tmp_path / "bad.png").write_bytes(b"this is no picture")
    visitor.page.locator("#upload input[type=file], input#upload, input[type=file]").last.set_input_files(
        str(tmp_path / "bad.png")
    )
    visitor.until(lambda: "bad.png is not a picture" in visitor.verdict())
    reads(visitor, "3")
    visitor.draw(3, (0.5, 0.5), 0.5)
    visitor.wait_for(lambda: "not a picture" in visitor.verdict(), False)


def test_an_editor_that_is_not_known_uploads_its_drawing(visit: Visit) -> None:
    """A Gradio whose editor is another: its own way is slower, and reads the same."""
    visitor = visit()
    visitor.page.add_init_script("Object.defineProperty(window, 'editor', {get() { return null; }, set() {}})")
    visitor.page.reload(wait_until="domcontentloaded")
    visitor.ready()
    visitor.requests.clear()
    visitor.draw(3)
    reads(visitor, "3")
    assert [r for r in visitor.requests if "component_server" in r]
