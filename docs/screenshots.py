"""Takes the README's pictures of the page: ``python -m docs.screenshots`` (needs Chromium)."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

import app
from tests.e2e.driver import Visitor, launch_browser

HERE = Path(__file__).parent


def main() -> None:
    """Draws 42 on the page, wide and light, wide and dark, and on a phone."""
    page = app.build(app.load_all())
    _, url, _ = page.launch(prevent_thread_lock=True, quiet=True, **app.LAUNCH)
    with sync_playwright() as playwright:
        browser = launch_browser(playwright, shutil.which("chromium"))
        for name, how in (("page", {}), ("page-dark", {"dark": True}), ("page-phone", {"phone": True})):
            visitor = Visitor(browser, url, **how)
            visitor.draw(4, (0.3, 0.5), 0.45)
            visitor.draw(2, (0.7, 0.5), 0.45)
            visitor.page.wait_for_timeout(3000)
            visitor.page.screenshot(path=HERE / f"{name}.png", full_page=True)
            visitor.close()
        browser.close()
    page.close()


if __name__ == "__main__":
    main()
