"""A number in the visitor's hand as markup: written stroke by stroke, with links to keep it, and shapes to choose."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from html import escape

import numpy as np

from detectors import Detector, method_lines
from handwriting.examples import Examples
from handwriting.features import Glyph
from handwriting.formats import ink_json, png_bytes, svg_text
from ink.strokes import Stroke, distance_along, stroke_bounds
from ui.methods import method_name

WRITING_HEIGHTS_PER_SECOND = 6.0
"""How fast the pen moves: so many heights of a digit per second."""

LIFT_SECONDS = 0.12
"""Between two strokes."""

SHAPE_PX, SHAPE_PEN_PX, SHAPE_STEP = 60, 5.0, 4
"""Size and pen of a shape on its button, and how many points of a made digit, which are many, give one there."""

EMPTY_HANDWRITING = (
    '<p class="blank">Draw a digit on this sheet, or on the first tab, and see the others as you would write them.</p>'
)


def data_link(name: str, kind: str, content: bytes, label: str) -> str:
    """A link that saves some bytes as a file; they are in the page, and the server keeps nothing."""
    text = base64.b64encode(content).decode()
    return f'<a download="{name}" href="data:{kind};base64,{text}">{label}</a>'


def render_writing(strokes: Sequence[Stroke], text: str, source: str) -> str:
    """The strokes as a picture that is written as a pen would, what they were learned from, and links to keep them."""
    if not strokes:
        return EMPTY_HANDWRITING
    heights = float(np.ptp(np.concatenate([stroke.points[:, 1] for stroke in strokes])))
    begun, timed = 0.0, svg_text(strokes)
    for stroke in strokes:
        length = float(distance_along(stroke.points)[-1]) / max(heights, 1.0)
        seconds = max(length / WRITING_HEIGHTS_PER_SECOND, 0.05)
        style = f'<path pathLength="1" style="animation-duration:{seconds:.2f}s;animation-delay:{begun:.2f}s" d='
        timed = timed.replace("<path d=", style, 1)
        begun += seconds + LIFT_SECONDS
    label = f'<svg role="img" aria-label="{escape(text)} in your hand"'
    links = " ".join(
        [
            data_link("handwriting.svg", "image/svg+xml", svg_text(strokes).encode(), "SVG"),
            data_link("handwriting.png", "image/png", png_bytes(strokes), "PNG"),
            data_link("handwriting.json", "application/json", ink_json(strokes).encode(), "Strokes"),
        ]
    )
    return (
        f'<div class="writing">{timed.replace("<svg", label, 1)}</div><p class="foot">{escape(source)} Save as {links} '
        '<button type="button" data-to-sheet>Open on the first tab</button></p>'
    )


def render_source(examples: Examples, is_here: bool) -> str:
    """What a hand was learned from, as a sentence."""
    noun = "digit" if len(examples.text) == 1 else "digits"
    where = "on this sheet" if is_here else "on the first tab"
    how = (
        " Their strokes were traced from a picture; live ink keeps them as they were drawn." if examples.traced else ""
    )
    return f"Learned from the {noun} {', '.join(examples.text)} {where}.{how}"


def render_read_back(detectors: Mapping[str, Detector], readings: Mapping[str, str], text: str) -> str:
    """What every method reads of a written text, and whether it is what was written."""
    wanted = "".join(character for character in text if character.isdigit())
    lines = []
    for name, reading in readings.items():
        is_right = "".join(filter(str.isdigit, reading)) == wanted
        words = f"reads <b>{escape(reading) or 'nothing'}</b>" + (
            " &#10003;" if is_right else " &#8800; what was written"
        )
        colour = method_lines([name])[name][0] if name in detectors else ""
        lines.append(f'<li style="--tint: {colour}">{escape(method_name(detectors[name]))} {words}</li>')
    return f'<ul class="course">{"".join(lines)}</ul>'


def render_shapes(shapes: Mapping[int, Sequence[Glyph]], choices: Mapping[int, int]) -> str:
    """For each digit the shapes that it may have, to be chosen with a click."""
    groups = []
    for digit, glyphs in shapes.items():
        buttons = "".join(
            f'<button type="button" data-digit="{digit}" data-shape="{number}" '
            f'aria-pressed="{str(choices.get(digit) == number).lower()}" '
            f'aria-label="Shape {number + 1} of the {digit}">{_shape_picture(glyph)}</button>'
            for number, glyph in enumerate(glyphs)
        )
        groups.append(f'<div role="group" aria-label="Shapes of the {digit}">{buttons}</div>')
    return f'<p>Which shapes are yours? A click tells more of your hand.</p><div class="shapes">{"".join(groups)}</div>'


def _shape_picture(glyph: Glyph) -> str:
    low, high = stroke_bounds(glyph)
    size = max(float((high - low).max()), 1e-6)
    paths = [np.concatenate([path[:-1:SHAPE_STEP], path[-1:]]) for path in glyph]
    return svg_text([Stroke(((path - low) / size * SHAPE_PX).astype(np.float32), SHAPE_PEN_PX) for path in paths])
