"""A method's result as HTML: the reading in large type, the drawing with its boxes, and the same in words."""

from __future__ import annotations

import base64
from collections.abc import Collection
from html import escape

import cv2
import numpy as np

from comparison.agreement import Agreement
from detectors import Detections
from models import CENSORED, CLASSES

LARGEST_SIDE = 800
"""Pixels of the picture that is sent to the browser; larger drawings are reduced."""


def _png(image: np.ndarray) -> str:
    scale = min(1.0, LARGEST_SIDE / max(image.shape[:2]))
    if scale < 1:
        size = max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale))
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    data = cv2.imencode(".png", cv2.cvtColor(image, cv2.COLOR_RGB2BGR))[1]
    return "data:image/png;base64," + base64.b64encode(data.tobytes()).decode()


def _in_words(found: Detections) -> str:
    if not len(found):
        return "No objects."
    found = found[np.argsort(found.xyxy[:, 0], kind="stable")]
    items = [f"{CLASSES[c]} {s:.0%}" for c, s in zip(found.class_id, found.confidence, strict=True)]
    return f"{len(found)} object{'s' if len(found) > 1 else ''}: " + ", ".join(items) + "."


def _guesses(row: np.ndarray) -> str:
    """The likeliest three classes of probabilities ``[12]``, in words."""
    return ", ".join(f"{CLASSES[c]} {row[c]:.0%}" for c in np.argsort(-row)[:3])


def _boxes(image: np.ndarray, found: Detections, differing: Collection[int]) -> str:
    """The drawing as SVG; objects that the other method sees differently are dashed and orange."""
    height, width = image.shape[:2]
    unit = max(width, height) / 400
    font = 17 * unit
    parts = [
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(_in_words(found))}">',
        f'<image href="{_png(image)}" width="{width}" height="{height}"/>',
    ]
    rows = zip(found.xyxy, found.confidence, found.class_id, found.probabilities, strict=True)
    for i, (box, score, class_id, row) in enumerate(rows):
        x1, y1, x2, y2 = (float(v) for v in box)
        label = CLASSES[class_id]
        kind = "differs" if i in differing else "agrees"
        tag = (0.62 * len(label) + 0.5) * font
        above = y1 - font * 1.25
        tag_y = above if above >= 0 else min(y2, height - font * 1.25)
        tag_x = min(max(x1 - unit, 0), max(width - tag, 0))
        pad = 2 * unit
        parts.append(
            f'<g class="{kind}"><title>{label}, confidence {score:.0%} ({_guesses(row)})</title>'
            f'<rect class="box" x="{x1 - pad:.1f}" y="{y1 - pad:.1f}" width="{x2 - x1 + 2 * pad:.1f}" '
            f'height="{y2 - y1 + 2 * pad:.1f}" stroke-width="{2.4 * unit:.2f}"'
            + (f' stroke-dasharray="{7 * unit:.1f} {4 * unit:.1f}"' if kind == "differs" else "")
            + f'/><rect class="tag" x="{tag_x:.1f}" y="{tag_y:.1f}" width="{tag:.1f}" height="{font * 1.2:.1f}" '
            f'rx="{3 * unit:.1f}"/><text x="{tag_x + tag / 2:.1f}" y="{tag_y + font * 0.95:.1f}" '
            f'font-size="{font:.1f}">{label}</text></g>'
        )
    return "".join([*parts, "</svg>"])


def _headline(found: Detections) -> str:
    reading = found.reading()
    if reading:
        return "<br>".join(f"<span>{escape(line)}</span>" for line in reading.split("\n"))
    if (found.class_id == CENSORED).any():
        return '<span class="words">censored</span>'
    if len(found):
        return '<span class="words">no digit</span>'
    return '<span class="words">nothing found</span>'


def panel(
    title: str,
    method: str,
    image: np.ndarray | None,
    found: Detections,
    milliseconds: float | None,
    differing: Collection[int] = (),
    hint: str = "",
) -> str:
    """One method's panel.

    Args:
        title: the approach, as a person would call it.
        method: what runs, with its version of it.
        image: the drawing, uint8 ``[H, W, 3]``; None before anything is drawn.
        found: what is shown of the method's candidates.
        milliseconds: how long the method took.
        differing: rows of ``found`` that the other method sees differently.
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
    foot = f'<p class="foot">{escape(_in_words(found))}</p>' if len(found) else f'<p class="foot">{escape(hint)}</p>'
    return (
        f'<section class="panel">{head}<div class="reading" aria-live="polite">{_headline(found)}</div>'
        f'<div class="sheet">{_boxes(image, found, differing)}</div>{foot}</section>'
    )


def verdict(agreement: Agreement | None) -> str:
    """One line: do the two panels agree, and where not."""
    if agreement is None:
        return '<p class="verdict idle" role="status">Two ways to read one drawing. Do they agree?</p>'
    kind, mark = ("agree", "&#10003; They agree.") if agreement.agree else ("differ", "&#8800; They differ.")
    return f'<p class="verdict {kind}" role="status"><strong>{mark}</strong> {escape(agreement.sentence)}</p>'


def notice(message: str) -> str:
    """Something went wrong, in the user's words."""
    return f'<p class="verdict problem" role="alert"><strong>That did not work.</strong> {escape(message)}</p>'
