"""Visits the page without a server in browsers that can't run it: it has to say so."""

from __future__ import annotations

from typing import Any

from tools.browser import PATIENCE, PHONE
from tools.web_server import DIST

UNABLE = {
    "SIMD": "WebAssembly.validate = () => false;",
    "WebAssembly": "delete window.WebAssembly;",
    "Worker": "delete window.Worker;",
    "memory": "Object.defineProperty(Navigator.prototype, 'deviceMemory', {get: () => 0.25});",
}
"""What a browser may lack, and how to take it away before the page runs."""

NO_MEMORY = "WebAssembly.instantiate = () => Promise.reject(new RangeError('could not allocate memory'));\n"
"""Put before the worker: the runtime finds no memory."""


def _replace(page: Any, address: str, body: str, content_type: str) -> None:
    """Gives the page another file at this address."""

    def answer(route: Any) -> None:
        route.fulfill(body=body, content_type=content_type)

    page.route(address, answer)


def visit_unable(browser: Any, address: str) -> dict[str, str]:
    """What the page says where it can't run: a sentence, with a link to the page with a server."""
    said = {}
    for lacking, script in {**UNABLE, "memory while loading": ""}.items():
        page = browser.new_context(viewport=PHONE).new_page()
        html = (
            (DIST / "index.html")
            .read_text()
            .replace('name="server-page" content=""', 'name="server-page" content="x:"')
        )
        _replace(page, address, html, "text/html")
        if script:
            page.add_init_script(script)
        else:
            _replace(page, "**/worker.js", NO_MEMORY + (DIST / "worker.js").read_text(), "text/javascript")
        page.goto(address, wait_until="domcontentloaded")
        page.wait_for_selector(".verdict.problem a[href='x:']", timeout=PATIENCE * 1000)
        said[lacking] = page.locator(".verdict").inner_text()
        page.context.close()
    return said
