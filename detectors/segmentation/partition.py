"""The best way to share out all pieces of a neighbourhood among groups."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detectors.segmentation.grouping import MAX_CLUSTER_PIECES
from detectors.segmentation.neighbours import Group


def best_partition(groups: Sequence[Group], scores: Sequence[float]) -> list[int]:
    """Groups that together take every member exactly once, with the largest sum of scores.

    Dynamic programming over the set of members not yet taken; the next group always takes the first of them, so each
    partition is met once.

    Args:
        groups: candidate groups; what is shared out are their members.
        scores: one per group.

    Returns:
        Indices into ``groups``.

    Raises:
        ValueError: no set of groups takes every member exactly once.
    """
    members = sorted({m for group in groups for m in group})
    if len(members) > MAX_CLUSTER_PIECES:
        whole = [k for k, group in enumerate(groups) if len(group) == len(members)]
        apart = [k for k, group in enumerate(groups) if len(group) < len(members)]
        options = [chosen for chosen in (whole, _best_of_parts(groups, scores, apart)) if chosen]
        return max(options, key=lambda chosen: sum(scores[k] for k in chosen))
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


def _best_of_parts(groups: Sequence[Group], scores: Sequence[float], among: list[int]) -> list[int]:
    """The best of a large neighbourhood's smaller groups: of each part of it, or one by one where it has no parts."""
    part_of: dict[int, set[int]] = {}
    for k in among:
        joined = set(groups[k]).union(*(part_of.get(m, ()) for m in groups[k]))
        part_of |= dict.fromkeys(joined, joined)
    parts = {id(part): part for part in part_of.values()}.values()
    if len(parts) == 1 and len(part_of) > MAX_CLUSTER_PIECES and all(len(groups[k]) < len(part_of) for k in among):
        return [k for k in among if len(groups[k]) == 1]
    chosen = []
    for part in parts:
        mine = [k for k in among if groups[k][0] in part]
        chosen += [mine[k] for k in best_partition([groups[k] for k in mine], [scores[k] for k in mine])]
    return chosen
