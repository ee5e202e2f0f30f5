"""Giving a drawing to the store: what the page and the endpoint share."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from functools import cache
from typing import Any

import gradio as gr
import numpy as np

from collection.intake import Intake
from collection.objects import StoreError
from collection.record import LabelledObjects, make_contribution, strokes_to_json
from collection.store import STORE_VARIABLE, Store
from comparison.reading import Reading
from detectors import DETECTORS
from ink.drawing import DrawingError
from ink.pen import draw_strokes
from ink.strokes import read_strokes
from ui.visitors import visitor_address
from weights.store import weight_checksums

STORE_BYTES_VARIABLE = "DIGIT_DUEL_STORE_MB"
"""Environment variable: megabytes that the store takes."""

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


def strokes_of(ink: object, drawing: np.ndarray) -> dict[str, Any] | None:
    """The strokes that make a drawing, where live ink drew all of it.

    Args:
        ink: what live ink asked for last.
        drawing: uint8 ``[H, W, 3]`` RGB, which may have come from elsewhere.

    Returns:
        As ``collection.record.strokes_to_json``; None where the drawing is more than these strokes, or others.
    """
    if not isinstance(ink, dict) or "strokes" not in ink or ink.get("picture"):
        return None
    try:
        side, strokes = read_strokes(ink)
    except DrawingError:
        return None
    is_whole = drawing.shape[:2] == (side, side) and np.array_equal(draw_strokes(strokes, side), drawing)
    return strokes_to_json(side, strokes) if is_whole else None


def giver_of(request: gr.Request | None) -> str:
    """Who gives a drawing, as the limits tell visitors apart; empty for a call within the server."""
    inner = request.request if request is not None else None
    return visitor_address(inner.scope) if inner is not None else ""


@cache
def _checksums() -> dict[str, str]:
    return weight_checksums(method.weights for method in DETECTORS.values() if method.weights)


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
        DrawingError: it is too large, or nothing on it is labelled.
    """
    if not len(objects):
        raise DrawingError("Nothing on this drawing has a label, so there is nothing to learn from it.")
    intake.accept(make_contribution(owner, drawing, objects, readings, _checksums(), ink), visitor)
