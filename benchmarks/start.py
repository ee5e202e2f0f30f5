"""Seconds from ``python app.py`` to a page that answers, and memory then: ``python -m benchmarks.start`` (Linux)."""

from __future__ import annotations

import statistics

from tools.server import serving


def start_once() -> tuple[float, float]:
    """Starts the app, waits for its page, stops it; seconds and resident megabytes."""
    with serving() as server:
        return server.seconds, server.resident()


def main() -> None:
    """Prints the median of three starts."""
    results = [start_once() for _ in range(3)]
    seconds, megabytes = (statistics.median(column) for column in zip(*results, strict=True))
    print(f"python app.py answers after {seconds:.1f} s (median of 3) with {megabytes:.0f} MB resident")


if __name__ == "__main__":
    main()
