"""Where the objects of a composed scene go, for the first kinds of scene; later kinds have modules of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ink.pen import snap_width
from ink.strokes import normalise_strokes, stroke_bounds
from models.classes import CENSORED, OTHER
from training.glyphs.augment import add_tremor, lift_pen, resample_like_another_device, warp_strokes
from training.glyphs.glyph_set import GlyphSet
from training.scenes.placing import PlacedGlyph, closest_approach, move_strokes, place_apart

MIN_SIZE, MAX_SIZE = 0.06, 0.92
"""Height or width of an object as a share of the scene's shorter side."""


@dataclass(frozen=True)
class LayoutContext:
    """What a layout works with: the glyphs, chance, a scene and a pen."""

    glyphs: GlyphSet
    rng: np.random.Generator
    width: int
    height: int
    pen: float  # the width wished for, in scene pixels; small objects get a thinner one

    @property
    def short(self) -> int:
        return min(self.width, self.height)

    def log_uniform(self, low: float, high: float) -> float:
        return float(np.exp(self.rng.uniform(np.log(low), np.log(max(high, low)))))

    def pen_for(self, size: float) -> float:
        """A pen that leaves an object of this size (pixels) legible."""
        return snap_width(min(self.pen, 0.17 * size))

    def index(self, class_id: int) -> int:
        return self.glyphs.pick(class_id, self.rng)

    def shape(self, index: int, strength: float = 1.0, rotation: float | None = None) -> list[np.ndarray]:
        """One glyph, augmented and normalised: centred, its longer side one unit."""
        strokes = resample_like_another_device(normalise_strokes(self.glyphs.strokes(index)), self.rng)
        strokes = warp_strokes(strokes, self.rng, strength, rotation)
        if self.rng.random() < 0.3:
            strokes = add_tremor(strokes, self.rng, float(self.rng.uniform(0, 0.008)))
        return normalise_strokes(strokes)

    def digit_shapes(self, digits: list[int], rotation: float | None = None) -> list[list[np.ndarray]]:
        """Shapes of a number as one person writes it: one writer for all of it, two times out of three."""
        writers = self.glyphs.writers_of_all_digits
        if writers and self.rng.random() < 0.67:
            mine = self.glyphs.digits_by_writer[writers[self.rng.integers(len(writers))]]
            picks = [int(self.rng.choice(mine[d])) for d in digits]
        else:
            picks = [self.index(d) for d in digits]
        return [self.shape(i, 0.8, rotation) for i in picks]


Layout = Callable[[LayoutContext], list[PlacedGlyph]]


def scale_strokes(strokes: list[np.ndarray], size: float) -> list[np.ndarray]:
    """Every point so many times as far from the origin."""
    return [s * np.float32(size) for s in strokes]


def _extent(strokes: list[np.ndarray], pen: float) -> tuple[float, float]:
    low, high = stroke_bounds(strokes)
    return float(high[0] - low[0] + pen), float(high[1] - low[1] + pen)


def scatter_shapes(
    context: LayoutContext, shapes: list[tuple[list[np.ndarray], int]], low: float, high: float
) -> list[PlacedGlyph]:
    """Shapes of any class at free places, each of a size of its own between two shares of the short side."""
    base = context.log_uniform(low, high) * context.short
    sizes = [
        float(np.clip(base * context.log_uniform(0.75, 1.33), low * context.short, high * context.short))
        for _ in shapes
    ]
    pen = context.pen_for(min(sizes))
    scaled = [scale_strokes(strokes, max(size - pen, 2)) for (strokes, _), size in zip(shapes, sizes, strict=True)]
    margin = max(pen, 0.08 * base) + 2
    centres = place_apart(
        [_extent(s, pen) for s in scaled], (context.width - 4, context.height - 4), margin, context.rng
    )
    items = []
    for strokes, (_, class_id), centre in zip(scaled, shapes, centres, strict=True):
        if centre is not None:
            low_, high_ = stroke_bounds(strokes)
            mid = (low_ + high_) / 2
            items.append(
                PlacedGlyph(move_strokes(strokes, centre[0] + 2 - mid[0], centre[1] + 2 - mid[1]), class_id, pen)
            )
    return items


def write_line(
    context: LayoutContext, digits: list[int], height: float, gap: tuple[float, float], touch: bool = False
) -> list[PlacedGlyph]:
    """One line of writing that starts at the origin: digits of about one height on a baseline.

    ``gap`` bounds the white between neighbours as a share of the height; with ``touch`` about two in three neighbours
    are slid together until their ink meets, or overlaps a little.
    """
    rng = context.rng
    tilt = float(rng.normal(0, 4))
    shapes = context.digit_shapes(digits, rotation=float(np.clip(tilt + rng.normal(0, 4), -15, 15)))
    pen = context.pen_for(height)
    items: list[PlacedGlyph] = []
    groups = set(np.cumsum(rng.integers(2, 5, 6)).tolist()) if len(digits) > 4 and rng.random() < 0.4 else set()
    right = 0.0
    for k, (strokes, digit) in enumerate(zip(shapes, digits, strict=True)):
        low, high = stroke_bounds(strokes)
        tall = max(float(high[1] - low[1]), 0.55)  # a lying glyph must not be blown up to full height
        strokes = scale_strokes(strokes, max(height * context.log_uniform(0.85, 1.15) - pen, 2) / tall)
        low, high = stroke_bounds(strokes)
        strokes = move_strokes(strokes, -low[0], rng.normal(0, 0.05) * height - (low[1] + high[1]) / 2)
        if k and touch and (rng.random() < 0.67 or (k == len(digits) - 1 and right == 0)):
            strokes = move_strokes(strokes, right + height, 0)
            free = closest_approach(items[-1].paths, strokes, max(height / 24, 1))
            if np.isfinite(free):
                # From just touching edges to centre lines that cross a little.
                strokes = move_strokes(strokes, -free + pen * rng.uniform(-0.35, 0.85), 0)
                # Shapes that share few rows could slide right through each other.
                left, far = stroke_bounds(items[-1].paths)[1][0], stroke_bounds(strokes)
                most = 0.3 * float(min(left - stroke_bounds(items[-1].paths)[0][0], far[1][0] - far[0][0]))
                strokes = move_strokes(strokes, max(0.0, float(left - most - far[0][0])), 0)
            else:
                strokes = move_strokes(strokes, -height, 0)
        elif k:
            space = rng.uniform(*gap) * height + (0.6 * height if k in groups else 0)
            strokes = move_strokes(strokes, right + space + pen + 2, 0)
        items.append(PlacedGlyph(strokes, digit, pen))
        right = max(right, float(stroke_bounds(strokes)[1][0]))
    slope = np.tan(np.deg2rad(np.clip(tilt, -8, 8)))
    return [
        PlacedGlyph(
            move_strokes(item.paths, 0, slope * float(np.concatenate(item.paths)[:, 0].mean())), item.class_id, pen
        )
        for item in items
    ]


def fit_group(context: LayoutContext, items: list[PlacedGlyph]) -> list[PlacedGlyph]:
    """The group shrunk until it fits the scene, never blown up, and put at a random place on it."""
    points = np.concatenate([s for item in items for s in item.paths])
    low, high = points.min(0), points.max(0)
    pen = items[0].pen
    room = np.array([context.width, context.height]) - pen - 4
    scale = float(min(1.0, (room / np.maximum(high - low, 1)).min()))
    size = (high - low) * scale
    at = np.array([context.rng.uniform(0, max(r, 1e-3)) for r in room - size]) + pen / 2 + 2 - low * scale
    pen = snap_width(min(pen * scale, pen)) if scale < 1 else pen
    return [PlacedGlyph(move_strokes(scale_strokes(i.paths, scale), at[0], at[1]), i.class_id, pen) for i in items]


def random_number(rng: np.random.Generator) -> list[int]:
    """Digits of a year, a PIN, a price or a phone number."""
    n = int(rng.choice([2, 3, 4, 4, 4, 5, 6, 7, 8, 10, 11]))
    if n == 4 and rng.random() < 0.3:
        century = (1, 9) if rng.random() < 0.5 else (2, 0)
        return [*century, *rng.integers(0, 10, 2).tolist()]
    return rng.integers(0, 10, n).tolist()


def _row_height(context: LayoutContext, count: int) -> float:
    """A height at which the line about fills between a fifth and all of the scene's width."""
    widest = min(MAX_SIZE * context.height, 1.3 * context.width / max(count, 1))
    return context.log_uniform(min(max(0.06 * context.short, 0.3 * widest), widest), widest)


def single(context: LayoutContext) -> list[PlacedGlyph]:
    """One digit, from tiny to nearly the whole scene."""
    digit = int(context.rng.integers(10))
    return scatter_shapes(
        context, [(context.shape(context.index(digit)), digit)], MIN_SIZE if context.rng.random() < 0.3 else 0.2, 0.92
    )


def row(context: LayoutContext) -> list[PlacedGlyph]:
    """Phone numbers, years, PINs; now and then two lines of them."""
    digits = random_number(context.rng)
    if len(digits) <= 6 and context.rng.random() < 0.15:
        height = _row_height(context, len(digits)) * 0.5
        upper, lower = (write_line(context, d, height, (0.08, 0.5)) for d in (digits, random_number(context.rng)[:6]))
        drop = max(float(i.box()[3]) for i in upper) - min(float(i.box()[1]) for i in lower) + 0.25 * height
        return fit_group(
            context, upper + [PlacedGlyph(move_strokes(i.paths, 0, drop), i.class_id, i.pen) for i in lower]
        )
    return fit_group(context, write_line(context, digits, _row_height(context, len(digits)), (0.05, 0.5)))


def touching(context: LayoutContext) -> list[PlacedGlyph]:
    """Rows whose neighbours touch or overlap."""
    digits = random_number(context.rng)[:6]
    return fit_group(context, write_line(context, digits, _row_height(context, len(digits)), (0.03, 0.3), touch=True))


def scattered(context: LayoutContext) -> list[PlacedGlyph]:
    """Digits anywhere."""
    digits = context.rng.integers(0, 10, context.rng.integers(2, 9)).tolist()
    return scatter_shapes(context, [(context.shape(context.index(d)), d) for d in digits], 0.1, 0.42)


def split(context: LayoutContext) -> list[PlacedGlyph]:
    """Digits with one stroke cut in two, or set apart from the others."""
    digits = context.rng.integers(0, 10, context.rng.integers(1, 5)).tolist()
    size = context.log_uniform(0.25, 0.75 if len(digits) < 3 else 0.4) * context.short
    gap = context.pen_for(size) / size + context.rng.uniform(0.02, 0.1)
    shapes = [(lift_pen(context.shape(context.index(d)), gap, context.rng), d) for d in digits]
    if len(digits) == 1 or context.rng.random() < 0.5:
        return scatter_shapes(context, shapes, size / context.short * 0.9, size / context.short)
    pen, right, items = context.pen_for(size), 0.0, []
    for strokes, digit in shapes:
        strokes = scale_strokes(strokes, size - pen)
        low, high = stroke_bounds(strokes)
        items.append(PlacedGlyph(move_strokes(strokes, right - low[0], -(low[1] + high[1]) / 2), digit, pen))
        # White between digits is wider than the white inside them, or no one could tell.
        right += float(high[0] - low[0]) + pen + max(0.22, 1.5 * gap) * size
    return fit_group(context, items)


def among(context: LayoutContext) -> list[PlacedGlyph]:
    """Digits among other glyphs."""
    digits = context.rng.integers(0, 10, context.rng.integers(1, 5)).tolist()
    shapes = [(context.shape(context.index(d)), d) for d in digits]
    shapes += [(context.shape(context.index(OTHER)), OTHER) for _ in range(context.rng.integers(1, 4))]
    return scatter_shapes(context, [shapes[i] for i in context.rng.permutation(len(shapes))], 0.12, 0.45)


def other(context: LayoutContext) -> list[PlacedGlyph]:
    """Other glyphs alone."""
    count = int(context.rng.integers(1, 4))
    shapes = [(context.shape(context.index(OTHER)), OTHER) for _ in range(count)]
    return scatter_shapes(context, shapes, 0.15, 0.9 if count == 1 else 0.5)


def censored(context: LayoutContext) -> list[PlacedGlyph]:
    """Censored glyphs, sometimes with digits beside them."""
    count = int(context.rng.choice([1, 1, 1, 2]))
    shapes = [(context.shape(context.index(CENSORED)), CENSORED) for _ in range(count)]
    for digit in context.rng.integers(0, 10, context.rng.choice([0, 0, 1, 3])).tolist():
        shapes.append((context.shape(context.index(digit)), digit))
    return scatter_shapes(context, shapes, 0.15, 0.9 if len(shapes) == 1 else 0.45)


def empty(context: LayoutContext) -> list[PlacedGlyph]:
    """Nothing at all."""
    return []


def tiny(context: LayoutContext) -> list[PlacedGlyph]:
    """Digits of 6 to 12 % of the short side on a wide scene."""
    if context.rng.random() < 0.4:
        return fit_group(
            context,
            write_line(
                context, random_number(context.rng), context.rng.uniform(0.06, 0.12) * context.short, (0.1, 0.6)
            ),
        )
    digits = context.rng.integers(0, 10, context.rng.integers(1, 9)).tolist()
    return scatter_shapes(context, [(context.shape(context.index(d)), d) for d in digits], 0.06, 0.12)


def any_digits(context: LayoutContext) -> list[PlacedGlyph]:
    """Digits alone: one, a row, or anywhere."""
    return [single, row, scattered][context.rng.integers(3)](context)


def thick(context: LayoutContext) -> list[PlacedGlyph]:
    """Pens of 22 to 40 px, so few and large digits."""
    digits = context.rng.integers(0, 10, context.rng.integers(1, 4)).tolist()
    low = min(6 * context.pen / context.short, 0.85)
    return scatter_shapes(
        context, [(context.shape(context.index(d), 0.7), d) for d in digits], low, max(low, 0.92 - 0.15 * len(digits))
    )


def crowded(context: LayoutContext) -> list[PlacedGlyph]:
    """A crowd of glyphs of all classes: many labels for the price of one scene."""
    rng = context.rng
    kinds = rng.choice([0, OTHER, CENSORED], size=rng.integers(8, 25), p=[0.62, 0.36, 0.02])
    classes = [int(rng.integers(10)) if kind == 0 else int(kind) for kind in kinds]
    high = min(0.3, 0.9 / len(classes) ** 0.5)
    return scatter_shapes(context, [(context.shape(context.index(c)), c) for c in classes], 0.5 * high, high)
