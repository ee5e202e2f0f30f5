"""Single crops for the classifiers, composed from pen strokes or taken from MNIST, as ready network inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import cv2
import numpy as np
from torch.utils.data import IterableDataset, get_worker_info

from classifiers.crop import fit_square
from detectors.segmentation.pieces import INK_THRESHOLD
from detectors.segmentation.scoring import ScoreConfig
from detectors.segmentation.search import enumerate_candidates
from ink.strokes import Strokes, normalise_strokes, stroke_bounds
from models.classes import CENSORED, NO_SYMBOL, OTHER
from training.composer import compose
from training.drawings import Drawings
from training.glyphs.augment import add_tremor, lift_pen, resample_like_another_device, warp_strokes
from training.placing import closest_approach, move
from training.render import Stroked, draw_ink, draw_owners, snap_pen


def _draw(strokes: Strokes, size: float, pen: float) -> np.ndarray:
    """Normalised strokes as a tight grey crop, dark ink on white, uint8 ``[h, w]``."""
    low, high = stroke_bounds(strokes)
    margin = pen / 2 + 2
    moved = [((s - low) * size + margin).astype(np.float32) for s in strokes]
    width, height = (int(v) + 1 for v in (high - low) * size + 2 * margin)
    return 255 - draw_ink([Stroked(moved, 0, pen)], height, width)


def plain_crop(drawings: Drawings, index: int) -> np.ndarray:
    """One drawing as it is, 100 pixels large with a pen of 6: uint8 ``[h, w]`` grey, dark ink on white."""
    return _draw(normalise_strokes(drawings.strokes(index)), 100, 6)


def _shape(drawings: Drawings, index: int, rng: np.random.Generator) -> Strokes:
    strokes = warp_strokes(resample_like_another_device(normalise_strokes(drawings.strokes(index)), rng), rng)
    if rng.random() < 0.3:
        strokes = add_tremor(strokes, rng, float(rng.uniform(0, 0.01)))
    return normalise_strokes(strokes)


def stroke_crop(drawings: Drawings, index: int, rng: np.random.Generator) -> np.ndarray:
    """One drawing with a random hand, pen and size; now and then its strokes do not meet, or its edge is cut off.

    Returns:
        uint8 ``[h, w]`` grey, dark ink on white.
    """
    size = float(np.exp(rng.uniform(np.log(14), np.log(340))))
    # Drawings with more detail than a digit drown in ink sooner.
    widest = 0.2 if drawings.class_id[index] < CENSORED else 0.12
    pen = snap_pen(float(np.clip(np.exp(rng.uniform(0, np.log(40))), 0.012 * size, widest * size)))
    strokes = _shape(drawings, index, rng)
    if rng.random() < 0.15:
        strokes = lift_pen(strokes, pen / size + rng.uniform(0.01, 0.1), rng)
    crop = _draw(strokes, size, pen)
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
        return part(crop, amount, width) if rng.random() < 0.5 else part(crop, 0, width - amount)
    crop = cv2.copyMakeBorder(crop, 0, 0, amount, amount, cv2.BORDER_CONSTANT, value=255)
    x = int(rng.choice([0, width + amount]))
    thick = max(2, int(rng.uniform(0.05, 0.3) * height))
    y = int(rng.uniform(0, max(height - thick, 1)))
    crop[y : y + thick, x : x + amount] = 0
    return crop


def part(crop: np.ndarray, first: int, last: int) -> np.ndarray:
    """The columns from ``first`` to ``last`` as a crop, uint8 ``[h, w, 2]``, with the rest as what is around."""
    own, around = crop.copy(), crop.copy()
    own[:, :first] = own[:, last:] = 255
    around[:, first:last] = 255
    return np.dstack([own, around])


def crowd_crop(drawings: Drawings, rng: np.random.Generator) -> np.ndarray:
    """Two or three digits in one crop, sometimes with a good part of the outer one cut off: no one whole symbol."""
    size = float(np.exp(rng.uniform(np.log(14), np.log(160))))
    pen = snap_pen(float(np.clip(np.exp(rng.uniform(0, np.log(40))), 0.02 * size, 0.17 * size)))
    strokes: Strokes = []
    shapes: list[Strokes] = []
    for _ in range(2 if rng.random() < 0.8 else 3):
        shape = _shape(drawings, drawings.pick(int(rng.integers(10)), rng), rng)
        tall = max(float(np.ptp(stroke_bounds(shape), axis=0)[1]), 0.5)
        shape = [s / np.float32(tall) for s in shape]
        if shapes:
            shape = move(
                shape,
                float(stroke_bounds(shapes[-1])[1][0] - stroke_bounds(shape)[0][0]) + 1,
                float(rng.normal(0, 0.06)),
            )
            free = closest_approach(shapes[-1], shape, 0.05)
            slide = free if np.isfinite(free) else 1.0
            shape = move(shape, -slide + pen / size + rng.uniform(-0.05, 0.3), 0)
        strokes += shape
        shapes.append(shape)
    crop = _draw(strokes, size, pen)
    if rng.random() < 0.4:
        last = rng.random() < 0.5
        outer = float(np.ptp(stroke_bounds(shapes[-1 if last else 0]), axis=0)[0]) * size
        amount = int(np.clip(rng.uniform(0.2, 0.6) * outer, 1, 0.45 * crop.shape[1]))
        crop = part(crop, 0, crop.shape[1] - amount) if last else part(crop, amount, crop.shape[1])
    return crop


def fragment_crop(drawings: Drawings, rng: np.random.Generator) -> np.ndarray:
    """A part of a digit, as a wrong cut leaves it: no one whole symbol.  Ones are left alone: half a one is a one."""
    digit = int(rng.choice([0, 2, 3, 4, 5, 6, 7, 8, 9]))
    crop = stroke_crop(drawings, drawings.pick(digit, rng), rng)
    width = crop.shape[1]
    keep = max(2, int(rng.uniform(0.3, 0.7) * width))
    return part(crop, 0, keep) if rng.random() < 0.5 else part(crop, width - keep, width)


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


SCENE_KINDS = ("touching", "row", "split", "scattered", "among", "other", "censored", "thick")
"""Kinds of sheets that crops are taken from, and how often."""

SCENE_SHARES = (0.36, 0.12, 0.1, 0.05, 0.15, 0.09, 0.09, 0.04)


GOOD, POOR = 0.8, 0.6
"""How right (see :func:`rightness`) a crop has to be to show its object, and below which it is no symbol."""

NEAR, FAR = 0.03, 0.2
"""Between the two a crop is good if it is the object's best but for the first, and no symbol if it is worse than the
best by the second: where digits overlap there may be no better way to cut them."""


def rightness(held: np.ndarray, inked: np.ndarray) -> np.ndarray:
    """How well each crop shows each object, float ``[N, K]`` in 0..1.

    The least of three: the share that the crop holds of the object's ink, the object's share of the crop's ink, and
    what the crop leaves out of the other object that it holds most of.  Without the third a 9 that swallowed a 1 would
    pass for a 9: a plain stroke is little ink.

    Args:
        held: pixels of each object in each crop, ``[N, K]``.
        inked: pixels of each object, ``[K]``.
    """
    whole = held / inked.clip(1)
    pure = held / held.sum(1, keepdims=True).clip(1)
    most = np.sort(whole, axis=1)[:, ::-1]
    fellow = np.where(whole == most[:, :1], most[:, 1:2] if held.shape[1] > 1 else 0.0, most[:, :1])
    return np.minimum(np.minimum(whole, pure), 1 - fellow)


def scene_crops(drawings: Drawings, rng: np.random.Generator, kind: str | None = None) -> list[tuple[np.ndarray, int]]:
    """Crops of one composed sheet as segmentation would ask about them: right groupings and cuts, and wrong ones.

    Of what is no symbol, at most as many are taken as of the rest, plus two.

    Returns:
        Inputs uint8 ``[2, 32, 32]`` and classes 0 to 12.
    """
    scene = compose(drawings, rng, kind or str(rng.choice(SCENE_KINDS, p=SCENE_SHARES)))
    if not scene.items:
        return []
    found = enumerate_candidates(scene.image, ScoreConfig().reach)
    owner = draw_owners(scene.items, *scene.image.shape[:2])
    inked = np.bincount(owner.ravel(), minlength=len(scene.items) + 1)
    held = np.zeros((len(found), len(scene.items)))
    for row, candidate in zip(held, found, strict=True):
        x1, y1, x2, y2 = candidate.piece.box
        row += np.bincount(owner[y1:y2, x1:x2][candidate.piece.ink > INK_THRESHOLD], minlength=len(inked))[1:]
    rights = rightness(held, inked[1:])
    best = rights.max(0, initial=0)
    right, wrong = [], []
    for candidate, row, pixels in zip(found, rights, held, strict=True):
        own = int(row.argmax() if row.any() else pixels.argmax())
        share = row[own]
        if share >= GOOD or share >= max(POOR, best[own] - NEAR):
            right.append((candidate.crop, int(scene.class_id[own])))
        elif pixels.any() and share < max(POOR, best[own] - FAR):
            wrong.append((candidate.crop, NO_SYMBOL))
    wrong = [wrong[i] for i in rng.permutation(len(wrong))[: len(right) + 2]]
    return [(fit_square(crop), class_id) for crop, class_id in right + wrong]


class CropData(IterableDataset[Any]):
    """A stream of network inputs; one seed gives one stream.

    Args:
        drawings: strokes of one split.
        mnist: images uint8 ``[M, 28, 28]`` and labels int64 ``[M]`` of the same split.
        length: crops an epoch.
        seed: numbers of the run, the epoch and the process.
        worth: how likely each crop of a sheet is taken, float ``[N]`` in 0..1, from inputs uint8 ``[N, 2, 32, 32]`` and
            classes int64 ``[N]``; all are where None.
    """

    # Shares of the crops: digits from strokes, MNIST, other, censored, several digits in one crop, parts of digits.
    SHARES = np.cumsum([0.38, 0.23, 0.22, 0.09, 0.05, 0.03])

    FROM_SCENES = 0.45  # the rest is composed one by one
    POOL = 2048  # crops of scenes that wait to be drawn from, so that a batch holds many sheets
    TIMES = 4  # that a crop of a scene is met on average: composing and cutting up scenes is slow
    AT_ONCE = 16  # sheets that are composed when crops of scenes run short

    def __init__(
        self,
        drawings: Drawings,
        mnist: tuple[np.ndarray, np.ndarray],
        length: int,
        seed: tuple[int, ...],
        worth: Callable[[np.ndarray, np.ndarray], np.ndarray] | None = None,
    ) -> None:
        self.drawings, self.mnist, self.length, self.seed, self.worth = drawings, mnist, length, seed, worth

    def __len__(self) -> int:
        return self.length

    def __iter__(self) -> Iterator[tuple[np.ndarray, int]]:
        """Inputs uint8 ``[2, 32, 32]`` (0 paper to 255 ink) and classes."""
        worker = get_worker_info()
        mine, workers = (worker.id, worker.num_workers) if worker else (0, 1)
        rng = np.random.default_rng([*self.seed, mine])
        waiting: list[tuple[np.ndarray, int]] = []
        for _ in range(mine, self.length, workers):
            if rng.random() < self.FROM_SCENES:
                while len(waiting) < min(self.POOL, self.length):
                    waiting += self.from_scenes(rng)
                k = int(rng.integers(len(waiting)))
                yield waiting[k]
                if rng.random() < 1 / self.TIMES:
                    waiting[k] = waiting[-1]
                    waiting.pop()
            else:
                yield self.single(rng)

    def from_scenes(self, rng: np.random.Generator) -> list[tuple[np.ndarray, int]]:
        """Crops of a few composed sheets."""
        found = [pair for _ in range(self.AT_ONCE) for pair in scene_crops(self.drawings, rng)]
        if self.worth is None or not found:
            return found
        taken = rng.random(len(found)) < self.worth(
            np.stack([ink for ink, _ in found]), np.array([class_id for _, class_id in found])
        )
        return [pair for pair, take in zip(found, taken, strict=True) if take]

    def single(self, rng: np.random.Generator) -> tuple[np.ndarray, int]:
        """One crop that was not cut out of a sheet."""
        slot = int(np.searchsorted(self.SHARES, rng.random(), side="right"))
        if slot == 1 and not len(self.mnist[1]):
            slot = 0
        if slot == 1:
            k = int(rng.integers(len(self.mnist[1])))
            return fit_square(mnist_crop(self.mnist[0][k], rng)), int(self.mnist[1][k])
        if slot >= 4:
            make = crowd_crop if slot == 4 else fragment_crop
            return fit_square(make(self.drawings, rng)), NO_SYMBOL
        class_id = int(rng.integers(10)) if slot == 0 else {2: OTHER, 3: CENSORED}[slot]
        index = self.drawings.pick(class_id, rng)
        return fit_square(stroke_crop(self.drawings, index, rng)), class_id


def fixed_crops(
    drawings: Drawings, mnist: tuple[np.ndarray, np.ndarray], seed: int = 0, per_class: int = 400
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A validation set: up to ``per_class`` drawings of each class and source, wrong crops, and all MNIST images.

    Returns:
        inputs uint8 ``[N, 2, 32, 32]``, classes int64 ``[N]`` (0 to 12) and sources str ``[N]``.
    """
    rng = np.random.default_rng([seed, 1])
    inputs, classes, sources = [], [], []
    short = np.array([s.split("/")[0] for s in drawings.source.tolist()])
    for source in np.unique(short):
        for class_id in np.unique(drawings.class_id[short == source]):
            chosen = np.flatnonzero((short == source) & (drawings.class_id == class_id))
            limit = per_class if class_id < CENSORED else 3 * per_class
            for index in rng.permutation(chosen)[:limit]:
                inputs.append(fit_square(stroke_crop(drawings, int(index), rng)))
                classes.append(class_id)
                sources.append(source)
    found = [pair for _ in range(per_class) for pair in scene_crops(drawings, rng)]
    for ink, class_id in found:
        inputs.append(ink)
        classes.append(class_id)
        sources.append("sheets")
    for make in (crowd_crop, fragment_crop):
        inputs += [fit_square(make(drawings, rng)) for _ in range(per_class)]
        classes += [NO_SYMBOL] * per_class
        sources += ["no symbol"] * per_class
    inputs += [fit_square(255 - image) for image in mnist[0]]
    classes += mnist[1].tolist()
    sources += ["mnist"] * len(mnist[1])
    return np.stack(inputs), np.array(classes, np.int64), np.array(sources)
