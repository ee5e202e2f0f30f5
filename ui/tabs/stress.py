"""The tab that changes one drawing gradually and plots where each method breaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import gradio as gr
import numpy as np

from comparison.stress import STRESSES, StressCourse, make_subject, run_stress
from detectors import Detector
from ink.ink import ink_bounds
from ink.palette import HEX_PALETTE
from ui.html.picture import is_censored, png_url
from ui.session import Session, method_name
from ui.tabs.inside import CENSORED_NOTICE

EMPTY_NOTICE = '<p class="blank">Draw something on the first tab, and see here how far each method can follow it.</p>'


def _value_in_words(value: float, unit: str) -> str:
    if unit.startswith("share"):
        return f"{value:.2%}" if 0 < abs(value) < 0.01 else f"{value:.0%}"
    return f"{value:g}" + ("\u00b0" if unit == "degrees" else " x")


def render_summary(course: StressCourse, detectors: Mapping[str, Detector]) -> str:
    """How far each method holds its own reading, in words."""
    unit, values = course.stress.unit, course.stress.values
    items = []
    for name, detector in detectors.items():
        span = course.span(name)
        own = course.steps[name][values.index(course.stress.start)].reading
        if span is None:
            text = "reads nothing to begin with"
        elif span == (values[0], values[-1]):
            text = f"holds its {own} all the way"
        else:
            text = f"holds its {own} from {_value_in_words(span[0], unit)} to {_value_in_words(span[1], unit)}"
        items.append(f"<li><b>{escape(method_name(detector))}</b> {escape(text)}.</li>")
    return f'<ul class="course">{"".join(items)}</ul>'


def render_plot(course: StressCourse, colours: Mapping[str, str]) -> str:
    """Confidence of every method along the way, as SVG; its columns are those of the table it stands in."""
    count, height = len(course.stress.values), 100
    parts = [f'<line x1="0" x2="{count * 100}" y1="{y}" y2="{y}" class="grid"/>' for y in (1, 50, 99)]
    for k, (name, steps) in enumerate(course.steps.items()):
        points = [(50 + 100 * i, height * (1 - step.confidence)) for i, step in enumerate(steps)]
        path = " ".join(f"{x},{y:.1f}" for x, y in points)
        dash = ("", "9 5", "2 5")[k % 3]
        parts.append(
            f'<polyline points="{path}" style="stroke: {colours[name]}" stroke-dasharray="{dash}"/>'
            + "".join(f'<line x1="{x}" x2="{x}" y1="{y:.1f}" y2="{y:.1f}" class="dot" style="stroke: {colours[name]}"/>'
                      for x, y in points)
        )  # fmt: skip
    said = "Confidence of each method at each step; the numbers are in the rows below"
    return (
        f'<svg viewBox="0 0 {count * 100} {height}" preserveAspectRatio="none" role="img" aria-label="{said}">'
        f"{''.join(parts)}</svg>"
    )


def _inked_square(sheets: Sequence[np.ndarray]) -> tuple[int, int, int, int]:
    """The square around the ink of all sheets, with a margin: x1, y1, x2, y2."""
    side = sheets[0].shape[0]
    bounds = ink_bounds(255 - np.min(sheets, axis=0)[..., 0]) or (0, 0, side, side)
    half = 0.54 * max(bounds[2] - bounds[0], bounds[3] - bounds[1]) + 4
    x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    low, high = (np.clip([x + s * half, y + s * half], 0, side).astype(int) for s in (-1, 1))
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def render_film(course: StressCourse, detectors: Mapping[str, Detector]) -> str:
    """The changed drawings in a row, the methods' confidence under them, and what every method reads."""
    unit = course.stress.unit
    colours = {name: HEX_PALETTE[k % len(HEX_PALETTE)] for k, name in enumerate(detectors)}
    x1, y1, x2, y2 = _inked_square(course.drawings)
    head = "".join(
        f'<th scope="col"><img src="{png_url(sheet[y1:y2, x1:x2], 160)}" alt=""><br>'
        f"{escape(_value_in_words(value, unit))}</th>"
        for sheet, value in zip(course.drawings, course.stress.values, strict=True)
    )
    rows = [
        '<tr class="plot"><th scope="row"><span>100%</span><span>confidence</span><span>0%</span></th>'
        f'<td colspan="{len(course.stress.values)}">{render_plot(course, colours)}</td></tr>'
    ]
    for name, detector in detectors.items():
        cells = "".join(
            f'<td class="{"held" if held else "lost"}"><b>{escape(step.reading) or "&ndash;"}</b>'
            f"<br><small>{step.confidence:.0%}</small></td>"
            for step, held in zip(course.steps[name], course.held(name), strict=True)
        )
        rows.append(
            f'<tr><th scope="row" style="border-left: 6px solid {colours[name]}">{escape(method_name(detector))}</th>'
            f"{cells}</tr>"
        )
    return (
        '<div class="film" tabindex="0" role="region" aria-label="The drawing at each step and what was read">'
        f"<table><thead><tr><td></td>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
        '<p class="legend"><span class="key held">as at the start</span>'
        '<span class="key lost">changed</span></p>'
    )


def build_stress(detectors: Mapping[str, Detector], tab: gr.Tab, shown: gr.State, uncensored: gr.Checkbox) -> None:
    """Lays the tab out and wires it; it computes only when it is opened or another stress is chosen."""

    def on_run(seen: Session | None, clear: bool, name: str) -> list[str]:
        if seen is None:
            return [EMPTY_NOTICE, ""]
        if not clear and is_censored(seen):
            return [CENSORED_NOTICE, ""]
        start = make_subject(seen.image, next(iter(seen.readings.values())).shown().xyxy)
        if start is None:
            return [EMPTY_NOTICE, ""]
        course = run_stress(STRESSES[name], start, detectors)
        return [render_summary(course, detectors), render_film(course, detectors)]

    choice = gr.Radio(
        [(stress.label, name) for name, stress in STRESSES.items()], value=next(iter(STRESSES)),
        label="Change the drawing's", elem_id="stress-choice",
    )  # fmt: skip
    told = gr.HTML(EMPTY_NOTICE, elem_id="stress-summary")
    strip = gr.HTML(elem_id="stress-film")
    for event in (tab.select, choice.change):
        event(on_run, [shown, uncensored, choice], [told, strip], api_visibility="private")
