"""Digits whose strokes do not meet: a stroke, or a part of one, is set apart from the rest."""

from __future__ import annotations

import numpy as np

from ink.strokes import densify_stroke, distance_along

STEP = 0.03
"""Distance of the points that strokes are compared by, digits being one unit large."""

OVERSHOOT = 0.09
"""How far a stroke may run on beyond where it meets another one; further, and the two cross."""

MIN_TURN_DEGREES = 55
"""Turn of a stroke that is a corner."""

MIN_PART = 0.2
"""Length of the shortest part that is cut off."""

CORNERED_DIGITS = frozenset({1, 2, 3, 4, 5, 7})
"""Digits that stay what they are when they are cut at a corner; a 9 becomes a 5."""

MAX_FLAG = 0.45
"""Length of a 1's flag that may be cut off, as a share of the stem's: a longer one would be a 1 beside a 1."""

MAX_DETOUR = 0.12
"""How much further than the gap a part may have to move until it is free."""


def meeting_points(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Where two paths run through one another: how far along each, float ``[M, 2]`` in segments and parts of them."""
    p, q, r, s = a[:-1, None], b[None, :-1], np.diff(a, axis=0)[:, None], np.diff(b, axis=0)[None]
    cross = r[..., 0] * s[..., 1] - r[..., 1] * s[..., 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        t = ((q - p)[..., 0] * s[..., 1] - (q - p)[..., 1] * s[..., 0]) / cross
        u = ((q - p)[..., 0] * r[..., 1] - (q - p)[..., 1] * r[..., 0]) / cross
        i, j = np.nonzero((t >= 0) & (t < 1) & (u >= 0) & (u < 1))
    return np.stack([i + t[i, j], j + u[i, j]], 1)


def strokes_cross(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether two strokes run through one another, and each goes on for a good way on both sides."""
    a, b = densify_stroke(a, STEP), densify_stroke(b, STEP)
    if len(a) < 2 or len(b) < 2:
        return False
    margins = [OVERSHOOT / max(distance_along(path)[-1], 1e-6) * (len(path) - 1) for path in (a, b)]
    return any(
        margins[0] < i < len(a) - 1 - margins[0] and margins[1] < j < len(b) - 1 - margins[1]
        for i, j in meeting_points(a, b)
    )


def distance_between(a: list[np.ndarray], b: list[np.ndarray]) -> float:
    """Smallest distance of the strokes' centre lines, in their units."""
    near, far = (np.concatenate([densify_stroke(s, STEP) for s in strokes]) for strokes in (a, b))
    return float(np.hypot(*(near[:, None] - far[None]).transpose(2, 0, 1)).min())


def corners(stroke: np.ndarray) -> list[float]:
    """How far along a stroke its sharp turns are, in units; none near its ends."""
    path = densify_stroke(stroke, STEP)
    if len(path) < 9:
        return []
    ahead = path[6:] - path[3:-3]
    behind = path[3:-3] - path[:-6]
    turn = np.abs(np.angle((ahead[:, 0] + 1j * ahead[:, 1]) * np.conj(behind[:, 0] + 1j * behind[:, 1]), deg=True))
    come = distance_along(path)
    sharpest = [
        k + 3 for k in range(len(turn)) if turn[k] > MIN_TURN_DEGREES and turn[k] == turn[max(0, k - 4) : k + 5].max()
    ]
    return [float(come[k]) for k in sharpest if MIN_PART < come[k] < come[-1] - MIN_PART]


def cut_at(stroke: np.ndarray, distance: float) -> tuple[np.ndarray, np.ndarray]:
    """The two parts of a stroke, before and after so much of its way."""
    path = densify_stroke(stroke, STEP)
    k = int(np.clip(distance_along(path).searchsorted(distance), 1, len(path) - 2))
    return path[: k + 1], path[k:]


def cut_loop(stroke: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """The rest of a stroke and the loop that it makes, cut where it crosses itself; None where it makes none."""
    path = densify_stroke(stroke, STEP)
    least = MIN_PART / STEP
    met = [(round(i), round(j)) for i, j in meeting_points(path, path)] if len(path) > 2 else []
    loops = [(i, j) for i, j in met if j - i > least and len(path) - (j - i) > 2 * least]
    if not loops:
        return None
    i, j = max(loops, key=lambda pair: min(pair[1] - pair[0], len(path) - pair[1] + pair[0]))
    return np.concatenate([path[: i + 1], path[j:]]), path[i : j + 1]


def slide_away(part: list[np.ndarray], rest: list[np.ndarray], gap: float, degrees: float) -> list[np.ndarray] | None:
    """The part moved away from the rest until ``gap`` lies between them.

    Args:
        part: strokes that move.
        rest: strokes that stay.
        gap: between the centre lines, in their units.
        degrees: how far the way turns from straight away from the rest's middle.

    Returns:
        The moved part; None where strokes cross, or where it would have to go too far.
    """
    if any(strokes_cross(a, b) for a in part for b in rest):
        return None
    away = np.concatenate(part).mean(0) - np.concatenate(rest).mean(0)
    angle = np.arctan2(away[1], away[0]) + np.deg2rad(degrees)
    direction = np.array([np.cos(angle), np.sin(angle)])
    near, far = (np.concatenate([densify_stroke(s, STEP) for s in strokes]) for strokes in (part, rest))
    steps = np.linspace(0, gap + MAX_DETOUR, 24)
    between = near[:, None] - far[None]
    free = np.array([np.hypot(*(between + step * direction).transpose(2, 0, 1)).min() for step in steps])
    if not (free >= gap).any() or free[0] >= gap:
        return None
    first = int(np.argmax(free >= gap))
    step = np.interp(gap, free[first - 1 : first + 1], steps[first - 1 : first + 1])
    return [(s + step * direction).astype(np.float32) for s in part]


def pull_apart(strokes: list[np.ndarray], digit: int, gap: float, rng: np.random.Generator) -> list[np.ndarray] | None:
    """A digit one of whose strokes, or a part of one, no longer meets the rest.

    Strokes that cross stay as they are: a crossed 7 that was pulled apart would be a 2.

    Args:
        strokes: normalised strokes of the digit.
        digit: 0 to 9; the loops of an 8 are set apart, and a plain 1 gets a foot.
        gap: between the centre lines, in units of the digit.
        rng: source of chance.

    Returns:
        Normalised or slightly larger strokes; None where the digit has no such part.
    """
    ways = [([s], [*strokes[:k], *strokes[k + 1 :]]) for k, s in enumerate(strokes) if len(strokes) > 1]
    for k, stroke in enumerate(strokes):
        others = [*strokes[:k], *strokes[k + 1 :]]
        cuts = [cut_at(stroke, corner) for corner in corners(stroke)] if digit in CORNERED_DIGITS else []
        if digit == 1:
            cuts = [cut for cut in cuts if np.divide(*sorted(distance_along(part)[-1] for part in cut)) < MAX_FLAG]
        ways += [([after], [before, *others]) for before, after in cuts]
        if digit == 8 and (parts := cut_loop(stroke)):
            ways.append(([parts[1]], [parts[0], *others]))
    if digit == 1 and not ways:
        low, high = np.concatenate(strokes).min(0), np.concatenate(strokes).max(0)
        foot = [[low[0] - rng.uniform(0.12, 0.25), high[1]], [high[0] + rng.uniform(0.12, 0.25), high[1]]]
        ways.append(([np.array(foot, np.float32)], strokes))
    for number in rng.permutation(len(ways)).tolist():
        part, rest = ways[number]
        moved = slide_away(part, rest, gap, rng.uniform(-55, 55) * (0.5 if digit == 8 else 1.0))
        if moved is not None:
            return [*rest, *moved]
    return None
