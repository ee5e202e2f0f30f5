"""A drawing -> its ink, whichever of paper and pen is darker."""

from __future__ import annotations

import cv2
import numpy as np

MIN_CONTRAST = 24
"""Grey levels (of 255) between paper and ink below which a sheet counts as empty."""


def _paper_colour(image: np.ndarray) -> np.ndarray:
    """The most frequent colour along the edge (in steps of 16), float ``[3]``: drawings keep off it, paper doesn't."""
    band = max(1, min(image.shape[:2]) // 50)
    edge = np.concatenate(
        [part.reshape(-1, 3) for part in (image[:band], image[-band:], image[:, :band], image[:, -band:])]
    )
    # Half a step of offset keeps pure black and pure white inside their bins.
    coarse = (edge.astype(np.uint16) + 8) >> 4
    codes = coarse[:, 0] * 289 + coarse[:, 1] * 17 + coarse[:, 2]
    paper = edge[codes == np.bincount(codes).argmax()]
    return np.array([np.bincount(channel).cumsum().searchsorted(len(paper) / 2) for channel in paper.T], float)


def ink_map(image: np.ndarray) -> np.ndarray:
    """How much ink lies on each pixel, whatever the colours of ink and paper.

    The distance of each pixel's colour to the paper's (largest of the three channels), stretched so that full ink is
    255.  A sheet without contrast has no ink.

    Args:
        image: uint8 ``[H, W, 3]`` RGB.

    Returns:
        uint8 ``[H, W]``, 0 paper to 255 ink.
    """
    red, green, blue = np.round(_paper_colour(image)).tolist()
    away = cv2.absdiff(image, (red, green, blue, 0))  # type: ignore[call-overload]
    channels = cv2.split(away)
    distance = cv2.max(cv2.max(channels[0], channels[1]), channels[2])
    histogram = cv2.calcHist([distance], [0], None, [256], [0, 256]).ravel()
    above = np.cumsum(histogram[::-1])[::-1]  # pixels at this distance or further
    if above[MIN_CONTRAST] < 1:
        return np.zeros(distance.shape, np.uint8)
    # Full ink: the level that a fifth of the inked pixels reach.  Edges are fainter, and thin pens are all edge.
    full = int(np.flatnonzero(above >= max(1.0, 0.2 * above[MIN_CONTRAST])).max())
    low = min(12.0, full / 4)  # grain of the paper and JPEG ringing
    table = np.clip((np.arange(256) - low) * 255 / (full - low), 0, 255).astype(np.uint8)
    return cv2.LUT(distance, table)
