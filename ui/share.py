"""Under the panels: a link to what is shown, files of it, and opening such a file again."""

from __future__ import annotations

import json
import logging
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import gradio as gr

from comparison.export import annotate_drawing, reading_to_coco
from comparison.reading import readings_to_json
from ink.drawing import DrawingError
from ui.html.picture import blurred_drawing
from ui.link import MAX_LINK_CHARACTERS, View, pack_view
from ui.session import Session

log = logging.getLogger("digit-duel")


def write_files(folder: Path, shown: Session, view: View) -> list[str]:
    """An annotated picture, the readings as JSON and as COCO, and the view, which the page opens again."""
    found = {name: reading.shown(view.confidence, view.iou) for name, reading in shown.readings.items()}
    picture = shown.image if view.uncensored else blurred_drawing(shown)
    drawn = cv2.cvtColor(annotate_drawing(picture, found), cv2.COLOR_RGB2BGR)
    contents = {
        "annotated.png": cv2.imencode(".png", drawn)[1].tobytes(),
        "reading.json": json.dumps(readings_to_json(shown.readings, view.confidence, view.iou), indent=2).encode(),
        "coco.json": json.dumps(reading_to_coco(shown.image, found)).encode(),
        "view.duel": pack_view(shown.image, view).encode(),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [str(folder / name) for name in contents]


def read_view_file(path: str | None) -> str:
    """The text of a saved view; DrawingError where the file is none."""
    try:
        return Path(path or "").read_text(encoding="ascii")
    except (OSError, ValueError) as error:
        raise DrawingError("This file is no saved view.") from error


def offer_files(page: str, seen: Session, view: View) -> Iterator[list[Any]]:
    """The link and the files; where the disk takes no files, the link and the reason."""
    text = pack_view(seen.image, view)
    fits = len(text) <= MAX_LINK_CHARACTERS
    link = f"{page}?view={text}" if fits else ""
    told = "It reproduces this view." if fits else "The picture is too large for a link; view.duel holds it."
    try:
        with tempfile.TemporaryDirectory() as folder:
            files = gr.Files(write_files(Path(folder), seen, view), visible=True)
            yield [gr.Textbox(value=link, info=told, visible=True), files]
    except OSError as error:
        log.warning("no files saved: %s", error)
        told = f"The files could not be saved: {error.strerror or error}." + (" The link works." if fits else "")
        yield [gr.Textbox(value=link, info=told, visible=True), gr.Files(None, visible=False)]


def build_share(shown: gr.State, settings: list[Any], to_view: Callable[..., View]) -> gr.UploadButton:
    """Lays it out and wires saving; the button it returns gives the path of a saved view."""

    def on_share(seen: Session | None, request: gr.Request, *values: Any) -> Iterator[list[Any]]:
        if seen is None:
            yield [gr.Textbox(value="", info="Draw something first.", visible=True), gr.skip()]
            return
        page = str(request.headers.get("referer", "/")).split("?")[0]
        yield from offer_files(page, seen, to_view(*values))

    with gr.Accordion("Save and share", open=False, elem_id="share"):
        with gr.Row():
            make = gr.Button("Make a link and files", size="sm", elem_id="share-make")
            opened = gr.UploadButton("Open a saved view", file_types=[".duel"], size="sm", elem_id="share-open")
        link = gr.Textbox(label="Link", visible=False, interactive=False, buttons=["copy"], lines=1, max_lines=1,
                          elem_id="share-link")  # fmt: skip
        files = gr.Files(label="Picture, JSON, COCO, view", visible=False, elem_id="share-files")
    make.click(on_share, [shown, *settings], [link, files], show_progress="hidden", api_visibility="private")
    return opened
