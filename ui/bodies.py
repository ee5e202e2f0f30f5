"""What a request's JSON is made of, bounded before anything parses it: values in Python take eighty times the room.

Brackets and commas are counted in the bytes, which takes milliseconds for the longest request there may be.  Those
within texts count too; no text that the page or a client needs holds so many.
"""

from __future__ import annotations

from typing import Any

import numpy as np

MAX_CONTAINERS = 25_000
"""Lists and objects of one request: ink of 20,000 points in 400 strokes, 200 labels and 32 crops have 21,300."""

MAX_VALUES = 65_000
"""Values in them, by their commas: that ink has 40,400, the labels 1,000, and the crops, of 256 numbers each, 8,300."""

MAX_DEPTH = 64
"""Lists and objects within each other: a point of a stroke lies seven deep."""

_OTHERS = bytes(set(range(256)) - set(b"[]{}"))


def structure_fault(body: bytes) -> str | None:
    """Why a request's JSON is not parsed, in the user's words; None where it may be."""
    if body.count(b"[") + body.count(b"{") > MAX_CONTAINERS:
        return f"A request has at most {MAX_CONTAINERS:,} lists and objects."
    if body.count(b",") > MAX_VALUES:
        return f"A request has at most {MAX_VALUES:,} values."
    brackets: np.ndarray[Any, Any] = np.frombuffer(body.translate(None, _OTHERS), np.uint8)
    depths = np.where((brackets == ord("[")) | (brackets == ord("{")), 1, -1).cumsum()
    if len(depths) and depths.max() > MAX_DEPTH:
        return f"A request's lists and objects lie at most {MAX_DEPTH} deep in each other."
    return None
