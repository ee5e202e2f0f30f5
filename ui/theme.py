"""How the page looks, and its files in ``ui/assets``."""

from __future__ import annotations

from pathlib import Path

import gradio as gr


def read_asset(name: str) -> str:
    """The text of a file in ``ui/assets``."""
    return (Path(__file__).parent / "assets" / name).read_text(encoding="utf-8")


CSS = read_asset("page.css")
SCRIPT = read_asset("page.js")


def page_theme() -> gr.themes.Base:
    """A calm theme on system fonts, so that the page asks no other host for anything."""
    base = gr.themes.Base(
        primary_hue="sky",
        neutral_hue="slate",
        font=["system-ui", "Segoe UI", "Roboto", "Helvetica", "Arial", "sans-serif"],
        font_mono=["ui-monospace", "SFMono-Regular", "Menlo", "monospace"],
    )
    # Darker, and in the dark lighter, than Gradio's own: text of any kind keeps a contrast of 4.5 to 1.
    return base.set(
        body_text_color_subdued="#52606D",
        body_text_color_subdued_dark="#A9B5C4",
        block_info_text_color="#52606D",
        block_info_text_color_dark="#A9B5C4",
        color_accent="#0369A1",
        button_primary_background_fill="#0369A1",
        button_primary_background_fill_dark="#0369A1",
        button_primary_background_fill_hover="#075985",
        button_primary_background_fill_hover_dark="#075985",
    )
