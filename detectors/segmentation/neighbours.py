"""Which pieces of a sheet are near one another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detectors.segmentation.pieces import Piece

MAX_SPECK_SIZE = 0.35
"""Size below which a piece is a speck, as a share of the usual size on its sheet."""

MAX_COLON_GAP = 0.7
"""Gap between the dots of a colon and the bars of an equals sign, as a share of the usual size on the sheet."""

MAX_DOT_GAP = 0.4
"""Gap between a speck and what is right above it or below, as a share of that size."""

Group = tuple[int, ...]

Reach = tuple[float, float]
"""Gap across and gap down that count as near, as shares of the larger piece's longer side."""


def usual_size(sizes: np.ndarray) -> float:
    """What most pieces of a sheet are as large as, by the longer sides ``[N]`` of all; 0 without any."""
    if not len(sizes):
        return 0.0
    # The third quartile; np.percentile takes ten times as long for so few numbers.
    ranked, place = np.sort(sizes), 0.75 * (len(sizes) - 1)
    below, above = ranked[int(place)], ranked[min(int(place) + 1, len(sizes) - 1)]
    return float(below + place % 1 * (above - below))


def find_neighbours(pieces: Sequence[Piece], reach: Reach, usual: float) -> np.ndarray:
    """Bool ``[N, N]``: whether the gap between two pieces is small against the larger one's size.

    Above one another more may belong together: two dots are a colon, two bars an equals sign, a dot ends a question.

    Args:
        pieces: on one sheet.
        reach: the largest gaps; in between those across and down an ellipse decides.
        usual: size of the sheet's pieces in pixels, see :func:`usual_size`.
    """
    boxes = np.array([p.box for p in pieces], float).reshape(-1, 4)
    between = np.maximum(boxes[:, None, :2] - boxes[None, :, 2:], boxes[None, :, :2] - boxes[:, None, 2:]).clip(0)
    sides = boxes[:, 2:] - boxes[:, :2]
    size = sides.max(1, initial=0.0)
    near = np.hypot(between[..., 0] / reach[0], between[..., 1] / reach[1]) <= np.maximum(size[:, None], size[None])
    low, speck = sides[:, 1] < MAX_SPECK_SIZE * usual, size < MAX_SPECK_SIZE * usual
    down = np.where(low[:, None] & low, MAX_COLON_GAP, np.where(speck[:, None] | speck, MAX_DOT_GAP, 0.0)) * usual
    near |= (between[..., 0] == 0) & (between[..., 1] <= down)
    np.fill_diagonal(near, False)
    return near


def find_clusters(near: np.ndarray) -> list[Group]:
    """The connected neighbourhoods, each as sorted indices."""
    left, found = set(range(len(near))), []
    while left:
        todo, seen = [min(left)], set()
        while todo:
            i = todo.pop()
            if i not in seen:
                seen.add(i)
                todo += [j for j in np.flatnonzero(near[i]).tolist() if j not in seen]
        left -= seen
        found.append(tuple(sorted(seen)))
    return found
