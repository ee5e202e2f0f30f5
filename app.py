"""Digit Duel's page: draw, and see two ways of reading it side by side.  ``python app.py`` starts it."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

import gradio as gr
import numpy as np
from gradio.components.image_editor import EditorData
from gradio.data_classes import FileData

from comparison.agreement import compare
from comparison.reading import Reading, read, to_json
from detectors import CONFIDENCE, DETECTORS, IOU, LOWEST, Detections, Detector, DrawingError, as_drawing, load_detector
from detectors.canvas import BLANK_SIDE, has_ink
from ui.panels import notice, panel, verdict
from ui.theme import ARM_BRUSH, CSS, theme
from weights import WeightsError

EXAMPLES = sorted((Path(__file__).parent / "ui" / "examples").glob("*.png"))
MAX_UPLOAD = "20mb"

log = logging.getLogger("digit-duel")


@dataclass(frozen=True, eq=False)
class Shown:
    """What a visitor is looking at: the drawing and every method's reading of it."""

    image: np.ndarray
    readings: dict[str, Reading]


def load_all() -> dict[str, Detector]:
    """Every registered detector with its weights."""
    return {name: load_detector(name) for name in DETECTORS}


def by_approach(detectors: Mapping[str, Detector]) -> dict[str, list[str]]:
    """Approach -> names of its methods; each approach gets one panel."""
    table: dict[str, list[str]] = {}
    for name, detector in detectors.items():
        table.setdefault(detector.approach, []).append(name)
    return table


def render(
    detectors: Mapping[str, Detector], shown: Shown | None, methods: list[str], confidence: float, iou: float
) -> list[str]:
    """The panels of the chosen methods and the line under them, as HTML; no model runs here."""
    if shown is None:
        return [
            *(panel(detectors[m].approach, detectors[m].label, None, Detections.empty(), None) for m in methods),
            verdict(None),
        ]
    found = [shown.readings[m].shown(confidence, iou) for m in methods]
    agreement = compare(found[0], found[1], (detectors[methods[0]].approach, detectors[methods[1]].approach))
    differing = (
        {i for i, _ in agreement.other_class} | set(agreement.only_first),
        {j for _, j in agreement.other_class} | set(agreement.only_second),
    )
    parts = []
    for method, detections, differs in zip(methods, found, differing, strict=True):
        reading = shown.readings[method]
        weaker = float(reading.candidates.confidence.max(initial=0.0))
        hint = f"Nothing reaches a confidence of {confidence:.2f}" + (
            f"; the best guess has {weaker:.2f}." if weaker >= LOWEST else "."
        )
        parts.append(
            panel(
                detectors[method].approach,
                detectors[method].label,
                shown.image,
                detections,
                reading.milliseconds,
                differs,
                hint,
            )
        )
    return [*parts, verdict(agreement)]


def build(detectors: Mapping[str, Detector]) -> gr.Blocks:
    """The page and its endpoint."""
    approaches = by_approach(detectors)

    def show(image: np.ndarray, methods: list[str], confidence: float, iou: float) -> list[Any]:
        shown = Shown(image, read(image, detectors)) if has_ink(image) else None
        return [shown, *render(detectors, shown, methods, confidence, iou)]

    def guarded(source: Any, methods: list[str], confidence: float, iou: float) -> list[Any]:
        """Reads anything drawable; on bad input everything stays as it is and the line below says why."""
        try:
            return show(as_drawing(source), methods, confidence, iou)
        except DrawingError as error:
            log.warning("refused: %s", error)
            return [gr.skip()] * (1 + len(approaches)) + [notice(str(error))]

    def on_pad(reference: Any, confidence: float, iou: float, *methods: str) -> list[Any]:
        key = reference.get("id") if isinstance(reference, dict) else None
        value = pad.preprocess(EditorData(id=key if isinstance(key, str) else None))
        return guarded(value, list(methods), confidence, iou)

    def on_file(path: str | None, confidence: float, iou: float, *methods: str) -> list[Any]:
        return guarded(path, list(methods), confidence, iou)

    def on_example(index: int, confidence: float, iou: float, *methods: str) -> list[Any]:
        return guarded(EXAMPLES[index], list(methods), confidence, iou)

    def on_setting(shown: Shown | None, confidence: float, iou: float, *methods: str) -> list[str]:
        return render(detectors, shown, list(methods), confidence, iou)

    def recognize(image: FileData) -> dict[str, Any]:
        """Reads a picture by every method.

        Args:
            image: a picture file (PNG, JPEG, WebP, BMP, GIF or TIFF) of any size and background.

        Returns:
            {"methods": {name: {"reading", "milliseconds", "detections": [{"label", "confidence",
            "box": [x1, y1, x2, y2], "probabilities"}]}}, "agreement": {...}}; boxes in the picture's pixels.
        """
        path = image.get("path") if isinstance(image, dict) else getattr(image, "path", image)
        try:
            drawing = as_drawing(path if path is None else str(path))
        except DrawingError as error:
            log.warning("refused: %s", error)
            raise gr.Error(str(error), print_exception=False) from error
        return to_json(read(drawing, detectors))

    with gr.Blocks(title="Digit Duel", analytics_enabled=False, delete_cache=(3600, 86400)) as page:
        gr.HTML(
            "<h1>Digit Duel</h1><p>Draw a number. A <b>detector</b> reads the whole sheet at once; "
            "<b>segmentation</b> takes it apart first. See where they agree.</p>",
            elem_id="title",
        )
        shown = gr.State(None)
        reference = gr.JSON(visible="hidden")
        with gr.Row():
            with gr.Column(min_width=340, elem_id="pad-column"):
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
                upload = gr.UploadButton("Read a picture instead", file_types=["image"], size="sm", elem_id="upload")
            panels = []
            for approach in approaches:
                with gr.Column(min_width=260, scale=4):
                    panels.append(gr.HTML(elem_id=f"panel-{approach.lower()}"))
        line = gr.HTML(elem_id="verdict")
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
        gallery = gr.Dataset(
            components=[gr.Image(visible=False)],
            samples=[[str(path)] for path in EXAMPLES],
            type="index",
            label="Or try one of these; some are hard",
            elem_id="examples",
        )

        settings = [confidence, iou, *choices]
        outputs = [shown, *panels, line]
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        # Any Python event that takes the pad as an input makes the browser upload the canvas again and again, so the
        # pad hands over a reference to what it has uploaded anyway, and Python looks that up.
        pad.change(None, pad, reference, js="(v) => ({id: v ? v.id : null, at: Date.now()})", api_visibility="private")
        reference.change(on_pad, [reference, *settings], outputs, trigger_mode="always_last", **quiet)
        upload.upload(on_file, [upload, *settings], outputs, **quiet)
        gallery.click(on_example, [gallery, *settings], outputs, **quiet)
        for control in settings:
            control.change(
                on_setting, [shown, *settings], [*panels, line], queue=False, trigger_mode="always_last", **quiet
            )
        first = [names[0] for names in approaches.values()]
        for component, html in zip([*panels, line], render(detectors, None, first, CONFIDENCE, IOU), strict=True):
            component.value = html
        gr.api(recognize, api_name="recognize", concurrency_limit=2)
    return page


def main() -> None:
    """Loads the weights and serves the page; GRADIO_SERVER_NAME and GRADIO_SERVER_PORT say where."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    try:
        detectors = load_all()
    except WeightsError as error:
        sys.exit(f"Digit Duel can't start: {error}")
    build(detectors).launch(theme=theme(), css=CSS, js=ARM_BRUSH, ssr_mode=False, max_file_size=MAX_UPLOAD)


if __name__ == "__main__":
    main()
