"""Anchors by k-means on IoU (Redmon and Farhadi, arXiv:1612.08242): ``python -m training.anchors``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training.batches.detector_batches import input_scene
from training.glyphs.reader import DEFAULT_DATA, DataError, load_glyphs
from training.runs.settings import parse_settings

ANCHORS = (
    ((52.0, 68.0), (75.0, 84.0), (119.0, 168.0)),
    ((23.0, 27.0), (29.0, 38.0), (36.0, 56.0)),
    ((10.0, 16.0), (19.0, 16.0), (15.0, 26.0)),
)
"""Width and height in input pixels, three a stride, coarsest stride first."""


@dataclass(frozen=True)
class AnchorSettings:
    """How the boxes are made that the anchors are fitted to."""

    data: Path = DEFAULT_DATA
    canvases: int = 4000
    seed: int = 5


def wh_iou(sizes: np.ndarray, anchors: np.ndarray) -> np.ndarray:
    """IoU of boxes and anchors laid on one corner: float ``[N, 2]``, ``[K, 2]`` -> float ``[N, K]``."""
    overlap = np.minimum(sizes[:, None], anchors[None]).prod(2)
    return overlap / (sizes.prod(1)[:, None] + anchors.prod(1)[None] - overlap)


def kmeans_anchors(sizes: np.ndarray, count: int = 9, rounds: int = 300, seed: int = 0) -> np.ndarray:
    """Anchors that cover the boxes best.

    Args:
        sizes: widths and heights, float ``[N, 2]``, in pixels.
        count: how many anchors.
        rounds: at most this many rounds of k-means.
        seed: of the first choice.

    Returns:
        float ``[count, 2]``, smallest area first.
    """
    rng = np.random.default_rng(seed)
    anchors = sizes[rng.choice(len(sizes), count, replace=False)].astype(float)
    nearest = np.full(len(sizes), -1)
    for _ in range(rounds):
        now = wh_iou(sizes, anchors).argmax(1)
        if (now == nearest).all():
            break
        nearest = now
        anchors = np.array(
            [np.median(sizes[nearest == k], 0) if (nearest == k).any() else anchors[k] for k in range(count)]
        )
    return anchors[anchors.prod(1).argsort()]


def main(argv: list[str] | None = None) -> None:
    """Prints anchors fitted to the composer's boxes, and how well they and the shipped ones cover these."""
    settings = parse_settings(AnchorSettings, argv, __doc__)
    try:
        drawings = load_glyphs(settings.data)
    except DataError as error:
        raise SystemExit(str(error)) from error
    boxes = [input_scene(drawings, np.random.default_rng([settings.seed, i]))[2] for i in range(settings.canvases)]
    corners = np.concatenate(boxes)
    sizes = np.maximum(corners[:, 2:] - corners[:, :2], 1.0)
    fitted = kmeans_anchors(sizes)
    for title, anchors in (("fitted", fitted), ("shipped", np.array(ANCHORS).reshape(9, 2))):
        print(f"{title}: mean best IoU {wh_iou(sizes, anchors).max(1).mean():.4f} over {len(sizes)} boxes")
    print("coarsest stride first:", [tuple(map(tuple, fitted[k : k + 3].round(0).tolist())) for k in (6, 3, 0)])


if __name__ == "__main__":
    main()
