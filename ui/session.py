"""What a visitor is looking at, kept between events so that settings and tabs need no model to run again."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from comparison.reading import Reading, read_sheet
from detectors import Detector
from ink.drawing import DrawingError, as_drawing, to_work_size
from ink.sheet import Sheet

log = logging.getLogger("digit-duel")


class PackedImage:
    """A drawing, uint8 ``[H, W, 3]`` RGB, as it waits in a visitor's session: packed, for sessions live long.

    The examples take four percent of the room that their pixels would, a sheet of the pad a millisecond to pack; PNG
    took four times as long and no less room.
    """

    def __init__(self, image: np.ndarray) -> None:
        self._shape, self._packed = image.shape, zlib.compress(image.tobytes(), 1)

    @property
    def image(self) -> np.ndarray:
        return np.frombuffer(zlib.decompress(self._packed), np.uint8).reshape(self._shape)


class Session(PackedImage):
    """A drawing and every method's reading of it."""

    def __init__(self, image: np.ndarray, readings: dict[str, Reading]) -> None:
        super().__init__(image)
        self.readings = readings


def read_for_page(
    source: Any, detectors: Mapping[str, Detector], drawing: Callable[[Any], np.ndarray] = as_drawing
) -> Session | None:
    """Reads anything drawable by every method; None for a sheet without ink.

    Of a large picture a smaller one is read and kept: the methods would reduce it anyway, each for itself.

    Args:
        source: what was drawn or handed in.
        detectors: the methods.
        drawing: makes a drawing, uint8 ``[H, W, 3]`` RGB, of the source.

    Raises:
        DrawingError: it is no picture, with the reason in the user's words; the log gets one line.
    """
    try:
        image = to_work_size(drawing(source))[0]
    except DrawingError as error:
        log.warning("refused: %s", error)
        raise
    sheet = Sheet(image)
    return Session(image, read_sheet(sheet, detectors)) if sheet.has_ink else None


def methods_by_approach(detectors: Mapping[str, Detector]) -> dict[str, list[str]]:
    """Approach -> names of its methods; each approach gets one panel."""
    table: dict[str, list[str]] = {}
    for name, detector in detectors.items():
        table.setdefault(detector.approach, []).append(name)
    return table


def method_name(detector: Detector) -> str:
    """What a plot, a card or a table calls a method."""
    return detector.label if detector.approach == "Detection" else f"{detector.approach}, {detector.label}"
