"""Reads numbers photographed in ways that training scenes lack: ``python -m benchmarks.photographs``.

Paper lies askew or in perspective on a table of any colour, is ruled or squared, creased or full of noise; a pen lies
on it, chalk crumbles on a board.  Made apart from :mod:`training.scenes.photographs`, by which networks learn.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import cv2
import numpy as np

from ink.sheet import Sheet
from tools.light import (
    as_picture,
    behind_a_window,
    behind_blinds,
    clouds,
    creased,
    flickering,
    glare,
    in_sharp_shadow,
    paper,
    under_leaves,
)  # fmt: skip
from tools.ways import Rng, compare_ways
from training.scenes.composer import Scene

SCALE = 2
"""Pixels of a photograph per pixel of a scene."""

PITCH = 26
"""Pixels between rulings, and between the lines of squares."""


def ruled(ink: np.ndarray, rng: Rng, degrees: float, squares: bool = False) -> np.ndarray:
    """Paper with rulings, or squares, that lie askew."""
    rows, columns = np.indices(ink.shape)
    down, across = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    line = (rows * down + columns * across) % PITCH < 1.3
    if squares:
        line |= (columns * down - rows * across) % PITCH < 1.3
    return as_picture(paper(ink, rng) - line[..., None] * np.array([60, 40, 15]))


def on_table(picture: np.ndarray, rng: Rng, colour: tuple[int, int, int]) -> np.ndarray:
    """A picture in perspective on a wooden table of this colour."""
    height, width = picture.shape[:2]
    tall, wide = int(height / 0.75), int(width / 0.75)
    grain = cv2.GaussianBlur(rng.normal(size=(tall, wide)).astype(np.float32), (0, 0), 3, sigmaY=40) * 60
    table = as_picture(np.array(colour) + grain[..., None] * np.array([1, 0.8, 0.6]))
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = corners + [(wide - width) / 2, (tall - height) / 2] + rng.uniform(-0.08, 0.08, (4, 2)) * [width, height]
    matrix = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    there = cv2.warpPerspective(np.full((height, width), 255, np.uint8), matrix, (wide, tall)) > 127
    return np.where(there[..., None], cv2.warpPerspective(picture, matrix, (wide, tall)), table).astype(np.uint8)


def note(ink: np.ndarray, rng: Rng) -> np.ndarray:
    """Dark ink on a yellow note."""
    colour = np.array([235, 220, 90]) * (1 - 0.75 * (ink / 255.0)[..., None])
    return as_picture(colour + rng.normal(size=colour.shape) * 3)


def chalk(ink: np.ndarray, rng: Rng) -> np.ndarray:
    """Crumbling chalk on a green board that was wiped badly."""
    smear = np.clip(cv2.GaussianBlur(rng.normal(size=ink.shape).astype(np.float32), (0, 0), 25) * 120, 0, 30)
    left = cv2.GaussianBlur((rng.random(ink.shape) > 0.18).astype(np.float32), (0, 0), 0.7)
    level = 45 + smear + 150 * (ink / 255.0) * left + rng.normal(size=ink.shape) * 4
    return as_picture(level[..., None] * np.array([0.9, 1.05, 0.95]))


def moire(ink: np.ndarray, rng: Rng) -> np.ndarray:
    """A screen."""
    rows, columns = np.indices(ink.shape)
    waves = 10 * np.sin(columns * 1.9 + rows * 0.13) + 10 * np.sin(rows * 1.7 + columns * 0.2)
    return as_picture(paper(ink, rng, 30, 225, 2) + waves[..., None])


def with_pen(ink: np.ndarray, rng: Rng) -> np.ndarray:
    """A pen that lies below the number."""
    height, width = ink.shape
    ends = (int(0.05 * width), int(0.98 * height)), (int(0.6 * width), int(0.86 * height))
    return cv2.line(paper(ink, rng), *ends, (25, 25, 30), max(8, height // 30), cv2.LINE_AA)


def with_holes(ink: np.ndarray, rng: Rng) -> np.ndarray:
    """A page torn out of a ring binder."""
    picture, height = paper(ink, rng), ink.shape[0]
    for y in range(height // 12, height, height // 9):
        place = int(0.03 * ink.shape[1]) + 4, y
        cv2.circle(picture, place, max(4, height // 70), (40, 38, 36), cv2.FILLED, cv2.LINE_AA)
    return picture


def compressed(ink: np.ndarray, rng: Rng) -> np.ndarray:
    """A small JPEG file."""
    file = cv2.imencode(".jpg", paper(ink, rng), [cv2.IMWRITE_JPEG_QUALITY, 15])[1]
    return np.asarray(cv2.imdecode(file, cv2.IMREAD_COLOR))


def folded(ink: np.ndarray, rng: Rng) -> np.ndarray:
    """A fold as dark as a pencil, right through the sheet."""
    picture, (height, width) = paper(ink, rng, 120), ink.shape
    x, lean = int(rng.uniform(0.2, 0.8) * width), int(rng.normal(0, 0.01) * height)
    return cv2.line(picture, (x, 0), (x + lean, height), (125, 124, 122), 3, cv2.LINE_AA)


def with_margin(ink: np.ndarray, rng: Rng) -> np.ndarray:
    """Ruled paper with a red margin."""
    picture, (height, width) = ruled(ink, rng, 0), ink.shape
    x = int(rng.uniform(0.08, 0.2) * width)
    return cv2.line(picture, (x, 0), (x, height), (215, 90, 100), 3, cv2.LINE_AA)


def with_two_holes(ink: np.ndarray, rng: Rng) -> np.ndarray:
    """A page for a folder."""
    picture, (height, width) = paper(ink, rng), ink.shape
    for y in (0.22, 0.78):
        place = int(0.03 * width) + 12, int(y * height)
        cv2.circle(picture, place, max(8, min(height, width) // 34), (40, 38, 36), cv2.FILLED, cv2.LINE_AA)
    return picture


def dotted(ink: np.ndarray, rng: Rng) -> np.ndarray:
    """Dotted paper."""
    picture = paper(ink, rng)
    for y in range(PITCH // 2, ink.shape[0], PITCH):
        for x in range(PITCH // 2, ink.shape[1], PITCH):
            cv2.circle(picture, (x, y), 2, (120, 120, 128), cv2.FILLED)
    return picture


def scanned_askew(ink: np.ndarray, rng: Rng) -> np.ndarray:
    """A sheet that lay askew on the scanner: dark wedges at two of its edges."""
    picture, (height, width) = paper(ink, rng, 70, 235, 1), ink.shape
    rise, run = rng.uniform(0.02, 0.06, 2) * (height, width)
    for corners in ([(0, 0), (width, 0), (width, rise)], [(width, 0), (width, height), (width - run, 0)]):
        cv2.fillPoly(picture, [np.array(corners, np.int32)], (14, 14, 14))
    return picture


def marked_over(ink: np.ndarray, rng: Rng) -> np.ndarray:
    """A text marker over some of the number."""
    x, y, wide, high = cv2.boundingRect((ink > 96).astype(np.uint8))
    colour = np.array([[250, 240, 90], [160, 240, 120], [255, 170, 200]][int(rng.integers(3))]) / 255
    first, share = rng.uniform(0, 0.4), rng.uniform(0.4, 1)
    light = np.ones((*ink.shape, 3))
    light[max(0, y - 8) : y + high + 8, x + int(first * wide) - 8 : x + int(min(first + share, 1) * wide) + 8] = colour
    return as_picture(paper(ink, rng) * light)


def in_comb(ink: np.ndarray, rng: Rng) -> np.ndarray:
    """The comb of a form, with a tooth between any two digits."""
    picture, top = paper(ink, rng), rng.uniform(0.3, 0.85)
    inked = np.asarray((ink > 96).any(0))
    x, y, wide, high = cv2.boundingRect((ink > 96).astype(np.uint8))
    edges = np.flatnonzero(np.diff(inked[x : x + wide].astype(np.int8)))
    between = [x + int(a + b) // 2 for a, b in zip(edges[::2], edges[1::2], strict=False) if b - a >= 12]
    foot, colour = min(y + high + 12, ink.shape[0] - 4), (90, 110, 160)
    teeth = [x - 14, *between, x + wide + 14]
    cv2.line(picture, (teeth[0], foot), (teeth[-1], foot), colour, 4)
    for tooth in teeth:
        cv2.line(picture, (tooth, foot), (tooth, int(foot - (1 - top) * high)), colour, 4)
    return picture


def rubbed_out(ink: np.ndarray, rng: Rng) -> np.ndarray:
    """Pencil, where another number was rubbed out."""
    before = cv2.GaussianBlur(np.roll(ink[::-1], ink.shape[0] // 5, 0), (0, 0), 3)
    smear = 22 * (before / 255.0) + 10 * np.clip(clouds(ink.shape, rng, 20), 0, 2)
    return as_picture(paper(ink, rng, 110) - smear[..., None])


def crayon(ink: np.ndarray, rng: Rng) -> np.ndarray:
    """A wax crayon on rough paper."""
    cover = cv2.dilate(ink, np.ones((5, 5), np.uint8)) * np.clip(0.75 + 0.5 * clouds(ink.shape, rng, 1), 0, 1)
    colour = np.array([[200, 60, 50], [60, 90, 200], [60, 150, 70]][int(rng.integers(3))])
    share = (cover / 255.0)[..., None]
    return as_picture(215 * (1 - share) + colour * share + rng.normal(size=ink.shape)[..., None] * 3)


WOOD, LIGHT_WOOD, WHITE = (120, 85, 55), (170, 140, 110), (225, 222, 218)

WAYS: dict[str, Callable[[np.ndarray, Rng], np.ndarray]] = {
    "not at all": lambda ink, rng: as_picture(255 - ink),
    "grey paper": paper,
    "on a table, in perspective": lambda ink, rng: on_table(paper(ink, rng), rng, WOOD),
    "on a light table": lambda ink, rng: on_table(paper(ink, rng, 50, 235), rng, LIGHT_WOOD),
    "a yellow note on a light table": lambda ink, rng: on_table(note(ink, rng), rng, WHITE),
    "a yellow note on wood": lambda ink, rng: on_table(note(ink, rng), rng, WOOD),
    "rulings four degrees askew": lambda ink, rng: ruled(ink, rng, 4),
    "rulings nine degrees askew": lambda ink, rng: ruled(ink, rng, 9),
    "squares three degrees askew": lambda ink, rng: ruled(ink, rng, 3, squares=True),
    "squares eight degrees askew": lambda ink, rng: ruled(ink, rng, 8, squares=True),
    "ruled paper on a table": lambda ink, rng: on_table(ruled(ink, rng, 0), rng, WOOD),
    "squared paper on a table": lambda ink, rng: on_table(ruled(ink, rng, 0, squares=True), rng, WOOD),
    "glare": glare,
    "chalk": chalk,
    "a small JPEG": compressed,
    "pencil": lambda ink, rng: paper(ink, rng, 165, 210, 4),
    "a screen": moire,
    "loud noise": lambda ink, rng: paper(ink, rng, 60, 200, 22, 0.5),
    "out of focus": lambda ink, rng: paper(ink, rng, blur=3),
    "a pen on the sheet": with_pen,
    "holes of a ring binder": with_holes,
    "creases": creased,
    "a sharp shadow": in_sharp_shadow,
    "a dark fold": folded,
    "a red margin": with_margin,
    "two holes for a folder": with_two_holes,
    "dotted paper": dotted,
    "scanned askew": scanned_askew,
    "a text marker": marked_over,
    "the comb of a form": in_comb,
    "the shadow of a window": behind_a_window,
    "blinds": behind_blinds,
    "shadows of leaves": under_leaves,
    "a flickering lamp": flickering,
    "rubbed-out pencil": rubbed_out,
    "crayon": crayon,
}
"""From ink, uint8 ``[h, w]``, to a photograph, uint8 ``[h, w, 3]`` RGB."""


def ink_of(scene: Scene) -> np.ndarray:
    """The ink of a scene at the size of a photograph, uint8 ``[h, w]``, 0 paper to 255 ink."""
    return cv2.resize(Sheet(scene.image).ink, None, fx=SCALE, fy=SCALE, interpolation=cv2.INTER_LINEAR)


def _photograph(way: Callable[[np.ndarray, Rng], np.ndarray], scene: Scene, rng: Rng) -> np.ndarray:
    return way(ink_of(scene), rng)


def main() -> None:
    """Prints the share of numbers whose digits are all right, by way and method."""
    compare_ways(__doc__, {name: partial(_photograph, way) for name, way in WAYS.items()})


if __name__ == "__main__":
    main()
