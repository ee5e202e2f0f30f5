"""Object by object: the part of the drawing, and what every method thinks it is, over the twelve classes."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from comparison.agreement import MatchedObject
from comparison.match import MIN_OBJECT_IOU, iou_matrix
from detectors import Detections
from models.classes import CLASSES
from ui.html.panels import object_colour
from ui.html.picture import png_url

SHORT_CLASSES = (*CLASSES[:10], "cens.", "other")
"""The classes as they fit under a bar."""

MAX_CROP_SIDE_PX = 160
"""Longer side of an object's picture."""


def _surest_at(proposals: Detections, box: np.ndarray) -> tuple[float, np.ndarray] | None:
    """Confidence and probabilities ``[12]`` of a method's surest proposal for the object in a box, if any."""
    rows = np.flatnonzero(iou_matrix(proposals.xyxy, box[None])[:, 0] >= MIN_OBJECT_IOU)
    if not len(rows):
        return None
    best = rows[proposals.confidence[rows].argmax()]
    return float(proposals.confidence[best]), proposals.probabilities[best]


def _middle(class_id: int) -> int:
    """Where a class's bar stands; words need more room than digits."""
    return class_id * 20 + 10 if class_id < 10 else 217 + 36 * (class_id - 10)


def _bars(row: np.ndarray, label: str) -> str:
    """Probabilities ``[12]`` as a bar chart; the number stands over every bar that has room for it."""
    best = int(row.argmax())
    words = ", ".join(f"{CLASSES[c]} {row[c]:.0%}" for c in np.argsort(-row) if row[c] >= 0.005)
    bars = "".join(
        f"<g{' class=best' if c == best else ''}><title>{CLASSES[c]} {p:.1%}</title>"
        f'<rect x="{_middle(c) - 8}" y="{62 - 56 * p:.1f}" width="16" height="{56 * p + 1:.1f}"/>'
        f'<text x="{_middle(c)}" y="76">{SHORT_CLASSES[c]}</text></g>'
        for c, p in enumerate(row.tolist())
    )
    return f'<svg class="bars" viewBox="0 0 272 80" role="img" aria-label="{escape(label)}: {words}">{bars}</svg>'


def _method_figure(label: str, proposals: Detections, box: np.ndarray, confidence: float) -> str:
    """What one method thinks of the object in a box."""
    surest = _surest_at(proposals, box)
    if surest is None:
        return f"<figure><figcaption>{escape(label)}</figcaption><p>sees nothing here</p></figure>"
    score, row = surest
    weak = "" if score >= confidence else ' <span class="weak">below the threshold</span>'
    return (
        f"<figure><figcaption>{escape(label)} <b>{CLASSES[row.argmax()]}</b> {score:.0%}{weak}"
        f"</figcaption>{_bars(row, label)}</figure>"
    )


def _card(number: int, picture: np.ndarray, figures: str, selected: bool) -> str:
    return (
        f'<article class="card{" selected" if selected else ""}" data-card="{number}" '
        f'style="--own: {object_colour(number)}"><div class="crop"><span class="number">{number}</span>'
        f'<img src="{png_url(picture, MAX_CROP_SIDE_PX)}" alt="Object {number}"></div>{figures}</article>'
    )


def _button(number: int, selected: bool) -> str:
    return (
        f'<button type="button" data-object="{number}" class="{"selected" if selected else ""}" '
        f'style="--own: {object_colour(number)}" aria-label="Object {number}">{number}</button>'
    )


def render_cards(
    drawing: np.ndarray,
    objects: Sequence[MatchedObject],
    detections: tuple[Detections, Detections],
    proposals: Sequence[tuple[str, Detections]],
    confidence: float,
) -> str:
    """One card per object, of which the page shows one: the first that the methods differ on, then what is pointed at.

    Args:
        drawing: uint8 ``[H, W, 3]`` RGB.
        objects: of the two panels' detections.
        detections: of the two panels.
        proposals: of every method, what the card calls it and what it proposes.
        confidence: the page's threshold.
    """
    if not objects:
        return ""
    first = next((o.number for o in objects if o.kind != "same"), objects[0].number)
    cards = []
    for o in objects:
        box = detections[0].xyxy[o.first] if o.first is not None else detections[1].xyxy[o.second]
        x1, y1 = (max(0, int(v) - 3) for v in box[:2])
        x2, y2 = (int(v) + 4 for v in box[2:])
        figures = "".join(_method_figure(label, boxes, box, confidence) for label, boxes in proposals)
        cards.append(_card(o.number, drawing[y1:y2, x1:x2], figures, o.number == first))
    buttons = "".join(_button(o.number, o.number == first) for o in objects)
    return (
        '<section class="objects" aria-label="Probabilities of each object"><header><h3>What each method thinks</h3>'
        f'<span class="hint">Point at an object, or choose its number:</span><nav>{buttons}</nav></header>'
        f"{''.join(cards)}</section>"
    )
