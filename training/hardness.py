"""Finds the drawings that a shipped classifier misreads: ``python -m training.hardness [settings]``.

A run that is given the file (``--hard FILE``) meets those more often, for nine drawings in ten have nothing left to
teach (hard example mining, as in Shrivastava et al., arXiv:1604.03540, but found once and for single drawings).
After such a run the CNN read fewer sheets right, for it no longer knew how often things are (docs/experiments.md): end
with a run without the file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from tqdm import tqdm

from classifiers import load_classifier
from classifiers.calibration import softmax
from training.crops import mnist_crop, stroke_crop
from training.drawings import DEFAULT_DATA, DataError, Drawings, load_drawings, load_mnist
from training.settings import parse

MOST = 6
"""A drawing that is always misread comes this many times as often as one that is always read right."""

BATCH = 256

Mnist = tuple[np.ndarray, np.ndarray]
"""Images uint8 ``[M, 28, 28]`` and labels int64 ``[M]``."""


@dataclass(frozen=True)
class HardnessSettings:
    """What is read, how often and by whom."""

    data: Path = DEFAULT_DATA
    out: Path = Path("runs/hardness.npz")
    by: str = "cnn"  # classifier
    looks: int = 2  # at each drawing, differently bent every time
    seed: int = 1


def misread(settings: HardnessSettings, drawings: Drawings, mnist: Mnist) -> tuple[np.ndarray, np.ndarray]:
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


def times(doubt: np.ndarray) -> np.ndarray:
    """How often each is picked, int64 ``[N]``, from 1 to :data:`MOST`; from one half on, doubt counts no further."""
    return 1 + np.rint((MOST - 1) * np.minimum(2 * doubt.astype(np.float64), 1)).astype(np.int64)


def worth_of(by: str) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """How likely a crop of a sheet should be taken, judged by a shipped classifier: see ``training.crops.CropData``."""
    classifier = load_classifier(by)

    def worth(inputs: np.ndarray, classes: np.ndarray) -> np.ndarray:
        logits = classifier.engine(inputs.astype(np.float32) / 255)[0]
        sure = softmax(logits / classifier.temperature)[np.arange(len(classes)), classes]
        return times(1 - sure) / MOST

    return worth


def harder(drawings: Drawings, mnist: Mnist, file: str) -> tuple[Drawings, Mnist]:
    """Drawings and images of which the often misread ones come more often; as they are where ``file`` is empty.

    Raises:
        DataError: the file is none of this module's, or of other data.
    """
    if not file:
        return drawings, mnist
    try:
        with np.load(file, allow_pickle=False) as archive:
            strokes, images = archive["drawings"], archive["mnist"]
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"{file} is not a file that python -m training.hardness wrote: {error}") from error
    if len(strokes) != len(drawings) or len(images) != len(mnist[1]):
        raise DataError(
            f"{file} is about {len(strokes)} drawings and {len(images)} images, and the data folder has "
            f"{len(drawings)} and {len(mnist[1])}: run python -m training.hardness again."
        )
    each = np.repeat(np.arange(len(images)), times(images))
    return replace(drawings, times=times(strokes)), (mnist[0][each], mnist[1][each])


def main(argv: list[str] | None = None) -> None:
    """Writes the file, and prints what share of picks the misread drawings had and have."""
    settings = parse(HardnessSettings, argv, __doc__)
    try:
        drawings, mnist = load_drawings(settings.data), load_mnist(settings.data)
    except DataError as error:
        raise SystemExit(str(error)) from error
    found = misread(settings, drawings, mnist)
    settings.out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(settings.out, drawings=found[0], mnist=found[1])
    short = np.char.partition(drawings.source, "/")[:, 0]
    groups = {str(name): found[0][short == name] for name in np.unique(short)} | {"mnist": found[1]}
    for name, doubt in groups.items():
        if len(doubt):
            hard, weight = doubt > 0.5, times(doubt)
            share = weight[hard].sum() / weight.sum()
            print(f"{name}: {hard.mean():.3f} of {len(doubt)} misread; now {share:.3f} of the picks")


if __name__ == "__main__":
    main()
