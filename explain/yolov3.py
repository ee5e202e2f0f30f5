"""How YOLOv3 comes to its boxes: what it sees, where it suspects objects, its anchors."""

from __future__ import annotations

import cv2
import numpy as np

from classifiers.calibration import sigmoid
from detectors.yolov3.detector import TRAINING_SHARES, YOLOv3Detector
from explain.context import explain_context
from explain.stages import Picture, Stage, explain_reading, heat_map
from ink.ink import ink_on_paper
from ink.palette import PALETTE
from ink.sheet import Sheet
from models.classes import STRIDES

OBJECT_SIZES = ("large", "middling", "small")
"""What the grids are for, in the order of ``STRIDES``."""

ANCHOR_ZOOM = 2
"""Pixels of the picture of anchors per input pixel."""


@explain_reading.register
def explain_yolov3(detector: YOLOv3Detector, sheet: Sheet) -> list[Stage]:
    """The stages of detection on a drawing."""
    frames = detector.frames(sheet)
    ink = frames[0][0]
    maps = [
        Picture(
            heat_map(ink, grid.max(0)), f"cells of {stride} pixels, for {size} objects: up to {float(grid.max()):.0%}"
        )
        for grid, stride, size in zip(find_objectness(detector, ink), STRIDES, OBJECT_SIZES, strict=True)
    ]
    return [
        Stage(
            "What the network sees",
            "The ink without its colours, framed closely; blank paper between far drawings is folded away."
            + (
                " A page of many drawings is seen in parts; the next two pictures are of the first."
                if len(frames) > 1
                else ""
            ),
            [Picture(ink_on_paper(seen), f"{frame.shape[0]} x {frame.shape[1]}") for seen, frame in frames],
        ),
        Stage(
            "Where is something?",
            "Three grids lie over the drawing. Every cell says how sure it is that an object has its centre there "
            "(objectness): the darker, the surer.",
            maps,
        ),
        Stage(
            "Which size does it have?",
            "Every cell starts from three boxes (anchors) and bends one of them to fit.",
            [Picture(_draw_anchors(ink.shape, detector.anchors), "nine anchors at their size")],
        ),
        *explain_context(sheet.image, detector.propose_alone([sheet])[0], TRAINING_SHARES),
    ]


def find_objectness(detector: YOLOv3Detector, ink: np.ndarray) -> list[np.ndarray]:
    """How sure each cell is of an object.

    Args:
        detector: whose network is asked.
        ink: its input, uint8 ``[H, W]``, 0 paper to 255 ink.

    Returns:
        One float32 ``[3, h, w]`` in 0..1 per stride, a plane per anchor.
    """
    maps = detector.engine(ink[None, None].astype(np.float32) / 255)
    return [sigmoid(raw[0].reshape(3, -1, *raw.shape[2:])[:, 4]) for raw in maps]


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
