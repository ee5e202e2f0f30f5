"""What the objects of one sheet say about each other.

A ring that may be a 0 or a drawing is a 0 among digits, and a drawing among drawings: people read so.  Sheets are of
few kinds, and each has its own shares of digits, censored and other drawings.  What the objects are if taken by
themselves says how likely each kind is, and the kinds say what the doubtful ones are: Bayes' rule, with an object's
probabilities adjusted to the shares of each kind as in Saerens et al., Neural Computation 14(1), 2002.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from detectors.boxes import box_areas, shared_areas
from detectors.detections import Detections
from detectors.detector import CONFIDENCE, keep_best
from models.classes import CENSORED, OTHER

Shares = tuple[float, float, float]
"""Of digits, censored and other drawings among objects."""

_GROUP_OF_CLASS = np.array([0] * CENSORED + [1, 2])  # of each class, its place in Shares


@dataclass(frozen=True)
class SheetKind:
    """A kind of sheet: what it holds, how common it is, and the shares of its objects; none is quite impossible."""

    name: str
    prior: float
    shares: Shares


SHEET_KINDS = (
    SheetKind("digits", 0.67, (0.998, 0.001, 0.001)),
    SheetKind("digits among other drawings", 0.17, (0.555, 0.005, 0.44)),
    SheetKind("digits with signs", 0.10, (0.8, 0.001, 0.199)),
    SheetKind("other drawings", 0.02, (0.001, 0.001, 0.998)),
    SheetKind("censored drawings", 0.04, (0.44, 0.55, 0.01)),
)
"""Shares as the composer of scenes has them; how common they are was tried on composed scenes."""


MIN_HELD_SHARE = 0.9
"""Share of a box inside another drawing from which that is a ring around it."""

MIN_RING_SIZE = 1.5
"""Area of a ring, in areas of what it holds, at least; a second reading of the same ink is as large."""


def holds_others(shown: Detections) -> np.ndarray:
    """Which of the objects shown on a sheet are other drawings around another object, as rings are: bool ``[N]``."""
    if not len(shown):
        return np.zeros(0, bool)
    areas = box_areas(shown.xyxy)
    held = (shared_areas(shown.xyxy, shown.xyxy) >= MIN_HELD_SHARE * areas) & (areas[:, None] >= MIN_RING_SIZE * areas)
    np.fill_diagonal(held, False)
    return (shown.class_id == OTHER) & held.any(1)


def likely_kinds(probabilities: np.ndarray, shares: Shares) -> np.ndarray:
    """How likely a sheet is of each of ``SHEET_KINDS``, float64 ``[K]``, which sums to one.

    Args:
        probabilities: ``[N, 12]`` of its objects, each taken by itself.
        shares: those that these probabilities reckon with.
    """
    logs = np.log([kind.prior for kind in SHEET_KINDS]) + np.log(_adjusted(probabilities, shares).sum(2)).sum(0)
    likely = np.exp(logs - logs.max())
    return likely / likely.sum()


def in_context(found: Detections, shares: Shares) -> Detections:
    """The same boxes and confidences, with the classes that they have in the light of what is on the sheet.

    What does not reach the page's default confidence neither counts nor is renamed.  Nor do rings: they say nothing
    about what they hold.

    Args:
        found: proposals on one drawing, before non-maximum suppression, each taken by itself.
        shares: those that their probabilities reckon with.
    """
    shown = keep_best(found)
    ring = holds_others(shown)
    is_ring = (found.xyxy[:, None] == shown.xyxy[ring]).all(2).any(1)
    sure = np.flatnonzero((found.confidence >= CONFIDENCE) & ~is_ring)
    if len(sure) == 0:
        return found
    kinds = likely_kinds(shown.probabilities[~ring], shares)
    adjusted = _adjusted(found.probabilities[sure], shares)
    mixed = (adjusted / adjusted.sum(2, keepdims=True) * kinds[:, None]).sum(1)
    probabilities = found.probabilities.copy()
    probabilities[sure] = mixed
    class_id = found.class_id.copy()
    class_id[sure] = mixed.argmax(1)
    return replace(found, class_id=class_id, probabilities=probabilities)


def _adjusted(probabilities: np.ndarray, shares: Shares) -> np.ndarray:
    """For each kind of sheet the probabilities in the kind's shares instead of these, not yet summing to one.

    Returns:
        float64 ``[N, K, 12]``.
    """
    ratios = np.array([kind.shares for kind in SHEET_KINDS]) / np.array(shares)
    return probabilities[:, None].astype(np.float64).clip(1e-9) * ratios[:, _GROUP_OF_CLASS]
