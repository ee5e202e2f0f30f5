"""Where the tags of objects go on a drawing, so that they cover little of one another and of other objects."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detectors.boxes import shared_areas

FONT_UNITS = 17
"""Size of a tag's letters in 400ths of the drawing's longer side."""

TAG_HEIGHT = 1.25
"""Height that a tag takes, in sizes of its letters."""

TAG_COST = 4.0
"""What it costs a tag to cover another one, per area; to cover another object's box costs 1."""

MOVED_COST = 0.2
"""What it costs a tag not to stand at the upper left corner of its box, as a share of its area."""

Point = tuple[float, float]
Rectangle = tuple[float, float, float, float]
"""x1, y1, x2, y2 in pixels of the drawing."""


def tag_width(label: str, font: float) -> float:
    """Of a tag with an object's letter and this label."""
    return (0.6 * len(label) + 1.5) * font


def place_tags(boxes: Sequence[Rectangle], widths: Sequence[float], tall: float, size: Point) -> list[Point]:
    """Where the tags of objects go: at that corner of its box where a tag covers least of other tags and boxes.

    Args:
        boxes: of the objects, in pixels of the drawing.
        widths: of the tags.
        tall: height of the tags.
        size: width and height of the drawing.

    Returns:
        Left and top of each tag.
    """
    objects, placed = np.array(boxes, float).reshape(-1, 4), np.zeros((len(boxes), 4))
    for number, ((x1, y1, x2, y2), wide) in enumerate(zip(boxes, widths, strict=True)):
        lefts = [min(max(x, 0.0), max(size[0] - wide, 0.0)) for x in (x1, x2 - wide)]
        tops = [y for y in (y1 - tall, y2) if 0 <= y <= size[1] - tall] or [min(max(y2, 0.0), size[1] - tall)]
        spots = np.array([(x, y, x + wide, y + tall) for y in tops for x in lefts])
        covered = shared_areas(spots, objects)
        costs = covered.sum(1) - covered[:, number] + TAG_COST * shared_areas(spots, placed[:number]).sum(1)
        costs[1:] += MOVED_COST * wide * tall
        placed[number] = spots[costs.argmin()]
    return [(x, y) for x, y, *_ in placed.tolist()]
