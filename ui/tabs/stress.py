"""The tab that changes one drawing gradually and plots where each method breaks."""

from __future__ import annotations

from collections.abc import Mapping

import gradio as gr

from comparison.stress import STRESSES, make_subject, run_stress
from detectors import CONFIDENCE, IOU, Detector
from ui.deadline import DeadlineError, stress_deadline
from ui.html.film import render_course, render_film
from ui.html.notices import CENSORED_NOTICE, EMPTY_STRESS, render_notice
from ui.server import log
from ui.session import Session
from ui.waiting import HEAVY
from ui.wiring import Updates, by_name, listen


def on_stress(detectors: Mapping[str, Detector], session: Session | None, uncensored: bool, stress: str) -> Updates:
    """Changes the visitor's drawing, and shows what every method reads along the way.

    Args:
        detectors: the methods.
        session: what is drawn, if anything is.
        uncensored: nothing is blurred.
        stress: a key of :data:`comparison.stress.STRESSES`.
    """
    empty: Updates = {"stress-summary": EMPTY_STRESS, "stress-film": ""}
    if session is None:
        return empty
    if not session.may_show(uncensored):
        return empty | {"stress-summary": CENSORED_NOTICE}
    first = next(iter(session.readings))
    subject = make_subject(session.drawing, session.detections(first, CONFIDENCE, IOU).xyxy)
    if subject is None:
        return empty
    try:
        course = run_stress(STRESSES[stress], subject, detectors, stress_deadline().check)
    except DeadlineError as error:
        log.warning("refused: %s", error)
        return empty | {"stress-summary": render_notice(str(error))}
    return {"stress-summary": render_course(course, detectors), "stress-film": render_film(course, detectors)}


def build_stress(detectors: Mapping[str, Detector], tab: gr.Tab, session: gr.State, uncensored: gr.Checkbox) -> None:
    """Lays the tab out and wires it; it computes only when it is opened or another stress is chosen."""
    choice = gr.Radio(
        [(stress.label, name) for name, stress in STRESSES.items()], value=next(iter(STRESSES)),
        label="Change the drawing's", elem_id="stress-choice",
    )  # fmt: skip
    outputs = by_name(gr.HTML(EMPTY_STRESS, elem_id="stress-summary"), gr.HTML(elem_id="stress-film"))
    for event in (tab.select, choice.change):
        inputs = [session, uncensored, choice]
        listen(event, on_stress, (detectors,), inputs, outputs, **HEAVY)
