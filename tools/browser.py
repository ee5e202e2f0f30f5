"""Drives the page as a person would: draws recorded strokes with mouse or finger and reads what the page says."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from tools.recorded import RECORDED_DIGITS

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--enable-unsafe-swiftshader",
]  # fmt: skip
WIDE = {"width": 1280, "height": 1000}
PHONE = {"width": 390, "height": 844}
SHEET = "#pad .pixi-target.visible canvas"
PATIENCE = 60.0
"""Seconds to wait for anything: software rendering on a busy machine is slow."""


def launch_browser(playwright: Any, path: str | None) -> Any:
    """Headless Chromium without a GPU."""
    return playwright.chromium.launch(executable_path=path, args=FLAGS)


class Visitor:
    """One visitor with a page of their own.

    Args:
        browser: from :func:`launch_browser`.
        url: of the app.
        phone: a narrow screen with touch.
        dark: the dark theme.
        size: width and height of the window in pixels, where it is neither a phone's nor the usual one.
        query: of the page's address.
    """

    def __init__(
        self,
        browser: Any,
        url: str,
        phone: bool = False,
        dark: bool = False,
        size: tuple[int, int] | None = None,
        query: str = "",
    ) -> None:
        window = {"width": size[0], "height": size[1]} if size else PHONE if phone else WIDE
        self.context = browser.new_context(
            viewport=window,
            has_touch=phone,
            is_mobile=phone,
            color_scheme="dark" if dark else "light",
        )
        self.page = self.context.new_page()
        self.home = url
        self.outside: list[str] = []
        self.errors: list[str] = []
        self.requests: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda request: self._seen(request.url))
        self.touch = self.context.new_cdp_session(self.page) if phone else None
        self.page.goto(f"{url}?{'__theme=dark&' if dark else ''}{query}", wait_until="domcontentloaded")
        self.ready()

    def _seen(self, address: str) -> None:
        self.requests.append(address)
        if not address.startswith((self.home, "data:", "blob:")):
            self.outside.append(address)

    def ready(self) -> None:
        """Waits until the sheet is there and the brush is armed."""
        self.page.wait_for_selector(SHEET, timeout=PATIENCE * 1000)
        self.page.wait_for_selector("#pad .empty.wrap", state="detached", timeout=PATIENCE * 1000)
        self.page.wait_for_timeout(500)

    def draw(self, digit: int, centre: tuple[float, float] = (0.5, 0.5), size: float = 0.5) -> None:
        """Draws a recorded digit; centre and size as shares of the sheet."""
        box = self.page.locator(SHEET).bounding_box()
        side = min(box["width"], box["height"]) - 60  # the sheet stands in the canvas with a border of 30 px
        left, top = box["x"] + (box["width"] - side) / 2, box["y"] + (box["height"] - side) / 2
        for stroke in RECORDED_DIGITS[str(digit)]:
            self._stroke(
                [(left + (centre[0] + x * size) * side, top + (centre[1] + y * size) * side) for x, y in stroke]
            )

    def dot(self) -> None:
        """Taps the middle of the sheet."""
        box = self.page.locator(SHEET).bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self._stroke([(x, y), (x + 3, y + 30)])

    def _stroke(self, points: list[tuple[float, float]]) -> None:
        for _ in self._stroke_in_steps(points):
            pass

    def _stroke_in_steps(self, points: list[tuple[float, float]]) -> Iterator[None]:
        """Stops after every point, the pen still down."""
        if self.touch:
            self._finger("touchStart", points[:1])
            for point in points[1:]:
                self._finger("touchMove", [point])
                yield
            self._finger("touchEnd", [])
            return
        self.page.mouse.move(*points[0])
        self.page.mouse.down()
        for point in points[1:]:
            self.page.mouse.move(*point)
            yield
        self.page.mouse.up()

    def _finger(self, kind: str, points: list[tuple[float, float]]) -> None:
        assert self.touch is not None
        touches = [{"x": x, "y": y} for x, y in points]
        self.touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    def reading(self, approach: str) -> str:
        """What a panel reads at the moment."""
        return str(self.page.locator(f"#panel-{approach} .reading").inner_text()).strip()

    def verdict(self) -> str:
        """The line under the panels."""
        return str(self.page.locator("#verdict").inner_text()).strip()

    def wait_for(self, what: Callable[[], Any], expected: Any) -> None:
        """Polls until ``what()`` gives the expected value."""
        end = time.monotonic() + PATIENCE
        seen = what()
        while seen != expected and time.monotonic() < end:
            self.page.wait_for_timeout(50)
            seen = what()
        assert seen == expected, f"{seen!r} instead of {expected!r}"

    def fits(self) -> bool:
        """Whether nothing is wider than the window."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"))

    def settled(self) -> None:
        """Waits until what was asked last is on the page."""
        self.page.wait_for_timeout(100)
        self.wait_for(lambda: self.page.locator(".stale").count(), 0)

    def box(self, name: str) -> dict[str, float]:
        """Where something stands in the window, in pixels: x, y, width and height."""
        box = self.page.locator(name).bounding_box()
        assert box is not None, name
        return dict(box)

    def until(self, what: Callable[[], bool]) -> None:
        """Polls until ``what()`` holds: what one answer changes on the page does not appear all at once."""
        self.wait_for(what, True)

    def open_tab(self, name: str) -> None:
        """Opens one of the page's tabs."""
        self.page.locator("button[role=tab]", has_text=name).click()

    def example(self, number: int) -> None:
        """Clicks an example, counted from 0, and waits until it is read."""
        self.page.get_by_role("button", name=f"Example {number + 1}").click()
        self.wait_for(lambda: self.page.locator("#panel-detection svg").count(), 1)

    def ink(self, digit: int, centre: tuple[float, float] = (0.5, 0.5), size: float = 0.5, pad: str = "#ink") -> None:
        """Draws a recorded digit on a pad of live ink; centre and size as shares of its sheet."""
        for _ in self.ink_in_steps(digit, centre, size, pad):
            pass

    def ink_in_steps(self, digit: int, centre: tuple[float, float], size: float, pad: str = "#ink") -> Iterator[None]:
        """As :meth:`ink`, stopping after every point."""
        box = self.page.locator(f"{pad} canvas").bounding_box()
        side = box["width"]
        left, top = box["x"] + centre[0] * side, box["y"] + centre[1] * side
        for stroke in RECORDED_DIGITS[str(digit)]:
            yield from self._stroke_in_steps([(left + x * size * side, top + y * size * side) for x, y in stroke])

    def choose(self, label: str) -> None:
        """Presses a choice of the segmentation's classifier."""
        self.page.locator("#choice-segmentation label", has_text=label).click()

    def close(self) -> None:
        """Leaves."""
        self.context.close()


def reads(visitor: Visitor, text: str) -> None:
    """Both panels come to read this, with no answer still to come: half a digit may read as the whole."""
    visitor.settled()
    for approach in ("detection", "segmentation"):
        visitor.wait_for(partial(visitor.reading, approach), text)
