"""Visits the built page without a server as a person and as a program would: ``python -m tools.web_visit``.

Serves ``web/dist`` under a sub-path, with the headers that let a page use several threads and without, reads drawings
in headless Chromium and holds the readings to Python's.  Prints one JSON object a visit.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

from comparison.objects import match_readings
from comparison.together import reading_together
from detectors import Detector, keep_best
from detectors.referee import Referee
from ink.sheet import Sheet
from tools.browser import PATIENCE, PHONE, launch_browser
from tools.golden_values import read
from tools.recorded import RECORDED_DIGITS
from tools.web_fixtures import drawing_files, load_page_detectors
from tools.web_measures import FIRST_READING, SHIFTS, measure_memory, measure_start, use_slow_line
from tools.web_server import DIST, serve_page
from tools.web_unable import visit_unable
from ui.link import View, pack_view, unpack_view
from weights.precision import has_fast_int8

EXAMPLE = DIST.parents[1] / "ui" / "examples" / "1-row.png"

LAPTOP = {"width": 1366, "height": 768}

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


def _await_readings(page: Any) -> None:
    page.wait_for_selector(".verdict .together", timeout=PATIENCE * 1000)


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


@contextmanager
def open_browser(playwright: Any) -> Iterator[Any]:
    """Headless Chromium, closed in the end."""
    browser = launch_browser(playwright, shutil.which("chromium") or shutil.which("chromium-browser"))
    try:
        yield browser
    finally:
        browser.close()


def visit(
    browser: Any, address: str, detectors: Mapping[str, Detector], names: list[str], pictures: Path | None, slow: bool
) -> dict[str, Any]:
    """One visit: loads the page, draws, reads drawings as a program does, goes offline and reads again."""
    context = browser.new_context(viewport=LAPTOP)
    page = context.new_page()
    page.add_init_script(SHIFTS)
    page.add_init_script(FIRST_READING)
    outside: list[str] = []
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.on(
        "request",
        lambda asked: outside.append(asked.url) if not asked.url.startswith((address, "data:", "blob:")) else None,
    )
    if slow:
        use_slow_line(page)
    started = time.perf_counter()
    page.goto(address, wait_until="domcontentloaded")
    page.click("[data-example]")
    _await_readings(page)
    told: dict[str, Any] = {
        "isolated": page.evaluate("() => crossOriginIsolated"),
        "threads": len(page.workers),  # the worker that reads, and one more of the runtime's on isolated pages
        "both readings s": round(time.perf_counter() - started, 2),
        **measure_start(page),
    }
    if slow:  # the rest is no matter of the line
        context.close()
        return told
    together = page.locator(".verdict .together").inner_text()
    told["inside"] = _look_inside(page, pictures)
    if pictures:
        _take_pictures(page, pictures, "page")
    page.click("[data-act=clear]")
    page.wait_for_selector(".panel .sheet.empty", timeout=PATIENCE * 1000)
    told["pen up to readings ms"] = round(statistics.median(draw_number(page, "2026")), 1)
    page.wait_for_timeout(2000)  # what was asked while the pen moved may land before what its lifting asks
    told["drawn"] = [page.locator(".panel .reading").nth(k).inner_text() for k in (0, 1)]
    told["in your hand"] = _write_in_hand(page, pictures)
    told["differences"] = _read_drawings(page, detectors, names)
    told["memory MB"] = measure_memory(browser)
    if together != (want := _together(detectors)):
        told["differences"].append(f"verdict: {together}, Python {want}")
    told["links"] = _exchange_links(page, address, detectors)
    page.evaluate("() => navigator.serviceWorker.ready.then(() => null)")
    context.set_offline(True)
    page.reload(wait_until="domcontentloaded")
    page.click("[data-example]")
    _await_readings(page)
    told |= {"offline": page.locator(".panel .reading").first.inner_text(), "errors": errors, "outside": outside}
    context.close()
    return told


def _look_inside(page: Any, pictures: Path | None) -> dict[str, int]:
    """Opens the way from the drawing to its readings, wide and narrow, and closes it by Escape; counts its pictures."""
    counts: dict[str, int] = {}
    for size in (LAPTOP, PHONE):
        page.set_viewport_size(size)
        page.click("#inside-open")
        page.wait_for_selector("#inside[open] figure", timeout=PATIENCE * 1000)
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), size
        assert page.evaluate(
            "() => { const {scrollWidth, clientWidth} = inside; return scrollWidth <= clientWidth; }"
        ), size
        sections = page.locator("#inside section").all()
        counts = {each.locator("h3").inner_text(): each.locator("figure svg").count() for each in sections}
        if pictures and size is LAPTOP:
            _take_pictures(page, pictures, "inside")
        page.keyboard.press("Escape")
        page.wait_for_selector("#inside", state="hidden", timeout=PATIENCE * 1000)
    page.set_viewport_size(LAPTOP)
    return counts


def _write_in_hand(page: Any, pictures: Path | None) -> list[str]:
    """Writes a number in the hand that drew the sheet's digits, and puts it on the sheet: what is read there."""
    page.click("#hand-open")
    page.wait_for_selector("#hand-written svg", timeout=PATIENCE * 1000)
    for size in (PHONE, LAPTOP):
        page.set_viewport_size(size)
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), size
    if pictures:
        _take_pictures(page, pictures, "hand")
    page.fill("#hand-text", "13579")
    page.keyboard.press("Enter")
    page.wait_for_selector("#hand-written svg[aria-label^='13579']", timeout=PATIENCE * 1000)
    page.click("#hand-put")
    page.wait_for_timeout(2000)
    page.wait_for_selector(".verdict .together", timeout=PATIENCE * 1000)
    found = [page.locator(".panel .reading").nth(k).inner_text() for k in (0, 1)]
    page.click("#hand-open")
    return found


def _take_pictures(page: Any, folder: Path, name: str) -> None:
    """What is shown, on a laptop and on a phone, light and dark."""
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        for screen, size in (("laptop", LAPTOP), ("phone", PHONE)):
            page.set_viewport_size(size)
            page.screenshot(path=folder / f"{name}-{screen}-{theme}.png", full_page=name != "inside")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(LAPTOP)


def _read_drawings(page: Any, detectors: Mapping[str, Detector], names: list[str]) -> list[str]:
    """Drawings that the page reads otherwise than Python does."""
    differing = []
    for name in names:
        path = drawing_files()[name]
        kind = {".jpg": "jpeg"}.get(path.suffix, "png")
        answer = page.evaluate(READ, f"data:image/{kind};base64,{_base64(path)}")
        sheet = Sheet(read(path))
        # One reading order for all methods, as the endpoint and the page have it.
        matched = match_readings([keep_best(detectors[method].proposals([sheet])[0]) for method in METHODS])
        want = {method: matched.text(k) for k, method in enumerate(METHODS)}
        got = {method: answer["methods"][method]["reading"] for method in METHODS}
        if {k: v.split() for k, v in got.items()} != {k: v.split() for k, v in want.items()}:
            differing.append(f"{name}: {got}, Python {want}")
    return differing


def _together(detectors: Mapping[str, Detector]) -> str:
    """What the verdict says of both ways together on the first example."""
    sheet = Sheet(read(EXAMPLE))
    proposals = {name: detectors[name].proposals([sheet])[0] for name in METHODS}
    matched = match_readings([keep_best(found) for found in proposals.values()])
    referee = detectors["referee"]
    assert isinstance(referee, Referee)
    reading, reason = reading_together(referee, proposals, matched)
    return f"Together: {reading} · {reason}"


def _exchange_links(page: Any, address: str, detectors: Mapping[str, Detector]) -> list[str]:
    """A link of the page that the other edition opens, and one of that edition that the page opens: what is read."""
    methods = [["yolov3"], ["contours-cnn", "contours-vit"]]
    page.click("#share-make")
    page.wait_for_selector("#share-link:not([hidden])", timeout=PATIENCE * 1000)
    link = parse_qs(urlparse(page.input_value("#share-link")).query)["view"][0]
    drawing, _ = unpack_view(link, methods)
    text = pack_view(read(EXAMPLE), View(["yolov3", "contours-cnn"], 0.4))
    page.goto(f"{address}?view={text}", wait_until="domcontentloaded")
    _await_readings(page)
    assert page.input_value("#confidence") == "0.4"
    return [detectors["yolov3"](drawing).reading(), page.locator(".panel .reading").first.inner_text()]


def _base64(path: Path) -> str:
    return b64encode(path.read_bytes()).decode()


def main(argv: list[str] | None = None) -> None:
    """Visits the page; ends with 1 where something differs, fails, or goes outside."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10, help="drawings that a visit reads as a program")
    parser.add_argument("--pictures", type=Path, help="folder for screenshots")
    parser.add_argument(
        "--slow", action="store_true", help="only how soon it reads, over a line of 10 megabits per second"
    )
    settings = parser.parse_args(argv)
    if settings.pictures:
        settings.pictures.mkdir(parents=True, exist_ok=True)
    files = [name for name, path in drawing_files().items() if path.suffix == ".png" and not name.startswith("golden")]
    detectors = load_page_detectors()
    wrong = False
    with sync_playwright() as playwright:
        for isolated in (False, True):
            some = files[int(isolated) :: max(1, len(files) // settings.count)][: settings.count]
            pictures = None if isolated else settings.pictures
            with serve_page(isolated) as address, open_browser(playwright) as browser:
                told = visit(browser, address, detectors, some, pictures, settings.slow)
                if not isolated and not settings.slow:
                    told["unable"] = visit_unable(browser, address)
            print(json.dumps(told, ensure_ascii=False), flush=True)
            # Where bytes are added up slowly, Python reads in float, and the page does not.
            wrong |= bool(told.get("differences")) and has_fast_int8()
            wrong |= bool(told.get("errors") or told.get("outside") or told["isolated"] != isolated)
            wrong |= told["threads"] != (min(MAX_THREADS, os.cpu_count() or 1) if isolated else 1)
    raise SystemExit(int(wrong))


if __name__ == "__main__":
    main()
