"""What a visitor waits for: ``python -m benchmarks.page`` (needs Chromium for the second part).

First the server's time for one drawing through all methods, over the examples; then, in a headless browser, the time
from lifting the pen to both readings on the screen, on live ink and on the Sketchpad, and the part of it that has
passed when the browser begins to upload and when it asks.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import time
from collections.abc import Callable, Mapping

import app
from comparison.reading import read_sheet
from detectors import load_detectors
from ink.drawing import read_drawing
from ink.sheet import Sheet
from tools.browser import Visitor, launch_browser
from ui.html.panels import EMPTY_READING
from ui.server import launch_settings
from ui.tabs.draw import EXAMPLES

# The page itself notes when the pen was lifted, when the browser began to upload and asked, and when both readings
# became what is expected, so that no polling from outside is timed.
WATCH = """
() => {
  window.times = {};
  const note = (name) => { if (window.times.lifted) window.times[name] = window.times[name] || performance.now(); };
  document.addEventListener('pointerup', (e) => {
    if (e.target.closest('#ink canvas, #pad canvas')) window.times = {lifted: performance.now()};
  }, true);
  const send = window.fetch;
  window.fetch = (...what) => {
    const url = String(what[0].url || what[0]);
    if (url.includes('component_server')) note('upload');
    if (url.includes('queue/join')) note('request');
    return send(...what);
  };
  const text = (name) => document.querySelector(`#panel-${name} .reading`).innerText.trim();
  new MutationObserver(() => {
    if (text('detection') === window.wanted && text('segmentation') === window.wanted) note('shown');
  }).observe(document.body, {childList: true, subtree: true, characterData: true});
}
"""

ONE_STROKE = (2, 3, 6)
"""Digits that are drawn in one stroke."""

PARTS = {"shown": "", "upload": ", of it until the upload", "request": ", of it until the request"}
"""What the page notes after the pen was lifted -> what the table calls it."""


def server_times(rounds: int) -> list[float]:
    """Milliseconds for each example through all methods, warm, in rounds."""
    detectors = load_detectors()
    images = [read_drawing(path) for path in EXAMPLES]
    for image in images:
        read_sheet(Sheet(image), detectors)
    times = []
    for _ in range(rounds):
        for image in images:
            begun = time.perf_counter()
            read_sheet(Sheet(image), detectors)
            times.append((time.perf_counter() - begun) * 1000)
    return times


def draw_on_ink(visitor: Visitor, digit: int) -> None:
    """Draws on live ink."""
    visitor.ink(digit)


def draw_on_sketchpad(visitor: Visitor, digit: int) -> None:
    """Draws on Gradio's pad, once its brush is ready."""
    visitor.ready()
    visitor.draw(digit)


PADS: dict[str, tuple[Callable[[Visitor, int], None], str]] = {
    "Live ink": (draw_on_ink, "#ink [data-act=clear]"),
    "Sketchpad": (draw_on_sketchpad, "#pad button[aria-label='Clear canvas']"),
}
"""A pad -> how it is drawn on, and what clears it."""


def pen_up_times(visitor: Visitor, pad: str, rounds: int) -> dict[str, list[float]]:
    """Milliseconds from lifting the pen to what the page notes, by the names of :data:`PARTS`.

    Args:
        visitor: whose page has :data:`WATCH`.
        pad: a key of :data:`PADS`.
        rounds: drawings; one more is drawn first and not counted.
    """
    draw, clear = PADS[pad]
    visitor.open_tab(pad)
    visitor.settled()  # the other pad's drawing has come over
    times: dict[str, list[float]] = {name: [] for name in PARTS}
    for number in range(rounds + 1):
        digit = ONE_STROKE[number % len(ONE_STROKE)]
        visitor.page.evaluate(f"() => {{ window.wanted = '{digit}'; }}")
        draw(visitor, digit)
        visitor.until(lambda: bool(visitor.page.evaluate("window.times.shown > 0")))
        noted: Mapping[str, float] = visitor.page.evaluate("window.times")
        for name, row in times.items():
            if name in noted and number:
                row.append(noted[name] - noted["lifted"])
        visitor.page.locator(clear).click()
        visitor.wait_for(lambda: visitor.reading("detection"), EMPTY_READING)
    return times


def browser_times(rounds: int) -> dict[str, list[float]]:
    """:func:`pen_up_times` of both pads in a headless browser, by what the table calls them."""
    from playwright.sync_api import sync_playwright

    page = app.build_page(load_detectors())
    _, url, _ = page.launch(prevent_thread_lock=True, quiet=True, **launch_settings())
    rows = {}
    with sync_playwright() as playwright:
        browser = launch_browser(playwright, shutil.which("chromium") or shutil.which("chromium-browser"))
        visitor = Visitor(browser, url)
        visitor.page.evaluate(WATCH)
        for pad in PADS:
            for name, times in pen_up_times(visitor, pad, rounds).items():
                if times:
                    rows[f"pen up to both readings, {pad}{PARTS[name]}"] = times
        browser.close()
    page.close()
    return rows


def main() -> None:
    """Prints medians and the slowest tenth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=12)
    rounds = parser.parse_args().rounds
    rows = {"one drawing through all methods": server_times(rounds)} | browser_times(rounds)
    print("| what | median ms | 9 of 10 within |\n|---|---|---|")
    for name, measured in rows.items():
        times = sorted(measured)
        print(f"| {name} | {statistics.median(times):.0f} | {times[int(0.9 * (len(times) - 1))]:.0f} |", flush=True)


if __name__ == "__main__":
    main()
