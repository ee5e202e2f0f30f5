"""What the objects of a sheet say about each other, for people to look at."""

from __future__ import annotations

from functools import partial

import numpy as np

from detectors.context import SHEET_KINDS, Shares, holds_others, in_context, likely_kinds
from detectors.detections import Detections
from detectors.detector import keep_best
from explain.stages import Picture, Stage, time_work
from models.classes import CLASSES


def explain_context(drawing: np.ndarray, alone: Detections, shares: Shares) -> list[Stage]:
    """How the objects on a drawing change each other's names; nothing where there are none.

    Args:
        drawing: uint8 ``[H, W, 3]`` RGB.
        alone: proposals before non-maximum suppression, each taken by itself.
        shares: of digits, censored and other drawings that their probabilities reckon with.
    """
    before = keep_best(alone)
    if len(before) == 0:
        return []
    renamed, milliseconds = time_work(partial(in_context, alone, shares))
    after = keep_best(renamed)
    kinds = likely_kinds(before.probabilities[~holds_others(before)], shares)
    changed = int((before.class_id != after.class_id).sum())
    pictures = []
    for k in before.xyxy[:, 0].argsort():
        x1, y1, x2, y2 = (int(v) for v in before.xyxy[k])
        was, now = before.class_id[k], after.class_id[k]
        caption = CLASSES[now] if was == now else f"{CLASSES[now]}, by itself {CLASSES[was]}"
        pictures.append(Picture(drawing[y1 : y2 + 1, x1 : x2 + 1], caption))
    stage = Stage(
        "What else is on the sheet?",
        "A ring that may be a 0 or a drawing is a 0 among digits, and a drawing among drawings. By what was found, "
        f"this sheet most likely holds {SHEET_KINDS[kinds.argmax()].name} ({kinds.max():.0%}). "
        + ("That renames nothing." if not changed else f"That renames {changed} of {len(before)}."),
        pictures,
        milliseconds,
        crops=True,
    )
    return [stage]
