"""Live ink: a pad that keeps strokes instead of pixels and reports them while the pen moves; no uploads."""

from __future__ import annotations

from typing import Any

import gradio as gr

from ink.drawing import BLANK_SIDE
from ui.theme import read_asset

REPORT_EVERY = 100
"""Milliseconds between two reports while the pen moves; the end of a stroke is reported at once."""


def ink_pad(side: int = BLANK_SIDE, pen: int = 12, **settings: Any) -> gr.HTML:
    """A pad whose value is ``{"side", "strokes": [{"w", "p": [[x, y], ...]}]}``; see ``detectors.strokes``.

    Its change event comes while the pen moves, and when it is lifted.

    Args:
        side: of the sheet in its own pixels; on the screen it is as large as there is room.
        pen: width at first.
        settings: of every Gradio component.
    """
    return gr.HTML(
        value=None,
        html_template=read_asset("inkpad.html"),
        css_template=read_asset("inkpad.css"),
        js_on_load=read_asset("inkpad.js"),
        side=side,
        pen=pen,
        every=REPORT_EVERY,
        apply_default_css=False,
        **settings,
    )
