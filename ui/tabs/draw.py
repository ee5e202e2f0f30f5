"""The first tab: draw, and see both readings side by side, object by object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.blocks import Block

from collection.adapt import VisitMemory
from collection.intake import Intake
from comparison.agreement import compare_matched
from comparison.together import reading_together
from detectors import CONFIDENCE, IOU, Detector
from detectors.referee import Referee
from ink.drawing import BLANK_SIDE, DrawingError
from ui.blobs import BoundedPad
from ui.correction import adapt_session, crop_features, session_changes
from ui.html.examples import render_examples
from ui.html.memory import render_memory
from ui.html.notices import PAD_SWITCH, render_notice, render_verdict
from ui.html.objects import render_cards
from ui.html.panels import render_empty_panel, render_panel
from ui.html.picture import png_url
from ui.ink_pad import ink_pad
from ui.link import View, ViewValues
from ui.logs import log
from ui.methods import methods_by_approach
from ui.pad import (
    EXAMPLES,
    PadContext,
    Pick,
    brush_change,
    pad_brush,
    read_request,
    render_landing,
    update_editor,
)
from ui.play import build_play
from ui.session import Session, read_for_page
from ui.share import build_share
from ui.tabs.correct import Corrections, build_correct
from ui.wiring import Updates, by_name, listen


def panel_name(approach: str) -> str:
    """What an approach's panel is called in updates and in the page."""
    return f"panel-{approach.lower()}"


def choice_name(approach: str) -> str:
    """What the choice of an approach's method is called in updates and in the page."""
    return f"choice-{approach.lower()}"


def render_readings(detectors: Mapping[str, Detector], session: Session | None, view: View) -> Updates:
    """The panels of the chosen methods and of the others, the verdict and the objects, as HTML; no model runs here."""
    chosen = [detectors[method] for method in view.methods]
    others = [detector for name, detector in detectors.items() if name not in view.methods and not detector.ways]
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
    together = [
        reading_together(detector, session.all_proposals, matched, view.confidence, view.iou, view.methods)
        for detector in detectors.values()
        if isinstance(detector, Referee)
    ]
    verdict = render_verdict(agreement, session.notes, blurred=not session.may_show(view), together=together)
    cards = render_cards(drawing, matched, agreement, detectors, session, view.confidence)
    return {**panels, "panels-more": more, "verdict": verdict, "objects": cards}


def on_request(
    detectors: Mapping[str, Detector],
    editor: gr.Sketchpad,
    request: object,
    picks: Sequence[Pick],
    memory: VisitMemory | None,
    *values: *ViewValues,
) -> Updates:
    """Reads what is written on a pad or opened; on bad input all stays as it is, and the verdict says why.

    Args:
        detectors: the methods.
        editor: Gradio's pad.
        request: see :mod:`ui.pad`.
        picks: drawings of the benchmark.
        memory: of the visit, in whose light the drawing is read.
        values: the settings.
    """
    approaches = methods_by_approach(detectors)
    try:
        source, content = read_request(request, PadContext(editor, list(approaches.values()), picks))
    except DrawingError as error:
        log.warning("refused: %s", error)
        return {"verdict": render_notice(str(error)), "landing": render_landing(request)}
    session = read_for_page(content.drawing, detectors, content.notes, content.strokes)
    session = adapt_session(session, memory, crop_features(detectors))
    view = content.view or View.from_values(*values)
    drawing = content.drawing if session is not None else None
    updates: Updates = {"session": session, **render_readings(detectors, session, view)}
    if memory is not None and session is not None:
        updates["remembered"] = render_memory(memory, session_changes(session, view), detectors)
    updates["landing"] = render_landing(
        request, None if source == "strokes" else content.drawing, session is None, brush_change(request, drawing)
    )
    updates |= update_editor(request, source, drawing)
    if content.view:
        choices = {choice_name(approach): method for approach, method in zip(approaches, view.methods, strict=True)}
        updates |= {"confidence": view.confidence, "iou": view.iou, **choices}
    return updates


def on_setting(
    detectors: Mapping[str, Detector], session: Session | None, memory: VisitMemory | None, *values: *ViewValues
) -> Updates:
    """Shows what is left of the readings at other settings, and of what the memory changed."""
    view = View.from_values(*values)
    updates = render_readings(detectors, session, view)
    if memory is not None:
        updates["remembered"] = render_memory(memory, session_changes(session, view), detectors)
    return updates


@dataclass(frozen=True)
class Pads:
    """Where a drawing is written or opened."""

    editor: gr.Sketchpad
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


def lay_out_pads() -> Pads:
    """The two pads and the button for a picture."""
    with gr.Column(min_width=280, elem_id="pad-column"):
        gr.HTML(PAD_SWITCH, elem_id="pads")
        editor = BoundedPad(
            label="Draw here", elem_id="pad", canvas_size=(BLANK_SIDE, BLANK_SIDE), fixed_canvas=True,
            layers=False, transforms=(), image_mode="RGB", show_label=False,
            brush=pad_brush(),
        )  # fmt: skip
        ink = ink_pad(elem_id="ink")
        upload = gr.UploadButton("Open a picture", file_types=["image"], size="sm", elem_id="upload")
    return Pads(editor, ink, upload)


def lay_out_readings(detectors: Mapping[str, Detector]) -> dict[str, gr.HTML]:
    """The verdict, and under it a panel per approach and the panels of the other methods, for where there is room."""
    with gr.Column(min_width=280, scale=4, elem_id="readings"):
        verdict = gr.HTML(elem_id="verdict")
        with gr.Row(elem_id="panels"):
            panels = [gr.HTML(elem_id=panel_name(approach)) for approach in methods_by_approach(detectors)]
            more = gr.HTML(elem_id="panels-more")
    return by_name(verdict, *panels, more)


def lay_out_settings(detectors: Mapping[str, Detector]) -> Settings:
    """The choice of a method per approach, the two thresholds, and whether anything is blurred."""
    with gr.Row(elem_id="settings"):
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
            info="Of two boxes of detection that overlap more than this, keep the surer one.", elem_id="iou",
        )  # fmt: skip
        uncensored = gr.Checkbox(
            False,
            label="Show censored drawings",
            info="What both ways call so is blurred otherwise.",
            elem_id="uncensored",
        )
    return Settings(confidence, iou, uncensored, methods)


def build_draw(
    detectors: Mapping[str, Detector], session: gr.State, picks: gr.State, intake: Intake | None = None
) -> Settings:
    """Lays the tab out and wires it.

    Args:
        detectors: the methods.
        session: gets what the panels show.
        picks: drawings that another tab offers to be read.
        intake: takes what visitors give; None where nothing is kept.
    """
    gr.HTML(render_examples(EXAMPLES), elem_id="examples")
    build_play()
    with gr.Row(elem_id="duel"):
        pads = lay_out_pads()
        views = lay_out_readings(detectors)
    queue = gr.HTML("<p></p>", elem_id="queue", elem_classes="queue-place")
    stop = gr.Button("Stop", size="sm", elem_classes="stop")
    landing = gr.HTML(elem_id="landing")
    views |= by_name(gr.HTML(elem_id="objects"))
    under_objects = gr.Column(elem_id="under-objects")
    settings = lay_out_settings(detectors)
    values = settings.components()
    inputs = list(values.values())
    memory = gr.State(None)
    with under_objects:
        corrections = Corrections(detectors, render_readings, intake)
        remembered = build_correct(corrections, session, memory, inputs, views)
    view_file = build_share(session, inputs)
    first_view = View([str(choice.value) for choice in settings.methods])
    for name, html in render_readings(detectors, None, first_view).items():
        views[name].value = html

    # The page's script hands the pad's drawing over; where it finds another editor than it knows, Gradio uploads the
    # drawing.  A Python event that took the pad as an input would upload it again and again: Python looks it up.
    asks: dict[str, Any] = {"fn": None, "outputs": None, "api_visibility": "private"}
    pads.editor.change(inputs=pads.editor, js="(v) => window.padIsRead || window.oneSheet.wrote(v && v.id)", **asks)
    pads.upload.upload(inputs=pads.upload, js="(v) => window.oneSheet.ask({upload: v})", **asks)
    view_file.upload(inputs=view_file, js="(v) => window.oneSheet.ask({file: v})", **asks)
    # One event for all that can be read: the browser sends the latest once the one before is answered, so the last
    # one wins whatever it was.  Where many wait, a line says for how long; the style sheet keeps it from flickering.
    outputs: dict[str, Block] = {"session": session, "landing": landing, "pad": pads.editor, **views, **values}
    outputs |= by_name(remembered)
    reading = listen(
        pads.ink.change, on_request, (detectors, pads.editor), [pads.ink, picks, memory, *inputs], outputs,
        trigger_mode="always_last", show_progress="minimal", show_progress_on=[queue],
    )  # fmt: skip
    given_up: dict[str, Any] = {"fn": None, "js": "() => window.oneSheet.failed()", "api_visibility": "private"}
    reading.failure(**given_up)
    stop.click(cancels=[reading], **given_up)
    shown = {**views, **by_name(remembered)}
    for setting in inputs:
        listen(
            setting.change, on_setting, (detectors,), [session, memory, *inputs], shown,
            show_progress="hidden", queue=False,
        )  # fmt: skip
    return settings
