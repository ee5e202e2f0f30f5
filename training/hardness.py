"""Finds the glyphs that a shipped classifier misreads: ``python -m training.hardness [settings]``.

A run that is given the file (``--hard FILE``) meets those more often, for nine glyphs in ten have nothing left to
teach (hard example mining, as in Shrivastava et al., arXiv:1604.03540, but found once and for single glyphs).
After such a run the CNN read fewer scenes right, for it no longer knew how often things are (docs/experiments.md): end
with a run without the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training.batches.hard_glyphs import measure_doubt, repeats_of
from training.glyphs.reader import DEFAULT_DATA, load_glyphs, load_mnist
from training.runs.settings import parse_settings, refusals_in_words
from training.runs.shipped import check_classifier


@dataclass(frozen=True)
class HardnessSettings:
    """What is read, how often and by whom."""

    data: Path = DEFAULT_DATA  # the data folder
    out: Path = Path("runs/hardness.npz")  # the file for --hard
    by: str = "cnn"  # shipped classifier that reads
    looks: int = 2  # at each glyph, differently bent every time
    seed: int = 1  # of how they are bent


def main(argv: list[str] | None = None) -> None:
    """Writes the file, and prints what share of picks the misread drawings had and have."""
    settings = parse_settings(HardnessSettings, argv, __doc__)
    check_classifier(settings.by)
    with refusals_in_words():
        glyphs, mnist = load_glyphs(settings.data), load_mnist(settings.data)
        found = measure_doubt(glyphs, mnist, settings.by, settings.looks, settings.seed)
    settings.out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(settings.out, drawings=found[0], mnist=found[1])
    short = glyphs.short_source
    groups = {str(name): found[0][short == name] for name in np.unique(short)} | {"mnist": found[1]}
    for name, doubt in groups.items():
        if len(doubt):
            hard, weight = doubt > 0.5, repeats_of(doubt)
            share = weight[hard].sum() / weight.sum()
            print(f"{name}: {hard.mean():.3f} of {len(doubt)} misread; now {share:.3f} of the picks")


if __name__ == "__main__":
    main()
