"""Object by object: the part of the drawing, and what every method thinks it is, over the twelve classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import numpy as np

from comparison.agreement import Agreement
from comparison.objects import MatchedReadings
from detectors import Detections, Detector, method_lines
from detectors.matching import MIN_OBJECT_IOU, object_overlap
from models.classes import CLASSES
from ui.html.picture import png_url
from ui.methods import method_name
from ui.session import Session

MAX_CROP_SIDE_PX = 160
"""Longer side of an object's picture."""


CONFIDENCE_WORDS = "How sure it is of this object as a whole; the slider Confidence goes by it"
"""What is said where the number behind "box" is pointed at."""


@dataclass(frozen=True)
class _Opinion:
    """What a method thinks of an object: what it shows of it, or else its surest proposal there."""

    confidence: float
    probabilities: np.ndarray  # [12]
    remark: str = ""


def _opinion(
    matched: MatchedReadings, place: int, reading: int, proposals: Detections, confidence: float
) -> _Opinion | None:
    """One method's opinion of the object at a place in reading order; None where it sees nothing there."""
    row, found = matched.objects[place].rows[reading], matched.readings[reading]
    if row is not None:
        return _Opinion(float(found.confidence[row]), found.probabilities[row])
    rows = np.flatnonzero(object_overlap(proposals.xyxy, matched.boxes[[place]])[:, 0] >= MIN_OBJECT_IOU)
    if not len(rows):
        return None
    best = rows[proposals.confidence[rows].argmax()]
    score = float(proposals.confidence[best])
    remark = "below the threshold" if score < confidence else "dropped for a surer box over it"
    return _Opinion(score, proposals.probabilities[best], remark)


def _middle(class_id: int) -> int:
    """Where a class's bar stands; words need more room than digits."""
    return class_id * 20 + 10 if class_id < 10 else 229 + 48 * (class_id - 10)


def _bars(row: np.ndarray, label: str) -> str:
    """Probabilities ``[12]`` as a bar chart; the number stands over every bar that has room for it."""
    best = int(row.argmax())
    words = ", ".join(f"{CLASSES[c]} {row[c]:.0%}" for c in np.argsort(-row) if row[c] >= 0.005)
    bars = "".join(
        f"<g{' class=best' if c == best else ''}><title>{CLASSES[c]} {p:.1%}</title>"
        f'<rect x="{_middle(c) - 8}" y="{62 - 56 * p:.1f}" width="16" height="{56 * p + 1:.1f}"/>'
        f'<text x="{_middle(c)}" y="76">{CLASSES[c]}</text></g>'
        for c, p in enumerate(row.tolist())
    )
    return f'<svg class="bars" viewBox="0 0 300 80" role="img" aria-label="{escape(label)}: {words}">{bars}</svg>'


def _method_figure(detector: Detector, opinion: _Opinion | None) -> str:
    """What one method thinks of an object."""
    label = method_name(detector)
    style = f'style="--tint: {method_lines([detector.name])[detector.name][0]}"'
    if opinion is None:
        return f"<figure {style}><figcaption>{escape(label)}</figcaption><p>sees nothing here</p></figure>"
    row = opinion.probabilities
    # Two numbers: how likely the class is, as its bar says, and how sure the method is of the object that it boxes.
    box = f"\N{MIDDLE DOT} box {opinion.confidence:.0%}" + (f", {opinion.remark}" if opinion.remark else "")
    return (
        f"<figure {style}><figcaption>{escape(label)} <b>{CLASSES[row.argmax()]}</b> {row.max():.0%} "
        f'<span class="weak" title="{CONFIDENCE_WORDS}">{box}</span></figcaption>{_bars(row, label)}</figure>'
    )


def _card(letter: str, picture: np.ndarray, figures: str, selected: bool) -> str:
    return (
        f'<article class="card{" selected" if selected else ""}" data-card="{letter}">'
        f'<div class="crop"><span class="letter">{letter}</span>'
        f'<img src="{png_url(picture, MAX_CROP_SIDE_PX)}" alt="Object {letter}"></div>'
        f'<div class="opinions">{figures}</div></article>'
    )


def _button(letter: str, selected: bool) -> str:
    return (
        f'<button type="button" data-object="{letter}" class="{"selected" if selected else ""}" '
        f'aria-label="Object {letter}">{letter}</button>'
    )


def render_cards(
    drawing: np.ndarray,
    matched: MatchedReadings,
    agreement: Agreement,
    detectors: Mapping[str, Detector],
    session: Session,
    confidence: float,
) -> str:
    """One card per object, of which the page shows one: the first that the ways differ on, then what is pointed at.

    Args:
        drawing: uint8 ``[H, W, 3]`` RGB, as the visitor may see it.
        matched: the readings of all methods, in the order of ``detectors``.
        agreement: of the two ways that are shown.
        detectors: every method.
        session: what each of them proposes.
        confidence: the page's threshold.
    """
    if not matched.objects:
        return ""
    letters = [o.letter for o in matched.objects]
    first = next((letter for letter, kind in agreement.kinds.items() if kind != "same"), letters[0])
    cards = []
    for place, (letter, box) in enumerate(zip(letters, matched.boxes, strict=True)):
        x1, y1 = (max(0, int(v) - 3) for v in box[:2])
        x2, y2 = (int(v) + 4 for v in box[2:])
        figures = "".join(
            _method_figure(detector, _opinion(matched, place, k, session.proposals(name), confidence))
            for k, (name, detector) in enumerate(detectors.items())
        )
        cards.append(_card(letter, drawing[y1:y2, x1:x2], figures, letter == first))
    buttons = "".join(_button(letter, letter == first) for letter in letters)
    return (
        '<section class="objects" aria-label="Probabilities of each object"><header><h3>What each method thinks</h3>'
        f'<span class="hint">Point at an object, or choose its letter:</span><nav>{buttons}</nav></header>'
        f"{''.join(cards)}</section>"
    )
