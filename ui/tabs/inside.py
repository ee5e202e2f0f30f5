"""The second tab: the same drawing taken apart, each way in its own column, stage by stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import cv2
import gradio as gr
import numpy as np

from detectors import CONFIDENCE, IOU, MIN_CONFIDENCE, Detections, Detector, keep_best
from explain.stages import Picture, Stage, explain_reading
from ink.palette import PALETTE
from ink.sheet import Sheet
from models.classes import CLASSES
from ui.html.notices import CENSORED_NOTICE, EMPTY_INSIDE
from ui.html.stages import render_column, render_stage_items, render_stage_list
from ui.link import View
from ui.methods import judging_methods, methods_by_approach
from ui.session import Session
from ui.waiting import HEAVY
from ui.wiring import Updates, by_name, listen


class RenderedStages(NamedTuple):
    """A method taken apart, as it stays in memory while a visitor looks.

    As HTML the stages take a fourteenth of what their pictures would.
    """

    stage_count: int
    items: str  # of an HTML list


def column_name(approach: str) -> str:
    """What an approach's column is called in updates and in the page."""
    return f"inside-{approach.lower()}"


def _draw_boxes(drawing: np.ndarray, detections: Detections) -> np.ndarray:
    """Boxes on the drawing, the surest on top."""
    picture = drawing.copy()
    thickness = max(1, round(max(drawing.shape[:2]) / 300))
    for k in np.argsort(detections.confidence):
        x1, y1, x2, y2 = (round(float(v)) for v in detections.xyxy[k])
        cv2.rectangle(picture, (x1, y1), (x2, y2), PALETTE[detections.class_id[k] % len(PALETTE)], thickness)
    return picture


def threshold_stage(drawing: np.ndarray, proposals: Detections, confidence: float, iou: float) -> Stage:
    """What the two thresholds leave of a method's proposals; no model runs."""
    sure = proposals[proposals.confidence >= confidence]
    left = keep_best(proposals, confidence, iou)
    words = ", ".join(f"{CLASSES[c]} {s:.0%}" for c, s in zip(left.class_id, left.confidence, strict=True)) or "nothing"
    return Stage(
        "What is kept?",
        f"Of {len(proposals)} candidate{'' if len(proposals) == 1 else 's'}, {len(sure)} reach the confidence; "
        f"of those that overlap too much only the surest stays (non-maximum suppression): {len(left)}.",
        [
            Picture(_draw_boxes(drawing, proposals), f"all candidates ({len(proposals)})"),
            Picture(_draw_boxes(drawing, sure), f"sure enough ({len(sure)})"),
            Picture(_draw_boxes(drawing, left), f"kept: {words}"),
        ],
    )


def explain_methods(
    detectors: Mapping[str, Detector], session: Session | None, methods: Sequence[str], uncensored: bool
) -> dict[str, RenderedStages]:
    """The chosen methods taken apart, by name; none without a drawing, or while part of it is blurred."""
    if session is None or not session.may_show(View(list(methods), uncensored=uncensored)):
        return {}
    sheet = Sheet(session.drawing)
    explained = {}
    for name in methods:
        stages = explain_reading(detectors[name], sheet)
        explained[name] = RenderedStages(len(stages), render_stage_items(stages))
    return explained


def render_columns(
    detectors: Mapping[str, Detector],
    session: Session | None,
    explained: Mapping[str, RenderedStages],
    methods: Sequence[str],
    confidence: float,
    iou: float,
) -> Updates:
    """One column per approach, as HTML.

    Args:
        detectors: all methods.
        session: the drawing and its readings.
        explained: see :func:`explain_methods`.
        methods: the chosen ones.
        confidence: see :func:`threshold_stage`.
        iou: likewise.
    """
    columns: Updates = {}
    for name in methods:
        detector = detectors[name]
        if session is None:
            content = EMPTY_INSIDE
        elif name not in explained:
            content = CENSORED_NOTICE
        else:
            last = threshold_stage(session.drawing, session.proposals(name), confidence, iou)
            count, items = explained[name]
            content = render_stage_list(items + render_stage_items([last], count + 1))
        columns[column_name(detector.approach)] = render_column(detector.approach, detector.label, content)
    return columns


def on_open(
    detectors: Mapping[str, Detector],
    session: Session | None,
    uncensored: bool,
    confidence: float,
    iou: float,
    *methods: str,
) -> Updates:
    """Takes the chosen methods and those that judge them apart, and shows it."""
    shown = [*methods, *judging_methods(detectors)]
    explained = explain_methods(detectors, session, shown, uncensored)
    return {"explained": explained, **render_columns(detectors, session, explained, shown, confidence, iou)}


def on_threshold(
    detectors: Mapping[str, Detector],
    explained: Mapping[str, RenderedStages],
    session: Session | None,
    confidence: float,
    iou: float,
    *methods: str,
) -> Updates:
    """Shows what other thresholds leave."""
    return render_columns(detectors, session, explained, [*methods, *judging_methods(detectors)], confidence, iou)


def build_inside(
    detectors: Mapping[str, Detector],
    tab: gr.Tab,
    session: gr.State,
    uncensored: gr.Checkbox,
    methods: Sequence[gr.Radio],
) -> None:
    """Lays the tab out and wires it: the methods are taken apart when the tab is opened, the sliders only filter."""
    explained = gr.State({})
    with gr.Row():
        confidence = gr.Slider(MIN_CONFIDENCE, 0.95, CONFIDENCE, step=0.01,
                               label="Confidence", elem_id="inside-confidence",
                               info="Candidates below it are left out; see the last step.")  # fmt: skip
        iou = gr.Slider(0.1, 0.9, IOU, step=0.05, label="Overlap (IoU)", elem_id="inside-iou",
                        info="Of two boxes that overlap more than this, the surer one is kept.")  # fmt: skip
    columns = []
    with gr.Row():
        for approach in methods_by_approach(detectors):
            with gr.Column(min_width=320):
                columns.append(gr.HTML(elem_id=column_name(approach)))
    columns += [gr.HTML(elem_id=column_name(detectors[name].approach)) for name in judging_methods(detectors)]
    views = by_name(*columns)
    inputs = [session, uncensored, confidence, iou, *methods]
    listen(tab.select, on_open, (detectors,), inputs, {"explained": explained, **views}, **HEAVY)
    for slider in (confidence, iou):
        inputs = [explained, session, confidence, iou, *methods]
        listen(slider.change, on_threshold, (detectors,), inputs, views, queue=False, show_progress="hidden")
