"""The benchmark's drawings that some method gets wrong: each a button that opens it on the first tab."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from comparison.datasets.dataset import Sample
from comparison.evaluation.results import LABELLED, Evaluation
from comparison.report.mistakes import blurred_picture
from detectors import Detections, method_lines
from detectors.matching import match_boxes
from models.classes import CLASSES
from ui.html.picture import png_url

MAX_TILE_SIDE_PX = 240
"""Longer side of a drawing's picture."""


def render_gallery(evaluation: Evaluation, numbers: Sequence[int]) -> str:
    """Drawings of an evaluation with their truth, what each method reads, and which of them are right.

    Args:
        evaluation: of a labelled set.
        numbers: of the drawings, in the order in which they are shown.
    """
    tiles = []
    for index, number in enumerate(numbers):
        sample = evaluation.samples[number]
        readings, right = evaluation.readings(number), evaluation.exact(number)
        truth = readings.pop(LABELLED)
        colours = method_lines(readings)
        rows = []
        for name, text in readings.items():
            kind, mark = ("right", "&#10003;") if right[name] else ("wrong", "&#10007;")
            # Where the words are those of the truth, nobody sees what is wrong.
            is_told = text == truth and not right[name]
            why = f"<small>{mistake_in_words(evaluation.shown(name, number), sample)}</small>" if is_told else ""
            rows.append(
                f'<span class="{kind}" style="--tint: {colours[name][0]}"><i>{escape(name)}</i><b>{escape(text)}</b>'
                f"<em>{mark}</em>{why}</span>"
            )
        only = [name for name, is_right in right.items() if is_right]
        tiles.append(
            f'<button type="button" class="tile" data-ask="pick" data-index="{index}" '
            f'data-right="{escape(" ".join(only))}" data-kind="{escape(sample.slice)}" '
            f'data-classes="{" ".join(sorted({CLASSES[c] for c in sample.class_id}))}" '
            f'aria-label="Open the drawing labelled {escape(truth)}">'
            f'<img src="{png_url(blurred_picture(evaluation, number), MAX_TILE_SIDE_PX)}" alt="">'
            f"<strong>{escape(truth)}</strong>{''.join(rows)}</button>"
        )
    return f'{_filters(evaluation, numbers)}<div class="gallery">{"".join(tiles)}</div>' if tiles else ""


def mistake_in_words(found: Detections, sample: Sample) -> str:
    """Why a reading is not exact though its digits are those of the truth."""
    same = len(match_boxes(found.xyxy, sample.xyxy))
    more, fewer = len(found) - same, len(sample.class_id) - same
    words = "another class" if not more and not fewer else "another box"
    if more != fewer:
        count = abs(more - fewer)
        words = f"{count} object{'s' * (count > 1)} {'more' if more > fewer else 'missed'}"
    return words


def _filters(evaluation: Evaluation, numbers: Sequence[int]) -> str:
    """Choices of which tiles are shown; the page's script goes by the names of the tiles' data."""
    methods = list(evaluation.results)
    right = [("", "all drawings"), ("none", "all methods wrong"), *((name, f"only {name} right") for name in methods)]
    kinds = sorted({evaluation.samples[k].slice for k in numbers} - {""})
    classes = sorted({int(c) for k in numbers for c in evaluation.samples[k].class_id})
    choices = [
        _choice("right", "Show", right),
        _choice("kind", "Kind", [("", "every kind"), *((kind, kind) for kind in kinds)]) if kinds else "",
        _choice("classes", "With", [("", "any class"), *((CLASSES[c], CLASSES[c]) for c in classes)]),
    ]
    return f'<div class="filters">{"".join(choices)}<span class="count foot" role="status"></span></div>'


def _choice(name: str, label: str, options: Sequence[tuple[str, str]]) -> str:
    items = "".join(f'<option value="{escape(value)}">{escape(text)}</option>' for value, text in options)
    return f'<label>{label} <select data-filter="{name}">{items}</select></label>'
