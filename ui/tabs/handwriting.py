"""The tab that learns the visitor's hand from drawn digits, and writes any number in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gradio as gr
import numpy as np

from comparison.reading import Reading, read_sheet, sheet_to_json
from detectors import Detections, Detector
from detectors.matching import object_overlap
from detectors.referee import NAME as REFEREE
from handwriting import Hand, Writer, load_writer
from handwriting.examples import READER, Examples, find_examples, trace_examples
from handwriting.formats import fit_sheet, svg_text
from handwriting.hand import MAX_STRENGTH, MAX_TEXT_CHARACTERS
from ink.drawing import DrawingError, to_work_size
from ink.pen import draw_strokes
from ink.sheet import Sheet
from ink.strokes import Stroke, read_strokes
from ui.html.handwriting import EMPTY_HANDWRITING, render_read_back, render_shapes, render_source, render_writing
from ui.html.notices import render_notice
from ui.ink_pad import ink_pad
from ui.logs import log
from ui.session import Session
from ui.waiting import HANDWRITING
from ui.wiring import Updates, by_name, listen

ALL_DIGITS = "0123456789"
MIN_SAME_OVERLAP = 0.8
"""Overlap from which two boxes hold the same ink and no more: on the page's examples 0.98 for a digit on its own, 0.9
where touching digits are cut alike, and 0.6 where they are not."""

MAX_SEED = 1_000_000

CHOOSE_SHAPE = (
    "element.addEventListener('click', (e) => { const b = e.target.closest('[data-shape]');"
    " if (b) trigger('click', {digit: +b.dataset.digit, shape: +b.dataset.shape}); });"
)

Choices = dict[int, int]
"""Digit -> the shape that a visitor has chosen for it, from 0."""


def drawn_examples(detectors: Mapping[str, Detector], ink: object) -> Examples | None:
    """The digits of live ink; None where nothing is drawn.

    Raises:
        DrawingError: it is no live ink, or there is no digit on it.
    """
    side, strokes = read_strokes(ink)
    if not strokes:
        return None
    return find_examples(strokes, read_confirmed(detectors, Sheet(draw_strokes(strokes, side))))


def sheet_examples(session: Session) -> Examples | None:
    """The digits on the first tab's sheet, as they were read there; None where there is none, as on a doodle."""
    found = confirmed_objects(session.readings)
    try:
        if session.strokes is not None:
            return find_examples(session.strokes, found)
        return trace_examples(Sheet(session.drawing).ink, found)
    except DrawingError:
        return None


def confirmed_objects(readings: Mapping[str, Reading]) -> Detections:
    """What is read that both ways together read alike, at the same place; all of it where they are not there."""
    found = readings[reader_name(readings)].shown()
    if REFEREE not in readings:
        return found
    both = readings[REFEREE].shown()
    is_same = object_overlap(found.xyxy, both.xyxy) >= MIN_SAME_OVERLAP
    return found[(is_same & (found.class_id[:, None] == both.class_id)).any(1)]


def read_confirmed(detectors: Mapping[str, Detector], sheet: Sheet) -> Detections:
    """As :func:`confirmed_objects`, of a drawing that nothing has read before."""
    needed = {REFEREE, reader_name(detectors)}
    return confirmed_objects(read_sheet(sheet, {name: each for name, each in detectors.items() if name in needed}))


def reader_name(methods: Mapping[str, object]) -> str:
    """The method that says which digits were drawn: :data:`READER`, or the first where it is missing."""
    return READER if READER in methods else next(iter(methods))


def learn_hand(writer: Writer, examples: Examples, choices: Mapping[int, int]) -> Hand:
    """The hand that drew some digits and writes the others in the chosen shapes."""
    hand = writer.learn(examples.digits, examples.weights, examples.traced)
    for digit, shape in choices.items():
        hand = hand.choose(digit, shape)
    return hand


def read_written(detectors: Mapping[str, Detector], strokes: list[Stroke]) -> dict[str, Any]:
    """What every method reads of made strokes, as the endpoint ``/recognize`` says it."""
    side, fitted = fit_sheet(strokes)
    return sheet_to_json(Sheet(draw_strokes(fitted, side)), detectors)["methods"]


def on_write(
    detectors: Mapping[str, Detector],
    session: Session | None,
    ink: object,
    text: str,
    strength: float,
    seed: int,
    choices: Choices,
) -> Updates:
    """Learns the hand on the tab's own sheet, or else on the first tab's, and writes the text in it.

    Args:
        detectors: the methods, which read what was made.
        session: what the first tab shows.
        ink: of the pad.
        text: what to write; the ten digits where it is empty.
        strength: of the style.
        seed: another one writes it another time.
        choices: shapes of digits.
    """
    text = text or ALL_DIGITS
    empty: Updates = {"hand-shapes": "", "hand-reading": ""}
    try:
        here = drawn_examples(detectors, ink)
        examples = here or (sheet_examples(session) if session else None)
        if examples is None:
            return {"hand-written": EMPTY_HANDWRITING, **empty}
        writer = load_writer()
        hand = learn_hand(writer, examples, choices)
        strokes = hand.draw(text, examples.pen, strength, int(seed))
        shapes = {d: writer.allographs(hand, d, strength) for d in range(10) if str(d) not in examples.text}
    except DrawingError as error:
        log.warning("refused: %s", error)
        return {"hand-written": render_notice(str(error)), **empty}
    readings = {name: str(method["reading"]) for name, method in read_written(detectors, strokes).items()}
    return {
        "hand-written": render_writing(strokes, text, render_source(examples, here is not None)),
        "hand-shapes": render_shapes({d: each for d, each in shapes.items() if len(each) > 1}, choices),
        "hand-reading": render_read_back(detectors, readings, text),
    }


def on_again(
    detectors: Mapping[str, Detector],
    session: Session | None,
    ink: object,
    text: str,
    strength: float,
    seed: int,
    choices: Choices,
) -> Updates:
    """Writes the text another time, a little different as hands are."""
    seed = (int(seed) + 1) % MAX_SEED
    return {"seed": seed, **on_write(detectors, session, ink, text, strength, seed, choices)}


def on_shape(
    detectors: Mapping[str, Detector],
    session: Session | None,
    ink: object,
    text: str,
    strength: float,
    seed: int,
    choices: Choices,
    event: gr.EventData,
) -> Updates:
    """Takes a shape for a digit, or leaves it to the hand again where that shape is clicked once more."""
    data = event._data if isinstance(event._data, dict) else {}
    digit, shape = data.get("digit"), data.get("shape")
    if not (isinstance(digit, int) and isinstance(shape, int)):
        return {}
    left = {d: s for d, s in choices.items() if d != digit}
    chosen = left if choices.get(digit) == shape else left | {digit: shape}
    return {"choices": chosen, **on_write(detectors, session, ink, text, strength, seed, chosen)}


def answer_handwriting(
    detectors: Mapping[str, Detector],
    drawn: object,
    text: str,
    strength: float,
    seed: int,
    shapes: object = None,
) -> dict[str, Any]:
    """What the endpoint ``/handwriting`` answers; see :meth:`ui.api.Endpoints.handwriting`.

    Args:
        detectors: the methods.
        drawn: a picture, uint8 ``[H, W, 3]`` RGB, or what live ink sends.
        text: what to write.
        strength: of the style.
        seed: another one writes it another time.
        shapes: digits, as text, and their shapes, from 1; None for none.

    Raises:
        DrawingError: there is no digit, or the text cannot be written.
    """
    try:
        amount, number = float(strength), int(seed)
        choices = {int(digit): int(shape) - 1 for digit, shape in dict(shapes or {}).items()}  # type: ignore[call-overload]
    except (TypeError, ValueError, OverflowError) as error:
        raise DrawingError('Strength and seed must be numbers, and shapes like {"7": 2}.') from error
    if isinstance(drawn, np.ndarray):
        sheet = Sheet(to_work_size(drawn)[0])
        examples: Examples | None = trace_examples(sheet.ink, read_confirmed(detectors, sheet))
    else:
        examples = drawn_examples(detectors, drawn)
    if examples is None:
        raise DrawingError("Draw a digit first.")
    hand = learn_hand(load_writer(), examples, choices)
    written = hand.write(str(text), amount, number)
    paths = [Stroke(path, examples.pen) for glyph in written for path in glyph]
    return {
        "drawn": examples.text,
        "pen": round(examples.pen, 2),
        "characters": [[np.round(path, 1).tolist() for path in glyph] for glyph in written],
        "svg": svg_text(paths),
        "methods": read_written(detectors, paths),
    }


def build_handwriting(detectors: Mapping[str, Detector], tab: gr.Tab, session: gr.State) -> None:
    """Lays the tab out and wires it; nothing that is drawn here is kept.

    Args:
        detectors: the methods.
        tab: the one to lay out.
        session: what the first tab shows.
    """
    seed, choices = gr.State(0), gr.State({})
    with gr.Row(elem_id="hand"):
        with gr.Column(min_width=280, elem_id="hand-sheet"):
            pad = ink_pad("hand-pad", alone=True)
        with gr.Column(min_width=280, elem_id="hand-result"):
            written = gr.HTML(EMPTY_HANDWRITING, elem_id="hand-written")
            reading = gr.HTML(elem_id="hand-reading")
            with gr.Row(elem_id="hand-settings"):
                text = gr.Textbox(
                    ALL_DIGITS, label="Write this number", info="Digits and . , : - / + ( )",
                    max_length=MAX_TEXT_CHARACTERS, min_width=200, elem_id="hand-text",
                )  # fmt: skip
                strength = gr.Slider(
                    0, MAX_STRENGTH, 1.0, step=0.1, label="How much in your hand",
                    info="0: anybody's. 2: a caricature.", min_width=200, elem_id="hand-strength",
                )  # fmt: skip
            again = gr.Button("Write it again", elem_id="hand-again")
            shapes = gr.HTML(elem_id="hand-shapes", js_on_load=CHOOSE_SHAPE)
    outputs = by_name(written, reading, shapes)
    inputs = [session, pad, text, strength, seed, choices]
    how: dict[str, Any] = {**HANDWRITING, "trigger_mode": "always_last", "show_progress": "hidden"}
    for event in (tab.select, pad.change, text.submit, strength.input):  # by mouse, keyboard and its number
        listen(event, on_write, (detectors,), inputs, outputs, **how)
    listen(again.click, on_again, (detectors,), inputs, {"seed": seed, **outputs}, **how)
    listen(shapes.click, on_shape, (detectors,), inputs, {"choices": choices, **outputs}, **how)
