"""How the page looks, and the one script it needs; both are files in ``ui/assets``."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

OBJECT_COLOURS = ("#0072B2", "#B34700", "#00735A", "#9C3F7C", "#7A5C00", "#4A5568")
"""One for each object's number, again and again: Okabe and Ito's hues, dark enough for white type."""


def asset(name: str) -> str:
    """The text of a file in ``ui/assets``."""
    return (Path(__file__).parent / "assets" / name).read_text(encoding="utf-8")


CSS = asset("page.css")
SCRIPT = asset("page.js")


def theme() -> gr.themes.Base:
    """A calm theme on system fonts, so that the page asks no other host for anything."""
    return gr.themes.Base(
        primary_hue="sky",
        neutral_hue="slate",
        font=["system-ui", "Segoe UI", "Roboto", "Helvetica", "Arial", "sans-serif"],
        font_mono=["ui-monospace", "SFMono-Regular", "Menlo", "monospace"],
    )
