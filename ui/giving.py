"""Giving a drawing to the store: what the page and the endpoint share."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from functools import cache
from typing import Any

import gradio as gr
import numpy as np

from collection.consent import KeyFormatError, owner_of_key, read_key
from collection.intake import Intake
from collection.object_storage import StoreError
from collection.record import LabelledObjects, make_contribution
from collection.store import STORE_VARIABLE, Store
from comparison.reading import Reading
from detectors import DETECTORS
from ink.drawing import DrawingError
from ink.sheet import Sheet
from ui.visitors import visitor_address
from weights.store import weight_checksums

NO_STORE = "This page keeps no drawings."


def intake_from_environment() -> Intake | None:
    """What takes visitors' drawings; None where no store is named.

    Raises:
        SystemExit: one is named that can't be used, with a sentence that says why.
    """
    url = os.environ.get(STORE_VARIABLE, "").strip()
    if not url:
        return None
    try:
        return Intake(Store(url))
    except StoreError as error:
        sys.exit(f"{STORE_VARIABLE} can't be used: {error}")


def giver_of(request: gr.Request | None) -> str:
    """Who gives a drawing, as the limits tell visitors apart; empty for a call within the server."""
    inner = request.request if request is not None else None
    return visitor_address(inner.scope) if inner is not None else ""


@cache
def _checksums() -> dict[str, str]:
    return weight_checksums(method.weights for method in DETECTORS.values() if method.weights)


def known_key(intake: Intake, text: object) -> str:
    """The deletion key of earlier drawings, for a further one.

    Keys are made by the server: one that a client made up could be guessed, and whoever does so deletes what it holds.

    Raises:
        KeyFormatError: it is no key, or no drawing lies under it.
        StoreError: the store does not answer.
    """
    key = read_key(text)
    if not intake.knows(owner_of_key(key)):
        raise KeyFormatError("No drawing lies under this key; leave it out, and a new one is made.")
    return key


def check_worth(sheet: Sheet, objects: LabelledObjects) -> None:
    """DrawingError where there is nothing to learn from a drawing, which is on the sheet, with what is said of it."""
    if not sheet.has_ink:
        raise DrawingError("Nothing is drawn here, so there is nothing to learn from it.")
    if not len(objects):
        raise DrawingError("Nothing on this drawing has a label, so there is nothing to learn from it.")


def give_drawing(
    intake: Intake,
    owner: str,
    visitor: str,
    drawing: np.ndarray,
    objects: LabelledObjects,
    readings: Mapping[str, Reading],
    ink: Mapping[str, Any] | None = None,
) -> None:
    """Keeps a drawing whose giver agreed to it.

    Args:
        intake: of the store.
        owner: hash of the giver's key.
        visitor: who gives it, for the limits; it is not kept.
        drawing: uint8 ``[H, W, 3]`` RGB.
        objects: what is on it, as its giver says.
        readings: what the methods read by themselves.
        ink: the strokes that make the drawing, if they do.

    Raises:
        StoreError: it is not kept.
        DrawingError: it is too large.
    """
    intake.accept(make_contribution(owner, drawing, objects, readings, _checksums(), ink), visitor)
