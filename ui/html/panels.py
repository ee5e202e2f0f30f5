"""A method's result as HTML: the reading in large type, the drawing with its objects, and the same in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from comparison.agreement import Agreement, Kind, MatchedObject
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
        kind: a key of :data:`MARKS`.
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
    seen = []
    for o in objects:
        row = o.row(side)
        if row is not None:
            seen.append(PanelObject(o.number, "extra" if o.kind == mine else o.kind, row))
        else:
            seen.append(PanelObject(o.number, "missed", None, other.xyxy[o.row(1 - side)]))
    return seen


def object_colour(number: int) -> str:
    """The colour of an object's number."""
    return HEX_PALETTE[(number - 1) % len(HEX_PALETTE)]


def _in_words(found: Detections) -> str:
    if not len(found):
        return "No objects."
    found = found[np.argsort(found.xyxy[:, 0], kind="stable")]
    items = [f"{CLASSES[c]} {s:.0%}" for c, s in zip(found.class_id, found.confidence, strict=True)]
    return f"{len(found)} object{'s' if len(found) > 1 else ''}: " + ", ".join(items) + "."


def _object(seen: PanelObject, found: Detections, width: int, height: int) -> str:
    """One object as an SVG group: its box, and a tag with its mark and label."""
    unit = max(width, height) / 400
    font = 17 * unit
    box = found.xyxy[seen.row] if seen.row is not None else seen.ghost
    assert box is not None
    x1, y1, x2, y2 = (float(v) for v in box)
    mark = DIFFERENCE_MARKS[seen.kind]
    if seen.row is None:
        label, text = mark, f"Object {seen.number} is {DIFFERENCE_WORDS['missed']}"
    else:
        name, score = CLASSES[found.class_id[seen.row]], float(found.confidence[seen.row])
        label = f"{mark} {name}".strip()
        text = f"Object {seen.number}: {name}, confidence {score:.0%}" + (
            "" if seen.kind == "same" else f", {DIFFERENCE_WORDS[seen.kind]}"
        )
    tag = (0.6 * len(label) + 0.6) * font
    above = y1 - font * 1.25
    tag_y = above if above >= 0 else min(y2, height - font * 1.25)
    tag_x = min(max(x1 - unit, 0), max(width - tag, 0))
    pad = 2 * unit
    dash = {"same": "", "missed": f"{1.5 * unit:.1f} {4 * unit:.1f}"}.get(seen.kind, f"{7 * unit:.1f} {4 * unit:.1f}")
    return (
        f'<g class="object {seen.kind}" data-object="{seen.number}" tabindex="0" role="button" '
        f'style="--own: {object_colour(seen.number)}" aria-label="{escape(text)}"><title>{escape(text)}</title>'
        f'<rect class="box" x="{x1 - pad:.1f}" y="{y1 - pad:.1f}" width="{x2 - x1 + 2 * pad:.1f}" '
        f'height="{y2 - y1 + 2 * pad:.1f}" stroke-width="{2.4 * unit:.2f}"'
        + (f' stroke-dasharray="{dash}" stroke-linecap="round"' if dash else "")
        + f'/><rect class="tag" x="{tag_x:.1f}" y="{tag_y:.1f}" width="{tag:.1f}" height="{font * 1.2:.1f}" '
        f'rx="{3 * unit:.1f}"/><text x="{tag_x + tag / 2:.1f}" y="{tag_y + font * 0.95:.1f}" '
        f'font-size="{font:.1f}">{escape(label)}</text></g>'
    )


def _boxes(image: np.ndarray, found: Detections, seen: Sequence[PanelObject]) -> str:
    height, width = image.shape[:2]
    return (
        f'<svg viewBox="0 0 {width} {height}" role="group" aria-label="{escape(_in_words(found))}">'
        f'<image href="{png_url(image)}" width="{width}" height="{height}"/>'
        + "".join(_object(each, found, width, height) for each in seen)
        + "</svg>"
    )


def _headline(found: Detections) -> str:
    reading = found.reading()
    if reading:
        return "<br>".join(f"<span>{escape(line)}</span>" for line in reading.split("\n"))
    if (found.class_id == CENSORED).any():
        return '<span class="words">censored</span>'
    if len(found):
        return '<span class="words">no digit</span>'
    return '<span class="words">nothing found</span>'


def _legend(seen: Sequence[PanelObject]) -> str:
    kinds = [kind for kind in DIFFERENCE_WORDS if any(s.kind == kind for s in seen)]
    items = "".join(f'<span class="key {k}"><b>{DIFFERENCE_MARKS[k]}</b> {DIFFERENCE_WORDS[k]}</span>' for k in kinds)
    return f'<p class="legend">{items}</p>' if items else ""


def render_panel(
    title: str,
    method: str,
    image: np.ndarray | None,
    found: Detections,
    milliseconds: float | None,
    seen: Sequence[PanelObject] = (),
    hint: str = "",
) -> str:
    """One method's panel.

    Args:
        title: the approach, as a person would call it.
        method: what runs, with its version of it.
        image: the drawing, uint8 ``[H, W, 3]``; None before anything is drawn.
        found: what is shown of the method's candidates.
        milliseconds: how long the method took.
        seen: the drawing's objects as this panel shows them.
        hint: a sentence for when nothing was found.
    """
    head = f'<header><h2>{escape(title)}</h2><span class="method">{escape(method)}</span>'
    if milliseconds is not None:
        head += f'<span class="time" title="From the drawing to the boxes, on the server">{milliseconds:.0f} ms</span>'
    head += "</header>"
    if image is None:
        return (
            f'<section class="panel">{head}<div class="reading idle" aria-live="polite">&hellip;</div>'
            '<div class="sheet empty"><p>Draw a number and the reading appears here.</p></div></section>'
        )
    foot = f'<p class="foot">{escape(_in_words(found) if len(found) else hint)}</p>'
    return (
        f'<section class="panel">{head}<div class="reading" aria-live="polite">{_headline(found)}</div>'
        f'<div class="sheet">{_boxes(image, found, seen)}</div>{_legend(seen)}{foot}</section>'
    )


def render_verdict(agreement: Agreement | None) -> str:
    """One line: do the two panels agree, and where not."""
    if agreement is None:
        return '<p class="verdict idle" role="status">Two ways to read one drawing. Do they agree?</p>'
    kind, mark = ("agree", "&#10003; They agree.") if agreement.agree else ("differ", "&#8800; They differ.")
    return f'<p class="verdict {kind}" role="status"><strong>{mark}</strong> {escape(agreement.sentence)}</p>'


def render_notice(message: str) -> str:
    """Something went wrong, in the user's words."""
    return f'<p class="verdict problem" role="alert"><strong>That did not work.</strong> {escape(message)}</p>'
