"""The reviewer's page: what people gave, drawing by drawing, decided on by keyboard alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from typing import Any

import gradio as gr
import numpy as np

from collection.editor import box_editor, editor_value
from collection.object_storage import StoreError
from collection.record import Contribution, LabelledObjects
from collection.review_queue import ReviewRound, build_queue, stored_detections
from collection.store import Store
from comparison.censor import blur_censored
from ink.drawing import WORK_SIDE, DrawingError
from models.classes import CENSORED

ACTIONS = [
    ("accept", "Accept", "Enter"),
    ("reject", "Refuse", "x"),
    ("show", "Show what is blurred", "v"),
    ("back", "", ""),
]
"""How a reviewer ends with a drawing; what takes back the last change takes back the last decision after that."""

DONE = "<h2>All done</h2><p>Every drawing has its decision. What was accepted can be exported and learned from.</p>"

NOTHING = LabelledObjects(np.zeros((0, 4), np.float32), np.zeros(0, np.int64))
BLANK = np.full((WORK_SIDE, WORK_SIDE, 3), 255, np.uint8)
"""What stands in the editor at the end, where the last decision can still be taken back."""

KEYS = (
    "Enter accepts, X refuses, U takes back; 0 to 9, C and O name the chosen box, Tab chooses the next; N adds, "
    "S splits, J joins, Delete removes."
)


@dataclass(eq=False)
class ReviewSession:
    """One reviewer's page."""

    round: ReviewRound
    started: float = field(default_factory=time.monotonic)
    size: tuple[int, int] = (0, 0)  # height and width of the drawing that is up
    uncovered: bool = False  # what is censored on it is shown

    def head(self, note: str = "") -> str:
        """Where the reviewer is, how fast, and why this drawing is doubtful."""
        decided, item = len(self.round.decisions), self.round.item
        if item is None:
            return DONE
        hours = (time.monotonic() - self.started) / 3600
        speed = f", {decided / hours:.0f} an hour" if decided > 2 else ""
        why = f" Looked at because {', and '.join(item.reasons)}." if item.reasons else ""
        problem = f'<p role="alert"><b>{escape(note)}</b></p>' if note else ""
        return (
            f"<h2>{self.round.at + 1} of {len(self.round.queue)}</h2><p>{decided} decided{speed}. {item.place.day}."
            f"{escape(why)}</p>{problem}"
        )


def _visible(contribution: Contribution, uncovered: bool) -> np.ndarray:
    """The drawing as a reviewer sees it at first: blurred where its giver or any method says that it is censored."""
    drawing = contribution.drawing()
    if uncovered:
        return drawing
    found = [contribution.objects.detections(), *stored_detections(contribution).values()]
    return blur_censored(drawing, np.concatenate([each.xyxy[each.class_id == CENSORED] for each in found]))


def show_current(session: ReviewSession, note: str = "") -> tuple[ReviewSession, dict[str, Any] | None, str]:
    """The session, what the editor is set to, and the line above it."""
    try:
        current = session.round.read()
    except StoreError as error:
        return session, None, session.head(str(error))
    if current is None:
        return session, editor_value(str(session.round.at), BLANK, NOTHING, {}), DONE
    contribution, objects = current
    picture = _visible(contribution, session.uncovered)
    session.size = (picture.shape[0], picture.shape[1])
    value = editor_value(str(session.round.at), picture, objects, stored_detections(contribution))
    return session, value, session.head(note)


def on_submit(session: ReviewSession, sent: object) -> tuple[ReviewSession, dict[str, Any] | None, str]:
    """Notes what the reviewer decided, and shows the next drawing."""
    note = ""
    if not isinstance(sent, dict) or sent.get("at") != str(session.round.at):
        return show_current(session)
    act = sent.get("act")
    was_uncovered, session.uncovered = session.uncovered, act == "show"
    try:
        if act == "back":
            session.round.back()
        elif act in ("accept", "reject") and session.round.item is not None:
            session.round.decide(act == "accept", sent.get("objects"), session.size)
    except (DrawingError, StoreError) as error:
        note, session.uncovered = str(error), was_uncovered
    return show_current(session, note)


def build_review(store: Store) -> gr.Blocks:
    """The page."""

    def on_load() -> tuple[ReviewSession | None, dict[str, Any] | None, str]:
        try:
            return show_current(ReviewSession(ReviewRound(store, build_queue(store))))
        except StoreError as error:
            return None, None, f'<p role="alert"><b>{escape(str(error))}</b></p>'

    with gr.Blocks(title="Review", analytics_enabled=False, fill_width=True) as page:
        session = gr.State(None)
        head = gr.HTML(elem_id="head")
        editor = box_editor("editor", ACTIONS, everywhere=True)
        gr.HTML(f"<p>{KEYS}</p>")
        quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        outputs = [session, editor, head]
        page.load(on_load, None, outputs, **quiet)
        decide: Callable[..., Any] = on_submit
        editor.submit(decide, [session, editor], outputs, **quiet)
    return page
