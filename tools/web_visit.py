"""Visits the built page without a server as a person and as a program would: ``python -m tools.web_visit``.

Serves ``web/dist`` under a sub-path, with the headers that let a page use several threads and without, reads drawings
in headless Chromium and holds the readings to Python's.  Prints one JSON object a visit.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shutil
import statistics
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

from comparison.objects import match_readings
from comparison.together import reading_together
from detectors import keep_best, load_detector, load_detectors
from detectors.referee import Referee
from ink.sheet import Sheet
from tools.browser import PATIENCE, PHONE, WIDE, launch_browser
from tools.golden_values import read
from tools.recorded import RECORDED_DIGITS
from tools.web_fixtures import drawing_files
from ui.link import View, pack_view, unpack_view
from weights.precision import SETTING

DIST = Path(__file__).resolve().parents[1] / "web" / "dist"

EXAMPLE = DIST.parents[1] / "ui" / "examples" / "1-row.png"

SUB_PATH = "/somewhere/below/"
"""Where the page is served: nothing in it may rely on the root."""

ISOLATION = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
}

PACKED_SUFFIXES = (".html", ".js", ".mjs", ".css", ".wasm", ".json", ".svg", ".webmanifest", ".onnx")
"""Files that hosts send packed."""

SLOW_BYTES_PER_SECOND = 10_000_000 / 8
"""What a line of 10 megabits brings."""

METHODS = ("yolov3", "contours-cnn", "referee")
"""What the page reads by at first."""

MAX_THREADS = 2
"""Threads that run a network on an isolated page, where there are as many cores."""

READ = """async (address) => {
  const image = new Image(); image.src = address; await image.decode();
  const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight), pen = canvas.getContext('2d');
  pen.drawImage(image, 0, 0);
  return window.digitDuel.read(pen.getImageData(0, 0, canvas.width, canvas.height));
}"""


WATCH = """() => {
  window.times = []; window.lifted = 0;
  const canvas = document.querySelector('#ink canvas'), panels = document.querySelector('#panels');
  canvas.addEventListener('pointerup', () => { window.lifted = performance.now(); });
  new MutationObserver(() => {
    if (window.lifted) { window.times.push(performance.now() - window.lifted); window.lifted = 0; }
  }).observe(panels, {childList: true});
}"""
"""Notes how long each reading takes from the lifting of the pen to the page."""


class _Handler(SimpleHTTPRequestHandler):
    """Files of a folder under the sub-path, packed as hosts do."""

    isolated = False
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path, _, _ = self.path.partition("?")
        name = path.removeprefix(SUB_PATH) or "index.html"
        file = (DIST / name).resolve()
        if not path.startswith(SUB_PATH) or DIST not in file.parents or not file.is_file():
            self.send_error(404)
            return
        data = file.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript" if file.suffix == ".mjs" else self.guess_type(str(file)))
        if file.suffix in PACKED_SUFFIXES and "gzip" in self.headers.get("Accept-Encoding", ""):
            data = gzip.compress(data, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        for header, value in ISOLATION.items() if self.isolated else ():
            self.send_header(header, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing: what matters is told by the visitor."""


@contextmanager
def serve_page(isolated: bool) -> Iterator[str]:
    """Serves the built page; gives its address."""
    handler = type("Handler", (_Handler,), {"isolated": isolated})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(DIST)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{SUB_PATH}"
    finally:
        server.shutdown()


def _await_reading(page: Any) -> None:
    page.wait_for_selector("#panels .panel .sheet svg", timeout=PATIENCE * 1000)


def draw_number(page: Any, text: str) -> list[float]:
    """Draws recorded digits on the sheet; milliseconds from each lifting of the pen to both readings on the page."""
    page.evaluate(WATCH)
    box = page.locator("#ink canvas").bounding_box()
    for place, digit in enumerate(text):
        for stroke in RECORDED_DIGITS[digit]:
            points = [
                (
                    box["x"] + box["width"] * (place + 0.5 + 0.7 * x) / len(text),
                    box["y"] + box["height"] * (0.5 + 0.7 * y / len(text)),
                )
                for x, y in stroke
            ]
            page.mouse.move(*points[0])
            page.mouse.down()
            for point in points[1:]:
                page.mouse.move(*point)
            page.mouse.up()
            page.wait_for_function("() => !window.lifted", timeout=PATIENCE * 1000)
            page.wait_for_timeout(150)
    times: list[float] = page.evaluate("() => window.times")
    return times


def visit(playwright: Any, address: str, names: list[str], pictures: Path | None, slow: bool) -> dict[str, Any]:
    """One visit: loads the page, draws, reads drawings as a program does, goes offline and reads again."""
    browser = launch_browser(playwright, shutil.which("chromium") or shutil.which("chromium-browser"))
    context = browser.new_context(viewport=WIDE)
    page = context.new_page()
    outside: list[str] = []
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.on(
        "request",
        lambda asked: outside.append(asked.url) if not asked.url.startswith((address, "data:", "blob:")) else None,
    )
    if slow:
        line = {"offline": False, "latency": 40, "downloadThroughput": SLOW_BYTES_PER_SECOND, "uploadThroughput": 1e6}
        context.new_cdp_session(page).send("Network.emulateNetworkConditions", line)
    started = time.perf_counter()
    page.goto(address, wait_until="domcontentloaded")
    page.click("[data-example]")
    _await_reading(page)
    told: dict[str, Any] = {
        "isolated": page.evaluate("() => crossOriginIsolated"),
        "threads": len(page.workers),  # the worker that reads, and one more of the runtime's on isolated pages
        "first reading s": round(time.perf_counter() - started, 2),
    }
    together = page.locator(".verdict .together").inner_text()
    if pictures:
        page.screenshot(path=pictures / "laptop.png")
        page.set_viewport_size(PHONE)
        page.screenshot(path=pictures / "phone.png")
        page.set_viewport_size(WIDE)
    page.click("[data-act=clear]")
    page.wait_for_selector(".panel .sheet.empty", timeout=PATIENCE * 1000)
    told["pen up to readings ms"] = round(statistics.median(draw_number(page, "2026")), 1)
    told["drawn"] = [page.locator(".panel .reading").nth(k).inner_text() for k in (0, 1)]
    told["differences"] = _read_drawings(page, names)
    if together != (want := _together()):
        told["differences"].append(f"verdict: {together}, Python {want}")
    told["links"] = _exchange_links(page, address)
    page.evaluate("() => navigator.serviceWorker.ready.then(() => null)")
    context.set_offline(True)
    page.reload(wait_until="domcontentloaded")
    page.click("[data-example]")
    _await_reading(page)
    told |= {"offline": page.locator(".panel .reading").first.inner_text(), "errors": errors, "outside": outside}
    browser.close()
    return told


def _read_drawings(page: Any, names: list[str]) -> list[str]:
    """Drawings that the page reads otherwise than Python does."""
    detectors = load_detectors(METHODS)
    differing = []
    for name in names:
        path = drawing_files()[name]
        kind = {".jpg": "jpeg"}.get(path.suffix, "png")
        answer = page.evaluate(READ, f"data:image/{kind};base64,{_base64(path)}")
        sheet = Sheet(read(path))
        # One reading order for all methods, as the endpoint and the page have it.
        matched = match_readings([keep_best(detector.proposals([sheet])[0]) for detector in detectors.values()])
        want = {method: matched.text(k) for k, method in enumerate(detectors)}
        got = {method: answer["methods"][method]["reading"] for method in METHODS}
        if {k: v.split() for k, v in got.items()} != {k: v.split() for k, v in want.items()}:
            differing.append(f"{name}: {got}, Python {want}")
    return differing


def _together() -> str:
    """What the verdict says of both ways together on the first example."""
    detectors, sheet = load_detectors(METHODS), Sheet(read(EXAMPLE))
    proposals = {name: detector.proposals([sheet])[0] for name, detector in detectors.items()}
    matched = match_readings([keep_best(found) for found in proposals.values()])
    referee = detectors["referee"]
    assert isinstance(referee, Referee)
    reading, reason = reading_together(referee, proposals, matched)
    return f"Together: {reading} · {reason}"


def _exchange_links(page: Any, address: str) -> list[str]:
    """A link of the page that the other edition opens, and one of that edition that the page opens: what is read."""
    methods = [["yolov3"], ["contours-cnn", "contours-vit"]]
    page.click("#share-make")
    page.wait_for_selector("#share-link:not([hidden])", timeout=PATIENCE * 1000)
    link = parse_qs(urlparse(page.input_value("#share-link")).query)["view"][0]
    drawing, _ = unpack_view(link, methods)
    text = pack_view(read(EXAMPLE), View(["yolov3", "contours-cnn"], 0.4))
    page.goto(f"{address}?view={text}", wait_until="domcontentloaded")
    _await_reading(page)
    assert page.input_value("#confidence") == "0.4"
    return [load_detector("yolov3")(drawing).reading(), page.locator(".panel .reading").first.inner_text()]


def _base64(path: Path) -> str:
    return b64encode(path.read_bytes()).decode()


def main(argv: list[str] | None = None) -> None:
    """Visits the page; ends with 1 where something differs, fails, or goes outside."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10, help="drawings that a visit reads as a program")
    parser.add_argument("--pictures", type=Path, help="folder for screenshots")
    parser.add_argument("--slow", action="store_true", help="over a line of 10 megabits per second")
    settings = parser.parse_args(argv)
    os.environ[SETTING] = "float"  # as the page runs the networks
    if settings.pictures:
        settings.pictures.mkdir(parents=True, exist_ok=True)
    files = [name for name, path in drawing_files().items() if path.suffix == ".png" and not name.startswith("golden")]
    wrong = False
    with sync_playwright() as playwright:
        for isolated in (False, True):
            with serve_page(isolated) as address:
                some = files[int(isolated) :: max(1, len(files) // settings.count)][: settings.count]
                told = visit(playwright, address, some, None if isolated else settings.pictures, settings.slow)
            print(json.dumps(told), flush=True)
            wrong |= bool(told["differences"] or told["errors"] or told["outside"] or told["isolated"] != isolated)
            wrong |= told["threads"] != (min(MAX_THREADS, os.cpu_count() or 1) if isolated else 1)
    raise SystemExit(int(wrong))


if __name__ == "__main__":
    main()
