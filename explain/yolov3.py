"""How YOLOv3 comes to its boxes: what it sees, where it suspects objects, its anchors."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import cv2
import numpy as np

from classifiers.calibration import sigmoid
from detectors.yolov3.detector import TRAINING_SHARES, YOLOv3Detector
from detectors.yolov3.ghosts import drop_ghosts
from explain.context import explain_context
from explain.stages import Picture, Stage, crop_to_ink, explain_reading, heat_map, time_work
from ink.ink import ink_on_paper
from ink.palette import PALETTE
from ink.sheet import Sheet
from models.classes import STRIDES
from weights.engine import Engine

OBJECT_SIZES = ("large", "middling", "small")
"""What the grids are for, in the order of ``STRIDES``."""

ANCHOR_ZOOM = 2
"""Pixels of the picture of anchors per input pixel."""


class WatchedEngine:
    """An engine whose maps and time can be looked at afterwards, so that nothing has to run twice.

    Args:
        engine: does the work.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine, self.runtime = engine, engine.runtime
        self.batches: list[list[np.ndarray]] = []  # its maps of each
        self.milliseconds = 0.0

    def __call__(self, x: np.ndarray) -> list[np.ndarray]:
        """The engine's maps of a batch."""
        maps, milliseconds = time_work(partial(self._engine, x))
        self.batches.append(maps)
        self.milliseconds += milliseconds
        return maps


@explain_reading.register
def explain_yolov3(detector: YOLOv3Detector, sheet: Sheet) -> list[Stage]:
    """The stages of detection on a drawing."""
    frames, framing = sheet.measure(partial(detector.frames, sheet))
    engine = WatchedEngine(detector.engine)
    watched = YOLOv3Detector(engine, detector.anchors, detector.calibration)
    (alone,), reading = time_work(partial(watched.propose_alone, [sheet]))
    ink = frames[0][0]
    return [
        Stage(
            "What the network sees",
            "The ink without its colours, framed closely; blank paper between far drawings is folded away."
            + (
                " A page of many drawings is seen in parts; the next two pictures are of the first."
                if len(frames) > 1
                else ""
            ),
            [
                Picture(crop_to_ink(ink_on_paper(seen), seen), f"{frame.shape[0]} x {frame.shape[1]} pixels")
                for seen, frame in frames
            ],
            framing,
        ),
        Stage(
            "Where is something?",
            "Three grids lie over the drawing. Every cell says how sure it is that an object has its centre there "
            "(objectness): the darker, the surer. The surest grid is the large one.",
            _picture_grids(ink, find_objectness(engine, len(detector.anchors))),
            engine.milliseconds,
        ),
        Stage(
            "Which size does it have?",
            "Every cell starts from three boxes (anchors) and bends one of them to fit: "
            f"{len(alone)} candidate{'' if len(alone) == 1 else 's'}. "
            "What no box explains is looked at once more, by itself.",
            [Picture(_draw_anchors(ink.shape, detector.anchors), "nine anchors at their size")],
            max(0.0, reading - engine.milliseconds),
        ),
        *explain_context(sheet.image, drop_ghosts(alone, sheet.ink, sheet.scale), TRAINING_SHARES),
    ]


def find_objectness(engine: WatchedEngine, anchors: int) -> list[np.ndarray]:
    """How sure each cell was of an object in what the engine was given first.

    Args:
        engine: which has run.
        anchors: per cell.

    Returns:
        One float32 ``[anchors, h, w]`` in 0..1 per stride, a plane per anchor; none where nothing was drawn.
    """
    if not engine.batches:
        return []
    return [sigmoid(raw[0].reshape(anchors, -1, *raw.shape[2:])[:, 4]) for raw in engine.batches[0]]


def _picture_grids(ink: np.ndarray, grids: Sequence[np.ndarray]) -> list[Picture]:
    """The grids over the ink, the surest first."""
    named = sorted(zip(grids, STRIDES, OBJECT_SIZES, strict=False), key=lambda each: -float(each[0].max()))
    return [
        Picture(
            crop_to_ink(heat_map(ink, grid.max(0)), ink),
            f"cells of {stride} pixels, for {size} objects: up to {grid.max():.0%}",
        )
        for grid, stride, size in named
    ] or [Picture(ink_on_paper(ink), "nothing is drawn")]


def _draw_anchors(shape: tuple[int, ...], anchors: np.ndarray) -> np.ndarray:
    """All anchors, float ``[3, 3, 2]``, around one centre on paper of the input's size, or larger."""
    width, height = np.maximum(shape[1::-1], anchors.max((0, 1)) + 4).astype(int) * ANCHOR_ZOOM
    picture = np.full((height, width, 3), 255, np.uint8)
    middle = np.array([width, height]) / 2
    for colour, scale in zip(PALETTE, anchors, strict=False):
        for size in scale * ANCHOR_ZOOM:
            low, high = (tuple(np.round(v).astype(int).tolist()) for v in (middle - size / 2, middle + size / 2))
            cv2.rectangle(picture, low, high, colour, 2)
    return picture
