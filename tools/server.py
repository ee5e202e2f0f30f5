"""The app as its own process, for benchmarks to talk to."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@dataclass(frozen=True)
class Server:
    """A running app."""

    url: str
    process: int
    seconds: float  # from its start to its first answer

    def resident(self) -> float:
        """Megabytes of memory it holds (Linux)."""
        status = Path(f"/proc/{self.process}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


@contextmanager
def serving(more: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Starts ``python app.py``, waits for its page, and stops it at the end.

    Args:
        more: environment variables.
    """
    port = free_port()
    environment = {**os.environ, **(more or {}), "GRADIO_SERVER_PORT": str(port), "GRADIO_SERVER_NAME": "127.0.0.1"}
    begun = time.perf_counter()
    process = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}/"
    try:
        wait_for_page(url, process)
        yield Server(url, process.pid, time.perf_counter() - begun)
    finally:
        process.terminate()
        process.wait(20)


def wait_for_page(url: str, process: subprocess.Popen[bytes]) -> None:
    """Until a process answers at its address; SystemExit where it ends before, or takes two minutes."""
    begun = time.monotonic()
    while not _answers(url):
        if process.poll() is not None or time.monotonic() - begun > 120:
            raise SystemExit("The page did not start.")
        time.sleep(0.05)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
