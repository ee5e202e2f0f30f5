"""Fool them: a game over the one sheet and the panels' readings, which lives in the visitor's browser alone."""

from __future__ import annotations

import gradio as gr

from ui.theme import read_asset


def build_play() -> gr.HTML:
    """The line that asks for a drawing and judges it; the page shows it in place of the examples while one plays."""
    return gr.HTML(
        value=None,
        html_template=read_asset("play.html"),
        css_template=read_asset("play.css"),
        js_on_load=read_asset("play.js"),
        apply_default_css=False,
        elem_id="play",
    )
