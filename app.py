"""Digit Duel's page: draw, and see two ways of reading it side by side.  ``python app.py`` starts it."""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Mapping

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "500")  # the queue remembers so many events, not ten thousand

import gradio as gr

from detectors import Detector
from ui.api import build_api
from ui.server import LAUNCH_SETTINGS, limit_malloc_arenas, load_detectors
from ui.tabs.benchmark import build_benchmark
from ui.tabs.draw import build_draw
from ui.tabs.inside import build_inside
from ui.tabs.stress import build_stress
from weights.store import WeightsError

TITLE = (
    "<h1>Digit Duel</h1><p>Draw a number. A <b>detector</b> reads the whole sheet at once; "
    "<b>segmentation</b> takes it apart first. See where they agree, and why not.</p>"
)


def build_page(detectors: Mapping[str, Detector]) -> gr.Blocks:
    """The page and its endpoints."""
    with gr.Blocks(title="Digit Duel", analytics_enabled=False, delete_cache=(300, 1800)) as page:
        gr.HTML(TITLE, elem_id="title")
        shown = gr.State(None)
        picked = gr.State(None)  # a drawing that another tab hands to the first
        with gr.Tabs() as tabs:
            with gr.Tab("Draw", id="draw"):
                controls = build_draw(detectors, page, shown, picked)
            with gr.Tab("Inside", id="inside") as tab:
                build_inside(detectors, tab, shown, controls.uncensored, controls.choices)
            with gr.Tab("Stress", id="stress") as tab:
                build_stress(detectors, tab, shown, controls.uncensored)
            with gr.Tab("Benchmark", id="benchmark"):
                build_benchmark(detectors, tabs, picked)
        build_api(detectors)
    # Who waits is told how long once a second; after every answer, it would be as many messages as visitors.
    return page.queue(status_update_rate=1.0)


def main() -> None:
    """Loads the weights and serves the page; GRADIO_SERVER_NAME and GRADIO_SERVER_PORT say where."""
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


if __name__ == "__main__":
    main()
