"""The first tab: draw, and see both readings side by side, object by object."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
from gradio.components.image_editor import EditorData

from comparison.agreement import compare_readings
from detectors import CONFIDENCE, IOU, LOWEST, Detections, Detector
from ink.drawing import BLANK_SIDE, DrawingError, as_drawing
from ink.pen import draw_strokes
from ink.strokes import read_strokes
from ui.html.objects import render_cards
from ui.html.panels import panel_objects, render_notice, render_panel, render_verdict
from ui.html.picture import blurred_drawing
from ui.ink_pad import ink_pad
from ui.link import View, unpack_view
from ui.session import Session, log, methods_by_approach, read_for_page
from ui.share import build_share as build_share
from ui.share import read_view_file

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.png"))


def render_readings(detectors: Mapping[str, Detector], shown: Session | None, view: View) -> list[str]:
    """The panels of the chosen methods, the line under them and the objects, as HTML; no model runs here."""
    chosen = [detectors[m] for m in view.methods]
    if shown is None:
        return [
            *(render_panel(d.approach, d.label, None, Detections.empty(), None) for d in chosen),
            render_verdict(None),
            "",
        ]
    first, second = (shown.readings[m].shown(view.confidence, view.iou) for m in view.methods)
    agreement = compare_readings(first, second, (chosen[0].approach, chosen[1].approach))
    image = shown.image if view.uncensored else blurred_drawing(shown)
    panels = []
    for side, (detector, mine, other) in enumerate(zip(chosen, (first, second), (second, first), strict=True)):
        reading = shown.readings[view.methods[side]]
        weaker = float(reading.proposals.confidence.max(initial=0.0))
        hint = f"Nothing reaches a confidence of {view.confidence:.2f}" + (
            f"; the best guess has {weaker:.2f}." if weaker >= LOWEST else "."
        )
        seen = panel_objects(side, agreement.objects, other)
        panels.append(render_panel(detector.approach, detector.label, image, mine, reading.milliseconds, seen, hint))
    labels = {
        name: d.label if d.approach == "Detection" else f"{d.approach}, {d.label}" for name, d in detectors.items()
    }
    objects = render_cards(image, agreement.objects, (first, second), shown.readings, labels, view.confidence)
    return [*panels, render_verdict(agreement), objects]


def drawing_of_strokes(value: Any) -> np.ndarray:
    """What live ink sends as a drawing, uint8 ``[S, S, 3]``; DrawingError where it sends something else."""
    side, strokes = read_strokes(value)
    return draw_strokes(strokes, side)


@dataclass(frozen=True)
class Controls:
    """The settings that other tabs share: which method stands for each approach, and whether nothing is veiled."""

    choices: list[gr.Radio]
    uncensored: gr.Checkbox


def build_draw(detectors: Mapping[str, Detector], page: gr.Blocks, shown: gr.State, picked: gr.State) -> Controls:
    """Lays the tab out and wires it; ``shown`` holds what its panels show, ``picked`` what it is given to read."""
    approaches = methods_by_approach(detectors)

    def guarded(source: Any, *settings: Any, read: Callable[[Any], np.ndarray] = as_drawing) -> list[Any]:
        """Reads anything drawable; on bad input everything stays as it is and the line below says why."""
        try:
            seen = read_for_page(source, detectors, read)
        except DrawingError as error:
            return [gr.skip()] * (1 + len(approaches)) + [render_notice(str(error)), gr.skip()]
        return [seen, *render_readings(detectors, seen, to_view(*settings))]

    def to_view(confidence: float, iou: float, uncensored: bool, *methods: str) -> View:
        return View(list(methods), confidence, iou, uncensored)

    def on_pad(reference: Any, *settings: Any) -> list[Any]:
        key = reference.get("id") if isinstance(reference, dict) else None
        return guarded(pad.preprocess(EditorData(id=key if isinstance(key, str) else None)), *settings)

    def on_ink(strokes: Any, *settings: Any) -> list[Any]:
        return guarded(strokes, *settings, read=drawing_of_strokes)

    def on_example(index: int, *settings: Any) -> list[Any]:
        return guarded(EXAMPLES[index], *settings)

    def on_view(text: str, *settings: Any) -> list[Any]:
        """Shows what a link holds, with its settings."""
        return opened(lambda: text, len(settings))

    def on_saved(path: str | None, *settings: Any) -> list[Any]:
        return opened(lambda: read_view_file(path), len(settings))

    def opened(text: Callable[[], str], count: int) -> list[Any]:
        """A view with its settings; what is none leaves all as it is, and the line below says why."""
        try:
            image, view = unpack_view(text(), list(approaches.values()))
        except DrawingError as error:
            log.warning("refused: %s", error)
            return [gr.skip()] * (count + 1 + len(approaches)) + [render_notice(str(error)), gr.skip()]
        seen = read_for_page(image, detectors)
        return [view.confidence, view.iou, gr.skip(), *view.methods, seen, *render_readings(detectors, seen, view)]

    def on_load(request: gr.Request, *settings: Any) -> list[Any]:
        text = request.query_params.get("view")
        return on_view(text, *settings) if text else [gr.skip()] * (len(settings) + 1 + len(results))

    def on_setting(seen: Session | None, *settings: Any) -> list[str]:
        return render_readings(detectors, seen, to_view(*settings))

    reference = gr.JSON(visible="hidden")
    with gr.Row():
        with gr.Column(min_width=340, elem_id="pad-column"):
            with gr.Tabs(elem_id="pads"):
                with gr.Tab("Sketchpad"):
                    pad = gr.Sketchpad(
                        label="Draw here",
                        elem_id="pad",
                        canvas_size=(BLANK_SIDE, BLANK_SIDE),
                        fixed_canvas=True,
                        layers=False,
                        transforms=(),
                        image_mode="RGB",
                        brush=gr.Brush(default_size=6, colors=["#000000"], color_mode="fixed"),
                    )
                with gr.Tab("Live ink"):
                    ink = ink_pad(elem_id="ink")
            upload = gr.UploadButton("Read a picture instead", file_types=["image"], size="sm", elem_id="upload")
        panels = []
        for approach in approaches:
            with gr.Column(min_width=260, scale=4):
                panels.append(gr.HTML(elem_id=f"panel-{approach.lower()}"))
    queue = gr.HTML("<p></p>", elem_id="queue")
    line = gr.HTML(elem_id="verdict")
    objects = gr.HTML(elem_id="objects")
    with gr.Row():
        choices: list[Any] = [
            gr.Radio(
                [(detectors[name].label, name) for name in names],
                value=names[0],
                label=f"{approach} by",
                visible=len(names) > 1,
                elem_id=f"choice-{approach.lower()}",
            )
            for approach, names in approaches.items()
        ]
        confidence = gr.Slider(
            0.05, 0.95, CONFIDENCE, step=0.05, label="Confidence",
            info="Show what a method is at least this sure of.", elem_id="confidence",
        )  # fmt: skip
        iou = gr.Slider(
            0.1, 0.9, IOU, step=0.05, label="Overlap (IoU)",
            info="Of two boxes that overlap more than this, keep the surer one.", elem_id="iou",
        )  # fmt: skip
        uncensored = gr.Checkbox(
            False, label="Show censored drawings", info="They are blurred otherwise.", elem_id="uncensored"
        )
    settings = [confidence, iou, uncensored, *choices]
    saved = build_share(shown, settings, to_view)
    gallery = gr.Dataset(
        components=[gr.Image(visible=False)],
        samples=[[str(path)] for path in EXAMPLES],
        type="index",
        label="Or try one of these; some are hard",
        elem_id="examples",
    )

    results = [*panels, line, objects]
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    # Where many wait, a line says for how long; the style sheet keeps it from flickering at quick answers.
    waiting: dict[str, Any] = {"show_progress": "minimal", "show_progress_on": [queue], "api_visibility": "private"}
    # Any Python event that takes the pad as an input makes the browser upload the canvas again and again, so the
    # pad hands over a reference to what it has uploaded anyway, and Python looks that up.
    pad.change(None, pad, reference, js="(v) => ({id: v ? v.id : null, at: Date.now()})", api_visibility="private")
    reference.change(on_pad, [reference, *settings], [shown, *results], trigger_mode="always_last", **waiting)
    ink.change(on_ink, [ink, *settings], [shown, *results], trigger_mode="always_last", **waiting)
    upload.upload(guarded, [upload, *settings], [shown, *results], **waiting)
    picked.change(guarded, [picked, *settings], [shown, *results], **waiting)
    gallery.click(on_example, [gallery, *settings], [shown, *results], **waiting)
    saved.upload(on_saved, [saved, *settings], [*settings, shown, *results], **waiting)
    page.load(on_load, settings, [*settings, shown, *results], **quiet)
    for control in settings:
        control.change(on_setting, [shown, *settings], results, queue=False, trigger_mode="always_last", **quiet)
    first = View([names[0] for names in approaches.values()])
    for component, html in zip(results, render_readings(detectors, None, first), strict=True):
        component.value = html
    return Controls(choices, uncensored)
