"""The tab that takes a drawing apart as a story, both ways side by side, step by step at the reader's pace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import gradio as gr
import numpy as np

from detectors import CONFIDENCE, IOU, MIN_CONFIDENCE, Detections, Detector, keep_best
from explain.stages import Picture, Stage, crop_to_bounds, draw_boxes, explain_reading, time_work
from ink.sheet import Sheet
from models.classes import CLASSES
from ui.html.notices import CENSORED_NOTICE, EMPTY_INSIDE
from ui.html.stages import RenderedStage, StoryColumn, render_stage, render_story
from ui.link import View
from ui.session import Session
from ui.theme import read_asset
from ui.waiting import HEAVY
from ui.wiring import Updates, by_name, listen


def bounds_of(found: Sequence[Detections]) -> np.ndarray | None:
    """What the boxes of several methods cover together, x1, y1, x2, y2; None where there are none."""
    boxes = np.concatenate([each.xyxy for each in found])
    return np.concatenate([boxes[:, :2].min(0), boxes[:, 2:].max(0)]) if len(boxes) else None


def threshold_stage(
    drawing: np.ndarray, proposals: Detections, confidence: float, iou: float, bounds: np.ndarray | None
) -> Stage:
    """What the two thresholds leave of a method's proposals; no model runs.

    Args:
        drawing: uint8 ``[H, W, 3]`` RGB.
        proposals: of the method.
        confidence: what is less sure is left out.
        iou: of two boxes that overlap more than this, the surer one is kept.
        bounds: the part of the drawing that is shown, the same for every method; None for all of it.
    """
    sure = proposals[proposals.confidence >= confidence]
    left, milliseconds = time_work(partial(keep_best, proposals, confidence, iou))
    words = ", ".join(f"{CLASSES[c]} {s:.0%}" for c, s in zip(left.class_id, left.confidence, strict=True)) or "nothing"
    captions = [
        (left, f"kept: {words}"),
        (proposals, f"all candidates ({len(proposals)})"),
        (sure, f"sure enough ({len(sure)})"),
    ]
    pictures = []
    for found, caption in captions:
        boxed = draw_boxes(drawing, found)
        pictures.append(Picture(boxed if bounds is None else crop_to_bounds(boxed, bounds.tolist()), caption))
    return Stage(
        "What is kept?",
        f"Of {len(proposals)} candidate{'' if len(proposals) == 1 else 's'}, {len(sure)} reach the confidence; "
        f"of those that overlap too much only the surest stays (non-maximum suppression): {len(left)}.",
        pictures,
        milliseconds,
    )


def explain_methods(
    detectors: Mapping[str, Detector], session: Session | None, methods: Sequence[str], uncensored: bool
) -> dict[str, list[RenderedStage]]:
    """The chosen methods taken apart, by name; none without a drawing, or while part of it is blurred."""
    if session is None or not session.may_show(View(list(methods), uncensored=uncensored)):
        return {}
    sheet = Sheet(session.drawing)
    return {name: [render_stage(stage) for stage in explain_reading(detectors[name], sheet)] for name in methods}


def tell_story(
    detectors: Mapping[str, Detector],
    session: Session | None,
    explained: Mapping[str, Sequence[RenderedStage]],
    methods: Sequence[str],
    confidence: float,
    iou: float,
) -> Updates:
    """The story of the chosen methods, or why there is none.

    Args:
        detectors: every method.
        session: the drawing and its readings.
        explained: see :func:`explain_methods`.
        methods: the chosen ones.
        confidence: see :func:`threshold_stage`.
        iou: likewise.
    """
    if session is None:
        return {"inside-story": EMPTY_INSIDE}
    if any(name not in explained for name in methods):
        return {"inside-story": CENSORED_NOTICE}
    columns = []
    bounds = bounds_of([session.proposals(name) for name in methods])
    for name in methods:
        last = render_stage(threshold_stage(session.drawing, session.proposals(name), confidence, iou, bounds))
        columns.append(StoryColumn(detectors[name], [*explained[name], last]))
    return {"inside-story": render_story(columns)}


def on_open(
    detectors: Mapping[str, Detector],
    session: Session | None,
    uncensored: bool,
    confidence: float,
    iou: float,
    *methods: str,
) -> Updates:
    """Takes the chosen methods apart, and shows it."""
    explained = explain_methods(detectors, session, methods, uncensored)
    return {"explained": explained, **tell_story(detectors, session, explained, methods, confidence, iou)}


def on_threshold(
    detectors: Mapping[str, Detector],
    explained: Mapping[str, Sequence[RenderedStage]],
    session: Session | None,
    confidence: float,
    iou: float,
    *methods: str,
) -> Updates:
    """Shows what other thresholds leave."""
    return tell_story(detectors, session, explained, methods, confidence, iou)


def build_inside(
    detectors: Mapping[str, Detector],
    tab: gr.Tab,
    session: gr.State,
    uncensored: gr.Checkbox,
    methods: Sequence[gr.Radio],
) -> None:
    """Lays the tab out and wires it: the methods are taken apart when the tab is opened, the sliders only filter."""
    explained = gr.State({})
    story = gr.HTML(EMPTY_INSIDE, js_on_load=read_asset("story.js"), elem_id="inside-story")
    with gr.Row(elem_id="inside-settings"):
        confidence = gr.Slider(MIN_CONFIDENCE, 0.95, CONFIDENCE, step=0.01,
                               label="Confidence", elem_id="inside-confidence",
                               info="Candidates below it are left out.")  # fmt: skip
        iou = gr.Slider(0.1, 0.9, IOU, step=0.05, label="Overlap (IoU)", elem_id="inside-iou",
                        info="Of two boxes that overlap more than this, the surer one is kept.")  # fmt: skip
    stop = gr.Button("Stop", size="sm", elem_classes="stop")
    views = by_name(story)
    inputs = [session, uncensored, confidence, iou, *methods]
    opened = listen(tab.select, on_open, (detectors,), inputs, {"explained": explained, **views}, **HEAVY)
    stop.click(None, None, None, cancels=[opened], api_visibility="private")
    for slider in (confidence, iou):
        inputs = [explained, session, confidence, iou, *methods]
        listen(slider.change, on_threshold, (detectors,), inputs, views, queue=False, show_progress="hidden")
