"""Which pieces make one symbol: every grouping that could be, and the best way to share out all pieces among them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detectors.contours import Piece, gap

MOST_MEMBERS = 4
"""Pieces in one symbol at most, apart from the grouping that takes a whole neighbourhood."""

MOST_IN_CLUSTER = 12
"""Larger neighbourhoods are only read piece by piece and as a whole: the search is exponential in this."""

Group = tuple[int, ...]


def neighbours(pieces: Sequence[Piece], reach: float) -> np.ndarray:
    """Bool ``[N, N]``: whether the gap between two pieces is small against the larger one's size.

    Args:
        pieces: on one sheet.
        reach: the largest gap as a share of the larger piece's longer side.
    """
    near = np.zeros((len(pieces), len(pieces)), bool)
    for i, a in enumerate(pieces):
        for j in range(i):
            b = pieces[j]
            near[i, j] = near[j, i] = gap(a, b) <= reach * max(a.size, b.size)
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
    """Every connected set of up to ``MOST_MEMBERS`` pieces of a neighbourhood, and the whole of it."""
    singles: list[Group] = [(i,) for i in cluster]
    if len(cluster) > MOST_IN_CLUSTER:
        return [*singles, cluster]
    found = set(singles)
    frontier = set(singles)
    for _ in range(min(MOST_MEMBERS, len(cluster)) - 1):
        frontier = {
            tuple(sorted((*group, j)))
            for group in frontier
            for j in cluster
            if j not in group and near[list(group), j].any()
        }
        found |= frontier
    return sorted(found | {cluster}, key=lambda g: (len(g), g))


def best_partition(members: Group, groups: Sequence[Group], scores: Sequence[float]) -> list[int]:
    """Groups that together take every member exactly once, with the largest sum of scores.

    Dynamic programming over the set of members not yet taken; the next group always takes the first of them, so each
    partition is met once.

    Args:
        members: what has to be shared out.
        groups: candidate groups; every member must be in one of its own, or no partition may exist.
        scores: one a group.

    Returns:
        Indices into ``groups``.
    """
    bit = {m: 1 << k for k, m in enumerate(members)}
    masks = [sum(bit[m] for m in group) for group in groups]
    starting: dict[int, list[int]] = {}
    for k, group in enumerate(groups):
        starting.setdefault(min(bit[m] for m in group), []).append(k)
    best: dict[int, tuple[float, int]] = {}
    everything = (1 << len(members)) - 1

    def solve(left: int) -> float:
        if left == 0:
            return 0.0
        if left in best:
            return best[left][0]
        top, choice = -np.inf, -1
        for k in starting.get(left & -left, ()):
            if masks[k] & left == masks[k]:
                value = scores[k] + solve(left ^ masks[k])
                if value > top:
                    top, choice = value, k
        best[left] = top, choice
        return top

    solve(everything)
    chosen, left = [], everything
    while left:
        k = best[left][1]
        if k < 0:
            raise ValueError("no set of groups takes every member exactly once")
        chosen.append(k)
        left ^= masks[k]
    return chosen
