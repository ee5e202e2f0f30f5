"""Seconds from ``python app.py`` to a page that answers, and memory then: ``python -m benchmarks.start`` (Linux)."""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def start_once() -> tuple[float, float]:
    """Starts the app, waits for its page, stops it; seconds and resident megabytes."""
    port = free_port()
    environment = os.environ | {"GRADIO_SERVER_PORT": str(port), "GRADIO_SERVER_NAME": "127.0.0.1"}
    begun = time.perf_counter()
    process = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        while time.perf_counter() - begun < 120 and process.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2) as answer:
                    if answer.status == 200:
                        seconds = time.perf_counter() - begun
                        status = Path(f"/proc/{process.pid}/status").read_text()
                        resident = next(line for line in status.splitlines() if line.startswith("VmRSS"))
                        return seconds, int(resident.split()[1]) / 1024
            except OSError:
                time.sleep(0.05)
        raise SystemExit("The app did not start.")
    finally:
        process.terminate()
        process.wait(20)


def main() -> None:
    """Prints the median of three starts."""
    results = [start_once() for _ in range(3)]
    seconds, megabytes = (statistics.median(column) for column in zip(*results, strict=True))
    print(f"python app.py answers after {seconds:.1f} s (median of 3) with {megabytes:.0f} MB resident")


if __name__ == "__main__":
    main()
