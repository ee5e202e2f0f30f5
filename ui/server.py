"""How the page is served: weights, settings and limits of the server, memory, log."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import logging
import os
import sys
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import Any

import gradio as gr

from detectors import DETECTORS, Detector, load_detector
from ui.theme import CSS, SCRIPT, page_theme
from weights.store import WeightsError

# Gradio reads these when a page is built, not when it is imported.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "500")  # the queue remembers so many events, not ten thousand

log = logging.getLogger("digit-duel")
"""Refusals and failures, one line each."""

PAGE_SETTINGS: dict[str, Any] = {
    "title": "Digit Duel", "analytics_enabled": False,
    "delete_cache": (300, 1800),  # every 5 minutes, uploads older than half an hour go
}  # fmt: skip
"""What the page is made with."""

QUEUE_SETTINGS: dict[str, Any] = {
    # Who waits is told how long once a second; after every answer, it would be as many messages as visitors.
    "status_update_rate": 1.0,
}
"""How visitors wait for each other."""

LAUNCH_SETTINGS: dict[str, Any] = {
    "theme": page_theme(), "css": CSS, "js": SCRIPT, "ssr_mode": False, "max_file_size": "20mb",
    "state_session_capacity": 100,  # a session takes 130 KB, and its drawing, packed, some more
    "mcp_server": find_spec("mcp") is not None,  # with gradio[mcp] the endpoints are tools of a language model
}  # fmt: skip
"""How the page is served, here and in the tests."""

MAX_CALLS_PER_ENDPOINT = 2
"""Calls of one endpoint that run at a time; the others wait."""

MAX_BENCHMARK_RUNS = 1
"""Benchmarks of the page that run at a time; the others wait."""

MAX_BENCHMARK_DRAWINGS = 600
"""Drawings of a labelled set that the page evaluates; the command line takes any number."""

MAX_BENCHMARK_PIXELS = 1_000_000_000
"""Pixels of a set's pictures together that the page reads while someone waits."""


def load_detectors() -> dict[str, Detector]:
    """Every registered detector with its weights."""
    return {name: load_detector(name) for name in DETECTORS}


def limit_malloc_arenas() -> None:
    """Has GNU's allocator share two heaps among all threads instead of up to eight per core; leaves others alone.

    Each thread that meets a busy heap opens one of its own, and memory freed in one cannot serve another: a server with
    many threads keeps growing (mallopt(3), M_ARENA_MAX).
    """
    with contextlib.suppress(AttributeError, TypeError, OSError):
        ctypes.CDLL(None).mallopt(-8, 2)


def serve(build_page: Callable[[Mapping[str, Detector]], gr.Blocks]) -> None:
    """Loads the weights, builds the page over them and serves it until the process is stopped.

    GRADIO_SERVER_NAME and GRADIO_SERVER_PORT say where.

    Args:
        build_page: makes the page of the methods, by their names.

    Raises:
        SystemExit: weights are missing or broken, with a sentence that says so.
    """
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    limit_malloc_arenas()
    try:
        detectors = load_detectors()
    except WeightsError as error:
        sys.exit(f"Digit Duel can't start: {error}")
    page = build_page(detectors)
    # What was built stays for good: searching it for garbage is slow, and makes Python search too seldom.
    gc.collect()
    gc.freeze()
    page.launch(**LAUNCH_SETTINGS)
