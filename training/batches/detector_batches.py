"""Composed scenes as the detector meets them: ink, framed and scaled by the functions that serve the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional
from torch.utils.data import IterableDataset, get_worker_info

from detectors.yolov3.letterbox import MAX_BLANK_STRIP, MAX_OBJECT_HEIGHT_PX, Frame, render_frame
from detectors.yolov3.pages import frame_page
from ink.paper import ink_map
from training.batches.hard_scenes import shipped_reader
from training.glyphs.glyph_set import GlyphSet
from training.scenes.composer import compose_scene

NEVER_FOLDED = 1e3
"""A blank strip that no scene has: nothing is folded away."""


def input_scene(
    glyphs: GlyphSet, rng: np.random.Generator, kind: str | None = None, loose: bool = False
) -> tuple[np.ndarray, Frame, np.ndarray, np.ndarray]:
    """One composed scene as network input.

    Args:
        glyphs: of one split.
        rng: source of chance.
        kind: see :func:`training.scenes.composer.compose_scene`.
        loose: fold and frame at random a little otherwise than serving would, as no framing is perfect.

    Returns:
        ink uint8 ``[h, w]``, its frame, boxes float32 ``[N, 4]`` in input pixels and classes int64 ``[N]``.
    """
    scene = compose_scene(glyphs, rng, kind)
    ink = ink_map(scene.image)
    gap = (
        MAX_BLANK_STRIP
        if not loose or rng.random() < 0.5
        else float(rng.choice([0.25, 0.8, NEVER_FOLDED], p=[0.3, 0.5, 0.2]))
    )
    largest = (
        MAX_OBJECT_HEIGHT_PX
        if not loose
        else MAX_OBJECT_HEIGHT_PX * float(np.exp(rng.uniform(np.log(0.7), np.log(1.3))))
    )
    frames = frame_page(ink, gap, largest)
    frame = frames[int(rng.integers(len(frames)))] if len(frames) > 1 else frames[0]
    # What another frame shows lies beyond the middles of this one's columns or rows.
    middles = (scene.xyxy[:, :2] + scene.xyxy[:, 2:]) / 2
    low, high = ([axis[end] for axis in (frame.columns, frame.rows)] for end in (0, -1))
    mine = ((middles >= low) & (middles <= high)).all(1) if len(frames) > 1 else np.ones(len(middles), bool)
    if loose and rng.random() < 0.3:
        wider = rng.uniform(1.0, 1.6)
        width, height = round(frame.width * wider), round(frame.height * wider)
        left = frame.left - round(rng.uniform(0, 1) * (width - frame.width))
        top = frame.top - round(rng.uniform(0, 1) * (height - frame.height))
        frame = replace(frame, left=left, top=top, width=width, height=height)
    return render_frame(ink, frame), frame, frame.to_input(scene.xyxy[mine]), scene.class_id[mine]


class SceneBatches(IterableDataset[Any]):
    """Batches of composed inputs, each of one shape; one seed gives one stream.

    Args:
        glyphs: of one split.
        length: batches an epoch.
        batch: inputs a batch.
        seed: numbers of the run, the epoch and the process.
        times: that an input is met on average.
        easy: share that is taken of the inputs that the shipped detector reads without a fault.
    """

    POOL = 2  # batches of a shape that wait to be drawn from, so that inputs meet others each time
    TIMES = 5  # that an input is met on average, shrunk differently: composing is slower than a training step

    def __init__(
        self,
        glyphs: GlyphSet,
        length: int,
        batch: int,
        seed: tuple[int, ...],
        times: float = TIMES,
        easy: float = 1.0,
    ) -> None:
        self.glyphs, self.length, self.batch, self.seed = glyphs, length, batch, seed
        self.times, self.easy = times, easy

    def __len__(self) -> int:
        return self.length

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Inks uint8 ``[B, 1, h, w]`` and objects as in :func:`collate_scenes`."""
        worker = get_worker_info()
        mine, workers = (worker.id, worker.num_workers) if worker else (0, 1)
        rng = np.random.default_rng([*self.seed, mine])
        waiting: dict[tuple[int, int], list[tuple[np.ndarray, np.ndarray, np.ndarray]]] = {}
        for _ in range(mine, self.length, workers):
            yield collate_scenes(self._drawn(self._full(waiting, rng), rng))

    def _full(self, waiting: dict[tuple[int, int], list[Any]], rng: np.random.Generator) -> list[Any]:
        """Composes until so many inputs of one shape wait, and gives that shape's."""
        while True:
            ink, frame, boxes, classes = input_scene(self.glyphs, rng, loose=True)
            if rng.random() >= self.easy and shipped_reader()(ink, frame, boxes, classes):
                continue
            alike = waiting.setdefault(frame.shape, [])
            alike.append((ink, boxes, classes))
            if len(alike) >= self.POOL * self.batch:
                return alike

    def _drawn(self, alike: list[Any], rng: np.random.Generator) -> list[Any]:
        """A batch of these; each of it leaves them with a chance of one in ``times``."""
        chosen = sorted(rng.permutation(len(alike))[: self.batch].tolist(), reverse=True)
        drawn = [alike[k] for k in chosen]
        for k in chosen:
            if rng.random() < 1 / self.times:
                alike.pop(k)
        return drawn


SHRUNK_SHARE, MAX_SHRINKING = 0.6, 1.22
"""Share of a batch that is shrunk, and by what factor at most."""


def shrink_batch(inks: Tensor, objects: Tensor, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Some inputs shrunk, along each axis by another factor, and put anywhere in their frame that has room.

    An input that is met again is another one then, and nothing of it is cut off.

    Args:
        inks: float ``[B, 1, h, w]``.
        objects: float ``[M, 6]``, see :func:`collate_scenes`.
        rng: source of chance.

    Returns:
        The same, changed.
    """
    count, (height, width) = len(inks), inks.shape[2:]
    factors = np.where(rng.random((count, 1)) < SHRUNK_SHARE, MAX_SHRINKING ** rng.random((count, 2)), 1.0)
    factor, moved = (
        torch.from_numpy(each.astype(np.float32)).to(inks.device)
        for each in (factors, rng.uniform(-1, 1, (count, 2)) * (factors - 1))
    )
    matrix = torch.cat([torch.diag_embed(factor), moved[:, :, None]], 2)
    grid = functional.affine_grid(matrix, [count, 1, height, width], align_corners=False)
    half = objects.new_tensor([width, height, width, height]) / 2
    sample = objects[:, 0].long()
    boxes = ((objects[:, 2:] / half - 1) - moved[sample].repeat(1, 2)) / factor[sample].repeat(1, 2)
    return (
        functional.grid_sample(inks, grid, align_corners=False),
        torch.cat([objects[:, :2], (boxes + 1) * half], 1),
    )


def collate_scenes(items: list[tuple[np.ndarray, np.ndarray, np.ndarray]]) -> tuple[Tensor, Tensor]:
    """A batch: ink uint8 ``[B, 1, h, w]``, and all objects as float32 ``[M, 6]``: sample, class, x1, y1, x2, y2."""
    inks = torch.from_numpy(np.stack([ink for ink, _, _ in items])[:, None])
    rows = [
        np.column_stack([np.full(len(classes), sample), classes, boxes])
        for sample, (_, boxes, classes) in enumerate(items)
    ]
    return inks, torch.from_numpy(np.concatenate(rows).astype(np.float32))
