"""Digit Duel's page: draw, and see two ways of reading it side by side.  ``python app.py`` starts it."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import logging
import os
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "500")  # the queue remembers so many events, not ten thousand

import gradio as gr

import ui.api
import ui.tabs.benchmark
import ui.tabs.draw
import ui.tabs.inside
import ui.tabs.stress
from detectors import DETECTORS, Detector, load_detector
from ui.theme import CSS, SCRIPT, theme
from weights.store import WeightsError

TITLE = (
    "<h1>Digit Duel</h1><p>Draw a number. A <b>detector</b> reads the whole sheet at once; "
    "<b>segmentation</b> takes it apart first. See where they agree, and why not.</p>"
)

LAUNCH: dict[str, Any] = {
    "theme": theme(), "css": CSS, "js": SCRIPT, "ssr_mode": False, "max_file_size": "20mb",
    "state_session_capacity": 100,  # a session takes 130 KB, and its drawing, packed, some more
    "mcp_server": find_spec("mcp") is not None,  # with gradio[mcp] the endpoints are tools of a language model
}  # fmt: skip
"""How the page is served, here and in the tests."""


def load_all() -> dict[str, Detector]:
    """Every registered detector with its weights."""
    return {name: load_detector(name) for name in DETECTORS}


def build(detectors: Mapping[str, Detector]) -> gr.Blocks:
    """The page and its endpoints."""
    with gr.Blocks(title="Digit Duel", analytics_enabled=False, delete_cache=(300, 1800)) as page:
        gr.HTML(TITLE, elem_id="title")
        shown = gr.State(None)
        picked = gr.State(None)  # a drawing that another tab hands to the first
        with gr.Tabs() as tabs:
            with gr.Tab("Draw", id="draw"):
                controls = ui.tabs.draw.build(detectors, page, shown, picked)
            with gr.Tab("Inside", id="inside") as tab:
                ui.tabs.inside.build(detectors, tab, shown, controls.uncensored, controls.choices)
            with gr.Tab("Stress", id="stress") as tab:
                ui.tabs.stress.build(detectors, tab, shown, controls.uncensored)
            with gr.Tab("Benchmark", id="benchmark"):
                ui.tabs.benchmark.build(detectors, tabs, picked)
        ui.api.build(detectors)
    # Who waits is told how long once a second; after every answer, it would be as many messages as visitors.
    return page.queue(status_update_rate=1.0)


def few_arenas() -> None:
    """Has GNU's allocator share two heaps among all threads instead of up to eight a core; leaves others alone.

    Each thread that meets a busy heap opens one of its own, and memory freed in one cannot serve another: a server with
    many threads keeps growing (mallopt(3), M_ARENA_MAX).
    """
    with contextlib.suppress(AttributeError, TypeError, OSError):
        ctypes.CDLL(None).mallopt(-8, 2)


def main() -> None:
    """Loads the weights and serves the page; GRADIO_SERVER_NAME and GRADIO_SERVER_PORT say where."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    few_arenas()
    try:
        detectors = load_all()
    except WeightsError as error:
        sys.exit(f"Digit Duel can't start: {error}")
    page = build(detectors)
    # What was built stays for good: searching it for garbage is slow, and makes Python search too seldom.
    gc.collect()
    gc.freeze()
    page.launch(**LAUNCH)


if __name__ == "__main__":
    main()
