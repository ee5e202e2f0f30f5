"""The one drawing that both pads write on: what the browser asks to be read, as a drawing, and the way back to them.

Whatever is written or opened comes as one request, a JSON object with ``at`` (its number; the highest is the latest),
``on`` (the pad in use, "editor" or "ink") and one source: a key of :data:`SOURCES`.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import gradio as gr
import numpy as np
from gradio.components.image_editor import EditorData

from comparison.export import data_url
from ink.drawing import BLANK_SIDE, DrawingError, as_drawing, read_png, reduce_to
from ink.pen import draw_ink, draw_strokes
from ink.strokes import Stroke, read_strokes
from ui.link import View, unpack_view
from ui.page import NOT_UPLOADED
from ui.session import PackedImage
from ui.uploads import read_view_file, uploaded_file

EXAMPLES = sorted((Path(__file__).parent / "examples").glob("*.png"))

MAX_PICTURE_SIDE_PX = 800
"""Longer side of a picture on the pads; larger ones are read as they are, and reduced once someone draws on them."""

BLACK, WHITE = "#000000", "#ffffff"
"""Colours of the pens, on light paper and on dark."""

MAX_PICTURE_CHARACTERS = 8_000_000
"""Characters of a picture that comes back from a pad as a data URL."""


@dataclass(frozen=True, eq=False)
class Pick:
    """A drawing that the benchmark offers to the first tab, and what its labels say."""

    packed: PackedImage
    truth: str


@dataclass(frozen=True, eq=False)
class PadContent:
    """A drawing with what came with it.

    Attributes:
        drawing: uint8 ``[H, W, 3]`` RGB.
        notes: what the visitor has to know of it, in sentences.
        view: the settings it was shared with.
        strokes: what it was drawn with, in its pixels; None where it is a picture, or strokes over one.
    """

    drawing: np.ndarray
    notes: Sequence[str] = ()
    view: View | None = None
    strokes: Sequence[Stroke] | None = None


@dataclass(frozen=True)
class PadContext:
    """What requests refer to.

    Attributes:
        editor: Gradio's pad, of which the browser says where it has uploaded its drawing.
        methods: for each panel the methods that it offers.
        picks: drawings of the benchmark.
    """

    editor: gr.Sketchpad
    methods: list[list[str]]
    picks: Sequence[Pick] = field(default_factory=list)


def _from_editor(value: object, context: PadContext, _: Mapping[str, Any]) -> PadContent:
    if isinstance(value, str) and value.startswith("data:"):
        return PadContent(picture_from_url(value))
    upload = value if isinstance(value, str) else None
    return PadContent(as_drawing(context.editor.preprocess(EditorData(id=upload))))


def _from_strokes(value: object, _: PadContext, request: Mapping[str, Any]) -> PadContent:
    side, strokes = read_strokes(request)
    if not request.get("picture"):
        return PadContent(draw_strokes(strokes, side), strokes=strokes)
    return PadContent(draw_over(picture_from_url(request["picture"]), strokes, side))


def _from_example(value: object, _: PadContext, __: Mapping[str, Any]) -> PadContent:
    if not isinstance(value, int) or not 0 <= value < len(EXAMPLES):
        raise DrawingError("There is no such example.")
    return PadContent(as_drawing(EXAMPLES[value]))


def _from_upload(value: object, _: PadContext, __: Mapping[str, Any]) -> PadContent:
    path = uploaded_file(value)
    if path is None:
        raise DrawingError(NOT_UPLOADED)
    return PadContent(as_drawing(path))


def _from_view(value: object, context: PadContext, _: Mapping[str, Any]) -> PadContent:
    drawing, view = unpack_view(str(value), context.methods)
    return PadContent(drawing, view=view)


def _from_view_file(value: object, context: PadContext, request: Mapping[str, Any]) -> PadContent:
    path = uploaded_file(value)
    return _from_view(read_view_file(None if path is None else str(path)), context, request)


def _from_pick(value: object, context: PadContext, _: Mapping[str, Any]) -> PadContent:
    if not isinstance(value, int) or not 0 <= value < len(context.picks):
        raise DrawingError("This drawing of the benchmark is gone; run it again.")
    pick = context.picks[value]
    return PadContent(pick.packed.unpack(), [f"Its label says {pick.truth}."])


SOURCES: dict[str, Callable[[object, PadContext, Mapping[str, Any]], PadContent]] = {
    "strokes": _from_strokes,
    "editor": _from_editor,
    "example": _from_example,
    "upload": _from_upload,
    "view": _from_view,
    "file": _from_view_file,
    "pick": _from_pick,
}
"""What a request may name -> how a drawing is made of it."""


def read_request(request: object, context: PadContext) -> tuple[str, PadContent]:
    """The source that a request names and its drawing.

    Raises:
        DrawingError: it names none, or no drawing can be made of it; the message is in the user's words.
    """
    if isinstance(request, dict):
        for name, read in SOURCES.items():
            if name in request:
                return name, read(request[name], context, request)
    raise DrawingError("That is nothing that can be read.")


def picture_from_url(url: object) -> np.ndarray:
    """The picture that a pad hands back, a data URL, as uint8 ``[H, W, 3]`` RGB; DrawingError where it is none."""
    try:
        if not isinstance(url, str) or len(url) > MAX_PICTURE_CHARACTERS:
            raise ValueError("too long")
        return read_png(base64.b64decode(url.partition("base64,")[2], validate=True), MAX_PICTURE_SIDE_PX)
    except ValueError as error:
        raise DrawingError("The pad's picture can't be read.") from error


def square_picture(drawing: np.ndarray) -> np.ndarray:
    """A drawing in the middle of a square of its own paper, as the pads show it, uint8 ``[S, S, 3]`` RGB.

    Args:
        drawing: uint8 ``[H, W, 3]`` RGB.
    """
    drawing = reduce_to(drawing, MAX_PICTURE_SIDE_PX)[0]
    height, width = drawing.shape[:2]
    side = max(height, width)
    square = np.empty((side, side, 3), np.uint8)
    square[:] = np.median(_rim(drawing), axis=0)
    top, left = (side - height) // 2, (side - width) // 2
    square[top : top + height, left : left + width] = drawing
    return square


def _rim(drawing: np.ndarray) -> np.ndarray:
    """The outermost pixels, uint8 ``[N, 3]``."""
    return np.concatenate([drawing[0], drawing[-1], drawing[:, 0], drawing[:, -1]])


def pen_level(picture: np.ndarray) -> int:
    """Grey level of a pen that shows on a picture's paper: black, or white on dark paper."""
    return 0 if np.median(_rim(picture)) >= 128 else 255


def draw_over(picture: np.ndarray, strokes: Sequence[Stroke], side: int) -> np.ndarray:
    """A picture with strokes over it, uint8 ``[S, S, 3]`` RGB.

    Args:
        picture: of :func:`square_picture`; any other is made square first.
        strokes: on a square of ``side`` pixels, which the picture fills.
        side: of that square.
    """
    picture = square_picture(picture)
    zoom = len(picture) / side
    scaled = [Stroke(stroke.points * zoom, stroke.width * zoom) for stroke in strokes]
    cover = draw_ink(scaled, *picture.shape[:2])[..., None] / np.float32(255)
    return np.round(picture * (1 - cover) + pen_level(picture) * cover).astype(np.uint8)


def editor_value(drawing: np.ndarray | None) -> dict[str, Any] | None:
    """What Gradio's pad is set to, so that it shows a drawing; None empties it."""
    if drawing is None:
        return None
    picture = cv2.resize(square_picture(drawing), (BLANK_SIDE, BLANK_SIDE), interpolation=cv2.INTER_AREA)
    return {"background": picture, "layers": [], "composite": picture}


def pad_brush(colour: str = BLACK) -> gr.Brush:
    """The brush of Gradio's pad: a line of 12 pixels."""
    return gr.Brush(default_size=6, colors=[colour], color_mode="fixed")


def brush_change(request: object, drawing: np.ndarray | None) -> str:
    """The colour that the brush of Gradio's pad has to take to show on a drawing's paper; empty where it has it.

    Args:
        request: what the browser sent; ``brush`` says which colour the brush has.
        drawing: uint8 ``[H, W, 3]`` RGB; None for an empty sheet.
    """
    if not isinstance(request, dict) or request.get("on") != "editor":
        return ""
    colour = WHITE if drawing is not None and pen_level(drawing) else BLACK
    return "" if colour == request.get("brush", BLACK) else colour


def update_editor(request: object, source: str, drawing: np.ndarray | None) -> dict[str, Any]:
    """What changes on Gradio's pad, by its name: the drawing, unless it comes from there, and its brush.

    Args:
        request: what the browser sent.
        source: a key of :data:`SOURCES`.
        drawing: uint8 ``[H, W, 3]`` RGB; None for an empty sheet.
    """
    updates: dict[str, Any] = {}
    if source != "editor" and isinstance(request, dict) and request.get("on") == "editor":
        updates["pad"] = editor_value(drawing)
    if colour := brush_change(request, drawing):
        value = {"value": updates["pad"]} if updates else {}
        updates["pad"] = gr.update(brush=pad_brush(colour), **value)
    return updates


def render_landing(request: object, drawing: np.ndarray | None = None, is_blank: bool = False, brush: str = "") -> str:
    """Tells the browser that a request is answered and, where the drawing did not come from strokes, what it is.

    Args:
        request: what the browser sent.
        drawing: what the pads have to show from now on, uint8 ``[H, W, 3]`` RGB.
        is_blank: nothing is drawn on it, so the sheet is an empty one.
        brush: see :func:`brush_change`.
    """
    at = request.get("at") if isinstance(request, dict) else None
    number = at if isinstance(at, int | float) else 0
    told = f'data-at="{number}"' + (f' data-brush="{brush}"' if brush else "")
    if drawing is None:
        return f"<i {told}></i>"
    if is_blank:
        return f'<i {told} data-pen="{BLACK}" data-picture=""></i>'
    picture = square_picture(drawing)
    pen = WHITE if pen_level(picture) else BLACK
    return f'<i {told} data-pen="{pen}" data-picture="{data_url(picture, MAX_PICTURE_SIDE_PX)}"></i>'
