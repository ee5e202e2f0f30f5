"""Reads numbers written with pens that training scenes lack: ``python -m benchmarks.pens``.

Strokes are dashed, dotted, sprayed, soft, drawn over several times or struck through; digits are outlines, or stand on
discs and on paper of two colours.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from tools.ways import Rng, Way, compare_ways
from training.scenes.composer import Scene

HEIGHT = 120
"""Of a usual digit, in pixels: pens are as wide, and dashes as long, as they suit it."""

MARGIN = 40
"""Paper around the number, in pixels."""

COLOURS = ((220, 50, 50), (40, 90, 200), (30, 150, 70), (130, 50, 160))

Paths = list[list[np.ndarray]]
"""Of every digit its strokes, float ``[n, 2]`` each, in pixels."""


def paths_of(scene: Scene) -> tuple[Paths, tuple[int, int]]:
    """The strokes of a number, and height and width of a picture with room for them."""
    heights = [float(item.box()[3] - item.box()[1]) for item in scene.items]
    scale = HEIGHT / float(np.median(heights))
    digits = [[path.astype(float) * scale for path in item.paths] for item in scene.items]
    points = np.concatenate([path for digit in digits for path in digit])
    low = points.min(0) - MARGIN
    width, height = np.ceil(points.max(0) + MARGIN - low).astype(int).tolist()
    return [[path - low for path in digit] for digit in digits], (height, width)


def spaced(path: np.ndarray, step: float) -> np.ndarray:
    """Points along a path, this many pixels apart."""
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
    at = np.arange(0, along[-1] + 1e-6, step)
    return np.column_stack([np.interp(at, along, path[:, axis]) for axis in (0, 1)])


def draw(paths: Iterator[np.ndarray] | list[np.ndarray], shape: tuple[int, int], pen: float) -> np.ndarray:
    """Paths drawn with a round pen: uint8 ``[h, w]``, 0 paper to 255 ink."""
    ink = np.zeros(shape, np.uint8)
    for path in paths:
        points = np.round(path * 16).astype(np.int32)[:, None]
        cv2.polylines(ink, [points if len(points) > 1 else points.repeat(2, 0)], False, 255, round(pen), cv2.LINE_AA, 4)
    return ink


def tinted(ink: np.ndarray, colour: tuple[int, ...] = (0, 0, 0), paper: np.ndarray | None = None) -> np.ndarray:
    """Ink of a colour on paper, uint8 ``[h, w, 3]``; on white where None."""
    under = np.full((*ink.shape, 3), 255.0) if paper is None else paper.astype(float)
    share = ink[..., None] / 255.0
    return np.round(under * (1 - share) + np.array(colour) * share).astype(np.uint8)


def strokes_of(digits: Paths) -> list[np.ndarray]:
    """All strokes of a number."""
    return [path for digit in digits for path in digit]


def plain(scene: Scene, rng: Rng) -> np.ndarray:
    """A felt pen."""
    digits, shape = paths_of(scene)
    return tinted(draw(strokes_of(digits), shape, 8))


def dashed(scene: Scene, rng: Rng, dash: int = 14, gap: int = 10) -> np.ndarray:
    """Dashes of this length and with these gaps, in pixels."""
    digits, shape = paths_of(scene)
    points = [spaced(path, 1) for path in strokes_of(digits)]
    return tinted(draw([each[at : at + dash] for each in points for at in range(0, len(each), dash + gap)], shape, 5))


def dotted(scene: Scene, rng: Rng) -> np.ndarray:
    """Dots that nearly touch."""
    digits, shape = paths_of(scene)
    pen = rng.uniform(5, 8)
    return tinted(draw([dot[None] for path in strokes_of(digits) for dot in spaced(path, 1.9 * pen)], shape, pen))


def sprayed(scene: Scene, rng: Rng, specks: int = 4, spread: float = 4.5) -> np.ndarray:
    """Specks of one pixel scattered along the strokes."""
    digits, (height, width) = paths_of(scene)
    ink = np.zeros((height, width), np.uint8)
    points = np.concatenate([spaced(path, 1.2) for path in strokes_of(digits)]).repeat(specks, 0)
    at = np.round(points + rng.normal(0, spread, points.shape)).astype(int).clip(0, [width - 1, height - 1])
    ink[at[:, 1], at[:, 0]] = 255
    return tinted(ink)


def soft(scene: Scene, rng: Rng) -> np.ndarray:
    """An airbrush."""
    digits, shape = paths_of(scene)
    return tinted(cv2.GaussianBlur(draw(strokes_of(digits), shape, 9), (0, 0), 4))


def drawn_over(scene: Scene, rng: Rng) -> np.ndarray:
    """A thin pen that went over every stroke four times."""
    digits, shape = paths_of(scene)
    again = [path + rng.normal(0, 2.5, 2) for path in strokes_of(digits) for _ in range(4)]
    return tinted(draw(again, shape, 2))


def outlined(scene: Scene, rng: Rng, filled: bool = False) -> np.ndarray:
    """Hollow letters, or letters filled with a light colour."""
    digits, shape = paths_of(scene)
    picture = tinted(draw(strokes_of(digits), shape, 20))
    inside = tuple(rng.integers(120, 256, 3).tolist()) if filled else (255, 255, 255)
    return tinted(draw(strokes_of(digits), shape, 13), inside, picture)


def translucent(scene: Scene, rng: Rng) -> np.ndarray:
    """A marker that is darker where strokes cross."""
    digits, shape = paths_of(scene)
    picture = np.full((*shape, 3), 255, np.uint8)
    for path in strokes_of(digits):
        picture = tinted((0.55 * draw([path], shape, 12)).astype(np.uint8), (30, 60, 160), picture)
    return picture


def many_coloured(scene: Scene, rng: Rng) -> np.ndarray:
    """Every digit in another colour."""
    digits, shape = paths_of(scene)
    picture = np.full((*shape, 3), 255, np.uint8)
    for digit in digits:
        picture = tinted(draw(digit, shape, 8), COLOURS[rng.integers(len(COLOURS))], picture)
    return picture


def on_discs(scene: Scene, rng: Rng) -> np.ndarray:
    """White digits in a row, each on a disc of its own."""
    digits, _ = paths_of(scene)
    side, moved = 2 * HEIGHT, list[list[np.ndarray]]()
    order = np.argsort([float(np.concatenate(digit)[:, 0].mean()) for digit in digits])
    picture = np.full((side, side * len(digits), 3), 255, np.uint8)
    for number, k in enumerate(order.tolist()):
        middle = np.array([side * (number + 0.5), side / 2])
        points = np.concatenate(digits[k])
        moved.append([path - (points.min(0) + points.max(0)) / 2 + middle for path in digits[k]])
        reach = round(float(np.hypot(*(points.max(0) - points.min(0)))) / 2 + 15)
        place = tuple(np.round(middle).astype(int).tolist())
        cv2.circle(picture, place, reach, COLOURS[rng.integers(len(COLOURS))], cv2.FILLED, cv2.LINE_AA)
    return tinted(draw(strokes_of(moved), picture.shape[:2], 8), (255, 255, 255), picture)


def on_two_colours(scene: Scene, rng: Rng) -> np.ndarray:
    """Black digits on paper whose right part has another colour."""
    digits, (height, width) = paths_of(scene)
    paper = np.full((height, width, 3), 255)
    paper[:, round(rng.uniform(0.3, 0.7) * width) :] = COLOURS[rng.integers(len(COLOURS))]
    return tinted(draw(strokes_of(digits), (height, width), 8), (0, 0, 0), paper)


def struck_through(scene: Scene, rng: Rng) -> np.ndarray:
    """A line through each line of writing, nearly straight."""
    digits, shape = paths_of(scene)
    bounds = [(points.min(0), points.max(0)) for points in map(np.concatenate, digits)]
    lines: list[list[tuple[np.ndarray, np.ndarray]]] = []
    for low, high in sorted(bounds, key=lambda each: float(each[0][1])):
        if not lines or low[1] > lines[-1][0][1][1]:
            lines.append([])
        lines[-1].append((low, high))
    strokes = []
    for line in lines:
        middle = np.mean([(low + high) / 2 for low, high in line], 0)[1] + rng.normal(0, 5)
        left, right = min(low[0] for low, _ in line) - 25, max(high[0] for _, high in line) + 25
        along = np.linspace(left, right, 9)
        strokes.append(np.column_stack([along, middle + rng.normal(0, 0.5, 9) + rng.normal(0, 0.01) * (along - left)]))
    return tinted(draw(strokes_of(digits) + strokes, shape, 6))


WAYS: dict[str, Way] = {
    "a felt pen": plain,
    "dashes": dashed,
    "long dashes": lambda scene, rng: dashed(scene, rng, 20, 14),
    "dots": dotted,
    "a sparse spray": sprayed,
    "a dense spray": lambda scene, rng: sprayed(scene, rng, 12),
    "an airbrush": soft,
    "drawn over four times": drawn_over,
    "a translucent marker": translucent,
    "digits of many colours": many_coloured,
    "outlines": outlined,
    "outlines, filled": lambda scene, rng: outlined(scene, rng, filled=True),
    "white on discs": on_discs,
    "paper of two colours": on_two_colours,
    "struck through": struck_through,
}


def main() -> None:
    """Prints the share of numbers whose digits are all right, by pen and method."""
    compare_ways(__doc__, WAYS)


if __name__ == "__main__":
    main()
