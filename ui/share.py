"""Under the panels: a link to what is shown, files of it, and opening such a file again."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import gradio as gr
from gradio.blocks import Block

from comparison.export import annotate_drawing, reading_to_coco
from comparison.reading import readings_to_json
from ink.drawing import png_bytes
from ui.link import MAX_LINK_CHARACTERS, View, ViewValues, pack_view
from ui.logs import log
from ui.session import Session
from ui.wiring import Updates, by_name, listen


def write_files(folder: Path, session: Session, view: View) -> list[str]:
    """The drawing, alone and annotated, its readings as JSON and as COCO, and the view, which the page opens again."""
    drawing = session.drawing
    detections = {name: session.detections(name, view.confidence, view.iou) for name in session.readings}
    visible = session.visible_drawing(view)
    contents = {
        "drawing.png": png_bytes(visible),
        "annotated.png": png_bytes(annotate_drawing(visible, detections)),
        "reading.json": json.dumps(readings_to_json(session.readings, view.confidence, view.iou), indent=2).encode(),
        "coco.json": json.dumps(reading_to_coco(drawing, detections)).encode(),
        "view.duel": pack_view(drawing, view).encode(),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [str(folder / name) for name in contents]


def offer_files(page_address: str, session: Session, view: View) -> Iterator[Updates]:
    """The link and the files; where the disk takes no files, the link and the reason."""
    text = pack_view(session.drawing, view)
    fits = len(text) <= MAX_LINK_CHARACTERS
    link = f"{page_address}?view={text}" if fits else ""
    info = "It reproduces this view." if fits else "The picture is too large for a link; view.duel holds it."
    try:
        with tempfile.TemporaryDirectory() as folder:
            files = gr.Files(write_files(Path(folder), session, view), visible=True)
            # Gradio copies the files before it asks for the next answer.
            yield {"share-link": gr.Textbox(value=link, info=info, visible=True), "share-files": files}
    except OSError as error:
        log.warning("no files saved: %s", error)
        info = f"The files could not be saved: {error.strerror or error}." + (" The link works." if fits else "")
        yield {
            "share-link": gr.Textbox(value=link, info=info, visible=True),
            "share-files": gr.Files(None, visible=False),
        }


def on_share(session: Session | None, request: gr.Request, *values: *ViewValues) -> Iterator[Updates]:
    """Makes a link and files of what the panels show."""
    if session is None:
        yield {"share-link": gr.Textbox(value="", info="Draw something first.", visible=True)}
        return
    page_address = str(request.headers.get("referer", "/")).split("?")[0]
    yield from offer_files(page_address, session, View.from_values(*values))


def build_share(session: gr.State, settings: Sequence[Block]) -> gr.UploadButton:
    """Lays it out and wires saving; the button it returns gives the path of a saved view.

    Args:
        session: what the panels show.
        settings: components of the page's settings, in the order of :data:`ui.link.ViewValues`.
    """
    with gr.Accordion("Save and share", open=False, elem_id="share"):
        with gr.Row():
            make = gr.Button("Make a link and files", size="sm", elem_id="share-make")
            opened = gr.UploadButton("Open a saved view", file_types=[".duel"], size="sm", elem_id="share-open")
        gr.HTML('<p class="foot">The drawing has changed since this link and these files were made.</p>', elem_id="old")
        link = gr.Textbox(label="Link", visible=False, interactive=False, buttons=["copy"], lines=1, max_lines=1,
                          elem_id="share-link")  # fmt: skip
        files = gr.Files(label="Pictures, JSON, COCO, view", visible=False, elem_id="share-files")
    listen(make.click, on_share, (), [session, *settings], by_name(link, files), show_progress="hidden")
    return opened
