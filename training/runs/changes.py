"""What another way of reading changes, drawing by drawing: shares with intervals, and pictures of before and after."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from comparison.evaluation.metrics import is_exact, mean_average_precision
from comparison.evaluation.paired import Z_95, paired_difference
from comparison.export import draw_labelled_boxes
from comparison.report.mistakes import are_right, contact_sheet
from detectors import MIN_CONFIDENCE, Detections, keep_best
from ink.drawing import png_bytes
from training.runs.read_scenes import ReadScene

MAX_PICTURED = 60
"""Drawings on a contact sheet at most."""

TILE_SIDE_PX = 320
"""Side of a drawing's place on it."""


def exact_flags(scenes: Sequence[ReadScene], found: Sequence[Detections]) -> np.ndarray:
    """For each scene whether its proposals show every object once, with its class, and nothing else; bool ``[N]``."""
    return np.array([is_exact(keep_best(f), *s.truth) for s, f in zip(scenes, found, strict=True)], bool)


def precision_of(scenes: Sequence[ReadScene], found: Sequence[Detections]) -> tuple[float, float]:
    """mAP@0.5 and mAP@0.5:0.95 of proposals."""
    return mean_average_precision([keep_best(f, MIN_CONFIDENCE) for f in found], [s.truth for s in scenes])


def share_with_interval(flags: np.ndarray) -> str:
    """The share of true flags and its 95 % interval (Wilson, 1927), as text."""
    n, share = len(flags), float(np.mean(flags))
    middle = (share + Z_95**2 / (2 * n)) / (1 + Z_95**2 / n)
    half = Z_95 * math.sqrt(share * (1 - share) / n + Z_95**2 / (4 * n * n)) / (1 + Z_95**2 / n)
    return f"{share:.3f} ({middle - half:.3f} to {middle + half:.3f})"


def difference_with_interval(first: np.ndarray, second: np.ndarray) -> str:
    """How many points more of the scenes the first reads exactly than the second, with its 95 % interval, as text."""
    d = paired_difference(first.tolist(), second.tolist())
    more, low, high = (100 * v / d.drawings for v in (d.more, d.low, d.high))
    return f"{more:+.1f} ({low:+.1f} to {high:+.1f})"


def picture_changes(
    path: Path,
    scenes: Sequence[tuple[ReadScene, np.ndarray]],
    readings: Sequence[Sequence[Detections]],
) -> None:
    """Writes a contact sheet: each drawing once per reading, side by side, what is wrong in another colour.

    Args:
        path: of the PNG.
        scenes: each with its drawing, uint8 ``[H, W, 3]`` RGB.
        readings: of each scene several, as they are shown.
    """
    tiles = []
    for (scene, drawing), shown in list(zip(scenes, readings, strict=True))[:MAX_PICTURED]:
        tiles += [draw_labelled_boxes(drawing, found, are_right(found, *scene.truth)) for found in shown]
    columns = len(readings[0]) * max(1, 6 // len(readings[0])) if readings else 1
    picture = contact_sheet(tiles, columns, TILE_SIDE_PX)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(png_bytes(picture))
