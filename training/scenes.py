"""Composed sheets as the detector meets them: ink, framed and scaled by the functions that serve the page."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from detectors.canvas import ink_map
from detectors.letterbox import Window, cut_out, look_closer
from training.composer import compose
from training.drawings import Drawings


def input_scene(
    drawings: Drawings, rng: np.random.Generator, side: int, kind: str | None = None, jitter: float = 0.0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One composed sheet as network input.

    Args:
        drawings: of one split.
        rng: source of chance.
        side: of the input in pixels.
        kind: see :func:`training.composer.compose`.
        jitter: share of the scenes that are framed a little wider and off centre, as no framing is perfect.

    Returns:
        ink uint8 ``[side, side]``, boxes float32 ``[N, 4]`` in input pixels and classes int64 ``[N]``.
    """
    scene = compose(drawings, rng, kind)
    ink = ink_map(scene.image)
    window = look_closer(ink, side)
    if rng.random() < jitter:
        span = side / window.scale * rng.uniform(1.0, 1.8)
        centre = np.array([window.left, window.top]) + side / window.scale / 2
        shift = rng.uniform(-0.5, 0.5, 2) * (span - side / window.scale)
        left, top = (centre + shift - span / 2).tolist()
        window = Window(left, top, side / span)
    square, window = cut_out(ink, window, side)
    return square, window.to_input(scene.xyxy), scene.class_id


class SceneData(Dataset[Any]):
    """A map-style data set of composed inputs; item ``i`` of epoch ``e`` is the same in every run with one seed.

    Args:
        drawings: of one split.
        length: canvases an epoch.
        side: of the input in pixels.
        seed: two numbers, the run's and the epoch's.
        jitter: see :func:`input_scene`.
    """

    def __init__(self, drawings: Drawings, length: int, side: int, seed: tuple[int, int], jitter: float = 0.0) -> None:
        self.drawings, self.length, self.side, self.seed, self.jitter = drawings, length, side, seed, jitter

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, item: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Ink uint8 ``[side, side]``, boxes float32 ``[N, 4]`` and classes int64 ``[N]``."""
        rng = np.random.default_rng([*self.seed, item])
        return input_scene(self.drawings, rng, self.side, jitter=self.jitter)


def collate(items: list[tuple[np.ndarray, np.ndarray, np.ndarray]]) -> tuple[Tensor, Tensor]:
    """A batch: ink uint8 ``[B, 1, S, S]``, and all objects as float32 ``[M, 6]``: sample, class, x1, y1, x2, y2."""
    inks = torch.from_numpy(np.stack([ink for ink, _, _ in items])[:, None])
    rows = [
        np.column_stack([np.full(len(classes), sample), classes, boxes])
        for sample, (_, boxes, classes) in enumerate(items)
    ]
    return inks, torch.from_numpy(np.concatenate(rows).astype(np.float32))
