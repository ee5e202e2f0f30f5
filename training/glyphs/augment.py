"""Augmentation in stroke space: what a hand does differently each time it writes the same thing."""

from __future__ import annotations

import cv2
import numpy as np

from ink.strokes import densify_stroke


def _chaikin(stroke: np.ndarray) -> np.ndarray:
    """One round of corner cutting; the ends stay."""
    if len(stroke) < 3:
        return stroke
    a, b = stroke[:-1], stroke[1:]
    cut = np.stack([0.75 * a + 0.25 * b, 0.25 * a + 0.75 * b], 1).reshape(-1, 2)
    return np.concatenate([stroke[:1], cut, stroke[-1:]])


def resample_like_another_device(strokes: list[np.ndarray], rng: np.random.Generator) -> list[np.ndarray]:
    """Coarser or smoother pen paths, the same for every source.

    The censored glyphs come simplified and the others raw.  Without this a network could tell them apart by their
    corners alone, and would.
    """
    kind = rng.random()
    if kind < 0.35:
        tolerance = float(rng.uniform(0.004, 0.02))
        strokes = [
            cv2.approxPolyDP(s.reshape(-1, 1, 2), tolerance, False).reshape(-1, 2) if len(s) > 2 else s for s in strokes
        ]
    if 0.2 < kind < 0.7:
        strokes = [_chaikin(_chaikin(s)) if len(s) < 60 else s for s in strokes]
    if kind > 0.94:
        strokes = snap_to_grid(strokes, float(rng.uniform(0.015, 0.05)))
    return strokes


def snap_to_grid(strokes: list[np.ndarray], step: float) -> list[np.ndarray]:
    """The pen's path in stairs, as tablets of few lines give it; ``step`` is the grid's, in the glyph's units."""
    found = []
    for stroke in strokes:
        snapped = np.round(densify_stroke(stroke, step / 2) / step) * step
        moved = np.concatenate([[True], np.any(np.diff(snapped, axis=0) != 0, axis=1)])
        found.append(snapped[moved].astype(np.float32))
    return found


def warp_strokes(
    strokes: list[np.ndarray], rng: np.random.Generator, strength: float = 1.0, rotation: float | None = None
) -> list[np.ndarray]:
    """Rotation up to 15 degrees, shear, aspect, and a smooth bend of the whole glyph.

    Args:
        strokes: normalised strokes.
        rng: source of chance.
        strength: 1 for the full range, 0 for none.
        rotation: degrees, where the scene decides them; drawn from +-15 otherwise.
    """
    angle = np.deg2rad(rng.uniform(-15, 15) * strength if rotation is None else rotation)
    shear = rng.normal(0, 0.13) * strength
    aspect = np.exp(rng.normal(0, 0.13) * strength)
    c, s = np.cos(angle), np.sin(angle)
    matrix = np.array([[c, -s], [s, c]]) @ np.array([[aspect, shear], [0, 1 / aspect]])
    # A bend is a low sine added along each axis; three per cent of the size looks like a careless hand, six like haste.
    amplitude = rng.uniform(0, 0.045, (2, 2)) * strength
    phase, frequency = rng.uniform(0, 2 * np.pi, (2, 2)), rng.uniform(2, 7, (2, 2))
    return bend_strokes(strokes, matrix, np.stack([amplitude, frequency, phase]))


def bend_strokes(strokes: list[np.ndarray], matrix: np.ndarray, sines: np.ndarray) -> list[np.ndarray]:
    """All strokes by a matrix, float ``[2, 2]``, and then moved along each axis by sines of the other coordinate.

    ``sines`` are amplitudes, frequencies and phases, float ``[3, M, 2]``: M sines an axis, which add up.
    """
    amplitude, frequency, phase = sines
    out = []
    for stroke in strokes:
        p = stroke @ matrix.T
        bend = (amplitude * np.sin(p[:, None, ::-1] * frequency + phase)).sum(1)
        out.append((p + bend).astype(np.float32))
    return out


def add_tremor(strokes: list[np.ndarray], rng: np.random.Generator, amount: float) -> list[np.ndarray]:
    """Noise on every point, ``amount`` being its standard deviation in the glyph's units."""
    return [(s + rng.normal(0, amount, s.shape)).astype(np.float32) for s in strokes]


def lift_pen(strokes: list[np.ndarray], gap: float, rng: np.random.Generator) -> list[np.ndarray]:
    """Strokes that should meet and don't: the pen is lifted for ``gap`` units somewhere, or one stroke is set apart.

    Glyphs of several strokes mostly have one of them moved away; glyphs of one stroke are cut where the pen was
    lifted.  The gap is that between the centre lines, so callers add the pen's width.
    """
    if len(strokes) > 1 and rng.random() < 0.6:
        k = int(np.argmin([len(s) for s in strokes])) if rng.random() < 0.5 else int(rng.integers(len(strokes)))
        rest = np.concatenate([s for i, s in enumerate(strokes) if i != k])
        away = strokes[k].mean(0) - rest.mean(0)
        norm = float(np.hypot(*away))
        if norm > 1e-3:
            moved = strokes[k] + away / norm * gap * rng.uniform(0.8, 1.6)
            others = np.concatenate([densify_stroke(s, 0.03) for i, s in enumerate(strokes) if i != k])
            distance = np.hypot(*(densify_stroke(moved, 0.03)[:, None] - others[None]).transpose(2, 0, 1)).min()
            if distance >= 0.8 * gap:  # strokes that cross can't be moved apart without spoiling the shape
                return [moved.astype(np.float32) if i == k else s for i, s in enumerate(strokes)]
    k = int(np.argmax([np.hypot(*np.diff(s, axis=0).T).sum() for s in strokes]))
    path = densify_stroke(strokes[k], 0.01)
    missing = max(1, int(gap / 0.01))
    if len(path) < 2 * missing:
        return strokes
    cut = int(rng.uniform(0.25, 0.75) * len(path)) - missing // 2
    head, tail = path[: max(cut, 1)], path[min(cut + missing, len(path) - 1) :]
    return [*strokes[:k], head, tail, *strokes[k + 1 :]]
