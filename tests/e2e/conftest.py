"""A real headless Chromium on the real app with the shipped weights."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import app
from detectors import load_detectors
from tools.browser import Visitor, launch_browser
from ui.server import launch_settings

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without Chromium these tests are left out, unless whoever runs them insists on a browser."""
    if CHROMIUM is None and not os.environ.get("DIGIT_DUEL_REQUIRE_BROWSER"):
        for item in items:
            if item.get_closest_marker("e2e"):
                item.add_marker(pytest.mark.skip(reason="chromium is not installed"))


@pytest.fixture(scope="package")
def url() -> Iterator[str]:
    """Where the app listens."""
    page = app.build_page(load_detectors())
    _, address, _ = page.launch(prevent_thread_lock=True, quiet=True, **launch_settings())
    yield address
    page.close()


@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    """One browser for these tests; it ends with them, as no other loop of events can run in this thread meanwhile."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        instance = launch_browser(playwright, CHROMIUM)
        yield instance
        instance.close()


@pytest.fixture
def visit(browser: Any, url: str) -> Iterator[Callable[..., Visitor]]:
    """Opens the page as a new visitor; see :class:`Visitor` for what it takes."""
    visitors: list[Visitor] = []

    def open_page(**how: Any) -> Visitor:
        visitors.append(Visitor(browser, url, **how))
        return visitors[-1]

    yield open_page
    for visitor in visitors:
        visitor.close()
