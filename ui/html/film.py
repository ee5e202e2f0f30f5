"""A drawing that changes step by step: its pictures in a row, each method's confidence, and what it reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape

import numpy as np

from comparison.stress import StressCourse, StressStep
from detectors import Detector, method_lines
from ink.ink import ink_bounds
from ui.html.panels import LINES
from ui.html.picture import png_url
from ui.methods import method_name

MAX_STEP_SIDE_PX = 160
"""Longer side of a step's picture."""

PLOT_HEIGHT = 100
"""Of the plot's own units, of which every step has 100 in width too."""

SVG_DASHES = {"-": "", "--": "9 5", ":": "2 5", "-.": "9 5 2 5"}
"""Lengths of strokes and gaps, in pixels, of each dash of a method."""


def _value_in_words(value: float, unit: str) -> str:
    if unit.startswith("share"):
        return f"{100 * value:.3g}%"
    return f"{value:g}" + ("\u00b0" if unit == "degrees" else " x")


def render_course(course: StressCourse, detectors: Mapping[str, Detector]) -> str:
    """How far each method holds its own reading, in words."""
    styles = method_lines(course.steps)
    items = "".join(
        f'<li style="--tint: {styles[name][0]}"><b>{escape(method_name(detector))}</b> '
        f"{escape(_span_in_words(course, name))}.</li>"
        for name, detector in detectors.items()
    )
    pair = f'<p class="course">{escape(_pair_in_words(course))}</p>' if course.stress.shows_pair else ""
    return f'{pair}<ul class="course">{items}</ul>'


def _pair_in_words(course: StressCourse) -> str:
    """Which two digits are shown, as most methods read them on the drawing."""
    pairs = Counter(own for own in course.own.values() if len(own) == 2).most_common(1)
    if not pairs:
        return "The first two things on the sheet are pushed over one another."
    first, second = tuple(pairs[0][0])
    if course.doubled:
        return f"The only digit, {first}, is pushed over itself."
    return f"The first two digits, {first} and {second}, are pushed over one another."


def _span_in_words(course: StressCourse, method: str) -> str:
    """How far one method holds its own reading; the start alone is no way that it holds it."""
    values, own, span = course.stress.values, course.own[method], course.span(method)
    if not own:
        return "reads no digit on the drawing itself"
    if span is None:
        return f"reads {course.steps[method][0].words} instead of {own} from the start"
    low, high = (_value_in_words(value, course.stress.unit) for value in span)
    if span == (values[0], values[-1]):
        return f"reads {own} all the way"
    if span[0] == span[1]:
        sides = "one step on" if span[0] == values[0] else "one step to either side"
        return f"reads {own} at the start, and something else {sides}"
    if span[0] == values[0]:
        return f"reads {own} up to {high}, then something else"
    return f"reads {own} from {low} " + ("on" if span[1] == values[-1] else f"to {high}")


def _line_of(steps: Sequence[StressStep], colour: str, dash: str) -> str:
    """One method's confidence along the way: a line, and a dot per step."""
    points = [(50 + 100 * k, PLOT_HEIGHT * (1 - step.confidence)) for k, step in enumerate(steps)]
    path = " ".join(f"{x},{y:.1f}" for x, y in points)
    dots = "".join(
        f'<line x1="{x}" x2="{x}" y1="{y:.1f}" y2="{y:.1f}" class="dot" style="--tint: {colour}"/>' for x, y in points
    )
    return f'<polyline points="{path}" style="--tint: {colour}" stroke-dasharray="{dash}"/>{dots}'


def render_plot(course: StressCourse) -> str:
    """Confidence of every method along the way, as SVG; its columns are those of the table it stands in."""
    width = 100 * len(course.stress.values)
    grid = "".join(f'<line x1="0" x2="{width}" y1="{y}" y2="{y}" class="grid"/>' for y in (1, 50, 99))
    styles = method_lines(course.steps)
    lines = "".join(
        _line_of(steps, styles[name][0], SVG_DASHES[styles[name][1]]) for name, steps in course.steps.items()
    )
    label = "Confidence of each method at each step; the numbers are in the rows below"
    return (
        f'<svg viewBox="0 0 {width} {PLOT_HEIGHT}" preserveAspectRatio="none" role="img" aria-label="{label}">'
        f"{grid}{lines}</svg>"
    )


def _inked_square(drawings: Sequence[np.ndarray]) -> tuple[int, int, int, int]:
    """The square around the ink of all drawings, with a margin: x1, y1, x2, y2."""
    side = drawings[0].shape[0]
    bounds = ink_bounds(255 - np.min(drawings, axis=0)[..., 0]) or (0, 0, side, side)
    half = 0.54 * max(bounds[2] - bounds[0], bounds[3] - bounds[1]) + 4
    x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    low, high = (np.clip([x + s * half, y + s * half], 0, side).astype(int) for s in (-1, 1))
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def _row(course: StressCourse, method: str, title: str, colour: str) -> str:
    """What one method reads at every step."""
    cells = "".join(  # a line may only end behind a slash
        f'<td class="{"held" if held else "lost"}{"" if step.reading else " words"}">'
        f"<b>{escape(step.words).replace(' / ', '&nbsp;/ ')}</b>"
        f"<br><small>{f'{step.confidence:.0%}' if step.reading else '&nbsp;'}</small></td>"
        for step, held in zip(course.steps[method], course.held(method), strict=True)
    )
    return f'<tr><th scope="row" style="--tint: {colour}">{escape(title)}</th>{cells}</tr>'


def render_film(course: StressCourse, detectors: Mapping[str, Detector]) -> str:
    """The changed drawings in a row, the methods' confidence under them, and what every method reads."""
    unit = course.stress.unit
    styles = method_lines(course.steps)
    x1, y1, x2, y2 = _inked_square(course.drawings)
    head = "".join(
        f'<th scope="col"{" data-start" if value == course.stress.start else ""}>'
        f'<img src="{png_url(drawing[y1:y2, x1:x2], MAX_STEP_SIDE_PX)}" alt=""><br>'
        f"{escape(_value_in_words(value, unit))}</th>"
        for drawing, value in zip(course.drawings, course.stress.values, strict=True)
    )
    plot = (
        '<tr class="plot"><th scope="row"><span>100%</span><span>confidence</span><span>0%</span></th>'
        f'<td colspan="{len(course.stress.values)}">{render_plot(course)}</td></tr>'
    )
    rows = "".join(_row(course, name, method_name(detector), styles[name][0]) for name, detector in detectors.items())
    return (
        f'<div class="film" style="--steps: {len(course.stress.values)}" tabindex="0" role="region" '
        'aria-label="The drawing at each step and what was read">'
        f"<table><thead><tr><td></td>{head}</tr></thead><tbody>{plot}{rows}</tbody></table></div>"
        '<p class="legend"><span class="key held">as at the start</span><span class="key lost">changed</span>'
        '<span class="hint">Confidence: how sure a method is of the digits it reads, on average; 0% where it reads '
        f"none. {LINES}</span></p>"
    )
