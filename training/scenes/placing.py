"""A glyph at its place on a scene, and free places for more."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ink.strokes import Stroke, densify_stroke, stroke_bounds


def move_strokes(strokes: list[np.ndarray], dx: float, dy: float) -> list[np.ndarray]:
    """Every point shifted, in the glyph's units."""
    shift = np.array([dx, dy], np.float32)
    return [s + shift for s in strokes]


def closest_approach(left: list[np.ndarray], right: list[np.ndarray], bin_height: float) -> float:
    """How far ``right`` can slide to the left before the centre lines meet, in the glyphs' units.

    Both paths are cut into horizontal bins; the answer is the smallest gap between the left glyph's rightmost and
    the right glyph's leftmost point in the same bin.  Infinite where they share no bin.
    """

    def extremes(strokes: list[np.ndarray], sign: int) -> dict[int, float]:
        points = np.concatenate([densify_stroke(s, bin_height / 2) for s in strokes])
        rows = np.floor(points[:, 1] / bin_height).astype(int)
        order = np.argsort(sign * points[:, 0])
        return dict(zip(rows[order].tolist(), points[order, 0].tolist(), strict=True))  # the last one wins

    a, b = extremes(left, 1), extremes(right, -1)
    gaps = [b[k] - a[k] for k in a.keys() & b.keys()]
    return min(gaps, default=float("inf"))


def place_apart(
    sizes: list[tuple[float, float]], scene: tuple[float, float], margin: float, rng: np.random.Generator
) -> list[tuple[float, float] | None]:
    """Centres for boxes of the given (width, height) on a scene of (width, height), no two closer than ``margin``.

    A box that finds no room in 40 tries gets None.
    """
    placed: list[tuple[float, float, float, float]] = []
    centres: list[tuple[float, float] | None] = []
    for w, h in sizes:
        centre = None
        if w < scene[0] and h < scene[1]:
            xs = rng.uniform(w / 2, scene[0] - w / 2, 40)
            ys = rng.uniform(h / 2, scene[1] - h / 2, 40)
            for x, y in zip(xs.tolist(), ys.tolist(), strict=True):
                if all(abs(x - a) > (w + c) / 2 + margin or abs(y - b) > (h + d) / 2 + margin for a, b, c, d in placed):
                    centre = (x, y)
                    placed.append((x, y, w, h))
                    break
        centres.append(centre)
    return centres


@dataclass(frozen=True)
class PlacedGlyph:
    """One glyph at its place on a scene.

    Attributes:
        paths: where the pen goes, float32 ``[n, 2]`` each, in the scene's pixels.
        class_id: 0 to 11.
        pen: its width in pixels, one that the pen can draw (:func:`ink.pen.snap_width`).
    """

    paths: list[np.ndarray]
    class_id: int
    pen: float

    @property
    def strokes(self) -> list[Stroke]:
        """Its paths with the pen's width."""
        return [Stroke(path, self.pen) for path in self.paths]

    def box(self) -> np.ndarray:
        """Tight box of the drawn ink, float32 ``[4]`` as x1, y1, x2, y2: a round pen widens the path by its radius."""
        low, high = stroke_bounds(self.paths)
        # Pixel k covers [k, k + 1) and coordinates name pixel centres, hence the half.
        return np.concatenate([low + 0.5 - self.pen / 2, high + 0.5 + self.pen / 2]).astype(np.float32)
