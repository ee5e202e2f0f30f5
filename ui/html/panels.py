"""A method's result as HTML: the reading in large type, the drawing with its objects, and the same in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from comparison.agreement import object_kind
from comparison.objects import MatchedReadings
from detectors import MIN_CONFIDENCE, Detections, Detector, method_lines
from models.classes import CENSORED, CLASSES, OTHER
from ui.html.tags import FONT_UNITS, TAG_HEIGHT, Point, Rectangle, place_tags, tag_width
from ui.link import View
from ui.session import Session

DIFFERENCE_MARKS: dict[str, str] = {"same": "", "class": "\u2260", "apart": "\u2194", "extra": "+", "missed": "?"}
"""What stands before an object's label where the two ways differ."""

DIFFERENCE_WORDS = {
    "class": "read differently",
    "apart": "boxed differently",
    "extra": "seen only here",
    "missed": "not seen here",
}

SIGNS = "Signs such as + and = count as other drawings."
"""What is said where digits stand among what is no digit."""

CENSORED_WORD = "Censored stands for obscene drawings."
"""What is said where something is called so."""

LINES = "A stroke (/) parts lines of writing."
"""What is said where a reading has several lines."""

EMPTY_READING = "Draw a number"
"""What stands in a reading's place before anything is drawn."""


@dataclass(frozen=True)
class PanelObject:
    """One object as one panel shows it.

    Attributes:
        letter: the object's name, the same in every panel.
        kind: a key of :data:`DIFFERENCE_MARKS`.
        row: of the panel's own Detections; None for an object that only the other method sees.
        ghost: the other method's box, for an object that this one misses.
    """

    letter: str
    kind: str
    row: int | None
    ghost: np.ndarray | None = None


def panel_objects(matched: MatchedReadings, mine: int, other: int) -> list[PanelObject]:
    """What one panel shows of the matched objects, in reading order.

    Args:
        matched: all readings of the drawing.
        mine: place of the panel's reading among them.
        other: place of the reading that it is compared with.
    """
    parts = []
    for thing, box in zip(matched.objects, matched.boxes, strict=True):
        kind = object_kind(matched, thing, mine, other)
        if kind == "second":
            parts.append(PanelObject(thing.letter, "missed", None, box))
        elif kind is not None:
            parts.append(PanelObject(thing.letter, "extra" if kind == "first" else kind, thing.rows[mine]))
    return parts


def _in_words(detections: Detections, objects: Sequence[PanelObject]) -> str:
    shown = [(o.letter, o.row) for o in objects if o.row is not None]
    words = ((at, CLASSES[detections.class_id[row]], f"({detections.confidence[row]:.0%})") for at, row in shown)
    items = ["\N{NO-BREAK SPACE}".join(each) for each in words]
    return f"{len(items)} object{'s' if len(items) > 1 else ''}: {', '.join(items)}." if items else "No objects."


def _foot(detections: Detections, objects: Sequence[PanelObject], text: str) -> str:
    """What a panel says under a drawing on which something is found and this is read."""
    mixed = (detections.class_id < CENSORED).any() and (detections.class_id == OTHER).any()
    is_censored = (detections.class_id == CENSORED).any()
    said = ((SIGNS, mixed), (CENSORED_WORD, is_censored), (LINES, "\n" in text))
    return " ".join([_in_words(detections, objects), *(sentence for sentence, applies in said if applies)])


def _label_and_title(o: PanelObject, detections: Detections) -> tuple[str, str]:
    """What an object's tag says, and what is said when it is pointed at."""
    mark = DIFFERENCE_MARKS[o.kind]
    if o.row is None:
        return mark, f"Object {o.letter} is {DIFFERENCE_WORDS['missed']}"
    name, confidence = CLASSES[detections.class_id[o.row]], float(detections.confidence[o.row])
    difference = "" if o.kind == "same" else f", {DIFFERENCE_WORDS[o.kind]}"
    return f"{mark} {name}".strip(), f"Object {o.letter}: {name}, confidence {confidence:.0%}{difference}"


def _box(o: PanelObject, detections: Detections) -> Rectangle:
    box = detections.xyxy[o.row] if o.row is not None else o.ghost
    assert box is not None
    x1, y1, x2, y2 = (float(v) for v in box)
    return x1, y1, x2, y2


def _tag_label(o: PanelObject, detections: Detections, font: float) -> str:
    """What an object's tag says beside its letter: of what is no digit only the mark, where its name is too wide.

    A sign in a sum is narrow, and its neighbours are the digits that a visitor wants to see.
    """
    label, _ = _label_and_title(o, detections)
    x1, _, x2, _ = _box(o, detections)
    is_digit = o.row is None or detections.class_id[o.row] < CENSORED
    return label if is_digit or tag_width(label, font) <= x2 - x1 else DIFFERENCE_MARKS[o.kind]


def _object_group(o: PanelObject, detections: Detections, unit: float, tag: Point) -> str:
    """One object as an SVG group: its box, and a tag with its mark and label, of which left and top are given."""
    font = FONT_UNITS * unit
    x1, y1, x2, y2 = _box(o, detections)
    label, (_, title) = _tag_label(o, detections, font), _label_and_title(o, detections)
    wide, (tag_x, tag_y) = tag_width(label, font), tag
    pad = 2 * unit
    dash = {"same": "", "missed": f"{1.5 * unit:.1f} {4 * unit:.1f}"}.get(o.kind, f"{7 * unit:.1f} {4 * unit:.1f}")
    return (
        f'<g class="object {o.kind}" data-object="{o.letter}" tabindex="0" role="button" '
        f'aria-label="{escape(title)}"><title>{escape(title)}</title>'
        f'<rect class="box" x="{x1 - pad:.1f}" y="{y1 - pad:.1f}" width="{x2 - x1 + 2 * pad:.1f}" '
        f'height="{y2 - y1 + 2 * pad:.1f}" stroke-width="{2.4 * unit:.2f}"'
        + (f' stroke-dasharray="{dash}" stroke-linecap="round"' if dash else "")
        + f'/><g class="label"><rect class="tag" x="{tag_x:.1f}" y="{tag_y:.1f}" width="{wide:.1f}" '
        f'height="{font * 1.2:.1f}" rx="{3 * unit:.1f}"/><text x="{tag_x + wide / 2:.1f}" '
        f'y="{tag_y + font * 0.95:.1f}" '
        f'font-size="{font:.1f}"><tspan class="letter" font-size="{0.7 * font:.1f}">{o.letter}</tspan> '
        f"{escape(label)}</text></g></g>"
    )


def _boxed_drawing(size: tuple[int, int], picture: str, detections: Detections, objects: Sequence[PanelObject]) -> str:
    height, width = size
    unit = max(width, height) / 400
    font = FONT_UNITS * unit
    widths = [tag_width(_tag_label(o, detections, font), font) for o in objects]
    tags = place_tags([_box(o, detections) for o in objects], widths, TAG_HEIGHT * font, (width, height))
    return (
        f'<svg viewBox="0 0 {width} {height}" role="group" aria-label="{escape(_in_words(detections, objects))}">'
        f'<image href="{picture}" width="{width}" height="{height}"/>'
        + "".join(_object_group(o, detections, unit, tag) for o, tag in zip(objects, tags, strict=True))
        + "</svg>"
    )


def _headline(text: str, words: str) -> str:
    """A reading in large type, on one line: lines of writing are separated by a stroke."""
    if not text:
        return f'<span class="words">{escape(words)}</span>'
    return '<span class="stroke"> / </span>'.join(f"<span>{escape(line)}</span>" for line in text.split("\n"))


def _legend(objects: Sequence[PanelObject]) -> str:
    kinds = [kind for kind in DIFFERENCE_WORDS if any(o.kind == kind for o in objects)]
    items = "".join(f'<span class="key {k}"><b>{DIFFERENCE_MARKS[k]}</b> {DIFFERENCE_WORDS[k]}</span>' for k in kinds)
    return f'<p class="legend">{items}</p>' if items else ""


def _header(detector: Detector, milliseconds: float | None = None) -> str:
    time = ""
    if milliseconds is not None:
        time = f'<span class="time" title="From the drawing to the boxes, on the server">{milliseconds:.0f} ms</span>'
    label = f'<span class="method">{escape(detector.label)}</span>'
    return f"<header><h2>{escape(detector.approach)}</h2>{label}{time}</header>"


def render_empty_panel(detector: Detector) -> str:
    """One method's panel before anything is drawn; see :func:`render_panel`."""
    return (
        f'<section class="panel" style="{_accent(detector)}">{_header(detector)}'
        f'<div class="reading" style="--length: {len(EMPTY_READING)}" aria-live="polite">'
        f"{_headline('', EMPTY_READING)}</div>"
        '<div class="sheet empty"><p>Its reading appears here.</p></div></section>'
    )


def render_panel(
    detector: Detector, session: Session, view: View, matched: MatchedReadings, picture: str, other: int
) -> str:
    """One method's panel.

    Args:
        detector: the method.
        session: the drawing and its readings.
        view: the page's settings.
        matched: the session's readings at these settings.
        picture: URL of the drawing as the visitor may see it.
        other: place of the reading that this one is compared with.
    """
    mine = session.place(detector.name)
    detections, objects = matched.readings[mine], panel_objects(matched, mine, other)
    text = matched.text(mine)
    foot = _foot(detections, objects, text) if len(detections) else _best_guess(session, detector.name, view.confidence)
    return (
        f'<section class="panel" style="{_accent(detector)}">'
        f"{_header(detector, session.readings[detector.name].milliseconds)}"
        f'<div class="reading" style="--length: {max(len(matched.words(mine)), 1)}" aria-live="polite">'
        f"{_headline(text, matched.words(mine))}</div>"
        f'<div class="sheet">{_boxed_drawing(session.size, picture, detections, objects)}</div>{_legend(objects)}'
        f'<p class="foot">{escape(foot)}</p></section>'
    )


def _accent(detector: Detector) -> str:
    """The method's colour, the same in every panel, table and diagram."""
    return f"--tint: {method_lines([detector.name])[detector.name][0]}"


def _best_guess(session: Session, method: str, confidence: float) -> str:
    """What a panel says where a method finds nothing at this confidence."""
    best = float(session.proposals(method).confidence.max(initial=0.0))
    guess = f"; the best guess has {best:.2f}." if best >= MIN_CONFIDENCE else "."
    return f"Nothing reaches a confidence of {confidence:.2f}{guess}"
