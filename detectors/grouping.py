"""Which pieces make one symbol: every grouping that could be, and the best way to share out all pieces among them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detectors.contours import Piece

MOST_IN_CLUSTER = 12
"""Larger neighbourhoods are only read piece by piece and as a whole: the search is exponential in this."""

WIDEST = 1.7
"""Width of neighbouring parts of a cut piece that may make one symbol, as a multiple of the piece's height."""

Group = tuple[int, ...]


def neighbours(pieces: Sequence[Piece], reach: float) -> np.ndarray:
    """Bool ``[N, N]``: whether the gap between two pieces is small against the larger one's size.

    Args:
        pieces: on one sheet.
        reach: the largest gap as a share of the larger piece's longer side.
    """
    boxes = np.array([p.box for p in pieces], float).reshape(-1, 4)
    between = np.maximum(boxes[:, None, :2] - boxes[None, :, 2:], boxes[None, :, :2] - boxes[:, None, 2:]).clip(0)
    size = (boxes[:, 2:] - boxes[:, :2]).max(1, initial=0.0)
    near = np.hypot(between[..., 0], between[..., 1]) <= reach * np.maximum(size[:, None], size[None])
    np.fill_diagonal(near, False)
    return near


def clusters(near: np.ndarray) -> list[Group]:
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


def groupings(cluster: Group, near: np.ndarray) -> list[Group]:
    """Every connected set of a few pieces of a neighbourhood (fewer the larger it is), and the whole of it."""
    found: set[Group] = {(i,) for i in cluster}
    if len(cluster) <= MOST_IN_CLUSTER:
        most = 4 if len(cluster) <= 6 else 3 if len(cluster) <= 9 else 2
        frontier = set(found)
        for _ in range(min(most, len(cluster)) - 1):
            frontier = {
                tuple(sorted((*group, j)))
                for group in frontier
                for j in cluster
                if j not in group and near[list(group), j].any()
            }
            found |= frontier
    return sorted(found | {cluster}, key=lambda g: (len(g), g))


def runs(parts: Sequence[Piece]) -> list[Group]:
    """Every run of neighbours among the parts of a cut piece that is not too wide, but not all of them at once.

    Args:
        parts: from left to right.
    """
    boxes = np.array([p.box for p in parts], float).reshape(-1, 4)
    widest = WIDEST * (boxes[:, 3].max(initial=0) - boxes[:, 1].min(initial=np.inf))
    found = []
    for first in range(len(parts)):
        for last in range(first + 1, len(parts) + 1):
            wide = boxes[first:last, 2].max() - boxes[first:last, 0].min() > widest
            if last - first < len(parts) and (last == first + 1 or not wide):
                found.append(tuple(range(first, last)))
    return found


def best_chain(spans: Sequence[Group], scores: Sequence[float]) -> list[int]:
    """Runs that together take every part of a row exactly once, with the largest sum of scores.

    Args:
        spans: runs of neighbouring parts, as :func:`runs` gives them.
        scores: one a run.

    Returns:
        Indices into ``spans``, from left to right.

    Raises:
        ValueError: no set of runs takes every part exactly once.
    """
    best: dict[int, tuple[float, list[int]]] = {0: (0.0, [])}
    for k in sorted(range(len(spans)), key=lambda k: spans[k][-1]):
        first, end = spans[k][0], spans[k][-1] + 1
        if first in best:
            total = best[first][0] + scores[k]
            if end not in best or total > best[end][0]:
                best[end] = total, [*best[first][1], k]
    parts = max((span[-1] + 1 for span in spans), default=0)
    if parts not in best:
        raise ValueError("no set of runs takes every part exactly once")
    return best[parts][1]


def best_partition(groups: Sequence[Group], scores: Sequence[float]) -> list[int]:
    """Groups that together take every member exactly once, with the largest sum of scores.

    Dynamic programming over the set of members not yet taken; the next group always takes the first of them, so each
    partition is met once.

    Args:
        groups: candidate groups; what is shared out are their members.
        scores: one a group.

    Returns:
        Indices into ``groups``.

    Raises:
        ValueError: no set of groups takes every member exactly once.
    """
    members = sorted({m for group in groups for m in group})
    whole = [k for k, group in enumerate(groups) if len(group) == len(members)]
    if len(members) > MOST_IN_CLUSTER:  # all one by one, or all together
        singles = [k for k, group in enumerate(groups) if len(group) == 1]
        return max(singles, whole, key=lambda chosen: sum(scores[k] for k in chosen))
    masks = [sum(1 << members.index(m) for m in group) for group in groups]
    best: dict[int, tuple[float, list[int]]] = {0: (0.0, [])}

    def solve(left: int) -> tuple[float, list[int]]:
        if left not in best:
            first = left & -left
            options = [(k, solve(left ^ m)) for k, m in enumerate(masks) if m & first and m & left == m]
            best[left] = max(
                ((scores[k] + rest, [k, *chosen]) for k, (rest, chosen) in options),
                key=lambda option: option[0],
                default=(-np.inf, []),
            )
        return best[left]

    total, chosen = solve((1 << len(members)) - 1)
    if np.isinf(total):
        raise ValueError("no set of groups takes every member exactly once")
    return chosen
