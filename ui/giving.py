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
from collection.record import LabelledObjects, make_contribution
from collection.store import STORE_VARIABLE, Store
from comparison.reading import Reading
from detectors import DETECTORS
from ink.drawing import DrawingError
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
