"""The tab that learns the visitor's hand from a drawn digit, and writes any number in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import gradio as gr
import numpy as np

from comparison.reading import sheet_to_json
from detectors import Detector
from handwriting import Hand, Writer, load_writer
from handwriting.examples import find_examples
from handwriting.formats import fit_sheet, svg_text
from handwriting.hand import MAX_STRENGTH, MAX_TEXT_CHARACTERS
from ink.drawing import DrawingError
from ink.pen import draw_strokes
from ink.sheet import Sheet
from ink.strokes import Stroke, read_strokes
from ui.html.handwriting import EMPTY_HANDWRITING, render_shapes, render_writing
from ui.ink_pad import ink_pad
from ui.wiring import Updates, by_name, listen

ALL_DIGITS = "0123456789"
READER = "contours-cnn"
"""The method that says which digits were drawn."""


@dataclass(frozen=True)
class DrawnHand:
    """What a visitor has drawn on the tab: the hand, and the pen's width in pixels."""

    hand: Hand
    width: float


def learn_hand(detectors: Mapping[str, Detector], writer: Writer, ink: object) -> DrawnHand:
    """The hand of what live ink sends; DrawingError where it sends something else, or there is no digit on it."""
    side, strokes = read_strokes(ink)
    if not strokes:
        raise DrawingError("Draw a digit first.")
    reader = detectors[READER] if READER in detectors else next(iter(detectors.values()))
    examples, weights = find_examples(strokes, reader(draw_strokes(strokes, side)))
    return DrawnHand(writer.learn(examples, weights), float(np.median([stroke.width for stroke in strokes])))


def read_written(detectors: Mapping[str, Detector], strokes: list[Stroke]) -> dict[str, Any]:
    """What every method reads of made strokes, as the endpoint ``/recognize`` says it."""
    side, fitted = fit_sheet(strokes)
    return sheet_to_json(Sheet(draw_strokes(fitted, side)), detectors)


def on_write(
    detectors: Mapping[str, Detector],
    ink: object,
    text: str,
    strength: float,
    seed: float,
    digit: str,
    shape: str,
) -> Updates:
    """Learns the hand on the sheet and writes the text in it.

    Args:
        detectors: the methods, which read what was made.
        ink: of the pad.
        text: what to write.
        strength: of the style.
        seed: another one writes it another time.
        digit: whose shapes are shown.
        shape: of that digit, ``"1"`` to ``"4"``; any other text leaves it to the hand.
    """
    try:
        if not read_strokes(ink)[1]:
            return {"hand-written": EMPTY_HANDWRITING, "hand-shapes": "", "hand-reading": ""}
        writer = load_writer()
        drawn = learn_hand(detectors, writer, ink)
        shapes = writer.allographs(drawn.hand, int(digit), strength)
        hand = drawn.hand.choose(int(digit), int(shape) - 1) if shape.isdigit() else drawn.hand
        strokes = hand.draw(text or ALL_DIGITS, drawn.width, strength, int(seed))
    except DrawingError as error:
        return {"hand-written": f'<p class="blank">{escape(str(error))}</p>', "hand-shapes": "", "hand-reading": ""}
    methods = read_written(detectors, strokes)["methods"]
    lines = [
        f"<li>{escape(detectors[name].label)}: <b>{escape(row['reading'])}</b></li>" for name, row in methods.items()
    ]
    return {
        "hand-written": render_writing(strokes, escape(text or ALL_DIGITS)),
        "hand-shapes": render_shapes(shapes, int(digit)),
        "hand-reading": f"<p>Read as</p><ul>{''.join(lines)}</ul>",
    }


def handwriting_endpoint(
    detectors: Mapping[str, Detector], strokes: dict[str, Any], text: str, strength: float, seed: float
) -> dict[str, Any]:
    """Learns a hand from drawn digits and writes a text in it: what the endpoint ``/handwriting`` answers.

    Args:
        detectors: the methods: one says which digits were drawn, all read what was made.
        strokes: {"side": 400, "strokes": [{"w": pen width, "p": [[x, y], ...]}]}, in pixels of a square sheet.
        text: digits, spaces and ``. , : - / + ( )``.
        strength: of the style, 0 to 2.
        seed: another one writes it another time.

    Returns:
        {"drawn": digits that were read, "characters": [strokes of each], "svg", "methods": as in /recognize}.

    Raises:
        DrawingError: there is no digit, or the text cannot be written.
    """
    try:
        amount, number = float(strength), int(seed)
    except (TypeError, ValueError, OverflowError) as error:
        raise DrawingError("Strength and seed must be numbers.") from error
    drawn = learn_hand(detectors, load_writer(), strokes)
    written = drawn.hand.write(str(text), amount, number)
    paths = [Stroke(path, drawn.width) for glyph in written for path in glyph]
    return {
        "drawn": "".join(str(digit) for _, digit in drawn.hand.examples),
        "characters": [[np.round(path, 1).tolist() for path in glyph] for glyph in written],
        "svg": svg_text(paths),
        "methods": read_written(detectors, paths)["methods"],
    }


def build_handwriting(detectors: Mapping[str, Detector]) -> None:
    """Lays the tab out and wires it; nothing that is drawn here is kept."""
    with gr.Row():
        with gr.Column():
            pad = ink_pad("hand-pad")
        with gr.Column():
            text = gr.Textbox(
                ALL_DIGITS, label="Write this number", max_length=MAX_TEXT_CHARACTERS, elem_id="hand-text"
            )
            strength = gr.Slider(0, MAX_STRENGTH, 1.0, step=0.1, label="How much in your hand", elem_id="hand-strength")
            digit = gr.Radio(list(ALL_DIGITS), value="7", label="Which shape do you write?", elem_id="hand-digit")
            shape = gr.Radio(["mine", "1", "2", "3", "4"], value="mine", show_label=False, elem_id="hand-shape")
            seed = gr.Slider(0, 20, 0, step=1, label="Another time", elem_id="hand-seed")
    outputs = by_name(
        gr.HTML(EMPTY_HANDWRITING, elem_id="hand-written"),
        gr.HTML(elem_id="hand-shapes"),
        gr.HTML(elem_id="hand-reading"),
    )
    inputs = [pad, text, strength, seed, digit, shape]
    for event in (pad.change, text.submit, strength.release, seed.release, digit.change, shape.change):
        listen(event, on_write, (detectors,), inputs, outputs, trigger_mode="always_last", concurrency_id="handwriting")
