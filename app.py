"""Digit Duel's page: draw, and see two ways of reading it side by side.  ``python app.py`` starts it."""

from __future__ import annotations

from collections.abc import Mapping

import gradio as gr

from detectors import Detector
from ui.api import build_api
from ui.giving import intake_from_environment
from ui.html.about import render_about
from ui.html.notices import render_title
from ui.page import PAGE_SETTINGS, STATIC_PAGE, Page
from ui.server import read_command_line, serve
from ui.tabs.benchmark import build_benchmark
from ui.tabs.draw import build_draw
from ui.tabs.handwriting import build_handwriting
from ui.tabs.inside import build_inside
from ui.tabs.stress import build_stress
from ui.theme import read_asset


def build_page(detectors: Mapping[str, Detector]) -> Page:
    """The page and its endpoints, over the methods that it shows."""
    intake = intake_from_environment()
    with Page(**PAGE_SETTINGS, fill_width=True) as page:
        gr.HTML(render_title(STATIC_PAGE), elem_id="title")
        session = gr.State(None)
        picks = gr.State([])  # drawings that the last tab offers to the first
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab("Draw", id="draw"):
                settings = build_draw(detectors, session, picks, intake)
            with gr.Tab("In your hand", id="handwriting") as tab:
                build_handwriting(detectors, tab, session)
            with gr.Tab("Inside", id="inside") as tab:
                build_inside(detectors, tab, session, settings.uncensored, settings.methods)
            with gr.Tab("Stress", id="stress") as tab:
                build_stress(detectors, tab, session, list(settings.components().values()))
            with gr.Tab("Benchmark", id="benchmark"):
                build_benchmark(detectors, picks)
        gr.HTML(render_about(detectors), js_on_load=read_asset("about.js"), elem_id="about")
        build_api(detectors, intake)
    return page.open_queue()


if __name__ == "__main__":
    read_command_line()
    serve(build_page)
