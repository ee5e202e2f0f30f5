"""Strokes to pixels: pen, paper and ink, as a browser's canvas draws them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ink.strokes import Strokes

_SHIFT = 4  # OpenCV takes coordinates in sixteenths of a pixel
_SCALE = 2  # sheets are drawn at twice the size and reduced: finer edges and finer steps of width


def snap_pen(width: float) -> float:
    """The nearest pen width, in sheet pixels, that OpenCV can draw.

    Its anti-aliased lines of thickness 2k measure 2k + 1.43 pixels (measured, OpenCV 4.14), those of thickness 1
    measure 1.35; at twice the size that is k + 0.72 and 0.67.
    """
    return max(0, round(width - 0.72)) + 0.72


@dataclass(frozen=True)
class Stroked:
    """One object on a sheet: strokes in sheet pixels, a class, and the pen's width in pixels (see `snap_pen`)."""

    strokes: Strokes
    class_id: int
    pen: float

    def box(self) -> np.ndarray:
        """Tight box of the drawn ink, float32 ``[4]`` as x1, y1, x2, y2: a round pen widens the path by its radius."""
        points = np.concatenate(self.strokes)
        # Pixel k covers [k, k + 1) and coordinates name pixel centres, hence the half.
        return np.concatenate([points.min(0) + 0.5 - self.pen / 2, points.max(0) + 0.5 + self.pen / 2]).astype(
            np.float32
        )


def draw_ink(objects: list[Stroked], height: int, width: int) -> np.ndarray:
    """Coverage of ink, uint8 ``[height, width]``, 0 paper to 255 full ink."""
    sheet = np.zeros((height * _SCALE, width * _SCALE), np.uint8)
    for item in objects:
        thickness = max(1, 2 * round(item.pen - 0.72))
        paths = []
        for stroke in item.strokes:
            at = (stroke + 0.5) * _SCALE - 0.5
            if len(at) == 1:
                at = np.repeat(at, 2, 0)  # a tap leaves a dot
            paths.append(np.round(at * (1 << _SHIFT)).astype(np.int32).reshape(-1, 1, 2))
        cv2.polylines(sheet, paths, False, 255, thickness, cv2.LINE_AA, _SHIFT)
    return cv2.resize(sheet, (width, height), interpolation=cv2.INTER_AREA)


def draw_owners(objects: Sequence[Stroked], height: int, width: int) -> np.ndarray:
    """Whose ink each pixel is, uint8 ``[height, width]``: 0 nobody's, k + 1 that of object k; the last one on top."""
    sheet = np.zeros((height, width), np.uint8)
    for number, item in enumerate(objects):
        paths = [np.round(stroke * (1 << _SHIFT)).astype(np.int32).reshape(-1, 1, 2) for stroke in item.strokes]
        cv2.polylines(sheet, paths, False, number + 1, max(1, round(item.pen)), cv2.LINE_8, _SHIFT)
    return sheet


@dataclass(frozen=True)
class Look:
    """Colours of paper and ink (RGB, 0-255), grain of the paper (standard deviation) and JPEG quality (0 = none)."""

    paper: tuple[int, int, int] = (255, 255, 255)
    ink: tuple[int, int, int] = (0, 0, 0)
    grain: float = 0.0
    jpeg: int = 0


def random_look(rng: np.random.Generator, coloured: bool = False) -> Look:
    """Mostly black on white; otherwise any pair of colours with enough contrast, in both polarities."""
    if not coloured and rng.random() < 0.6:
        return Look()
    while True:
        paper, ink = rng.integers(0, 256, (2, 3))
        # Papers are near white or near black more often than not.
        if rng.random() < 0.7:
            paper = np.clip(rng.choice([15, 240]) + rng.integers(-15, 16, 3), 0, 255)
        if rng.random() < 0.3:
            ink = np.full(3, 255 if paper.mean() < 128 else 0)
        if np.abs(paper - ink).max() >= 90:
            break
    grain = float(rng.uniform(1, 6)) if rng.random() < 0.3 else 0.0
    jpeg = int(rng.integers(55, 96)) if rng.random() < 0.15 else 0
    return Look((int(paper[0]), int(paper[1]), int(paper[2])), (int(ink[0]), int(ink[1]), int(ink[2])), grain, jpeg)


def colourise(ink: np.ndarray, look: Look, rng: np.random.Generator) -> np.ndarray:
    """Ink coverage uint8 ``[H, W]`` to an RGB drawing uint8 ``[H, W, 3]``."""
    if look == Look():
        return cv2.merge([255 - ink] * 3)
    steps = np.linspace(0, 1, 256)[:, None]
    table = np.round(np.array(look.paper) * (1 - steps) + np.array(look.ink) * steps).astype(np.uint8)
    image = cv2.LUT(cv2.merge([ink, ink, ink]), table.reshape(1, 256, 3))
    if look.grain:
        noise = rng.integers(0, 256, image.shape[:2], np.uint8)
        image = cv2.subtract(image, cv2.merge([cv2.convertScaleAbs(noise, alpha=look.grain * 3 / 255)] * 3))
    if look.jpeg:
        packed = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, look.jpeg])[1]
        image = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR))
    return image
