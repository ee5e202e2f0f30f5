"""The second tab: the same drawing taken apart, each way in its own column, stage by stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import cv2
import gradio as gr
import numpy as np

from detectors import CONFIDENCE, IOU, LOWEST, Detections, Detector, keep_best
from explain.stages import Picture, Stage, explain_reading
from ink.palette import PALETTE
from models.classes import CLASSES
from ui.html.picture import is_censored, png_url
from ui.session import Session, methods_by_approach

EMPTY_NOTICE = '<p class="blank">Draw something on the first tab, and see here how each method came to its reading.</p>'
CENSORED_NOTICE = (
    '<p class="blank">Something on this drawing may be censored. Tick <b>Show censored drawings</b> on the first '
    "tab to see how the methods read it.</p>"
)


def stages_html(stages: Sequence[Stage], first: int = 1) -> str:
    """The stages of one method as the items of an HTML list, numbered from ``first`` on."""
    parts = []
    for number, stage in enumerate(stages, first):
        pictures = "".join(
            f'<figure class="{"chosen" if p.chosen else "rejected"}"><img src="{png_url(p.image, 480)}" '
            f'alt="{escape(p.caption)}"><figcaption>{escape(p.caption)}{"" if p.chosen else " (turned down)"}'
            "</figcaption></figure>"
            for p in stage.pictures
        )
        many = " many" if len(stage.pictures) > 3 else ""
        parts.append(
            f'<li><h3><span class="step">{number}</span> {escape(stage.title)}</h3><p>{escape(stage.text)}</p>'
            f'<div class="pictures{many}">{pictures}</div></li>'
        )
    return "".join(parts)


def _draw_boxes(image: np.ndarray, found: Detections) -> np.ndarray:
    """Boxes on the drawing, the surest on top."""
    picture = image.copy()
    unit = max(1, round(max(image.shape[:2]) / 300))
    for k in np.argsort(found.confidence):
        x1, y1, x2, y2 = (round(float(v)) for v in found.xyxy[k])
        cv2.rectangle(picture, (x1, y1), (x2, y2), PALETTE[found.class_id[k] % len(PALETTE)], unit)
    return picture


def threshold_stage(image: np.ndarray, candidates: Detections, confidence: float, iou: float) -> Stage:
    """What the two thresholds leave of a method's candidates; no model runs."""
    sure = candidates[candidates.confidence >= confidence]
    left = keep_best(candidates, confidence, iou)
    said = ", ".join(f"{CLASSES[c]} {s:.0%}" for c, s in zip(left.class_id, left.confidence, strict=True)) or "nothing"
    return Stage(
        "What is kept?",
        f"Of {len(candidates)} candidate{'' if len(candidates) == 1 else 's'}, {len(sure)} reach the confidence; "
        f"of those that overlap too much only the surest stays (non-maximum suppression): {len(left)}.",
        [
            Picture(_draw_boxes(image, candidates), f"all candidates ({len(candidates)})"),
            Picture(_draw_boxes(image, sure), f"sure enough ({len(sure)})"),
            Picture(_draw_boxes(image, left), f"kept: {said}"),
        ],
    )


def render_columns(
    detectors: Mapping[str, Detector],
    shown: Session | None,
    apart: Mapping[str, tuple[int, str]],
    methods: Sequence[str],
    confidence: float,
    iou: float,
) -> list[str]:
    """One column an approach, as HTML.

    Args:
        detectors: all methods.
        shown: the drawing and its readings.
        apart: see :func:`take_apart`.
        methods: the chosen ones.
        confidence: see :func:`thresholds`.
        iou: likewise.
    """
    parts = []
    for name in methods:
        detector = detectors[name]
        head = f'<h2>{escape(detector.approach)} <span class="method">{escape(detector.label)}</span></h2>'
        if shown is None:
            parts.append(head + EMPTY_NOTICE)
        elif name not in apart:
            parts.append(head + CENSORED_NOTICE)
        else:
            last = threshold_stage(shown.image, shown.readings[name].proposals, confidence, iou)
            count, items = apart[name]
            parts.append(f'{head}<ol class="stages">{items}{stages_html([last], count + 1)}</ol>')
    return parts


def render_stages(
    detectors: Mapping[str, Detector], shown: Session | None, methods: Sequence[str], uncensored: bool
) -> dict[str, tuple[int, str]]:
    """How many stages each chosen method has, and their HTML; nothing without a drawing, or while it is veiled.

    A visitor's stay in memory while he looks: as HTML they take a fourteenth of what their pictures would.
    """
    if shown is None or (not uncensored and is_censored(shown)):
        return {}
    apart = {}
    for name in methods:
        stages = explain_reading(detectors[name], shown.image)
        apart[name] = len(stages), stages_html(stages)
    return apart


def build_inside(
    detectors: Mapping[str, Detector], tab: gr.Tab, shown: gr.State, uncensored: gr.Checkbox, choices: list[Any]
) -> None:
    """Lays the tab out and wires it: the methods are taken apart when the tab is opened, the sliders only filter."""
    approaches = methods_by_approach(detectors)
    apart = gr.State({})

    def on_open(seen: Session | None, clear: bool, confidence: float, iou: float, *methods: str) -> list[Any]:
        found = render_stages(detectors, seen, methods, clear)
        return [found, *render_columns(detectors, seen, found, methods, confidence, iou)]

    def on_slide(found: Any, seen: Session | None, confidence: float, iou: float, *methods: str) -> list[str]:
        return render_columns(detectors, seen, found, methods, confidence, iou)

    with gr.Row():
        confidence = gr.Slider(LOWEST, 0.95, CONFIDENCE, step=0.01, label="Confidence", elem_id="inside-confidence",
                               info="Candidates below it are left out; see the last step.")  # fmt: skip
        iou = gr.Slider(0.1, 0.9, IOU, step=0.05, label="Overlap (IoU)", elem_id="inside-iou",
                        info="Of two boxes that overlap more than this, the surer one is kept.")  # fmt: skip
    with gr.Row():
        views = []
        for approach in approaches:
            with gr.Column(min_width=320):
                views.append(gr.HTML(elem_id=f"inside-{approach.lower()}"))
    quiet: dict[str, Any] = {"api_visibility": "private"}
    tab.select(on_open, [shown, uncensored, confidence, iou, *choices], [apart, *views], **quiet)
    for slider in (confidence, iou):
        slider.change(
            on_slide, [apart, shown, confidence, iou, *choices], views,
            queue=False, show_progress="hidden", trigger_mode="always_last", **quiet,
        )  # fmt: skip
