"""Single crops for the classifiers, composed from pen strokes or taken from MNIST."""

from __future__ import annotations

import cv2
import numpy as np

from ink.pen import snap_width
from ink.strokes import normalise_strokes, stroke_bounds
from models.classes import CENSORED
from training.glyphs.augment import add_tremor, lift_pen, resample_like_another_device, warp_strokes
from training.glyphs.glyph_set import GlyphSet
from training.scenes.drawing import draw_glyphs
from training.scenes.placing import PlacedGlyph, closest_approach, move_strokes


def draw_crop(strokes: list[np.ndarray], size: float, pen: float) -> np.ndarray:
    """Normalised strokes as a tight grey crop, dark ink on white, uint8 ``[h, w]``."""
    low, high = stroke_bounds(strokes)
    margin = pen / 2 + 2
    moved = [((s - low) * size + margin).astype(np.float32) for s in strokes]
    width, height = (int(v) + 1 for v in (high - low) * size + 2 * margin)
    return 255 - draw_glyphs([PlacedGlyph(moved, 0, pen)], height, width)


def plain_crop(glyphs: GlyphSet, index: int) -> np.ndarray:
    """One glyph as it is, 100 pixels large with a pen of 6: uint8 ``[h, w]`` grey, dark ink on white."""
    return draw_crop(normalise_strokes(glyphs.strokes(index)), 100, 6)


def random_shape(glyphs: GlyphSet, index: int, rng: np.random.Generator) -> list[np.ndarray]:
    """One glyph as another hand, day and device may have given it, normalised."""
    strokes = warp_strokes(resample_like_another_device(normalise_strokes(glyphs.strokes(index)), rng), rng)
    if rng.random() < 0.3:
        strokes = add_tremor(strokes, rng, float(rng.uniform(0, 0.01)))
    return normalise_strokes(strokes)


def stroke_crop(glyphs: GlyphSet, index: int, rng: np.random.Generator) -> np.ndarray:
    """One glyph with a random hand, pen and size; now and then its strokes do not meet, or its edge is cut off.

    Returns:
        uint8 ``[h, w]`` grey, dark ink on white.
    """
    size = float(np.exp(rng.uniform(np.log(14), np.log(340))))
    # Glyphs with more detail than a digit drown in ink sooner.
    widest = 0.2 if glyphs.class_id[index] < CENSORED else 0.12
    pen = snap_width(float(np.clip(np.exp(rng.uniform(0, np.log(40))), 0.012 * size, widest * size)))
    strokes = random_shape(glyphs, index, rng)
    if rng.random() < 0.15:
        strokes = lift_pen(strokes, pen / size + rng.uniform(0.01, 0.1), rng)
    crop = draw_crop(strokes, size, pen)
    if rng.random() < 0.15:
        crop = _cut_edge(crop, rng)
        if crop.ndim == 3 and rng.random() < 0.3:
            crop = crop[..., 0]  # nobody knows what was around
    if rng.random() < 0.1:
        crop = cv2.GaussianBlur(crop, (3, 3), 0)
    return crop


def _cut_edge(crop: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """What cutting touching digits apart does: a sliver missing at the side, or a bit of the neighbour's ink left."""
    height, width = crop.shape
    amount = max(1, int(rng.uniform(0.02, 0.1) * width))
    if rng.random() < 0.5:
        return columns_of_crop(crop, amount, width) if rng.random() < 0.5 else columns_of_crop(crop, 0, width - amount)
    crop = cv2.copyMakeBorder(crop, 0, 0, amount, amount, cv2.BORDER_CONSTANT, value=255)
    x = int(rng.choice([0, width + amount]))
    thick = max(2, int(rng.uniform(0.05, 0.3) * height))
    y = int(rng.uniform(0, max(height - thick, 1)))
    crop[y : y + thick, x : x + amount] = 0
    return crop


def columns_of_crop(crop: np.ndarray, first: int, last: int) -> np.ndarray:
    """The columns from ``first`` to ``last`` as a crop, uint8 ``[h, w, 2]``, with the rest as what is around."""
    own, around = crop.copy(), crop.copy()
    own[:, :first] = own[:, last:] = 255
    around[:, first:last] = 255
    return np.dstack([own, around])


def crowd_crop(glyphs: GlyphSet, rng: np.random.Generator) -> np.ndarray:
    """Two or three digits in one crop, beside, above or inside one another: no one whole symbol."""
    way = rng.random()
    if way > 0.45:
        return neighbours_crop(glyphs, rng)
    size, pen = _size_and_pen(rng)
    if way < 0.12:
        return draw_crop(_inside_one_another(glyphs, rng), 2.5 * size, pen)
    return draw_crop(_above_one_another(glyphs, pen / size, rng), size, pen)


def neighbours_crop(glyphs: GlyphSet, rng: np.random.Generator) -> np.ndarray:
    """Two or three digits beside one another in one crop, sometimes with a part of the outer one cut off."""
    return _crop_of_neighbours(glyphs, *_size_and_pen(rng), rng)


def _size_and_pen(rng: np.random.Generator) -> tuple[float, float]:
    """Height of a digit and width of the pen in pixels."""
    size = float(np.exp(rng.uniform(np.log(14), np.log(160))))
    return size, snap_width(float(np.clip(np.exp(rng.uniform(0, np.log(40))), 0.02 * size, 0.17 * size)))


def _some_digit(glyphs: GlyphSet, rng: np.random.Generator, lowest: int = 0) -> list[np.ndarray]:
    """A digit from ``lowest`` on, one unit high; a lying one less."""
    shape = random_shape(glyphs, glyphs.pick(int(rng.integers(lowest, 10)), rng), rng)
    tall = max(float(np.ptp(stroke_bounds(shape), axis=0)[1]), 0.5)
    return [s / np.float32(tall) for s in shape]


def _inside_one_another(glyphs: GlyphSet, rng: np.random.Generator) -> list[np.ndarray]:
    """Strokes of a small digit within a zero, in units of the zero."""
    zero = random_shape(glyphs, glyphs.pick(0, rng), rng)
    low, high = stroke_bounds(zero)
    share = rng.uniform(0.3, 0.55) * float((high - low).min())
    digit = [s * np.float32(share) for s in _some_digit(glyphs, rng)]
    middle = (low + high) / 2 + rng.normal(0, 0.03, 2) - np.mean(stroke_bounds(digit), axis=0)
    return [*zero, *move_strokes(digit, float(middle[0]), float(middle[1]))]


def _above_one_another(glyphs: GlyphSet, pen: float, rng: np.random.Generator) -> list[np.ndarray]:
    """Strokes of two or three digits under one another that touch, or nearly; ``pen`` in units of a digit."""
    strokes = _some_digit(glyphs, rng)
    for _ in range(1 if rng.random() < 0.85 else 2):
        digit = _some_digit(glyphs, rng, lowest=1)  # a zero above a zero is an 8
        (low, high), (upper, lower) = stroke_bounds(digit), stroke_bounds(strokes)
        across = float((upper[0] + lower[0] - low[0] - high[0]) / 2 + rng.normal(0, 0.12))
        digit = move_strokes(digit, across, float(lower[1] - low[1]) + 1)
        # Turned by a quarter, above is beside.
        turned, turned_digit = ([s[:, ::-1] for s in part] for part in (strokes, digit))
        slide = closest_approach(turned, turned_digit, 0.05)
        away = pen + rng.uniform(-0.05, 0.35)
        digit = move_strokes(digit, 0, -(slide if np.isfinite(slide) else 1.0) + away)
        strokes = [*strokes, *digit]
    return strokes


def _crop_of_neighbours(glyphs: GlyphSet, size: float, pen: float, rng: np.random.Generator) -> np.ndarray:
    """Digits beside one another, ``size`` pixels high."""
    shapes: list[list[np.ndarray]] = []
    for _ in range(2 if rng.random() < 0.8 else 3):
        shape = _some_digit(glyphs, rng)
        if shapes:
            right, left = float(stroke_bounds(shapes[-1])[1][0]), float(stroke_bounds(shape)[0][0])
            shape = move_strokes(shape, right - left + 1, float(rng.normal(0, 0.06)))
            slide = closest_approach(shapes[-1], shape, 0.05)
            away = pen / size + rng.uniform(-0.05, 0.3)
            shape = move_strokes(shape, -(slide if np.isfinite(slide) else 1.0) + away, 0)
        shapes.append(shape)
    crop = draw_crop([s for shape in shapes for s in shape], size, pen)
    if rng.random() >= 0.4:
        return crop
    last = rng.random() < 0.5
    outer = float(np.ptp(stroke_bounds(shapes[-1 if last else 0]), axis=0)[0]) * size
    amount = int(np.clip(rng.uniform(0.2, 0.6) * outer, 1, 0.45 * crop.shape[1]))
    kept = (0, crop.shape[1] - amount) if last else (amount, crop.shape[1])
    return columns_of_crop(crop, *kept)


def fragment_crop(glyphs: GlyphSet, rng: np.random.Generator) -> np.ndarray:
    """A part of a digit, as a wrong cut leaves it: no one whole symbol.  Ones are left alone: half a one is a one."""
    digit = int(rng.choice([0, 2, 3, 4, 5, 6, 7, 8, 9]))
    crop = stroke_crop(glyphs, glyphs.pick(digit, rng), rng)
    width = crop.shape[1]
    keep = max(2, int(rng.uniform(0.3, 0.7) * width))
    return columns_of_crop(crop, 0, keep) if rng.random() < 0.5 else columns_of_crop(crop, width - keep, width)


def mnist_crop(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """An MNIST image (uint8 ``[28, 28]``, white ink), mostly bent a little and enlarged up to 1.7 times.

    One in four stays as it is: enlarging blurs, and a network that only knew blurred images reads the others worse.

    Returns:
        Dark ink on white, uint8 ``[S, S]``, 28 to 56 pixels a side.
    """
    if rng.random() < 0.25:
        return 255 - image
    angle, scale = rng.uniform(-13, 13), rng.uniform(1, 1.7)
    side = round(33 * scale)
    shear, aspect = rng.normal(0, 0.12), np.exp(rng.normal(0, 0.08))
    c, s = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    matrix = scale * np.array([[c, -s], [s, c]]) @ np.array([[aspect, shear], [0, 1 / aspect]])
    offset = np.full((2, 1), (side - 1) / 2) - matrix @ np.full((2, 1), 13.5)
    big = cv2.warpAffine(image, np.hstack([matrix, offset]), (side, side))
    if rng.random() < 0.6:  # a smooth elastic bend
        ys, xs = np.mgrid[0:side, 0:side].astype(np.float32)
        coarse = rng.normal(0, 0.94 * scale, (4, 4, 2)).astype(np.float32)
        field = cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC)
        big = cv2.remap(big, xs + field[..., 0], ys + field[..., 1], cv2.INTER_LINEAR)
    kind = rng.random() if scale > 1.4 else 1.0  # on fewer pixels a pixel more or less is too much
    if kind < 0.12:
        big = cv2.erode(big, np.ones((2, 2), np.uint8))
    elif kind < 0.3:
        big = cv2.dilate(big, np.ones((2, 2), np.uint8))
    return 255 - big
