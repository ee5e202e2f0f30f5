"""Looks for digits with a wrong label: ``python -m training.label_noise [settings]``.

Small networks are trained from scratch, each without the writers of one fold, and read the digits of that fold: what
they hardly believe is drawn on a sheet and listed, the most suspicious first (confident learning: Northcutt et al.,
Journal of AI Research 70, 2021).  A person then decides what goes into ``training/excluded.csv``.

How many they read right is printed source by source.  With ``--by source`` the folds are whole sources: then it says
how well a network reads a device, a task and writers that it has never seen.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from torch.nn import functional
from tqdm import tqdm

from classifiers.crop import fit_square
from models.classes import CENSORED
from models.cnn import CNN, CNNConfig
from training.batches.crops import plain_crop, stroke_crop
from training.glyphs.glyph_set import GlyphSet
from training.glyphs.reader import DEFAULT_DATA, DataError, load_glyphs
from training.glyphs.sources import OWN_SOURCES
from training.runs.settings import parse_settings

BATCH = 128
SUSPECTS_PER_ROW = 20
"""Suspects in a row of the sheet."""


@dataclass(frozen=True)
class NoiseSettings:
    """What to look through, and how hard."""

    data: Path = DEFAULT_DATA
    out: Path = Path("out/noise")
    by: str = "writer"  # what a fold keeps together: "writer" or "source"
    folds: int = 3
    crops: int = 80_000  # that each network learns from
    most: int = 200  # suspects listed
    seed: int = 1


def assign_folds(kept_together: np.ndarray, folds: int, rng: np.random.Generator) -> np.ndarray:
    """A fold for each item, int64 ``[N]``: groups by falling size, each into the fold that has the fewest items.

    Args:
        kept_together: names of the groups, str ``[N]``.
        folds: how many.
        rng: which of two groups of one size comes first.
    """
    groups, member, sizes = np.unique(kept_together, return_inverse=True, return_counts=True)
    fold_of, filled = np.zeros(len(groups), np.int64), np.zeros(folds, np.int64)
    for group in np.lexsort((rng.random(len(groups)), -sizes)):
        fold_of[group] = filled.argmin()
        filled[fold_of[group]] += sizes[group]
    return fold_of[member]


def read_by_others(drawings: GlyphSet, indices: np.ndarray, settings: NoiseSettings) -> np.ndarray:
    """Probabilities of the ten digits by networks that know nothing of the writer's or source's, float32 ``[N, 10]``.

    Args:
        drawings: any.
        indices: int64 ``[N]``, which of them are digits.
        settings: of the search.
    """
    rng = np.random.default_rng(settings.seed)
    torch.manual_seed(settings.seed)
    together = {"writer": drawings.writer, "source": drawings.source}[settings.by][indices]
    fold = assign_folds(together, settings.folds, rng)
    probabilities = np.zeros((len(indices), 10), np.float32)
    for number in range(settings.folds):
        net = _train_fold(drawings, indices[fold != number], settings.crops, rng, f"fold {number + 1}")
        mine = np.flatnonzero(fold == number)
        for start in range(0, len(mine), 512):
            part = mine[start : start + 512]
            inputs = np.stack([fit_square(plain_crop(drawings, int(indices[k]))) for k in part])
            with torch.inference_mode():
                probabilities[part] = net(torch.from_numpy(inputs).float() / 255).softmax(1).numpy()
    return probabilities


def _train_fold(drawings: GlyphSet, indices: np.ndarray, crops: int, rng: np.random.Generator, name: str) -> CNN:
    """A small network that tells the ten digits apart."""
    net = CNN(CNNConfig(widths=(32, 64, 128), blocks=(1, 1, 1), outputs=10)).to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(net.parameters(), weight_decay=0.02)
    steps = max(1, crops // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps)
    for _ in tqdm(range(steps), desc=name, unit="batch"):
        chosen = rng.choice(indices, BATCH)
        inputs = np.stack([fit_square(stroke_crop(drawings, int(i), rng)) for i in chosen])
        x = (torch.from_numpy(inputs).float() / 255).contiguous(memory_format=torch.channels_last)
        loss = functional.cross_entropy(net(x), torch.from_numpy(drawings.class_id[chosen]), label_smoothing=0.05)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return net.eval()


def draw_suspects(drawings: GlyphSet, indices: np.ndarray, captions: list[str]) -> np.ndarray:
    """The drawings side by side with a line of text over each, uint8 ``[H, W]``."""
    cells = []
    for index, caption in zip(indices, captions, strict=True):
        ink = cv2.resize(255 - fit_square(plain_crop(drawings, int(index)))[0], (64, 64), interpolation=cv2.INTER_CUBIC)
        cell = np.pad(ink, ((14, 1), (1, 1)), constant_values=220)
        cells.append(cv2.putText(cell, caption, (2, 10), cv2.FONT_HERSHEY_SIMPLEX, 0.32, 0, 1, cv2.LINE_AA))
    cells += [np.full_like(cells[0], 255)] * (-len(cells) % SUSPECTS_PER_ROW)
    return np.vstack([np.hstack(cells[k : k + SUSPECTS_PER_ROW]) for k in range(0, len(cells), SUSPECTS_PER_ROW)])


def main(argv: list[str] | None = None) -> None:
    """Writes ``suspects.csv`` and ``suspects.png``."""
    settings = parse_settings(NoiseSettings, argv, __doc__)
    if settings.by not in ("writer", "source"):
        raise SystemExit(f"--by takes writer or source, not {settings.by!r}.")
    try:
        drawings = load_glyphs(settings.data, "train")
    except DataError as error:
        raise SystemExit(str(error)) from error
    digits = np.flatnonzero(drawings.class_id < CENSORED)
    probabilities = read_by_others(drawings, digits, settings)
    label = drawings.class_id[digits]
    own = probabilities[np.arange(len(digits)), label]
    right = probabilities.argmax(1) == label
    sources = drawings.source[digits]
    for source in np.unique(sources):
        mine = sources == source
        print(f"{source}: {right[mine].mean():.4f} of {mine.sum()} read right by networks without their {settings.by}")
    print(f"all: {right.mean():.4f}")
    order = np.argsort(own)[: settings.most]
    settings.out.mkdir(parents=True, exist_ok=True)
    files = {source.short: name for name, source in OWN_SOURCES.items()}
    points = np.diff(drawings.stroke_offsets[drawings.drawing_offsets])
    with (settings.out / "suspects.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["number", "file", "row", "label", "points", "read as", "probability of the label"])
        for number, k in enumerate(order):
            index = digits[k]
            name = files[str(sources[k]).partition("/")[0]]
            found = [drawings.row[index], label[k], points[index], probabilities[k].argmax(), round(float(own[k]), 4)]
            rows.writerow([number, name, *found])
    captions = [f"{n}: {label[k]}>{probabilities[k].argmax()}" for n, k in enumerate(order)]
    if len(order):
        cv2.imwrite(str(settings.out / "suspects.png"), draw_suspects(drawings, digits[order], captions))
    print(f"{len(order)} of {len(digits)} digits to look at: {settings.out / 'suspects.png'}")


if __name__ == "__main__":
    main()
