"""The tab that changes one drawing gradually and plots where each method breaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr
from gradio.blocks import Block

from comparison.stress import STRESSES, run_stress
from detectors import Detector
from ui.deadline import DeadlineError, stress_deadline
from ui.html.film import render_course, render_film
from ui.html.notices import CENSORED_NOTICE, EMPTY_STRESS, NO_DIGIT_STRESS, render_notice
from ui.link import View, ViewValues
from ui.logs import log
from ui.session import Session
from ui.waiting import HEAVY
from ui.wiring import Updates, by_name, listen


def on_stress(detectors: Mapping[str, Detector], session: Session | None, stress: str, *values: *ViewValues) -> Updates:
    """Changes the visitor's drawing, and shows what every method reads along the way, from what the first tab shows on.

    Args:
        detectors: the methods.
        session: what is drawn, if anything is.
        stress: a key of :data:`comparison.stress.STRESSES`.
        values: the first tab's settings.
    """
    view = View.from_values(*values)
    empty: Updates = {"stress-summary": EMPTY_STRESS, "stress-film": ""}
    if session is None:
        return empty
    if not session.may_show(view):
        return empty | {"stress-summary": CENSORED_NOTICE}
    if not any(reading.shown(view.confidence, view.iou).reading() for reading in session.readings.values()):
        return empty | {"stress-summary": NO_DIGIT_STRESS}
    try:
        course = run_stress(
            STRESSES[stress], session.drawing, session.readings, detectors, view.confidence, view.iou,
            stress_deadline().check,
        )  # fmt: skip
    except DeadlineError as error:
        log.warning("refused: %s", error)
        return empty | {"stress-summary": render_notice(str(error))}
    if course is None:
        return empty
    return {"stress-summary": render_course(course, detectors), "stress-film": render_film(course, detectors)}


def build_stress(detectors: Mapping[str, Detector], tab: gr.Tab, session: gr.State, settings: Sequence[Block]) -> None:
    """Lays the tab out and wires it; it computes only when it is opened or another stress is chosen.

    Args:
        detectors: the methods.
        tab: the one to lay out.
        session: what the first tab shows.
        settings: its settings, in the order of :data:`ui.link.ViewValues`.
    """
    choice = gr.Radio(
        [(stress.label, name) for name, stress in STRESSES.items()], value=next(iter(STRESSES)),
        label="Change the drawing's", elem_id="stress-choice",
    )  # fmt: skip
    outputs = by_name(gr.HTML(EMPTY_STRESS, elem_id="stress-summary"), gr.HTML(elem_id="stress-film"))
    stop = gr.Button("Stop", size="sm", elem_classes="stop")
    inputs = [session, choice, *settings]
    runs: list[dict[str, Any]] = [
        listen(event, on_stress, (detectors,), inputs, outputs, **HEAVY) for event in (tab.select, choice.change)
    ]
    stop.click(None, None, None, cancels=runs, api_visibility="private")
