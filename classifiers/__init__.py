"""Crops of a drawing -> probabilities of the twelve classes.

To add a classifier, write its network in ``models`` and one entry here: training, cards and the detector
``contours-<name>`` follow from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classifiers.classifier import Classifier, ClassifierSpec
from ink.palette import HEX_PALETTE
from weights.store import WEIGHTS_FOLDER

if TYPE_CHECKING:
    from models.cnn import CNN
    from models.vit import ViT


def _build_cnn(config: Mapping[str, Any]) -> CNN:
    from models.cnn import CNN, CNNConfig  # serving with ONNX Runtime needs no PyTorch

    settings: dict[str, Any] = {k: tuple(value) if isinstance(value, list) else value for k, value in config.items()}
    return CNN(CNNConfig(**settings))


def _build_vit(config: Mapping[str, Any]) -> ViT:
    from models.vit import ViT, ViTConfig  # timm takes seconds to import, so only who asks for a ViT pays

    return ViT(ViTConfig(**config))


CLASSIFIERS: dict[str, ClassifierSpec] = {
    spec.name: spec
    for spec in (
        ClassifierSpec("cnn", "CNN", HEX_PALETTE[1], "--", _build_cnn, "class activation"),
        ClassifierSpec("vit", "ViT", HEX_PALETTE[2], ":", _build_vit, "attention"),
    )
}
"""Every classifier by its name."""


def load_classifier(name: str, folder: Path = WEIGHTS_FOLDER) -> Classifier:
    """A classifier with its shipped weights.

    Raises:
        KeyError: no such name.
        WeightsError: its weights can't be used.
    """
    if name not in CLASSIFIERS:
        raise KeyError(f"no classifier {name!r}; there are {', '.join(CLASSIFIERS)}")
    return CLASSIFIERS[name].load(folder)
