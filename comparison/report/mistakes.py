"""Pictures of what went wrong in an evaluation."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from comparison.censor import blur_censored, censored_boxes
from comparison.evaluation.metrics import is_exact
from comparison.evaluation.results import Evaluation
from comparison.export import draw_labelled_boxes
from detectors import Detections
from detectors.matching import match_boxes
from models.classes import CENSORED

MAX_MISTAKES_SHOWN = 24
"""Drawings on a picture of mistakes at most."""


def contact_sheet(tiles: Sequence[np.ndarray], columns: int = 6, side: int = 200) -> np.ndarray:
    """Pictures of any size on one sheet, uint8 RGB, in rows no taller than they need to be."""
    rows = []
    for first in range(0, max(1, len(tiles)), columns):
        scaled = []
        for tile in tiles[first : first + columns]:
            scale = (side - 6) / max(tile.shape[:2])
            size = max(1, round(tile.shape[1] * scale)), max(1, round(tile.shape[0] * scale))
            scaled.append(cv2.resize(tile, size, interpolation=cv2.INTER_AREA))
        row = np.full((6 + max((len(tile) for tile in scaled), default=0), columns * side, 3), 225, np.uint8)
        for k, tile in enumerate(scaled):
            row[3 : 3 + len(tile), k * side + 3 : k * side + 3 + tile.shape[1]] = tile
        rows.append(row)
    return np.vstack(rows)


def blurred_picture(evaluation: Evaluation, number: int) -> np.ndarray:
    """One of the set's pictures with everything blurred that is labelled or by every method read as censored."""
    sample = evaluation.samples[number]
    read = censored_boxes([evaluation.shown(method, number) for method in evaluation.results])
    labelled = sample.xyxy[sample.class_id == CENSORED]
    return blur_censored(evaluation.drawing(number), np.concatenate([read, labelled]))


def are_right(found: Detections, xyxy: np.ndarray, class_id: np.ndarray) -> list[bool]:
    """For each object found whether it is one of the labelled ones, with its class."""
    pairs = dict(match_boxes(found.xyxy, xyxy))
    return [k in pairs and bool(found.class_id[k] == class_id[pairs[k]]) for k in range(len(found))]


def draw_mistakes(evaluation: Evaluation, method: str) -> list[np.ndarray]:
    """Drawings that a method did not read exactly, spread over the slices, with what it found drawn on them."""
    tiles: dict[str, list[np.ndarray]] = {}
    for number, sample in enumerate(evaluation.samples):
        shown = evaluation.shown(method, number)
        if not is_exact(shown, sample.xyxy, sample.class_id):
            tile = draw_labelled_boxes(
                blurred_picture(evaluation, number), shown, are_right(shown, sample.xyxy, sample.class_id)
            )
            tiles.setdefault(sample.slice, []).append(tile)
    queue = list(tiles.values())
    chosen: list[np.ndarray] = []
    while len(chosen) < MAX_MISTAKES_SHOWN and any(queue):
        chosen += [each.pop(0) for each in queue if each]
    return chosen[:MAX_MISTAKES_SHOWN]
