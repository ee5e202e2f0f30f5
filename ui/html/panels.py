"""A method's result as HTML: the reading in large type, the drawing with its objects, and the same in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from comparison.agreement import Kind, MatchedObject
from detectors import Detections
from ink.palette import HEX_PALETTE
from models.classes import CENSORED, CLASSES
from ui.html.picture import png_url

DIFFERENCE_MARKS: dict[str, str] = {"same": "", "class": "\u2260", "apart": "\u2194", "extra": "+", "missed": "?"}
"""What stands before an object's label where the two ways differ."""

DIFFERENCE_WORDS = {
    "class": "read differently",
    "apart": "boxed differently",
    "extra": "seen only here",
    "missed": "not seen here",
}


@dataclass(frozen=True)
class PanelObject:
    """One object as one panel shows it.

    Attributes:
        number: of the object, the same in every panel.
        kind: a key of :data:`DIFFERENCE_MARKS`.
        row: of the panel's own Detections; None for an object that only the other method sees.
        ghost: the other method's box, for an object that this one misses.
    """

    number: int
    kind: str
    row: int | None
    ghost: np.ndarray | None = None


def panel_objects(side: int, objects: Sequence[MatchedObject], other: Detections) -> list[PanelObject]:
    """What one panel shows of the matched objects.

    Args:
        side: 0 for the first reading, 1 for the second.
        objects: from :func:`comparison.agreement.match_objects`.
        other: the other reading.
    """
    mine: Kind = "second" if side else "first"
    parts = []
    for o in objects:
        row = o.row(side)
        if row is not None:
            parts.append(PanelObject(o.number, "extra" if o.kind == mine else o.kind, row))
        else:
            parts.append(PanelObject(o.number, "missed", None, other.xyxy[o.row(1 - side)]))
    return parts


def object_colour(number: int) -> str:
    """The colour of an object's number."""
    return HEX_PALETTE[(number - 1) % len(HEX_PALETTE)]


def _in_words(detections: Detections) -> str:
    if not len(detections):
        return "No objects."
    ordered = detections[np.argsort(detections.xyxy[:, 0], kind="stable")]
    items = [f"{CLASSES[c]} {s:.0%}" for c, s in zip(ordered.class_id, ordered.confidence, strict=True)]
    return f"{len(ordered)} object{'s' if len(ordered) > 1 else ''}: " + ", ".join(items) + "."


def _label_and_title(o: PanelObject, detections: Detections) -> tuple[str, str]:
    """What an object's tag says, and what is said when it is pointed at."""
    mark = DIFFERENCE_MARKS[o.kind]
    if o.row is None:
        return mark, f"Object {o.number} is {DIFFERENCE_WORDS['missed']}"
    name, confidence = CLASSES[detections.class_id[o.row]], float(detections.confidence[o.row])
    difference = "" if o.kind == "same" else f", {DIFFERENCE_WORDS[o.kind]}"
    return f"{mark} {name}".strip(), f"Object {o.number}: {name}, confidence {confidence:.0%}{difference}"


def _object_group(o: PanelObject, detections: Detections, width: int, height: int) -> str:
    """One object as an SVG group: its box, and a tag with its mark and label."""
    unit = max(width, height) / 400
    font = 17 * unit
    box = detections.xyxy[o.row] if o.row is not None else o.ghost
    assert box is not None
    x1, y1, x2, y2 = (float(v) for v in box)
    label, title = _label_and_title(o, detections)
    tag = (0.6 * len(label) + 0.6) * font
    above = y1 - font * 1.25
    tag_y = above if above >= 0 else min(y2, height - font * 1.25)
    tag_x = min(max(x1 - unit, 0), max(width - tag, 0))
    pad = 2 * unit
    dash = {"same": "", "missed": f"{1.5 * unit:.1f} {4 * unit:.1f}"}.get(o.kind, f"{7 * unit:.1f} {4 * unit:.1f}")
    return (
        f'<g class="object {o.kind}" data-object="{o.number}" tabindex="0" role="button" '
        f'style="--own: {object_colour(o.number)}" aria-label="{escape(title)}"><title>{escape(title)}</title>'
        f'<rect class="box" x="{x1 - pad:.1f}" y="{y1 - pad:.1f}" width="{x2 - x1 + 2 * pad:.1f}" '
        f'height="{y2 - y1 + 2 * pad:.1f}" stroke-width="{2.4 * unit:.2f}"'
        + (f' stroke-dasharray="{dash}" stroke-linecap="round"' if dash else "")
        + f'/><rect class="tag" x="{tag_x:.1f}" y="{tag_y:.1f}" width="{tag:.1f}" height="{font * 1.2:.1f}" '
        f'rx="{3 * unit:.1f}"/><text x="{tag_x + tag / 2:.1f}" y="{tag_y + font * 0.95:.1f}" '
        f'font-size="{font:.1f}">{escape(label)}</text></g>'
    )


def _boxed_drawing(drawing: np.ndarray, detections: Detections, objects: Sequence[PanelObject]) -> str:
    height, width = drawing.shape[:2]
    return (
        f'<svg viewBox="0 0 {width} {height}" role="group" aria-label="{escape(_in_words(detections))}">'
        f'<image href="{png_url(drawing)}" width="{width}" height="{height}"/>'
        + "".join(_object_group(o, detections, width, height) for o in objects)
        + "</svg>"
    )


def _headline(detections: Detections) -> str:
    reading = detections.reading()
    if reading:
        return "<br>".join(f"<span>{escape(line)}</span>" for line in reading.split("\n"))
    if (detections.class_id == CENSORED).any():
        return '<span class="words">censored</span>'
    if len(detections):
        return '<span class="words">no digit</span>'
    return '<span class="words">nothing found</span>'


def _legend(objects: Sequence[PanelObject]) -> str:
    kinds = [kind for kind in DIFFERENCE_WORDS if any(o.kind == kind for o in objects)]
    items = "".join(f'<span class="key {k}"><b>{DIFFERENCE_MARKS[k]}</b> {DIFFERENCE_WORDS[k]}</span>' for k in kinds)
    return f'<p class="legend">{items}</p>' if items else ""


def _header(approach: str, label: str, milliseconds: float | None = None) -> str:
    time = ""
    if milliseconds is not None:
        time = f'<span class="time" title="From the drawing to the boxes, on the server">{milliseconds:.0f} ms</span>'
    return f'<header><h2>{escape(approach)}</h2><span class="method">{escape(label)}</span>{time}</header>'


def render_empty_panel(approach: str, label: str) -> str:
    """One method's panel before anything is drawn; see :func:`render_panel`."""
    return (
        f'<section class="panel">{_header(approach, label)}<div class="reading idle" aria-live="polite">&hellip;</div>'
        '<div class="sheet empty"><p>Draw a number and the reading appears here.</p></div></section>'
    )


def render_panel(
    approach: str,
    label: str,
    drawing: np.ndarray,
    detections: Detections,
    milliseconds: float,
    objects: Sequence[PanelObject],
    hint: str,
) -> str:
    """One method's panel.

    Args:
        approach: as a person would call it.
        label: what runs, with its version of it.
        drawing: uint8 ``[H, W, 3]`` RGB.
        detections: what the method finds at the page's settings.
        milliseconds: how long the method took.
        objects: the drawing's objects as this panel shows them.
        hint: a sentence for when nothing was found.
    """
    foot = f'<p class="foot">{escape(_in_words(detections) if len(detections) else hint)}</p>'
    return (
        f'<section class="panel">{_header(approach, label, milliseconds)}'
        f'<div class="reading" aria-live="polite">{_headline(detections)}</div>'
        f'<div class="sheet">{_boxed_drawing(drawing, detections, objects)}</div>{_legend(objects)}{foot}</section>'
    )
