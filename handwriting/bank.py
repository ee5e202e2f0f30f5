"""Drawings of many writers, which made digits start from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from handwriting.features import MAX_PATH_STROKES, PATH_POINTS, glyph_features

GRID = 250
"""Steps of a unit that points are kept in; uint8 holds them with half a unit on either side of the middle."""


@dataclass(frozen=True)
class Bank:
    """M drawings of digits by known writers.

    Attributes:
        grid: uint8 ``[M, 64, 2]``, points of :func:`handwriting.features.resample_glyph` in steps of 1 / 250 from -0.5.
        counts: uint8 ``[M, 8]``, points of each stroke; 0 where there are fewer strokes.
        digit: uint8 ``[M]``.
        allograph: uint8 ``[M]``, which of its digit's shapes it has, the most frequent first.
        writer: int32 ``[M]``, the number of who drew it.
    """

    grid: np.ndarray
    counts: np.ndarray
    digit: np.ndarray
    allograph: np.ndarray
    writer: np.ndarray

    @classmethod
    def from_points(
        cls, points: np.ndarray, stroke: np.ndarray, digit: np.ndarray, allograph: np.ndarray, writer: np.ndarray
    ) -> Bank:
        """A bank of resampled digits, float ``[M, 64, 2]`` and int ``[M, 64]``; the rest as the attributes."""
        grid = np.clip(np.round((points + 0.5) * GRID), 0, 255).astype(np.uint8)
        counts = (stroke[:, None] == np.arange(MAX_PATH_STROKES)[None, :, None]).sum(2).astype(np.uint8)
        return cls(grid, counts, digit.astype(np.uint8), allograph.astype(np.uint8), writer.astype(np.int32))

    @cached_property
    def points(self) -> np.ndarray:
        """Points float32 ``[M, 64, 2]`` around the origin, the longer side one unit."""
        return (self.grid / np.float32(GRID) - 0.5).astype(np.float32)

    @cached_property
    def stroke(self) -> np.ndarray:
        """The number of each point's stroke, int8 ``[M, 64]``."""
        last = np.cumsum(self.counts, 1, dtype=int)
        return (np.arange(PATH_POINTS)[None, :, None] >= last[:, None]).sum(2).astype(np.int8)

    @cached_property
    def features(self) -> np.ndarray:
        """Of each drawing, float32 ``[M, F]``."""
        return glyph_features(self.points, self.stroke)

    @cached_property
    def by_digit(self) -> list[np.ndarray]:
        """For each of the ten digits the rows that show it."""
        return [np.flatnonzero(self.digit == d) for d in range(10)]
