"""What of a digit tells whose hand it is: slant, roundness, corners, wobble, proportion and the like, as numbers.

All are computed for many digits at once from :data:`PATH_POINTS` points at even distances, so that neither the rate of
a tablet nor the size of a drawing counts.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ink.strokes import distance_along, normalise_strokes, points_at

PATH_POINTS = 64
"""Points that a digit's strokes are resampled to, all strokes together."""

MIN_STROKE_POINTS = 4
"""Points of the shortest stroke, a dot included."""

MAX_PATH_STROKES = 8
"""Strokes of a digit that count; of more, the longest."""

CHORD_POINTS = 4
"""Steps of a chord: directions of chords, not of steps, say how a pen turns."""

CORNER_DEGREES = 50.0
"""Turn from one chord to the next that counts as a corner; all that is beyond it is added up."""

STRAIGHT_DEGREES = 12.0
"""Turn up to which a pen goes straight on."""

FEATURES: tuple[str, ...] = (
    "aspect", "slant of the ink", "slant of strokes", "rise of crossbars", "lengthwise", "diagonal", "four ways",
    "four ways turned", "six ways", "six ways turned", "net right", "net down", "length", "turning", "turning one way",
    "corners", "sharpest corner", "straightness", "wobble", "slow wobble", "inflections", "strokes", "pen lifted",
    "start x", "start y", "end x", "end y", "start right", "start down", "end right", "end down", "middle x",
    "middle y", "spread", "top to bottom width", "start to end", "area", "loop",
)  # fmt: skip
"""The names of the features, in their order."""

Glyph = list[np.ndarray]
"""One digit: strokes in the order drawn, float ``[n, 2]`` each, y down, in any unit."""


def share_points(lengths: Sequence[float], total: int = PATH_POINTS) -> list[int]:
    """How many of ``total`` points each stroke gets, by its length and at least :data:`MIN_STROKE_POINTS`."""
    spare = total - MIN_STROKE_POINTS * len(lengths)
    shares = np.asarray(lengths, float) / max(float(np.sum(lengths)), 1e-9) * spare
    counts = np.floor(shares).astype(int)
    for k in np.argsort(counts - shares)[: spare - counts.sum()]:
        counts[k] += 1
    counts[int(np.argmax(lengths))] += spare - counts.sum()
    return [MIN_STROKE_POINTS + int(c) for c in counts]


def resample_glyph(glyph: Glyph) -> tuple[np.ndarray, np.ndarray]:
    """A digit as :data:`PATH_POINTS` points at even distances, its longer side one unit and its box around the origin.

    Returns:
        Points float32 ``[64, 2]``; and int8 ``[64]``, the number of each point's stroke.
    """
    strokes = normalise_strokes([np.asarray(s, np.float32) for s in glyph])
    lengths = [float(distance_along(s)[-1]) for s in strokes]
    if len(strokes) > MAX_PATH_STROKES:
        longest = sorted(np.argsort(lengths)[-MAX_PATH_STROKES:].tolist())
        strokes, lengths = [strokes[k] for k in longest], [lengths[k] for k in longest]
    counts = share_points(lengths)
    paths = [points_at(s, np.linspace(0, n, c)) for s, n, c in zip(strokes, lengths, counts, strict=True)]
    return np.concatenate(paths).astype(np.float32), np.repeat(np.arange(len(counts), dtype=np.int8), counts)


def strokes_of(points: np.ndarray, stroke: np.ndarray) -> Glyph:
    """The strokes of a resampled digit: the inverse of :func:`resample_glyph`, but for place and size."""
    return np.split(points, np.flatnonzero(np.diff(stroke)) + 1)


def glyph_features(points: np.ndarray, stroke: np.ndarray) -> np.ndarray:
    """The features of N digits.

    Args:
        points: float ``[N, 64, 2]`` of :func:`resample_glyph`; they need not be centred or scaled anew.
        stroke: int ``[N, 64]``, the number of each point's stroke.

    Returns:
        float32 ``[N, F]``, as named in :data:`FEATURES`.
    """
    points = np.asarray(points, np.float32)
    low, high = points.min(1, keepdims=True), points.max(1, keepdims=True)
    size = high - low
    points = (points - (low + high) / 2) / np.maximum(size.max(2, keepdims=True), 1e-6)
    columns = [
        *_proportions(points, size[:, 0]),
        *_directions(points, stroke),
        *_turns(points, stroke),
        *_wobble(points, stroke),
        *_ends(points, stroke),
        *_extent(points, stroke),
    ]
    table = dict(zip(_COLUMNS, columns, strict=True))
    return np.stack([table[name] for name in FEATURES], 1).astype(np.float32)


_COLUMNS = (
    "aspect", "slant of the ink", "middle x", "middle y", "spread", "top to bottom width", "slant of strokes",
    "rise of crossbars", "lengthwise", "diagonal", "four ways", "four ways turned", "six ways", "six ways turned",
    "net right", "net down", "length", "turning", "turning one way", "corners", "sharpest corner", "straightness",
    "inflections", "wobble", "slow wobble", "strokes", "pen lifted", "start x", "start y", "end x", "end y",
    "start right", "start down", "end right", "end down", "start to end", "area", "loop",
)  # fmt: skip


def _proportions(p: np.ndarray, size: np.ndarray) -> list[np.ndarray]:
    x, y = p[..., 0], p[..., 1]
    dx, dy = x - x.mean(1, keepdims=True), y - y.mean(1, keepdims=True)
    side = np.maximum(size.max(1), 1e-6)
    upper, lower = (y < 0), (y >= 0)
    widths = [np.sqrt((dx**2 * half).sum(1) / (half.sum(1) + 1)) + 0.03 for half in (upper, lower)]
    return [
        np.log((size[:, 0] / side + 0.08) / (size[:, 1] / side + 0.08)),
        -(dx * dy).mean(1) / ((dy**2).mean(1) + 1e-3),
        x.mean(1),
        y.mean(1),
        np.log((dx.std(1) + 0.03) / (dy.std(1) + 0.03)),
        np.log(widths[0] / widths[1]),
    ]


def _directions(p: np.ndarray, stroke: np.ndarray) -> list[np.ndarray]:
    step = np.diff(p, axis=1)
    down = stroke[:, 1:] == stroke[:, :-1]
    length = np.hypot(step[..., 0], step[..., 1]) * down
    angle, total = np.arctan2(step[..., 1], step[..., 0]), length.sum(1) + 1e-6
    dx, dy = step[..., 0] * down, step[..., 1] * down
    flat = np.abs(dx) > 1.5 * np.abs(dy)

    def ways(k: int) -> list[np.ndarray]:
        return [(length * wave(k * angle)).sum(1) / total for wave in (np.cos, np.sin)]

    return [
        -(dx * dy / (length + 1e-6)).sum(1) / ((dy**2 / (length + 1e-6)).sum(1) + 0.1),
        -(dy * np.sign(dx) * flat).sum(1) / ((np.abs(dx) * flat).sum(1) + 0.1),
        *ways(2),
        *ways(4),
        *ways(6),
        dx.sum(1) / total,
        dy.sum(1) / total,
        np.log(total),
    ]


def _turns(p: np.ndarray, stroke: np.ndarray) -> list[np.ndarray]:
    k = CHORD_POINTS
    chord = p[:, k:] - p[:, :-k]
    a, b = chord[:, :-k], chord[:, k:]
    together = stroke[:, 2 * k :] == stroke[:, : -2 * k]
    cross, dot = a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0], (a * b).sum(-1)
    turn = np.rad2deg(np.arctan2(cross, dot + 1e-9)) * together
    count, size = together.sum(1) + 4, np.abs(turn)
    signed = np.sign(turn) * (size > STRAIGHT_DEGREES)
    last = np.maximum.accumulate(np.where(signed != 0, np.arange(turn.shape[1]), 0), 1)
    held = np.take_along_axis(signed, last, 1)
    return [
        size.sum(1) / count / 20,
        turn.sum(1) / count / 20,
        np.maximum(size - CORNER_DEGREES, 0).sum(1) / count / 10,
        size.max(1) / 90,
        ((size < STRAIGHT_DEGREES) & together).sum(1) / count,
        (held[:, 1:] * held[:, :-1] < 0).sum(1) / 2.0,
    ]


def _wobble(p: np.ndarray, stroke: np.ndarray) -> list[np.ndarray]:
    found = []
    for k in (1, 4):
        middle = (p[:, 2 * k :] + p[:, : -2 * k]) / 2
        inner = (p[:, k:-k] + (p[:, k - 1 : -k - 1] + p[:, k + 1 : p.shape[1] - k + 1]) / 2) / 2
        together = stroke[:, 2 * k :] == stroke[:, : -2 * k]
        off = np.hypot(*np.moveaxis(inner - middle, -1, 0)) * together
        bent = np.abs(np.diff(off, axis=1)) * together[:, 1:]
        found.append(np.log(bent.sum(1) / (together.sum(1) + 1) + 1e-3))
    return found


def _ends(p: np.ndarray, stroke: np.ndarray) -> list[np.ndarray]:
    lifted = np.hypot(*np.moveaxis(np.diff(p, axis=1), -1, 0)) * (stroke[:, 1:] != stroke[:, :-1])
    first, last = p[:, CHORD_POINTS] - p[:, 0], p[:, -1] - p[:, -1 - CHORD_POINTS]
    first, last = (v / (np.hypot(v[:, 0], v[:, 1])[:, None] + 0.02) for v in (first, last))
    return [
        stroke[:, -1] / 2.0,
        lifted.sum(1),
        p[:, 0, 0],
        p[:, 0, 1],
        p[:, -1, 0],
        p[:, -1, 1],
        first[:, 0],
        first[:, 1],
        last[:, 0],
        last[:, 1],
        np.hypot(*(p[:, 0] - p[:, -1]).T),
    ]


def _extent(p: np.ndarray, stroke: np.ndarray) -> list[np.ndarray]:
    x, y = p[..., 0], p[..., 1]
    area = np.abs((x * np.roll(y, -1, 1) - y * np.roll(x, -1, 1)).sum(1)) / 2
    # Every third point with those that come at least a fifth of the way later.
    a, b = _PAIRS
    nearest = ((p[:, a] - p[:, b]) ** 2).sum(2).min(1)
    return [area, np.log(np.sqrt(nearest) + 0.03)]


_PAIRS = np.array([[a, b] for a in range(0, PATH_POINTS, 3) for b in range(a + PATH_POINTS // 5, PATH_POINTS, 2)]).T
