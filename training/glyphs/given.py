"""Drawings of a store, accepted by a reviewer, as glyphs to train on and as whole drawings to measure on."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from collection.consent import contributor_of_owner
from collection.formats import LabelledDrawing
from collection.record import Contribution, LabelledObjects
from collection.store import Place, Store
from ink.sheet import Sheet
from ink.tracing import trace_ink
from training.glyphs.collected import UNITS_PER_PIXEL, choose_splits
from training.glyphs.glyph_set import DataError, GlyphSet

MIN_INSIDE_SHARE = 0.7
"""Share of a stroke's points in a box from which it belongs to that object."""

BOX_MARGIN_PX = 4.0


def object_strokes(contribution: Contribution, objects: LabelledObjects) -> list[list[np.ndarray]]:
    """The strokes of each object, float32 ``[n, 2]`` in sixteenths of a pixel; none where there is no ink.

    Live ink is divided stroke by stroke.  Where a stroke belongs to no single box, or there is only a picture, the ink
    in the box is traced.
    """
    paths = [stroke.points for stroke in contribution.strokes()[1]]
    inside = np.zeros((len(paths), len(objects)))
    for k, path in enumerate(paths):
        low, high = objects.xyxy[:, None, :2] - BOX_MARGIN_PX, objects.xyxy[:, None, 2:] + BOX_MARGIN_PX
        inside[k] = ((path[None] >= low) & (path[None] <= high)).all(2).mean(1)
    belongs = inside >= MIN_INSIDE_SHARE
    divides = len(paths) > 0 and bool((belongs.sum(1) <= 1).all() and ((inside > 0.1) == belongs).all())
    if divides:
        return [[np.round(paths[k] * UNITS_PER_PIXEL) for k in np.flatnonzero(mine)] for mine in belongs.T]
    sheet = Sheet(contribution.drawing())
    return [_traced(sheet, box) for box in objects.xyxy]


def _traced(sheet: Sheet, box: np.ndarray) -> list[np.ndarray]:
    x1, y1, x2, y2 = (round(float(v) * sheet.scale) for v in box)
    strokes = trace_ink(sheet.ink[max(0, y1) : y2, max(0, x1) : x2])
    return [np.round(stroke.points * UNITS_PER_PIXEL).astype(np.float32) for stroke in strokes]


def read_store(store: Store) -> tuple[GlyphSet, np.ndarray, list[LabelledDrawing]]:
    """What a store's reviewers accepted.

    Returns:
        Every labelled object as a glyph, its writer the contributor's pseudonym; ``train`` or ``val`` for each, str
        ``[N]``, by contributor; and the whole drawings of the contributors who are not trained on.

    Raises:
        DataError: nothing was accepted.
        StoreError: the store can't be read.
    """
    accepted = list(store.accepted())
    strokes, labels, writers, numbers = [], [], [], []
    for number, (place, contribution, objects) in enumerate(accepted):
        for paths, class_id in zip(object_strokes(contribution, objects), objects.class_id.tolist(), strict=True):
            if paths:
                strokes.append(paths)
                labels.append(class_id)
                writers.append(contributor_of_owner(place.owner))
                numbers.append(number)
    if not strokes:
        raise DataError("No drawing of this store is accepted yet: python -m collection review shows what waits.")
    split = np.array(choose_splits(writers, labels))
    measured = {number for number, part in zip(numbers, split.tolist(), strict=True) if part == "val"}
    measured -= {number for number, part in zip(numbers, split.tolist(), strict=True) if part == "train"}
    return GlyphSet.from_pieces(strokes, labels, writers), split, list(_whole_drawings(accepted, measured))


def _whole_drawings(
    accepted: list[tuple[Place, Contribution, LabelledObjects]], numbers: set[int]
) -> Iterable[LabelledDrawing]:
    for number in sorted(numbers):
        _, contribution, objects = accepted[number]
        yield LabelledDrawing(f"{number:05d}", contribution.drawing(), objects, "given")
