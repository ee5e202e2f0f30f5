"""A number in the visitor's hand as markup: written stroke by stroke, with links to keep it."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import numpy as np

from handwriting.features import Glyph
from handwriting.formats import ink_json, png_bytes, svg_text
from ink.strokes import Stroke, distance_along, stroke_bounds

WRITING_HEIGHTS_PER_SECOND = 6.0
"""How fast the pen moves: so many heights of a digit per second."""

LIFT_SECONDS = 0.12
"""Between two strokes."""

EMPTY_HANDWRITING = '<p class="blank">Draw a digit on this sheet, and the others appear beneath it in your hand.</p>'

STYLE = (
    "<style>.writing path{stroke-dasharray:1;animation:write linear both}"
    "@keyframes write{from{stroke-dashoffset:1;opacity:0}1%{opacity:1}to{stroke-dashoffset:0;opacity:1}}"
    "@media (prefers-reduced-motion:reduce){.writing path{animation:none}}"
    ".writing svg,.shapes svg{max-width:100%;height:auto;max-height:9rem}</style>"
)


def data_link(name: str, kind: str, content: bytes, label: str) -> str:
    """A link that saves some bytes as a file; they are in the page, and the server keeps nothing."""
    text = base64.b64encode(content).decode()
    return f'<a download="{name}" href="data:{kind};base64,{text}">{label}</a>'


def render_writing(strokes: Sequence[Stroke], text: str) -> str:
    """The strokes as a picture that is written as a pen would, and three links to keep it."""
    if not strokes:
        return EMPTY_HANDWRITING
    heights = np.ptp(np.concatenate([stroke.points[:, 1] for stroke in strokes]))
    begun, timed = 0.0, svg_text(strokes)
    for stroke in strokes:
        seconds = max(
            float(distance_along(stroke.points)[-1]) / max(float(heights), 1.0) / WRITING_HEIGHTS_PER_SECOND, 0.05
        )
        style = f'<path pathLength="1" style="animation-duration:{seconds:.2f}s;animation-delay:{begun:.2f}s" d='
        timed = timed.replace("<path d=", style, 1)
        begun += seconds + LIFT_SECONDS
    label = f'<svg role="img" aria-label="{text} in your hand"'
    links = " ".join(
        [
            data_link("handwriting.svg", "image/svg+xml", svg_text(strokes).encode(), "SVG"),
            data_link("handwriting.png", "image/png", png_bytes(strokes), "PNG"),
            data_link("handwriting.json", "application/json", ink_json(strokes).encode(), "Strokes"),
        ]
    )
    return f'{STYLE}<div class="writing">{timed.replace("<svg", label, 1)}</div><p class="foot">Save as {links}</p>'


def render_shapes(shapes: Sequence[Glyph], digit: int) -> str:
    """The shapes that a digit may have, numbered from 1."""
    drawn = []
    for number, glyph in enumerate(shapes, 1):
        low, high = stroke_bounds(glyph)
        size = max(float((high - low).max()), 1e-6)
        strokes = [Stroke(((path - low) / size * 60).astype(np.float32), 5.0) for path in glyph]
        caption = f"{svg_text(strokes)}<figcaption>{number}</figcaption>"
        drawn.append(f'<figure style="display:inline-block;width:5rem">{caption}</figure>')
    return f'<div class="shapes" aria-label="Shapes of {digit}">{"".join(drawn)}</div>'
