"""Scenes that the shipped detector misreads come more often."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from comparison.evaluation.metrics import is_exact
from detectors.detector import keep_best
from detectors.yolov3.detector import YOLOv3Detector
from detectors.yolov3.letterbox import Frame

UNBOUNDED_PX = 10**6
"""Height and width of a sheet that cuts no box off."""


@cache
def shipped_reader() -> Callable[[np.ndarray, Frame, np.ndarray, np.ndarray], bool]:
    """Whether the shipped detector reads a network input without a fault; it is loaded once a process.

    Returns:
        From ink uint8 ``[h, w]``, its frame, boxes float32 ``[N, 4]`` in input pixels and classes int64 ``[N]``.

    Raises:
        WeightsError: the detector's weights can't be used.
    """
    detector = YOLOv3Detector.load()

    def reads(ink: np.ndarray, frame: Frame, boxes: np.ndarray, classes: np.ndarray) -> bool:
        (found,) = detector.read_frames([(ink, frame)], [(UNBOUNDED_PX, UNBOUNDED_PX)])
        return is_exact(keep_best(found), frame.to_sheet(boxes), classes)

    return reads
