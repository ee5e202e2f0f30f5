"""Pictures of an evaluation: boxes on drawings, what went wrong, contact sheets."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from comparison.dataset import Sample
from comparison.evaluate import Evaluation
from comparison.match import is_exact, match_boxes
from comparison.veil import censored_boxes, veil
from detectors import Detections, keep_best
from models.classes import CENSORED, CLASSES

RIGHT, WRONG = (178, 114, 0), (0, 74, 194)
"""Blue and vermillion, as OpenCV orders colours."""

LINES = {"yolov3": ("#0072B2", "-"), "contours-cnn": ("#B34700", "--"), "contours-vit": ("#00735A", ":")}
"""A method's colour and dashes in diagrams; the colour-blind can tell them apart."""

SHOWN = 24
"""Sheets on a picture of mistakes at most."""


def draw_boxes(image: np.ndarray, found: Detections, right: Sequence[bool] | None = None) -> np.ndarray:
    """A drawing with labelled boxes, uint8 ``[H, W, 3]`` RGB; wrong ones in vermillion."""
    canvas = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    unit = max(canvas.shape[:2]) / 400
    for k, (box, class_id) in enumerate(zip(found.xyxy, found.class_id, strict=True)):
        colour = RIGHT if right is None or right[k] else WRONG
        x1, y1, x2, y2 = (round(float(v)) for v in box)
        cv2.rectangle(canvas, (x1, y1), (x2, y2), colour, max(1, round(1.5 * unit)))
        cv2.putText(
            canvas, CLASSES[class_id], (x1, max(y1 - 3, round(14 * unit))), cv2.FONT_HERSHEY_SIMPLEX, 0.6 * unit,
            colour, max(1, round(2 * unit)), cv2.LINE_AA,
        )  # fmt: skip
    return cv2.cvtColor(canvas, cv2.COLOR_BGR2RGB)


def contact_sheet(tiles: Sequence[np.ndarray], columns: int = 6, side: int = 200) -> np.ndarray:
    """Pictures of any size on one sheet, uint8 RGB."""
    rows = max(1, -(-len(tiles) // columns))
    sheet = np.full((rows * side, columns * side, 3), 225, np.uint8)
    for k, tile in enumerate(tiles):
        scale = (side - 6) / max(tile.shape[:2])
        size = max(1, round(tile.shape[1] * scale)), max(1, round(tile.shape[0] * scale))
        y, x = (k // columns) * side + 3, (k % columns) * side + 3
        sheet[y : y + size[1], x : x + size[0]] = cv2.resize(tile, size, interpolation=cv2.INTER_AREA)
    return sheet


def veiled(evaluation: Evaluation, number: int) -> np.ndarray:
    """One of the set's pictures with everything blurred that is labelled or read as censored."""
    sample = evaluation.samples[number]
    read = censored_boxes(result.found[number] for result in evaluation.results.values())
    labelled = sample.xyxy[sample.class_id == CENSORED]
    return veil(evaluation.images[number], np.concatenate([read, labelled]))


def are_right(found: Detections, sample: Sample) -> list[bool]:
    """For each object found whether it is one of the labelled ones, with its class."""
    pairs = dict(match_boxes(found.xyxy, sample.xyxy))
    return [k in pairs and found.class_id[k] == sample.class_id[pairs[k]] for k in range(len(found))]


def mistakes(evaluation: Evaluation, method: str) -> list[np.ndarray]:
    """Sheets that a method did not read exactly, spread over the slices, with what it found drawn on them."""
    tiles: dict[str, list[np.ndarray]] = {}
    for number, sample in enumerate(evaluation.samples):
        shown = keep_best(evaluation.results[method].found[number])
        if not is_exact(shown, sample.xyxy, sample.class_id):
            tile = draw_boxes(veiled(evaluation, number), shown, are_right(shown, sample))
            tiles.setdefault(sample.slice, []).append(tile)
    queue = list(tiles.values())
    chosen: list[np.ndarray] = []
    while len(chosen) < SHOWN and any(queue):
        chosen += [each.pop(0) for each in queue if each]
    return chosen[:SHOWN]
