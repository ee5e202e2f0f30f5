"""Looks for digits with a wrong label: ``python -m training.label_noise [settings]``.

Small networks are trained from scratch, each without the writers of one fold, and read the digits of that fold.  What
they hardly believe is drawn on a contact sheet and listed, the most suspicious first (confident learning: Northcutt et
al., Journal of AI Research 70, 2021).  A person then decides what goes into ``training/glyphs/excluded.csv``.

How many they read right is printed source by source.  With ``--by source`` the folds are whole sources: then it says
how well a network reads a device, a task and writers that it has never seen.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cv2
import numpy as np

from models.classes import CENSORED
from training.glyphs.glyph_set import GlyphSet
from training.glyphs.reader import DEFAULT_DATA, load_glyphs
from training.glyphs.sources import OWN_SOURCES
from training.runs.held_out import draw_suspects, read_by_others
from training.runs.settings import parse_settings, refusals_in_words


@dataclass(frozen=True)
class NoiseSettings:
    """What to look through, and how hard."""

    data: Path = DEFAULT_DATA  # the data folder
    out: Path = Path("out/noise")  # where suspects.csv and suspects.png go
    by: Literal["writer", "source"] = "writer"  # what a fold keeps together
    folds: int = 3  # networks, each trained without one fold; fewer where there are fewer writers or sources
    crops: int = 80_000  # that each network learns from
    most: int = 200  # suspects listed
    seed: int = 1  # of folds, crops and networks


def write_suspects(path: Path, glyphs: GlyphSet, suspects: np.ndarray, probabilities: np.ndarray) -> list[str]:
    """Lists glyphs (indices int64 ``[M]``) and how they were read (float ``[M, 10]``) in a CSV; gives captions."""
    files = {source.short: name for name, source in OWN_SOURCES.items()}
    points, label, read = glyphs.point_counts(), glyphs.class_id, probabilities.argmax(1)
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["number", "file", "row", "label", "points", "read as", "probability of the label"])
        for number, k in enumerate(suspects):
            name = files[str(glyphs.short_source[k])]
            own = round(float(probabilities[number, label[k]]), 4)
            rows.writerow([number, name, glyphs.row[k], label[k], points[k], read[number], own])
    return [f"{number}: {label[k]}>{read[number]}" for number, k in enumerate(suspects)]


def main(argv: list[str] | None = None) -> None:
    """Writes ``suspects.csv`` and ``suspects.png``."""
    settings = parse_settings(NoiseSettings, argv, __doc__)
    with refusals_in_words():
        glyphs = load_glyphs(settings.data, "train")
    digits = np.flatnonzero(glyphs.class_id < CENSORED)
    kept_together = {"writer": glyphs.writer, "source": glyphs.source}[settings.by][digits]
    folds = min(settings.folds, len(np.unique(kept_together)))
    if folds < 2:
        raise SystemExit(f"With {folds} folds there is none to train on: give two or more, and as many {settings.by}s.")
    probabilities = read_by_others(glyphs, digits, kept_together, folds, settings.crops, settings.seed)
    label, sources = glyphs.class_id[digits], glyphs.source[digits]
    right = probabilities.argmax(1) == label
    for source in np.unique(sources):
        mine = sources == source
        print(f"{source}: {right[mine].mean():.4f} of {mine.sum()} read right by networks without their {settings.by}")
    print(f"all: {right.mean():.4f}")
    order = np.argsort(probabilities[np.arange(len(digits)), label])[: settings.most]
    settings.out.mkdir(parents=True, exist_ok=True)
    captions = write_suspects(settings.out / "suspects.csv", glyphs, digits[order], probabilities[order])
    if len(order):
        cv2.imwrite(str(settings.out / "suspects.png"), draw_suspects(glyphs, digits[order], captions))
    print(f"{len(order)} of {len(digits)} digits to look at: {settings.out / 'suspects.png'}")


if __name__ == "__main__":
    main()
