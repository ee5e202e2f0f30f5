"""What a visitor has drawn and sees, kept between events so that settings and tabs need no model to run again."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from comparison.censor import blur_censored, censored_boxes
from comparison.objects import MatchedReadings, match_readings
from comparison.reading import Reading, read_sheet, sheet_notes
from detectors import Detections, Detector
from detectors.referee import NAME as REFEREE
from ink.drawing import to_work_size
from ink.sheet import Sheet
from ink.strokes import Stroke
from ui.link import View


class PackedImage:
    """A drawing, uint8 ``[H, W, 3]`` RGB, as it waits in a visitor's session: packed, for sessions live long.

    The examples take four percent of the room that their pixels would, a sheet of the pad a millisecond to pack; PNG
    took four times as long and no less room.
    """

    def __init__(self, drawing: np.ndarray) -> None:
        self._shape, self._packed = drawing.shape, zlib.compress(drawing.tobytes(), 1)

    @property
    def size(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return self._shape[0], self._shape[1]

    def unpack(self) -> np.ndarray:
        """The drawing, uint8 ``[H, W, 3]`` RGB, read-only."""
        return np.frombuffer(zlib.decompress(self._packed), np.uint8).reshape(self._shape)


@dataclass(frozen=True, eq=False)
class Session:
    """A visitor's drawing and every method's reading of it.

    Attributes:
        packed: the drawing.
        readings: method's name -> its reading.
        notes: what the visitor has to know of the drawing itself, in sentences.
        strokes: what it was drawn with, in its pixels; None where it is a picture.
        own_readings: what the methods read by themselves, before the memory of the visit; the readings if not given.
    """

    packed: PackedImage
    readings: dict[str, Reading]
    notes: Sequence[str] = ()
    strokes: Sequence[Stroke] | None = None
    own_readings: dict[str, Reading] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.own_readings:
            object.__setattr__(self, "own_readings", self.readings)

    @property
    def drawing(self) -> np.ndarray:
        """The drawing, uint8 ``[H, W, 3]`` RGB, unpacked anew at every use."""
        return self.packed.unpack()

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the drawing in pixels."""
        return self.packed.size

    def proposals(self, method: str) -> Detections:
        """Everything that a method takes for an object, however unsure it is."""
        return self.readings[method].proposals

    @property
    def all_proposals(self) -> dict[str, Detections]:
        """:meth:`proposals` of every method, by name."""
        return {name: reading.proposals for name, reading in self.readings.items()}

    def detections(self, method: str, confidence: float, iou: float) -> Detections:
        """What is left of a method's proposals at these settings, both 0 to 1; no model runs."""
        return self.readings[method].shown(confidence, iou)

    def matched(self, view: View) -> MatchedReadings:
        """All readings at the view's settings, object by object, in the order of :attr:`readings`; no model runs."""
        return match_readings([reading.shown(view.confidence, view.iou) for reading in self.readings.values()])

    def place(self, method: str) -> int:
        """A method's place among the readings."""
        return list(self.readings).index(method)

    def censored_boxes(self, view: View) -> np.ndarray:
        """What all the ways that are shown, and both together, call censored, float32 ``[N, 4]`` in its pixels."""
        asked = {*view.methods, REFEREE}
        return censored_boxes([reading.shown() for name, reading in self.readings.items() if name in asked])

    def may_show(self, view: View) -> bool:
        """Whether the visitor may see all of the drawing: nothing on it is censored, or they asked for it."""
        return view.uncensored or not len(self.censored_boxes(view))

    def visible_drawing(self, view: View) -> np.ndarray:
        """The drawing as the visitor may see it, uint8 ``[H, W, 3]`` RGB: what is censored is blurred."""
        return self.drawing if view.uncensored else blur_censored(self.drawing, self.censored_boxes(view))


def read_for_page(
    drawing: np.ndarray,
    detectors: Mapping[str, Detector],
    notes: Sequence[str] = (),
    strokes: Sequence[Stroke] | None = None,
) -> Session | None:
    """Reads a drawing, uint8 ``[H, W, 3]`` RGB, by every method; None for one without ink.

    Of a large picture a smaller one is read and kept: the methods would reduce it anyway, each for itself.

    Args:
        drawing: what was drawn or opened.
        detectors: the methods.
        notes: what the visitor has to know of it beside what its paper says.
        strokes: what it was drawn with, in its pixels; a sheet of strokes is never so large that it is reduced.
    """
    drawing = to_work_size(drawing)[0]
    sheet = Sheet(drawing)
    if not sheet.has_ink:
        return None
    readings = read_sheet(sheet, detectors)
    return Session(PackedImage(drawing), readings, [*notes, *sheet_notes(sheet)], strokes)
