"""Composed scenes a second on one core, as the detector's training draws them: ``python -m benchmarks.compose``."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from training.batches.detector_batches import input_scene
from training.glyphs.reader import DEFAULT_DATA, load_glyphs
from training.runs.settings import parse_settings, refusals_in_words
from training.scenes.composer import compose_scene


@dataclass(frozen=True)
class ComposeBenchmark:
    """What is drawn."""

    data: Path = DEFAULT_DATA  # the data folder
    rounds: int = 10  # of which the median counts
    count: int = 200  # scenes a round


def main(argv: list[str] | None = None) -> None:
    """Prints scenes a second: composed only, and with their ink mapped and framed as network input."""
    settings = parse_settings(ComposeBenchmark, argv, __doc__)
    with refusals_in_words():
        glyphs = load_glyphs(settings.data, "train")
    cv2.setNumThreads(1)
    runs: dict[str, Callable[..., object]] = {"composed": compose_scene, "composed, mapped and framed": input_scene}
    rates: dict[str, list[float]] = {name: [] for name in runs}
    for number in tqdm(range(settings.rounds), unit="round"):
        for name, run in runs.items():
            begun = time.perf_counter()
            for seed in range(settings.count):
                run(glyphs, np.random.default_rng([number, seed]))
            rates[name].append(settings.count / (time.perf_counter() - begun))
    for name, found in rates.items():
        print(f"{name}: {statistics.median(found):.0f} scenes a second (from {min(found):.0f} to {max(found):.0f})")


if __name__ == "__main__":
    main()
