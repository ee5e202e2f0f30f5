"""A reading taken apart: the stages of a method, as pictures and sentences, and the one function that gives them."""

from __future__ import annotations

import importlib
import pkgutil
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import singledispatch
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np

from detectors.detections import Detections
from detectors.detector import Detector
from ink.ink import ink_bounds
from ink.palette import PALETTE
from ink.sheet import Sheet

MARGIN_SHARE = 0.06
"""Paper that is left around what is enlarged, as a share of its longer side."""

MIN_MARGIN_PX = 6
"""Paper that is left at least, in pixels."""

Value = TypeVar("Value")


@dataclass(frozen=True, eq=False)
class Picture:
    """Something to look at.

    Attributes:
        image: uint8 ``[H, W, 3]`` RGB.
        caption: a few words.
        chosen: part of the result; what was turned down is not.
    """

    image: np.ndarray
    caption: str = ""
    chosen: bool = True


@dataclass(frozen=True, eq=False)
class Stage:
    """One step of a method's work.

    Attributes:
        title: a few words.
        text: a sentence or two that explain it to someone who does not know the terms.
        pictures: what there is to see; the first one matters most.
        milliseconds: what the step costs the method; None for one that is only made to be looked at.
        crops: the pictures are of single objects, and stand small however few they are.
    """

    title: str
    text: str
    pictures: Sequence[Picture]
    milliseconds: float | None = None
    crops: bool = False


@singledispatch
def explain_reading(detector: Detector, sheet: Sheet) -> list[Stage]:
    """How a method comes to its proposals on one drawing, for people to look at.

    A method's entry is a function in a module of this folder, decorated with ``explain_reading.register``; a method
    without one has no stages.

    Args:
        detector: the method.
        sheet: the drawing; methods that are explained on one sheet share its steps.
    """
    return explain_reading(detector, sheet) if _import_entries() else []


def _import_entries() -> bool:
    """Imports this folder's modules, which register what they explain; whether there was a new one."""
    names = [f"{__package__}.{module.name}" for module in pkgutil.iter_modules([str(Path(__file__).parent)])]
    new = [name for name in names if name not in sys.modules]
    for name in new:
        importlib.import_module(name)
    return bool(new)


def crop_to_bounds(picture: np.ndarray, bounds: Sequence[float]) -> np.ndarray:
    """The part of a picture within x1, y1, x2, y2, in its pixels, and some paper around it."""
    margin = max(MARGIN_SHARE * max(bounds[2] - bounds[0], bounds[3] - bounds[1]), MIN_MARGIN_PX)
    x1, y1 = (max(0, int(v - margin)) for v in bounds[:2])
    x2, y2 = (int(np.ceil(v + margin)) for v in bounds[2:])
    return picture[y1:y2, x1:x2]


def crop_to_ink(picture: np.ndarray, ink: np.ndarray) -> np.ndarray:
    """The part of a picture in which something is drawn; all of it where nothing is.

    Args:
        picture: ``[h, w, ...]``.
        ink: uint8 ``[h, w]`` of the same drawing, 0 paper to 255 ink.
    """
    bounds = ink_bounds(ink)
    return picture if bounds is None else crop_to_bounds(picture, bounds)


def time_work(work: Callable[[], Value]) -> tuple[Value, float]:
    """What ``work()`` gives, and the milliseconds that it took."""
    started = time.perf_counter()
    value = work()
    return value, (time.perf_counter() - started) * 1000


def enlarge_pixels(image: np.ndarray, side: int = 96) -> np.ndarray:
    """Every pixel as a square, until the longer side is about ``side`` pixels."""
    times = max(1, round(side / max(image.shape[:2])))
    return cv2.resize(image, None, fx=times, fy=times, interpolation=cv2.INTER_NEAREST)


def heat_map(ink: np.ndarray, strength: np.ndarray) -> np.ndarray:
    """Where something is strong, as colour under the ink.

    Args:
        ink: uint8 ``[h, w]``, 0 paper to 255 ink.
        strength: float ``[a, b]`` in 0..1, of any size.

    Returns:
        uint8 ``[h, w, 3]`` RGB; white is nothing, dark red is one.
    """
    spread = cv2.resize(strength.astype(np.float32), ink.shape[::-1], interpolation=cv2.INTER_NEAREST).clip(0, 1)
    steps = np.array([[255, 255, 255], [253, 219, 150], [235, 130, 60], [140, 40, 80]], np.float32)
    position = spread * (len(steps) - 1)
    low = position.astype(int).clip(0, len(steps) - 2)
    part = (position - low)[..., None]
    colour = steps[low] * (1 - part) + steps[low + 1] * part
    return np.round(colour * (1 - 0.75 * ink[..., None] / 255)).astype(np.uint8)


def draw_boxes(drawing: np.ndarray, found: Detections) -> np.ndarray:
    """Boxes in their classes' colours on a copy of a drawing, uint8 ``[H, W, 3]`` RGB; the surest on top."""
    picture = drawing.copy()
    thickness = max(1, round(max(drawing.shape[:2]) / 150))
    for k in np.argsort(found.confidence):
        x1, y1, x2, y2 = (round(float(v)) for v in found.xyxy[k])
        cv2.rectangle(picture, (x1, y1), (x2, y2), PALETTE[found.class_id[k] % len(PALETTE)], thickness)
    return picture
