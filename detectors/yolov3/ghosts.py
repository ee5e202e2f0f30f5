"""Ghosts: unsure boxes whose ink is explained by surer ones already, as of a 7 and half of the 7 beside it.

They overlap no single box enough for non-maximum suppression.
"""

from __future__ import annotations

import numpy as np

from detectors.detections import Detections
from detectors.detector import best_rows
from ink.ink import INK_THRESHOLD
from models.classes import OTHER

MIN_EXPLAINED = 0.9
"""Share of a box's ink inside surer boxes from which it is a ghost."""

MAX_GHOST_CONFIDENCE = 0.75
"""What is surer than this is no ghost: a narrow digit may lie within its neighbours' boxes."""

MAX_RING_SIZE = 2.0
"""Area of another drawing, in areas of a box inside it, above which it may be a ring around a number: what is inside
is not explained by it."""


def drop_ghosts(proposals: Detections, ink: np.ndarray, scale: float) -> Detections:
    """The proposals without ghosts.

    Args:
        proposals: on one drawing, in its pixels.
        ink: of the drawing, uint8 ``[h, w]``, 0 paper to 255 ink.
        scale: its pixels per pixel of the drawing.
    """
    shown = best_rows(proposals)
    if len(shown) < 2:
        return proposals
    mask = ink > INK_THRESHOLD
    corners = np.round(proposals.xyxy * scale).astype(int)
    areas = (corners[:, 2:] - corners[:, :2]).prod(1)
    kept: list[int] = []
    ghosts: list[int] = []
    for k in shown.tolist():
        inside = [j for j in kept if proposals.class_id[j] != OTHER or areas[j] <= MAX_RING_SIZE * areas[k]]
        unsure = proposals.confidence[k] < MAX_GHOST_CONFIDENCE
        ghostly = unsure and _explained(mask, corners[k], corners[inside]) >= MIN_EXPLAINED
        (ghosts if ghostly else kept).append(k)
    keep = np.ones(len(proposals), bool)
    keep[ghosts] = False
    return proposals[keep]


def _explained(mask: np.ndarray, box: np.ndarray, others: np.ndarray) -> float:
    """Share of the ink of bool ``[h, w]`` in one box, int ``[4]``, that lies in others, int ``[N, 4]``, as well."""
    left, top, right, bottom = box.tolist()
    own = mask[top:bottom, left:right]
    covered = np.zeros_like(own)
    for x1, y1, x2, y2 in (others - [left, top, left, top]).clip(0).tolist():
        covered[y1:y2, x1:x2] = True
    total = np.count_nonzero(own)
    return np.count_nonzero(own & covered) / total if total else 0.0
