"""Which pieces make one symbol: every grouping that could be, and the best way to share out all pieces among them."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence

import numpy as np

from detectors.contours import Piece

MOST_IN_CLUSTER = 12
"""Larger neighbourhoods are only read piece by piece and as a whole: the search is exponential in this."""

WIDEST = 1.8
"""Width of neighbouring parts of a cut piece that may make one symbol, as a multiple of their height."""

UNLIKELY = -10.0
"""Sum of scores below which the beginning of a row is not read on."""

ENDS_AT_ONCE = 2
"""Beginnings of a row that are read on at the same time: more need fewer calls of the classifier, and more crops."""

Group = tuple[int, ...]

Reach = tuple[float, float]
"""Gap across and gap down that count as near, as shares of the larger piece's longer side."""


def neighbours(pieces: Sequence[Piece], reach: Reach) -> np.ndarray:
    """Bool ``[N, N]``: whether the gap between two pieces is small against the larger one's size.

    Args:
        pieces: on one sheet.
        reach: the largest gaps; in between those across and down an ellipse decides.
    """
    boxes = np.array([p.box for p in pieces], float).reshape(-1, 4)
    between = np.maximum(boxes[:, None, :2] - boxes[None, :, 2:], boxes[None, :, :2] - boxes[:, None, 2:]).clip(0)
    size = (boxes[:, 2:] - boxes[:, :2]).max(1, initial=0.0)
    near = np.hypot(between[..., 0] / reach[0], between[..., 1] / reach[1]) <= np.maximum(size[:, None], size[None])
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
    found = []
    for first in range(len(parts)):
        for last in range(first + 1, len(parts) + 1):
            low, high = boxes[first:last, :2].min(0), boxes[first:last, 2:].max(0)
            width, height = high - low
            if last - first < len(parts) and (last == first + 1 or width <= WIDEST * height):
                found.append(tuple(range(first, last)))
    return found


def search_chain(spans: Sequence[Group], bar: float) -> Generator[list[int], list[float], list[int]]:
    """Looks from left to right for runs that together take every part of a row exactly once, scoring few of them.

    Only runs that begin where a likely reading of the parts before them ends are asked about, a few ends at a time,
    the likeliest first.  Scores are taken to be hardly ever above 0, so what has fallen to the bar stays below it.

    Args:
        spans: runs of neighbouring parts, as :func:`runs` gives them.
        bar: what the sum of scores has to exceed.

    Yields:
        Indices into ``spans``; is sent their scores.

    Returns:
        Indices into ``spans``, from left to right, with the largest sum of scores found; empty where none exceeds the
        bar.
    """
    end = max((span[-1] + 1 for span in spans), default=0)
    scores: dict[int, float] = {}
    best: dict[int, tuple[float, list[int]]] = {0: (0.0, [])}
    begun: set[int] = set()
    while True:
        top = max(bar, UNLIKELY, best[end][0] if end in best else -np.inf)
        ends = [e for e, (total, _) in best.items() if e < end and e not in begun and total > top]
        if not ends:
            break
        starts = sorted(ends, key=lambda e: -best[e][0])[:ENDS_AT_ONCE]
        begun.update(starts)
        asked = [k for k, span in enumerate(spans) if span[0] in starts]
        scores.update(zip(asked, (yield asked), strict=True))
        best = _best_chains(spans, scores)
    total, chain = best.get(end, (-np.inf, []))
    return chain if total > bar else []


def _best_chains(spans: Sequence[Group], scores: Mapping[int, float]) -> dict[int, tuple[float, list[int]]]:
    """For every part that runs with a score lead up to from the first: their largest sum of scores, and which."""
    best: dict[int, tuple[float, list[int]]] = {0: (0.0, [])}
    for k in sorted(scores, key=lambda k: spans[k][-1]):
        first, end = spans[k][0], spans[k][-1] + 1
        if first in best:
            total = best[first][0] + scores[k]
            if end not in best or total > best[end][0]:
                best[end] = total, [*best[first][1], k]
    return best


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
