"""The examples: a strip of drawings that are read at a click."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ink.drawing import read_drawing
from ui.html.picture import png_url

MAX_EXAMPLE_SIDE_PX = 160
"""Longer side of an example's picture."""


def render_examples(paths: Sequence[Path]) -> str:
    """A button per example, numbered from 0 in the order of the files."""
    buttons = "".join(
        f'<button type="button" data-ask="example" data-index="{k}" aria-label="Example {k + 1}">'
        f'<img src="{png_url(read_drawing(path), MAX_EXAMPLE_SIDE_PX)}" alt=""></button>'
        for k, path in enumerate(paths)
    )
    return f'<div class="strip"><span class="hint">Try one:</span>{buttons}</div>'
