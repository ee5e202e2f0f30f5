"""Scenes that look as if somebody had photographed or scanned paper."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import cv2
import numpy as np

from training.scenes.drawing import draw_glyphs
from training.scenes.groups import GlyphGroup, group_bounds, move_group, scale_group
from training.scenes.layouts import LayoutContext, row, scattered, single, touching
from training.scenes.light import darken_by_light, light_on_paper
from training.scenes.stacked import stacked
from training.scenes.sums import sums

PEN_RANGE_PX = (1.5, 9.0)
"""Widths of pens on paper in pixels of the photograph."""

Colour = tuple[float, float, float]
Segment = tuple[float, float, float, float]

INKS: dict[str, tuple[Colour, float]] = {
    "black pen": ((25, 25, 30), 0.35),
    "blue pen": ((35, 55, 150), 0.35),
    "pencil": ((85, 85, 90), 0.3),
}
"""Colour of the ink and how common it is."""


@dataclass(frozen=True)
class PhotographedPage:
    """Paper in a photograph: where it lies (left, top, right, bottom), its colour, the ink's, and printed lines."""

    area: tuple[int, int, int, int]
    paper: Colour
    ink: Colour
    lines: list[Segment]
    line_colour: Colour
    line_width: int


def photographs(context: LayoutContext) -> GlyphGroup:
    """What people photograph: single digits, numbers, sums, lines under lines."""
    layout = (row, single, sums, stacked, scattered, touching)[
        context.rng.choice(6, p=[0.4, 0.12, 0.18, 0.12, 0.1, 0.08])
    ]
    return layout(context)


def ruled_lines(width: int, height: int, step: float, squared: bool) -> list[Segment]:
    """Lines across the whole scene, ``step`` pixels apart; squares where ``squared``."""
    lines = [(0.0, y, float(width), y) for y in np.arange(step * 0.7, height, step).tolist()]
    return lines + (
        [(x, 0.0, x, float(height)) for x in np.arange(step * 0.4, width, step).tolist()] if squared else []
    )


def form_lines(items: GlyphGroup, rng: np.random.Generator, margin: float) -> list[Segment]:
    """A frame around everything, cells, or a comb with teeth between the digits of a row."""
    x1, y1, x2, y2 = group_bounds(items)
    x1, y1, x2, y2 = x1 - margin, y1 - margin, x2 + margin, y2 + margin
    boxes = sorted(item.box().tolist() for item in items)
    between = [((a[2] + b[0]) / 2, b[0] - a[2]) for a, b in itertools.pairwise(boxes)]
    in_cells = len(boxes) > 1 and all(gap > 0.8 * margin for _, gap in between)
    frame = [(x1, y1, x2, y1), (x2, y1, x2, y2), (x1, y2, x2, y2), (x1, y1, x1, y2)]
    if not in_cells or rng.random() < 0.3:
        return frame
    if rng.random() < 0.5:
        return frame + [(x, y1, x, y2) for x, _ in between]
    top = y2 - rng.uniform(0.15, 0.4) * (y2 - y1)
    return [(x1, y2, x2, y2), *((x, top, x, y2) for x in (x1, *(x for x, _ in between), x2))]


def _put_on_table(
    items: GlyphGroup, width: int, height: int, rng: np.random.Generator
) -> tuple[GlyphGroup, tuple[int, int, int, int]]:
    """The items made smaller, on a paper that does not fill the scene, and the paper's area."""
    scale = float(rng.uniform(0.6, 0.86))
    left = int(rng.uniform(0.15, 0.85) * (1 - scale) * width)
    top = int(rng.uniform(0.15, 0.85) * (1 - scale) * height)
    area = (left, top, left + int(scale * width), top + int(scale * height))
    return move_group(scale_group(items, scale), left, top), area


def plan_page(
    items: GlyphGroup, width: int, height: int, rng: np.random.Generator
) -> tuple[GlyphGroup, PhotographedPage]:
    """Where paper, ink and printed lines are, and the items at their places on that paper."""
    area = (0, 0, width, height)
    on_table = rng.random() < 0.22
    if on_table:
        items, area = _put_on_table(items, width, height, rng)
    dark = not on_table and rng.random() < 0.12
    tint = rng.normal(0, 5, 3)
    paper = np.clip((rng.uniform(25, 60) if dark else rng.uniform(205, 252)) + tint, 0, 255)
    names = list(INKS)
    ink = np.array(INKS[names[rng.choice(3, p=[share for _, share in INKS.values()])]][0])
    ink = np.clip((rng.uniform(200, 245) if dark else ink) + rng.normal(0, 8, 3), 0, 255)
    short = min(area[2] - area[0], area[3] - area[1])
    kind = rng.choice(["plain", "ruled", "squared", "form"], p=[0.5, 0.17, 0.15, 0.18])
    lines: list[Segment] = []
    strength = rng.uniform(0.12, 0.4)
    if kind in ("ruled", "squared"):
        lines = ruled_lines(width, height, rng.uniform(0.06, 0.16) * short, kind == "squared")
    elif kind == "form":
        strength = rng.uniform(0.4, 0.95)
        lines = form_lines(items, rng, rng.uniform(0.03, 0.07) * short)
    towards = np.array([90, 130, 200]) if rng.random() < 0.6 else np.array([60, 60, 60])
    towards = np.array([170, 180, 190]) if dark else towards
    line_colour = paper + (towards - paper) * strength
    thick = 1 if kind != "form" else int(rng.integers(1, 4))
    return items, PhotographedPage(area, _colour(paper), _colour(ink), lines, _colour(line_colour), thick)


def _colour(values: np.ndarray) -> Colour:
    red, green, blue = values.tolist()
    return red, green, blue


def table_texture(width: int, height: int, rng: np.random.Generator) -> np.ndarray:
    """A darker table with grain, float32 ``[height, width, 3]``."""
    colour = np.array([[110, 75, 45], [70, 70, 75], [60, 45, 35], [120, 110, 100]][int(rng.integers(4))], np.float32)
    coarse = rng.normal(0, 1, (int(rng.integers(12, 60)), int(rng.integers(2, 8)))).astype(np.float32)
    grain = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    return colour * (1 + 0.12 * grain[..., None])


def paint_page(
    items: GlyphGroup, page: PhotographedPage, width: int, height: int, rng: np.random.Generator
) -> np.ndarray:
    """Table, paper, printed lines and ink under even light, float32 ``[height, width, 3]``."""
    left, top, right, bottom = page.area
    whole = page.area == (0, 0, width, height)
    image = np.empty((height, width, 3), np.float32) if whole else table_texture(width, height, rng)
    image[top:bottom, left:right] = page.paper
    if page.lines:
        print_layer = np.zeros((height, width), np.uint8)
        for x1, y1, x2, y2 in page.lines:
            start, end = ((round(x * 16), round(y * 16)) for x, y in ((x1, y1), (x2, y2)))
            cv2.line(print_layer, start, end, 255, page.line_width, cv2.LINE_AA, 4)
        printed = print_layer[top:bottom, left:right, None].astype(np.float32) / 255
        image[top:bottom, left:right] += (np.array(page.line_colour, np.float32) - page.paper) * printed
    ink = draw_glyphs(items, height, width).astype(np.float32) * (rng.uniform(0.85, 1.0) / 255)
    if rng.random() < 0.3:  # graphite and dry pens leave grains of paper free
        ink *= 1 - rng.uniform(0, 0.45, (height, width)).astype(np.float32)
    return image + (np.array(page.ink, np.float32) - image) * ink[..., None]


def take_photograph(
    items: GlyphGroup, width: int, height: int, rng: np.random.Generator
) -> tuple[GlyphGroup, np.ndarray]:
    """The items where they are on the photograph, and the photograph, uint8 ``[height, width, 3]``.

    It stays moderate: a person reads every one of them.
    """
    items, page = plan_page(items, width, height, rng)
    image = darken_by_light(paint_page(items, page, width, height, rng), light_on_paper(width, height, rng))
    finest = min(item.pen for item in items)
    sigma = min(rng.uniform(0, 1.6), 0.3 * finest)
    if sigma > 0.3:
        image = cv2.GaussianBlur(image, (0, 0), sigma)
    if rng.random() < 0.7:
        noise = np.empty((height, width), np.int16)
        cv2.setRNGSeed(int(rng.integers(1 << 31)))
        cv2.randn(noise, 0, int(rng.integers(2, 7)))  # type: ignore[call-overload]
        image += noise[..., None]
    found = np.clip(image, 0, 255).astype(np.uint8)
    if rng.random() < 0.6:
        packed = cv2.imencode(".jpg", found, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(45, 93))])[1]
        found = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR))
    return items, found
