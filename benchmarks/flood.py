"""One visitor floods, three others draw: ``python -m benchmarks.flood`` starts a copy of the app and does both.

The others' waiting times are told without and beside the flood.  The flooder asks as often as the server takes it, and
fetches no answer.
"""

from __future__ import annotations

import argparse
import http.client
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import numpy as np

from tools.server import serving
from tools.visitors import join_queue, read_strokes, scrawls

VISITORS = 3
"""Ordinary visitors, each at an address of their own."""


def draw(url: str, visitor: int, count: int, pause: float) -> list[float]:
    """Seconds that a visitor waits for each answer."""
    server = http.client.HTTPConnection(urlsplit(url).netloc, timeout=120)
    seconds = []
    for sheet in scrawls(visitor, count):
        begun = time.perf_counter()
        read_strokes(server, sheet, f"10.0.0.{visitor + 1}")
        seconds.append(time.perf_counter() - begun)
        time.sleep(pause)
    return seconds


def flood(url: str, over: threading.Event, counts: dict[str, int]) -> None:
    """Asks without a pause, and counts what is taken and what is refused."""
    server = http.client.HTTPConnection(urlsplit(url).netloc, timeout=120)
    sheets = scrawls(99, 50)
    while not over.is_set():
        for sheet in sheets:
            try:
                join_queue(server, sheet, "10.0.0.99")
                counts["taken"] += 1
            except (RuntimeError, OSError, http.client.HTTPException):
                counts["refused"] += 1
                server = http.client.HTTPConnection(urlsplit(url).netloc, timeout=120)
                time.sleep(0.01)


def waiting_times(url: str, count: int, pause: float) -> str:
    """Median, 95th percentile and longest of all visitors' seconds, in words."""
    with ThreadPoolExecutor(VISITORS) as pool:
        answers = pool.map(lambda visitor: draw(url, visitor, count, pause), range(VISITORS))
        seconds = np.array([s for mine in answers for s in mine])
    return f"median {np.median(seconds):.2f} s, p95 {np.quantile(seconds, 0.95):.2f} s, longest {seconds.max():.2f} s"


def main() -> None:
    """Prints the waiting times, what became of the flood, and memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drawings", type=int, default=20, help="of each ordinary visitor")
    parser.add_argument("--pause", type=float, default=0.5, help="seconds between two of them")
    arguments = parser.parse_args()
    with serving({"DIGIT_DUEL_PROXIES": "1"}) as server:
        print(f"alone: {waiting_times(server.url, arguments.drawings, arguments.pause)}")
        before, over, counts = server.resident(), threading.Event(), {"taken": 0, "refused": 0}
        flooder = threading.Thread(target=flood, args=(server.url, over, counts))
        flooder.start()
        time.sleep(3)
        print(f"beside a flood: {waiting_times(server.url, arguments.drawings, arguments.pause)}")
        over.set()
        flooder.join()
        print(f"of the flood {counts['taken']} calls taken, {counts['refused']} refused; "
              f"memory {before:.0f} MB before, {server.resident():.0f} MB after")  # fmt: skip


if __name__ == "__main__":
    main()
