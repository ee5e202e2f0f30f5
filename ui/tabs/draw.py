"""The first tab: draw, and see both readings side by side, object by object."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
from gradio.blocks import Block
from gradio.components.image_editor import EditorData

from comparison.agreement import compare_matched
from detectors import CONFIDENCE, IOU, Detector
from ink.drawing import BLANK_SIDE, DrawingError, as_drawing
from ui.html.notices import render_notice, render_verdict
from ui.html.objects import render_cards
from ui.html.panels import render_empty_panel, render_panel
from ui.html.picture import png_url
from ui.ink_pad import ink_pad
from ui.link import View, ViewValues, unpack_view
from ui.methods import methods_by_approach
from ui.server import log
from ui.session import Session, read_for_page
from ui.share import build_share
from ui.uploads import drawing_from_strokes, read_view_file
from ui.wiring import Updates, by_name, listen

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.png"))


def panel_name(approach: str) -> str:
    """What an approach's panel is called in updates and in the page."""
    return f"panel-{approach.lower()}"


def choice_name(approach: str) -> str:
    """What the choice of an approach's method is called in updates and in the page."""
    return f"choice-{approach.lower()}"


def render_readings(detectors: Mapping[str, Detector], session: Session | None, view: View) -> Updates:
    """The panels of the chosen methods and of the others, the verdict and the objects, as HTML; no model runs here."""
    chosen = [detectors[method] for method in view.methods]
    others = [detector for name, detector in detectors.items() if name not in view.methods]
    if session is None:
        panels = {panel_name(d.approach): render_empty_panel(d) for d in chosen}
        more = "".join(render_empty_panel(d) for d in others)
        return {**panels, "panels-more": more, "verdict": render_verdict(None), "objects": ""}
    matched = session.matched(view)
    first, second = (session.place(method) for method in view.methods)
    drawing = session.visible_drawing(view)
    picture = png_url(drawing)
    panels = {
        panel_name(detector.approach): render_panel(detector, session, view, matched, picture, other)
        for detector, other in zip(chosen, (second, first), strict=True)
    }
    more = "".join(render_panel(d, session, view, matched, picture, first) for d in others)
    agreement = compare_matched(matched, first, second, [detector.approach for detector in chosen])
    verdict = render_verdict(agreement, session.notes, blurred=not session.may_show(view))
    cards = render_cards(drawing, matched, agreement, detectors, session, view.confidence)
    return {**panels, "panels-more": more, "verdict": verdict, "objects": cards}


def on_drawing(
    detectors: Mapping[str, Detector],
    to_drawing: Callable[..., np.ndarray],
    source: object,
    *values: *ViewValues,
) -> Updates:
    """Reads anything drawable; on bad input everything stays as it is and the line under the panels says why."""
    try:
        session = read_for_page(source, detectors, to_drawing)
    except DrawingError as error:
        return {"verdict": render_notice(str(error))}
    return {"session": session, **render_readings(detectors, session, View.from_values(*values))}


def on_pad(
    detectors: Mapping[str, Detector], pad: gr.Sketchpad, reference: dict[str, object] | None, *values: *ViewValues
) -> Updates:
    """Reads the Sketchpad's drawing, of which the browser says where it has uploaded it."""
    upload = reference.get("id") if isinstance(reference, dict) else None
    drawing = pad.preprocess(EditorData(id=upload if isinstance(upload, str) else None))
    return on_drawing(detectors, as_drawing, drawing, *values)


def on_example(detectors: Mapping[str, Detector], index: int, *values: *ViewValues) -> Updates:
    """Reads one of the examples."""
    return on_drawing(detectors, as_drawing, EXAMPLES[index], *values)


def on_link(detectors: Mapping[str, Detector], request: gr.Request) -> Updates:
    """Opens the view that the page's address holds, if any."""
    text = request.query_params.get("view")
    return open_view(detectors, str(text)) if text else {}


def on_view_file(detectors: Mapping[str, Detector], path: str | None) -> Updates:
    """Opens a saved view; what is none leaves all as it is, and the line under the panels says why."""
    try:
        return open_view(detectors, read_view_file(path))
    except DrawingError as error:
        return _refuse_view(error)


def open_view(detectors: Mapping[str, Detector], text: str) -> Updates:
    """A view with its settings; what is none leaves all as it is, and the line under the panels says why."""
    approaches = methods_by_approach(detectors)
    try:
        drawing, view = unpack_view(text, list(approaches.values()))
    except DrawingError as error:
        return _refuse_view(error)
    session = read_for_page(drawing, detectors)
    choices = {choice_name(approach): method for approach, method in zip(approaches, view.methods, strict=True)}
    settings = {"confidence": view.confidence, "iou": view.iou, **choices}
    return {**settings, "session": session, **render_readings(detectors, session, view)}


def _refuse_view(error: DrawingError) -> Updates:
    log.warning("refused: %s", error)
    return {"verdict": render_notice(str(error))}


def on_setting(detectors: Mapping[str, Detector], session: Session | None, *values: *ViewValues) -> Updates:
    """Shows what is left of the readings at other settings."""
    return render_readings(detectors, session, View.from_values(*values))


@dataclass(frozen=True)
class Sources:
    """Where a drawing comes from."""

    pad: gr.Sketchpad
    ink: gr.HTML
    upload: gr.UploadButton


Setting = gr.Slider | gr.Checkbox | gr.Radio


@dataclass(frozen=True)
class Settings:
    """What a visitor sets, here and in other tabs: see :class:`ui.link.View`."""

    confidence: gr.Slider
    iou: gr.Slider
    uncensored: gr.Checkbox
    methods: list[gr.Radio]

    def components(self) -> dict[str, Setting]:
        """All of them by name, in the order of :data:`ui.link.ViewValues`."""
        return by_name(self.confidence, self.iou, self.uncensored, *self.methods)


def lay_out_sources() -> Sources:
    """The two pads and the button for a picture."""
    with gr.Column(min_width=340, elem_id="pad-column"):
        with gr.Tabs(elem_id="pads"):
            with gr.Tab("Sketchpad"):
                pad = gr.Sketchpad(
                    label="Draw here", elem_id="pad", canvas_size=(BLANK_SIDE, BLANK_SIDE), fixed_canvas=True,
                    layers=False, transforms=(), image_mode="RGB",
                    brush=gr.Brush(default_size=6, colors=["#000000"], color_mode="fixed"),
                )  # fmt: skip
            with gr.Tab("Live ink"):
                ink = ink_pad(elem_id="ink")
        upload = gr.UploadButton("Read a picture instead", file_types=["image"], size="sm", elem_id="upload")
    return Sources(pad, ink, upload)


def lay_out_panels(detectors: Mapping[str, Detector]) -> list[gr.HTML]:
    """One panel per approach."""
    panels = []
    for approach in methods_by_approach(detectors):
        with gr.Column(min_width=260, scale=4):
            panels.append(gr.HTML(elem_id=panel_name(approach)))
    panels.append(gr.HTML(elem_id="panels-more"))
    return panels


def lay_out_settings(detectors: Mapping[str, Detector]) -> Settings:
    """The choice of a method per approach, the two thresholds, and whether anything is blurred."""
    with gr.Row():
        methods = [
            gr.Radio(
                [(detectors[name].label, name) for name in names], value=names[0], label=f"{approach} by",
                visible=len(names) > 1, elem_id=choice_name(approach),
            )
            for approach, names in methods_by_approach(detectors).items()
        ]  # fmt: skip
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
    return Settings(confidence, iou, uncensored, methods)


def build_draw(
    detectors: Mapping[str, Detector], page: gr.Blocks, session: gr.State, picked_drawing: gr.State
) -> Settings:
    """Lays the tab out and wires it.

    Args:
        detectors: the methods.
        page: which may be opened with a view in its address.
        session: gets what the panels show.
        picked_drawing: a drawing that another tab wants to be read.
    """
    uploaded = gr.JSON(visible="hidden")
    with gr.Row():
        sources = lay_out_sources()
        panels = lay_out_panels(detectors)
    queue = gr.HTML("<p></p>", elem_id="queue")
    views = by_name(*panels, gr.HTML(elem_id="verdict"), gr.HTML(elem_id="objects"))
    settings = lay_out_settings(detectors)
    values = settings.components()
    inputs = list(values.values())
    view_file = build_share(session, inputs)
    gallery = gr.Dataset(
        components=[gr.Image(visible=False)], samples=[[str(path)] for path in EXAMPLES], type="index",
        label="Or try one of these; some are hard", elem_id="examples",
    )  # fmt: skip
    first_view = View([str(choice.value) for choice in settings.methods])
    for name, html in render_readings(detectors, None, first_view).items():
        views[name].value = html

    # Any Python event that takes the pad as an input makes the browser upload the canvas again and again, so the
    # pad hands over a reference to what it has uploaded anyway, and Python looks that up.
    js = "(v) => ({id: v ? v.id : null, at: Date.now()})"
    sources.pad.change(None, sources.pad, uploaded, js=js, api_visibility="private")
    # Where many wait, a line says for how long; the style sheet keeps it from flickering at quick answers.
    waiting: dict[str, Any] = {"show_progress": "minimal", "show_progress_on": [queue]}
    reading: dict[str, Block] = {"session": session, **views}
    for event, source, handler, bound in (
        (uploaded.change, uploaded, on_pad, (detectors, sources.pad)),
        (sources.ink.change, sources.ink, on_drawing, (detectors, drawing_from_strokes)),
        (sources.upload.upload, sources.upload, on_drawing, (detectors, as_drawing)),
        (picked_drawing.change, picked_drawing, on_drawing, (detectors, as_drawing)),
        (gallery.click, gallery, on_example, (detectors,)),
    ):
        listen(event, handler, bound, [source, *inputs], reading, **waiting)
    opened = values | reading
    listen(view_file.upload, on_view_file, (detectors,), [view_file], opened, **waiting)
    listen(page.load, on_link, (detectors,), [], opened, show_progress="hidden")
    for setting in inputs:
        listen(setting.change, on_setting, (detectors,), [session, *inputs], views, show_progress="hidden", queue=False)
    return settings
