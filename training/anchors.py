"""Fits anchors to the composer's boxes: ``python -m training.anchors``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training.batches.detector_batches import input_scene
from training.glyphs.reader import DEFAULT_DATA, load_glyphs
from training.runs.anchor_clusters import ANCHORS, kmeans_anchors, wh_iou
from training.runs.settings import parse_settings, refusals_in_words


@dataclass(frozen=True)
class AnchorSettings:
    """How the boxes are made that the anchors are fitted to."""

    data: Path = DEFAULT_DATA  # the data folder
    scenes: int = 4000  # composed scenes
    seed: int = 5  # of the scenes


def main(argv: list[str] | None = None) -> None:
    """Prints anchors fitted to the composer's boxes, and how well they and the shipped ones cover these."""
    settings = parse_settings(AnchorSettings, argv, __doc__)
    with refusals_in_words():
        glyphs = load_glyphs(settings.data)
    boxes = [input_scene(glyphs, np.random.default_rng([settings.seed, i]))[2] for i in range(settings.scenes)]
    corners = np.concatenate(boxes)
    sizes = np.maximum(corners[:, 2:] - corners[:, :2], 1.0)
    fitted = kmeans_anchors(sizes)
    for title, anchors in (("fitted", fitted), ("shipped", np.array(ANCHORS).reshape(9, 2))):
        print(f"{title}: mean best IoU {wh_iou(sizes, anchors).max(1).mean():.4f} over {len(sizes)} boxes")
    print("coarsest stride first:", [tuple(map(tuple, fitted[k : k + 3].round(0).tolist())) for k in (6, 3, 0)])


if __name__ == "__main__":
    main()
