"""Paper in light of many kinds: grey ink on it, mirrored lamps, shadows, bars of light."""

from __future__ import annotations

import cv2
import numpy as np

from tools.ways import Rng


def as_picture(levels: np.ndarray) -> np.ndarray:
    """Levels of any kind, ``[h, w]`` or ``[h, w, 3]``, as uint8 ``[h, w, 3]``."""
    rounded = np.clip(levels, 0, 255).astype(np.uint8)
    return cv2.merge([rounded] * 3) if rounded.ndim == 2 else rounded


def paper(
    ink: np.ndarray, rng: Rng, pen: float = 60, white: float = 205, noise: float = 3, blur: float = 0.8,
    light: np.ndarray | float = 1.0,
) -> np.ndarray:  # fmt: skip
    """Grey ink on grey paper.

    Args:
        ink: uint8 ``[h, w]``, 0 paper to 255 ink.
        rng: of the noise.
        pen: grey level of full ink.
        white: of the paper.
        noise: deviation in grey levels.
        blur: of the lens, in pixels.
        light: share of the light at each pixel, ``[h, w]``, or everywhere.
    """
    grey = ((white - (white - pen) * (ink / 255.0)) * light).astype(np.float32)
    return as_picture(cv2.GaussianBlur(grey, (0, 0), blur) + rng.normal(size=grey.shape) * noise)


def clouds(shape: tuple[int, ...], rng: Rng, size: float) -> np.ndarray:
    """Noise as smooth as a blur of so many pixels, ``[h, w]``, of deviation 1."""
    noise = cv2.GaussianBlur(rng.normal(size=shape).astype(np.float32), (0, 0), size)
    return noise / noise.std()


def glare(ink: np.ndarray, rng: Rng) -> np.ndarray:
    """A lamp mirrored by the paper."""
    height, width = ink.shape
    rows, columns = np.indices(ink.shape)
    x, y = rng.uniform(0.2, 0.8, 2)
    spot = np.exp(-(((columns / width - x) / 0.18) ** 2) - ((rows / height - y) / 0.18) ** 2)
    return as_picture(paper(ink, rng, 50, 190) + 120 * spot[..., None])


def creased(ink: np.ndarray, rng: Rng) -> np.ndarray:
    """A sheet that was folded twice: its quarters face the light differently."""
    rows, columns = np.indices(ink.shape)
    x, y = rng.uniform(0.3, 0.7, 2)
    light = np.where(columns > x * ink.shape[1], 1, 0.86) * np.where(rows > y * ink.shape[0], 1, 0.9)
    return paper(ink, rng, 55, light=light)


def in_sharp_shadow(ink: np.ndarray, rng: Rng) -> np.ndarray:
    """The straight shadow of a wall or a phone across the sheet."""
    rows, columns = np.indices(ink.shape)
    angle, (x, y) = rng.uniform(0, 2 * np.pi), rng.uniform(0.35, 0.65, 2)
    beyond = (columns - x * ink.shape[1]) * np.cos(angle) + (rows - y * ink.shape[0]) * np.sin(angle)
    there = 1 / (1 + np.exp(-np.clip(beyond / rng.uniform(2, 8), -50, 50)))
    return paper(ink, rng, light=1 - rng.uniform(0.3, 0.55) * there)


def behind_a_window(ink: np.ndarray, rng: Rng) -> np.ndarray:
    """The shadow of a window's bars."""
    (height, width), (rows, columns) = ink.shape, np.indices(ink.shape)
    x, y = rng.uniform(0.3, 0.7, 2)
    upright = np.abs(columns - x * width + 0.2 * (rows - height / 2)) < 0.03 * width
    level = np.abs(rows - y * height - 0.1 * (columns - width / 2)) < 0.03 * width
    light = np.where(upright | level, 0.7, 1).astype(np.float32)
    return paper(ink, rng, light=cv2.GaussianBlur(light, (0, 0), 4))


def behind_blinds(ink: np.ndarray, rng: Rng) -> np.ndarray:
    """Bars of light through blinds."""
    rows, columns = np.indices(ink.shape)
    waves = np.sin((rows + 0.3 * columns) / ink.shape[0] * 10 * np.pi + rng.uniform(0, 6))
    return paper(ink, rng, light=0.85 + 0.13 * np.tanh(6 * waves))


def under_leaves(ink: np.ndarray, rng: Rng) -> np.ndarray:
    """Shadows of leaves."""
    return paper(ink, rng, light=1 - 0.35 / (1 + np.exp(-8 * (clouds(ink.shape, rng, 28) - 0.3))))


def flickering(ink: np.ndarray, rng: Rng) -> np.ndarray:
    """The bands that a flickering lamp leaves in a picture."""
    rows = np.arange(ink.shape[0])[:, None]
    return paper(ink, rng, light=1 + 0.1 * np.sin(rows / ink.shape[0] * 14 * np.pi))
