"""Paper and pen: colours, grain, JPEG."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ink.ink import ink_on_paper


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
        return ink_on_paper(ink)
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
