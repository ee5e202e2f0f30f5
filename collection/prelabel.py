"""Labels to begin with for a pile of pictures: boxes by contours for single symbols, by both ways for the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import cv2
import numpy as np

from collection.editor import likeliest_objects
from collection.formats import LabelledDrawing, class_of_folder, file_name
from collection.record import LabelledObjects
from comparison.agreement import compare_readings
from comparison.datasets.dataset import DatasetError
from comparison.datasets.walk import PICTURE_SUFFIXES, SetFolder
from detectors import Detector, keep_best
from ink.drawing import DrawingError, read_drawing
from ink.ink import LOCATING_THRESHOLD
from ink.sheet import Sheet

MIN_CONTOUR_SHARE = 0.02
"""Area of a contour's box, as a share of the largest one's, below which it is a speck and no part of a symbol."""

BY_CONTOURS, AGREED, SUSPECT = "contours", "agreed", "suspect"
"""How a drawing got its labels: by its folder and contours; by ways that agree; or they differ, and a person looks."""


def contour_box(sheet: Sheet) -> np.ndarray | None:
    """The box around all ink but specks, float32 ``[4]`` in the drawing's pixels; None where there is none."""
    mask = cv2.threshold(sheet.ink, LOCATING_THRESHOLD, 255, cv2.THRESH_BINARY)[1]
    boxes = [
        cv2.boundingRect(contour) for contour in cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]
    ]
    if not boxes:
        return None
    largest = max(max(w, h) for _, _, w, h in boxes)
    large = np.array([box for box in boxes if max(box[2:]) ** 2 >= MIN_CONTOUR_SHARE * largest**2])
    corners = np.concatenate([large[:, :2].min(0), (large[:, :2] + large[:, 2:]).max(0)])
    return (corners / sheet.scale).astype(np.float32)


def prelabel_drawing(
    drawing: np.ndarray, class_id: int | None, detectors: Mapping[str, Detector]
) -> tuple[LabelledObjects, str]:
    """Labels for one drawing, and how it got them.

    Args:
        drawing: uint8 ``[H, W, 3]`` RGB.
        class_id: of the one symbol on it, where that is known.
        detectors: that read it where it is not.
    """
    sheet = Sheet(drawing)
    if class_id is not None:
        box = contour_box(sheet)
        boxes = np.zeros((0, 4), np.float32) if box is None else box[None]
        return LabelledObjects(boxes, np.full(len(boxes), class_id, np.int64)), BY_CONTOURS if len(boxes) else SUSPECT
    readings = [keep_best(detector.proposals([sheet])[0]) for detector in detectors.values()]
    agreed = all(compare_readings(readings[0], other).agree for other in readings[1:])
    return likeliest_objects(readings), AGREED if agreed and len(readings[0]) else SUSPECT


def prelabel_folder(folder: Path, detectors: Mapping[str, Detector]) -> Iterator[LabelledDrawing | str]:
    """Every picture of a folder and its folders with labels, or a sentence on why it has none.

    A folder called after a class, or ``0`` to ``11``, holds single symbols of it.

    Raises:
        DatasetError: there is no such folder, or no picture in it.
    """
    if not folder.is_dir():
        raise DatasetError(f"There is no folder {folder.name}.")
    paths = SetFolder(folder).with_suffix(*PICTURE_SUFFIXES)
    if not paths:
        raise DatasetError(f"There are no pictures in {folder.name}.")
    names: Counter[str] = Counter()
    for path in paths:
        name = file_name(str(path.relative_to(folder).with_suffix("")))
        names[name] += 1
        try:
            drawing = read_drawing(path)
        except DrawingError as error:
            yield str(error)
            continue
        objects, kind = prelabel_drawing(drawing, class_of_folder(path.parent.name), detectors)
        yield LabelledDrawing(name if names[name] == 1 else f"{name}-{names[name]}", drawing, objects, kind)
