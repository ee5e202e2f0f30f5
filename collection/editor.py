"""An editor for boxes and classes on a drawing, by mouse, finger and keyboard: the page's and the reviewer's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np

from collection.record import LabelledObjects
from comparison.export import data_url
from comparison.objects import match_readings
from detectors import Detections
from detectors.matching import MIN_OBJECT_IOU, object_overlap
from ink.drawing import WORK_SIDE
from models.classes import CLASSES

Action = tuple[str, str, str]
"""How a person ends: its name for the server, the text of its button, and its key as browsers name it.

One called ``back`` has no button: it is what Undo does where there is nothing to undo."""


def _asset(name: str) -> str:
    return (Path(__file__).parent / "assets" / name).read_text(encoding="utf-8")


def box_editor(elem_id: str, actions: Sequence[Action], follows: str = "", everywhere: bool = False) -> gr.HTML:
    """The editor; its value is set to :func:`editor_value`, and a submit brings ``{"at", "act", "objects"}``.

    Args:
        elem_id: its name in the page.
        actions: how a person may end.
        follows: CSS selector of what changes with the drawing; then an ``input`` asks for the new one.
        everywhere: whether its keys work wherever the focus is.
    """
    return gr.HTML(
        value=None,
        html_template=_asset("editor.html"),
        css_template=_asset("editor.css"),
        js_on_load=_asset("editor.js"),
        classes=list(CLASSES),
        actions=[list(action) for action in actions],
        follows=follows,
        everywhere=everywhere,
        apply_default_css=False,
        elem_id=elem_id,
    )


def editor_value(
    at: str, drawing: np.ndarray, objects: LabelledObjects, readings: Mapping[str, Detections]
) -> dict[str, Any]:
    """What the editor is set to.

    Args:
        at: names the drawing; it comes back with what a person makes of it.
        drawing: uint8 ``[H, W, 3]`` RGB, as the person may see it.
        objects: what the editor begins with.
        readings: what each method shows of it, by the name that people know.
    """
    rows = objects.to_json()
    for name, found in readings.items():
        overlap = object_overlap(objects.xyxy, found.xyxy)
        for k, row in enumerate(rows):
            best = int(overlap[k].argmax()) if len(found) else -1
            told = row.setdefault("readings", {})
            told[name] = CLASSES[found.class_id[best]] if best >= 0 and overlap[k, best] >= MIN_OBJECT_IOU else "\u2013"
    height, width = drawing.shape[:2]
    return {
        "at": at, "picture": data_url(drawing, WORK_SIDE), "size": [width, height], "objects": rows,
        "methods": list(readings),
    }  # fmt: skip


def likeliest_objects(readings: Sequence[Detections]) -> LabelledObjects:
    """What is on a drawing by several readings together: each object with the box and class of the surest of them.

    Objects that fewer than half of the readings have are left out, in reading order.
    """
    matched = match_readings(readings)
    boxes, classes = [], []
    for thing in matched.objects:
        rows = [(found, row) for found, row in zip(readings, thing.rows, strict=True) if row is not None]
        if 2 * len(rows) < len(readings):
            continue
        found, row = max(rows, key=lambda pair: float(pair[0].confidence[pair[1]]))
        boxes.append(found.xyxy[row])
        classes.append(int(found.class_id[row]))
    return LabelledObjects(np.array(boxes, np.float32).reshape(-1, 4), np.array(classes, np.int64))
