"""What a visitor waits for: ``python -m benchmarks.page`` (needs Chromium for the second part).

First the server's time for one drawing through all methods, over the examples; then, in a headless browser, the time
from lifting the pen on live ink to both readings on the screen.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import time

import app
from comparison.reading import read_sheet
from detectors import load_detectors
from ink.drawing import read_drawing
from ink.sheet import Sheet
from ui.server import launch_settings
from ui.tabs.draw import EXAMPLES

# The page itself notes when the pen was lifted and when the first panel's reading became what is expected, so that no
# polling from outside is timed.
WATCH = """
() => {
  window.lifted = 0; window.shown = 0;
  document.querySelector('#ink canvas').addEventListener('pointerup', () => { window.lifted = performance.now(); });
  const text = (name) => document.querySelector(`#panel-${name} .reading`).innerText.trim();
  new MutationObserver(() => {
    const same = text('detection') === window.wanted && text('segmentation') === window.wanted;
    if (same && window.lifted && !window.shown) window.shown = performance.now();
  }).observe(document.body, {childList: true, subtree: true, characterData: true});
}
"""


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


def pen_up_times(rounds: int) -> list[float]:
    """Milliseconds from lifting the pen to both readings, in a headless browser."""
    from playwright.sync_api import sync_playwright

    from tools.browser import Visitor, launch_browser

    page = app.build_page(load_detectors())
    _, url, _ = page.launch(prevent_thread_lock=True, quiet=True, **launch_settings())
    times = []
    with sync_playwright() as playwright:
        browser = launch_browser(playwright, shutil.which("chromium") or shutil.which("chromium-browser"))
        visitor = Visitor(browser, url)
        visitor.open_tab("Live ink")
        visitor.page.wait_for_selector("#ink canvas")
        visitor.page.evaluate(WATCH)
        for number in range(rounds):
            digit = (0, 2, 3)[number % 3]  # one stroke each
            visitor.page.evaluate(f"() => {{ window.wanted = '{digit}'; window.lifted = 0; window.shown = 0; }}")
            visitor.ink(digit)
            visitor.wait_for(lambda: visitor.page.evaluate("window.shown > 0"), True)
            times.append(float(visitor.page.evaluate("window.shown - window.lifted")))
            visitor.page.locator("#ink").get_by_role("button", name="Clear").click()
            visitor.wait_for(lambda: visitor.reading("detection"), "\u2026")
        browser.close()
    page.close()
    return times


def main() -> None:
    """Prints medians and the slowest tenth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=12)
    rounds = parser.parse_args().rounds
    tests = {"one drawing through all methods": server_times, "pen up to both readings, live ink": pen_up_times}
    print("| what | median ms | 9 of 10 within |\n|---|---|---|")
    for name, measure in tests.items():
        times = sorted(measure(rounds))
        print(f"| {name} | {statistics.median(times):.0f} | {times[int(0.9 * (len(times) - 1))]:.0f} |", flush=True)


if __name__ == "__main__":
    main()
