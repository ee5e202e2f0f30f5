"""Object by object: the part of the drawing, and what every method thinks it is, over the twelve classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np

from comparison.agreement import MatchedObject
from comparison.match import MIN_OBJECT_IOU, iou_matrix
from comparison.reading import Reading
from detectors import Detections
from models.classes import CLASSES
from ui.html.panels import object_colour
from ui.html.picture import png_url

SHORT_CLASSES = (*CLASSES[:10], "cens.", "other")
"""The classes as they fit under a bar."""


def _own(reading: Reading, box: np.ndarray) -> tuple[float, np.ndarray] | None:
    """Confidence and probabilities ``[12]`` of the method's surest candidate for the object in a box, if any."""
    proposals = reading.proposals
    same = np.flatnonzero(iou_matrix(proposals.xyxy, box[None])[:, 0] >= MIN_OBJECT_IOU)
    if not len(same):
        return None
    best = same[proposals.confidence[same].argmax()]
    return float(proposals.confidence[best]), proposals.probabilities[best]


def _middle(class_id: int) -> int:
    """Where a class's bar stands; words need more room than digits."""
    return class_id * 20 + 10 if class_id < 10 else 217 + 36 * (class_id - 10)


def _bars(row: np.ndarray, label: str) -> str:
    """Probabilities ``[12]`` as a bar chart; the number stands over every bar that has room for it."""
    best = int(row.argmax())
    said = ", ".join(f"{CLASSES[c]} {row[c]:.0%}" for c in np.argsort(-row) if row[c] >= 0.005)
    bars = "".join(
        f"<g{' class=best' if c == best else ''}><title>{CLASSES[c]} {p:.1%}</title>"
        f'<rect x="{_middle(c) - 8}" y="{62 - 56 * p:.1f}" width="16" height="{56 * p + 1:.1f}"/>'
        f'<text x="{_middle(c)}" y="76">{SHORT_CLASSES[c]}</text></g>'
        for c, p in enumerate(row.tolist())
    )
    return f'<svg class="bars" viewBox="0 0 272 80" role="img" aria-label="{escape(label)}: {said}">{bars}</svg>'


def render_cards(
    image: np.ndarray,
    objects: Sequence[MatchedObject],
    found: tuple[Detections, Detections],
    readings: Mapping[str, Reading],
    labels: Mapping[str, str],
    confidence: float,
) -> str:
    """One card an object, of which the page shows one: the first that the methods differ on, then what is pointed at.

    Args:
        image: the drawing, uint8 ``[H, W, 3]`` RGB.
        objects: of the two shown readings.
        found: the two shown readings.
        readings: of every method.
        labels: what to call each method.
        confidence: the page's threshold.
    """
    if not objects:
        return ""
    first = next((o.number for o in objects if o.kind != "same"), objects[0].number)
    parts = []
    for o in objects:
        box = found[0].xyxy[o.first] if o.first is not None else found[1].xyxy[o.second]
        x1, y1 = (max(0, int(v) - 3) for v in box[:2])
        x2, y2 = (int(v) + 4 for v in box[2:])
        columns = []
        for name, reading in readings.items():
            own = _own(reading, box)
            if own is None:
                columns.append(
                    f"<figure><figcaption>{escape(labels[name])}</figcaption><p>sees nothing here</p></figure>"
                )
                continue
            score, row = own
            weak = "" if score >= confidence else ' <span class="weak">below the threshold</span>'
            columns.append(
                f"<figure><figcaption>{escape(labels[name])} <b>{CLASSES[row.argmax()]}</b> {score:.0%}{weak}"
                f"</figcaption>{_bars(row, labels[name])}</figure>"
            )
        parts.append(
            f'<article class="card{" selected" if o.number == first else ""}" data-card="{o.number}" '
            f'style="--own: {object_colour(o.number)}"><div class="crop"><span class="number">{o.number}</span>'
            f'<img src="{png_url(image[y1:y2, x1:x2], 160)}" alt="Object {o.number}"></div>{"".join(columns)}</article>'
        )
    buttons = "".join(
        f'<button type="button" data-object="{o.number}" class="{"selected" if o.number == first else ""}" '
        f'style="--own: {object_colour(o.number)}" aria-label="Object {o.number}">{o.number}</button>'
        for o in objects
    )
    return (
        '<section class="objects" aria-label="Probabilities of each object"><header><h3>What each method thinks</h3>'
        f'<span class="hint">Point at an object, or choose its number:</span><nav>{buttons}</nav></header>'
        f"{''.join(parts)}</section>"
    )
