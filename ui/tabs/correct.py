"""Under the readings: correct them, see what the visit remembers, and give the drawing where there is a store."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

import gradio as gr
from gradio.blocks import Block

from collection.adapt import VisitMemory
from collection.consent import CONSENT_TEXT, KeyFormatError, make_key, owner_of_key, read_key
from collection.editor import box_editor
from collection.intake import Intake
from collection.object_storage import StoreError
from collection.record import LabelledObjects, strokes_to_json
from detectors import Detector
from ink.drawing import DrawingError
from ink.sheet import Sheet
from ui.correction import (
    EditedDrawing,
    adapt_session,
    crop_features,
    learn_correction,
    open_in_editor,
    read_submission,
    report_lesson,
    same_drawing,
    session_changes,
)
from ui.giving import check_worth, give_drawing, giver_of, known_key
from ui.html.memory import FORGET_SCRIPT, render_memory
from ui.link import View, ViewValues
from ui.logs import log
from ui.session import Session
from ui.wiring import Updates, by_name, listen

RenderReadings = Callable[[Mapping[str, Detector], Session | None, View], Updates]
"""Shows a session in the panels: see :func:`ui.tabs.draw.render_readings`."""

NOTHING_DRAWN = "Draw something first; then its objects stand here."

LEARN = ("learn", "Learn this", "Enter")
"""The one way to end in the editor: its name, its button and its key."""


def _note(sentence: str, problem: bool = False) -> str:
    return f'<p class="{"verdict problem" if problem else "foot"}" role="status">{escape(sentence)}</p>' * bool(
        sentence
    )


def on_open_editor(detectors: Mapping[str, Detector], session: Session | None, *values: *ViewValues) -> Updates:
    """Puts the drawing that is shown into the editor."""
    if session is None:
        return {"edited": None, "correct-note": _note(NOTHING_DRAWN)}
    edited = EditedDrawing(secrets.token_hex(8), session)
    value = open_in_editor(edited, View.from_values(*values), detectors)
    return {"edited": edited, "editor": value, "correct-note": ""}


@dataclass(frozen=True)
class Corrections:
    """What the handlers of this module share.

    Attributes:
        detectors: the methods.
        render: shows a session in the panels.
        intake: takes what visitors give; None where nothing is kept.
    """

    detectors: Mapping[str, Detector]
    render: RenderReadings
    intake: Intake | None

    def shown(self, session: Session | None, memory: VisitMemory, view: View) -> Updates:
        """The readings in the light of the memory, and the memory itself."""
        session = adapt_session(session, memory, crop_features(self.detectors))
        return {
            "session": session,
            "memory": memory,
            "remembered": render_memory(memory, session_changes(session, view), self.detectors),
            **self.render(self.detectors, session, view),
        }


def on_correct(
    corrections: Corrections,
    sent: object,
    edited: EditedDrawing | None,
    session: Session | None,
    memory: VisitMemory | None,
    consent: bool,
    key: str | None,
    request: gr.Request,
    *values: *ViewValues,
) -> Iterator[Updates]:
    """Learns from what was corrected, and gives the drawing where its box is ticked.

    Args:
        corrections: what the handlers share.
        sent: by the editor.
        edited: what stands in it.
        session: what the panels show.
        memory: of the visit.
        consent: whether the visitor ticked the box.
        key: that the browser holds, if it does.
        request: by which visitors are told apart.
        values: the settings.
    """
    try:
        objects = read_submission(sent, edited)
        assert edited is not None
        if session is not None and not same_drawing(edited.session, session):
            raise DrawingError("The drawing has changed meanwhile; what is in the editor now is the new one.")
    except DrawingError as error:
        log.warning("refused: %s", error)
        yield {"correct-note": _note(str(error), problem=True)}
        return
    before = memory or VisitMemory()
    after = learn_correction(before, edited.session, objects, crop_features(corrections.detectors))
    view = View.from_values(*values)
    updates = corrections.shown(edited.session, after, view)
    said = "Nothing was misread here, so there is nothing to learn."
    if after is not before:
        learned = updates["session"]
        assert isinstance(learned, Session)
        said = report_lesson(session or edited.session, learned, objects, view, corrections.detectors)
    if corrections.intake is None or not consent:
        yield {**updates, "correct-note": _note(said)}
        return
    # The key goes to the browser first: whatever happens to the answer, what is kept can be deleted.
    try:
        key = known_key(corrections.intake, key)
    except KeyFormatError:
        key = make_key()
    except StoreError as error:
        yield {**updates, **_not_kept(error)}
        return
    yield {**updates, "correct-note": _note(said), "key": key}
    yield _give(corrections.intake, edited.session, objects, key, giver_of(request))


def _not_kept(error: Exception) -> Updates:
    log.warning("not kept: %s", error)
    return {"consent": False, "correct-note": _note(str(error), problem=True)}


def _give(intake: Intake, session: Session, objects: LabelledObjects, key: str, visitor: str) -> Updates:
    ink = None if session.strokes is None else strokes_to_json(session.size[0], session.strokes)
    try:
        check_worth(Sheet(session.drawing), objects)
        give_drawing(intake, owner_of_key(key), visitor, session.drawing, objects, session.own_readings, ink)
    except (StoreError, DrawingError) as error:
        return _not_kept(error)
    thanks = "Thank you. The drawing is kept; the key below deletes it."
    return {"consent": False, "deletion-key": key, "correct-note": _note(thanks)}


def on_forget_crop(
    corrections: Corrections,
    session: Session | None,
    memory: VisitMemory | None,
    event: gr.EventData,
    *values: *ViewValues,
) -> Updates:
    """Forgets one of the remembered crops, or all of them."""
    index = (event._data or {}).get("index")
    memory = memory or VisitMemory()
    if not isinstance(index, int) or not -1 <= index < len(memory):
        return {}
    return corrections.shown(session, VisitMemory() if index < 0 else memory.without(index), View.from_values(*values))


def on_delete(intake: Intake, typed: str, key: str | None) -> Updates:
    """Deletes all drawings of a key: the one that was typed, or that of the browser."""
    try:
        count = intake.forget(owner_of_key(read_key(typed or key)))
    except (StoreError, KeyFormatError) as error:
        log.warning("not deleted: %s", error)
        return {"delete-note": _note(str(error), problem=True)}
    if not count:
        return {"delete-note": _note("No drawing belongs to this key: it was deleted before, or never kept.")}
    return {
        "delete-note": _note(f"Deleted: {count} drawing{'' if count == 1 else 's'}."),
        "deletion-key": "",
        "key": "",
    }


def build_correct(
    corrections: Corrections,
    session: gr.State,
    memory: gr.State,
    settings: Sequence[Block],
    views: Mapping[str, Block],
) -> gr.HTML:
    """Lays it out and wires it; the component that it returns shows what is remembered.

    Args:
        corrections: what the handlers share.
        session: what the panels show.
        memory: of the visit.
        settings: of the page, in the order of :data:`ui.link.ViewValues`.
        views: the panels and what goes with them.
    """
    edited, key = gr.State(None), gr.BrowserState("", storage_key="digit-duel-key", secret="digit-duel")
    remembered = gr.HTML(elem_id="remembered", js_on_load=FORGET_SCRIPT)
    with gr.Accordion("Wrong? Correct it.", open=False, elem_id="correct") as fold:
        editor = box_editor("editor", [LEARN], follows="#landing")
        consent = gr.Checkbox(False, label=CONSENT_TEXT, visible=corrections.intake is not None, elem_id="consent")
        note = gr.HTML(elem_id="correct-note")
        deletion = _build_deletion(corrections.intake, key)
    outputs: dict[str, Block] = {
        "edited": edited, "session": session, "memory": memory, "key": key, "deletion-key": deletion, **views,
        **by_name(editor, remembered, consent, note),
    }  # fmt: skip
    opened = {name: outputs[name] for name in ("edited", "editor", "correct-note")}
    for event in (fold.expand, editor.input):
        listen(event, on_open_editor, (corrections.detectors,), [session, *settings], opened, show_progress="hidden")
    inputs = [editor, edited, session, memory, consent, key, *settings]
    listen(editor.submit, on_correct, (corrections,), inputs, outputs, show_progress="hidden")
    listen(
        remembered.select, on_forget_crop, (corrections,), [session, memory, *settings], outputs, show_progress="hidden"
    )
    return remembered


def _build_deletion(intake: Intake | None, key: gr.BrowserState) -> gr.Textbox:
    """The field for a key and the button that deletes; hidden where nothing is kept."""
    with gr.Group(visible=intake is not None):
        typed = gr.Textbox(
            label="Key of your drawings", info="It stays in this browser; write it down to delete from another one.",
            placeholder="empty: the key of this browser", buttons=["copy"], max_lines=1, max_length=100,
            elem_id="deletion-key",
        )  # fmt: skip
        button = gr.Button("Delete what I gave", size="sm", elem_id="delete")
        note = gr.HTML(elem_id="delete-note")
    if intake is not None:
        outputs = {"deletion-key": typed, "key": key, "delete-note": note}
        listen(button.click, on_delete, (intake,), [typed, key], outputs, show_progress="hidden")
    return typed
