"""Live ink: a pad that keeps strokes instead of pixels and reports them while the pen moves; no uploads."""

from __future__ import annotations

import gradio as gr

from ink.drawing import BLANK_SIDE
from ui.theme import read_asset

REPORT_INTERVAL_MS = 100
"""Milliseconds between two reports while the pen moves; the end of a stroke is reported at once."""


def ink_pad(elem_id: str, side: int = BLANK_SIDE, pen: int = 12, alone: bool = False) -> gr.HTML:
    """A pad whose value is ``{"side", "strokes": [{"w", "p": [[x, y], ...]}]}``; see :mod:`ink.strokes`.

    Its change event comes while the pen moves, and when it is lifted.

    Args:
        elem_id: the pad's name in the page.
        side: of the drawing in its own pixels; on the screen it is as large as there is room.
        pen: width at first, in the drawing's pixels.
        alone: it is a sheet of its own, beside the one that all else is written on, and reports only lifted pens.
    """
    return gr.HTML(
        value=None,
        html_template=read_asset("inkpad.html"),
        css_template=read_asset("inkpad.css"),
        js_on_load=read_asset("inkpad.js"),
        side=side,
        pen=pen,
        alone=alone,
        every=REPORT_INTERVAL_MS,
        apply_default_css=False,
        elem_id=elem_id,
    )
