"""Finds the drawings that a shipped classifier misreads: ``python -m training.hardness [settings]``.

A run that is given the file (``--hard FILE``) meets those more often, for nine drawings in ten have nothing left to
teach (hard example mining, as in Shrivastava et al., arXiv:1604.03540, but found once and for single drawings).
After such a run the CNN read fewer sheets right, for it no longer knew how often things are (docs/experiments.md): end
with a run without the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from classifiers import load_classifier
from training.batches.crops import mnist_crop, stroke_crop
from training.batches.hardness import LabelledImages, repeats_of
from training.glyphs.glyph_set import GlyphSet
from training.glyphs.reader import DEFAULT_DATA, DataError, load_glyphs, load_mnist
from training.runs.settings import parse_settings

BATCH = 256


@dataclass(frozen=True)
class HardnessSettings:
    """What is read, how often and by whom."""

    data: Path = DEFAULT_DATA
    out: Path = Path("runs/hardness.npz")
    by: str = "cnn"  # classifier
    looks: int = 2  # at each drawing, differently bent every time
    seed: int = 1


def measure_doubt(
    settings: HardnessSettings, drawings: GlyphSet, mnist: LabelledImages
) -> tuple[np.ndarray, np.ndarray]:
    """How much the classifier doubts the label of each drawing and image on average, float16 ``[N]`` and ``[M]``."""
    classifier = load_classifier(settings.by)
    rng = np.random.default_rng(settings.seed)
    labels = np.concatenate([drawings.class_id, mnist[1]])
    doubt = np.zeros(len(labels))
    for start in tqdm(range(0, settings.looks * len(labels), BATCH), unit="batch"):
        chosen = np.arange(start, min(start + BATCH, settings.looks * len(labels))) % len(labels)
        crops = [
            stroke_crop(drawings, k, rng) if k < len(drawings) else mnist_crop(mnist[0][k - len(drawings)], rng)
            for k in chosen.tolist()
        ]
        np.add.at(doubt, chosen, 1 - classifier(crops)[np.arange(len(chosen)), labels[chosen]])
    doubt = (doubt / settings.looks).astype(np.float16)
    return doubt[: len(drawings)], doubt[len(drawings) :]


def main(argv: list[str] | None = None) -> None:
    """Writes the file, and prints what share of picks the misread drawings had and have."""
    settings = parse_settings(HardnessSettings, argv, __doc__)
    try:
        drawings, mnist = load_glyphs(settings.data), load_mnist(settings.data)
    except DataError as error:
        raise SystemExit(str(error)) from error
    found = measure_doubt(settings, drawings, mnist)
    settings.out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(settings.out, drawings=found[0], mnist=found[1])
    short = np.char.partition(drawings.source, "/")[:, 0]
    groups = {str(name): found[0][short == name] for name in np.unique(short)} | {"mnist": found[1]}
    for name, doubt in groups.items():
        if len(doubt):
            hard, weight = doubt > 0.5, repeats_of(doubt)
            share = weight[hard].sum() / weight.sum()
            print(f"{name}: {hard.mean():.3f} of {len(doubt)} misread; now {share:.3f} of the picks")


if __name__ == "__main__":
    main()
