"""Takes the README's pictures of the page: ``python -m tools.screenshots`` (needs Chromium)."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

import app
from detectors import DETECTORS, load_detectors
from tools.browser import Visitor, launch_browser
from ui.server import launch_settings

DOCS = Path(__file__).resolve().parents[1] / "docs"


def write_42(visitor: Visitor) -> None:
    """What someone draws."""
    visitor.draw(4, (0.3, 0.5), 0.45)
    visitor.draw(2, (0.7, 0.5), 0.45)
    visitor.wait_for(lambda: visitor.page.locator("#panel-detection svg").count(), 1)


def ink(visitor: Visitor) -> None:
    """The same on the other pad."""
    visitor.open_tab("Live ink")
    visitor.page.wait_for_selector("#ink canvas")
    visitor.ink(4, (0.3, 0.5), 0.45)
    visitor.ink(2, (0.7, 0.5), 0.45)


def inside(visitor: Visitor) -> None:
    """Touching digits taken apart."""
    visitor.example(3)
    visitor.open_tab("Inside")
    visitor.wait_for(lambda: visitor.page.locator(".act").count() >= 5, True)
    visitor.page.get_by_role("button", name="Step 2", exact=True).click()


def stress(visitor: Visitor) -> None:
    """A year whose first digits slide over each other."""
    visitor.example(0)
    visitor.open_tab("Stress")
    visitor.page.locator("#stress-choice label", has_text="Overlap").click()
    visitor.wait_for(lambda: visitor.page.locator(".film tbody tr").count(), len(DETECTORS) + 1)


def benchmark(visitor: Visitor) -> None:
    """The built-in set."""
    visitor.open_tab("Benchmark")
    visitor.page.locator("#bench-run").click()
    visitor.page.wait_for_selector("#bench-report a", timeout=300_000)


PICTURES: dict[str, tuple[dict[str, Any], Callable[[Visitor], None]]] = {
    "page": ({}, write_42),
    "page-dark": ({"dark": True}, write_42),
    "page-phone": ({"phone": True}, write_42),
    "ink": ({}, ink),
    "inside": ({}, inside),
    "stress": ({}, stress),
    "benchmark": ({}, benchmark),
}


def main() -> None:
    """One picture a tab, and the first one also in the dark and on a phone."""
    page = app.build_page(load_detectors())
    _, url, _ = page.launch(prevent_thread_lock=True, quiet=True, **launch_settings())
    with sync_playwright() as playwright:
        browser = launch_browser(playwright, shutil.which("chromium"))
        for name, (how, act) in PICTURES.items():
            visitor = Visitor(browser, url, **how)
            act(visitor)
            visitor.page.wait_for_timeout(3000)
            visitor.page.screenshot(path=DOCS / f"{name}.png", full_page=True)
            visitor.close()
        browser.close()
    page.close()


if __name__ == "__main__":
    main()
