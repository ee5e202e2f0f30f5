"""A method taken apart: its stages as a list of pictures and sentences."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from explain.stages import Stage
from ui.html.picture import png_url

MAX_STAGE_SIDE_PX = 480
"""Longer side of a stage's picture."""

MAX_LARGE_PICTURES = 3
"""Pictures of a stage that stand large; more of them stand small, pixel by pixel."""


def render_stage_items(stages: Sequence[Stage], first: int = 1) -> str:
    """The stages of one method as the items of an HTML list, numbered from ``first`` on."""
    parts = []
    for number, stage in enumerate(stages, first):
        pictures = "".join(
            f'<figure class="{"chosen" if p.chosen else "rejected"}"><img src="{png_url(p.image, MAX_STAGE_SIDE_PX)}" '
            f'alt="{escape(p.caption)}"><figcaption>{escape(p.caption)}{"" if p.chosen else " (turned down)"}'
            "</figcaption></figure>"
            for p in stage.pictures
        )
        many = " many" if len(stage.pictures) > MAX_LARGE_PICTURES else ""
        parts.append(
            f'<li><h3><span class="step">{number}</span> {escape(stage.title)}</h3><p>{escape(stage.text)}</p>'
            f'<div class="pictures{many}">{pictures}</div></li>'
        )
    return "".join(parts)


def render_column(approach: str, label: str, content: str) -> str:
    """One approach's column: its heading, and under it a notice or :func:`render_stage_list`."""
    return f'<h2>{escape(approach)} <span class="method">{escape(label)}</span></h2>{content}'


def render_stage_list(items: str) -> str:
    """The list around its items."""
    return f'<ol class="stages">{items}</ol>'
