"""A drawing and what has been made of it so far, so that methods do the work they share once."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import numpy as np

from ink.drawing import to_work_size
from ink.ink import ink_bounds
from ink.paper import ink_map

Made = TypeVar("Made")


class Sheet:
    """One drawing.

    Args:
        image: uint8 ``[H, W, 3]`` RGB of any size and background.
    """

    def __init__(self, image: np.ndarray) -> None:
        self.image = image
        self.saved = 0.0  # seconds that steps asked for had cost when they were made earlier
        self._made: dict[Hashable, tuple[Any, float]] = {}
        self._depth = 0

    def once(self, make: Callable[..., Made], *settings: Hashable) -> Made:
        """What ``make(sheet, *settings)`` gives, made at the first time only."""
        key = (make, *settings)
        if key in self._made:
            made, seconds = self._made[key]
            self.saved += seconds if self._depth == 0 else 0  # within another step it counts to that one
            return made
        begun = time.perf_counter()
        self._depth += 1
        try:
            made = make(self, *settings)
        finally:
            self._depth -= 1
        self._made[key] = made, time.perf_counter() - begun
        return made


def inked(sheet: Sheet) -> tuple[np.ndarray, float]:
    """The ink, uint8 ``[h, w]`` of 0 paper to 255, at working size, and its pixels per pixel of the drawing."""
    small, scale = to_work_size(sheet.image)
    return ink_map(small), scale


def has_ink(sheet: Sheet) -> bool:
    """Whether anything is drawn."""
    return ink_bounds(sheet.once(inked)[0]) is not None
