"""Tunes what groupings cost: ``python -m training.segmentation_costs [settings]`` prints the best ``ScoreConfig``.

Coordinate descent on the share of composed scenes read exactly, the mean over all classifiers.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from classifiers import CLASSIFIERS, load_classifier
from detectors.segmentation.scoring import ScoreConfig
from ink.sheet import Sheet
from training.glyphs.reader import DEFAULT_DATA, load_glyphs
from training.runs.cost_search import RememberingClassifier, mean_share_exact, search_costs
from training.runs.settings import parse_settings, refusals_in_words
from training.scenes.composer import compose_validation_scene
from training.scenes.kinds import KINDS


@dataclass(frozen=True)
class GroupingSettings:
    """What to tune on."""

    data: Path = DEFAULT_DATA  # the data folder
    scenes: int = 360  # composed scenes
    seed: int = 78  # of the scenes; not that of the validation set that figures are reported on
    rounds: int = 2  # how often every cost is tried


def main(argv: list[str] | None = None) -> None:
    """Prints the best costs found and what they read."""
    settings = parse_settings(GroupingSettings, argv, __doc__)
    with refusals_in_words():
        classifiers = [RememberingClassifier(load_classifier(name)) for name in CLASSIFIERS]
        glyphs = load_glyphs(settings.data, "val")
    kinds = [k for k in KINDS if k != "empty"]
    scenes = [
        compose_validation_scene(glyphs, np.random.default_rng([settings.seed, i]), kinds[i % len(kinds)])
        for i in range(settings.scenes)
    ]
    sheets = [Sheet(scene.image) for scene in scenes]
    best, top = search_costs(
        ScoreConfig(), settings.rounds, lambda config: mean_share_exact(classifiers, config, scenes, sheets)
    )
    print(f"best: {top:.4f} {best}")


if __name__ == "__main__":
    main()
