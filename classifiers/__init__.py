"""Crops of a drawing -> probabilities of the twelve classes.

To add a classifier, write its network in ``models`` and one entry here; a detector that reads with it appears by
itself under the name ``contours-<name>``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

from classifiers.classifier import Classifier
from weights.store import WEIGHTS_FOLDER, load_weights


def _cnn(config: dict[str, Any]) -> Any:
    from models.cnn import CNN, CNNConfig

    return CNN(CNNConfig(**(config | {key: tuple(config[key]) for key in ("widths", "blocks")})))


def _vit(config: dict[str, Any]) -> Any:
    from models.vit import ViT, ViTConfig  # timm takes seconds to import, so only who asks for a ViT pays

    return ViT(ViTConfig(**config))


def _load(name: str, label: str, build: Callable[[dict[str, Any]], Any], folder: Path) -> Classifier:
    weights = load_weights(name, folder)

    @cache
    def net() -> Any:
        return weights.into(build(weights.config))

    return Classifier(name, label, weights.engine(net), weights.calibration["temperature"], net)


CLASSIFIERS: dict[str, Callable[[Path], Classifier]] = {
    "cnn": partial(_load, "cnn", "CNN", _cnn),
    "vit": partial(_load, "vit", "ViT", _vit),
}
"""Name -> how to load it from a folder of weights."""


def load_classifier(name: str, folder: Path = WEIGHTS_FOLDER) -> Classifier:
    """A classifier with its shipped weights.

    Raises:
        KeyError: no such name.
        WeightsError: its weights can't be used.
    """
    if name not in CLASSIFIERS:
        raise KeyError(f"no classifier {name!r}; there are {', '.join(CLASSIFIERS)}")
    return CLASSIFIERS[name](folder)
