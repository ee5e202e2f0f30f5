"""What a browser tells of the page without a server: how soon it is there, whether it moves, and how much it holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

SLOW_LINE = {"offline": False, "latency": 40, "downloadThroughput": 10e6 / 8, "uploadThroughput": 10e6 / 8}
"""A line of 10 megabits per second, 40 milliseconds long, as Chromium emulates it."""

SHIFTS = """
  window.shifts = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value;
  }).observe({type: 'layout-shift', buffered: true});
"""
"""Adds up how far what is shown moves by itself (cumulative layout shift); to be run before the page is."""

FIRST_READING = """
  addEventListener('DOMContentLoaded', () => {
    const panels = document.querySelector('#panels');
    new MutationObserver((_, observer) => {
      if (!panels?.querySelector('.panel .sheet svg')) return;
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(() => { window.firstReading = performance.now(); }));
    }).observe(panels, {childList: true, subtree: true});
  });
"""
"""Notes when a panel first shows a reading, painted; to be run before the page is."""

START = """() => [
  performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
  performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd,
  window.firstReading,
]"""


def use_slow_line(page: Any) -> None:
    """All that the page and its worker ask from now on comes over :data:`SLOW_LINE`."""
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW_LINE)


def measure_start(page: Any) -> dict[str, float]:
    """Milliseconds to the first paint, to where the pen draws and to the first reading; how far the page has moved."""
    paint, interactive, reading = page.evaluate(START)
    return {
        "first paint ms": round(paint),
        "interactive ms": round(interactive),
        "first reading ms": round(reading),
        "layout shift": round(page.evaluate("() => window.shifts"), 4),
    }


def measure_memory(browser: Any) -> int:
    """Megabytes that the process which renders the page has for itself; headless Chromium gives no account by page."""
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    resident = [_resident_bytes(each["id"]) for each in processes if each["type"] == "renderer"]
    return round(max(resident) / 1e6)


def _resident_bytes(process: int) -> int:
    """What a process holds in memory without the browser's own code, which all of its processes share."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return 1024 * sum(int(line.split()[1]) for line in lines if line.startswith(("RssAnon", "RssShmem")))
