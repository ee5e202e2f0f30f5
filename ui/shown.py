"""What a visitor is looking at, kept between events so that settings and tabs need no model to run again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from comparison.reading import Reading, read
from detectors import Detector, DrawingError, as_drawing
from detectors.canvas import has_ink

log = logging.getLogger("digit-duel")


@dataclass(frozen=True, eq=False)
class Shown:
    """A drawing, uint8 ``[H, W, 3]`` RGB, and every method's reading of it."""

    image: np.ndarray
    readings: dict[str, Reading]


def look(
    source: Any, detectors: Mapping[str, Detector], drawing: Callable[[Any], np.ndarray] = as_drawing
) -> Shown | None:
    """Reads anything drawable by every method; None for a sheet without ink.

    Args:
        source: what was drawn or handed in.
        detectors: the methods.
        drawing: makes a drawing, uint8 ``[H, W, 3]`` RGB, of the source.

    Raises:
        DrawingError: it is no picture, with the reason in the user's words; the log gets one line.
    """
    try:
        image = drawing(source)
    except DrawingError as error:
        log.warning("refused: %s", error)
        raise
    return Shown(image, read(image, detectors)) if has_ink(image) else None


def by_approach(detectors: Mapping[str, Detector]) -> dict[str, list[str]]:
    """Approach -> names of its methods; each approach gets one panel."""
    table: dict[str, list[str]] = {}
    for name, detector in detectors.items():
        table.setdefault(detector.approach, []).append(name)
    return table


def name_of(detector: Detector) -> str:
    """What a plot, a card or a table calls a method."""
    return detector.label if detector.approach == "Detection" else f"{detector.approach}, {detector.label}"
