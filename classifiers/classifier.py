"""A network with its preprocessing and calibration: grey crops in, probabilities out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from classifiers.calibration import softmax
from classifiers.crop import Crop, fit_square
from models.classes import CLASSES, NO_SYMBOL, OTHER
from weights.engine import InsightEngine
from weights.store import load_weights

if TYPE_CHECKING:
    from torch import nn

NO_SYMBOL_DISCOUNT = 2.0
"""Taken off the logit of "no one whole symbol": a third of the training crops are such, far more than are met with.

Measured on 500 scenes with an earlier CNN: 0 reads 0.750 of them exactly, 1.4 to 3.5 read 0.770 to 0.776."""

MAX_BATCH_CROPS = 64
"""Crops at most that go through the network at once."""


class Classifier:
    """Reads single crops.

    Args:
        name: as registered.
        label: for people.
        engine: logits ``[N, 13]`` from float32 ``[N, 3, 32, 32]``.
        temperature: divisor of the logits, fitted on validation crops.
        net: gives the same network in PyTorch, which is only needed to train it further.
        evidence: what its map of evidence is called, for people.
    """

    def __init__(
        self,
        name: str,
        label: str,
        engine: InsightEngine,
        temperature: float = 1.0,
        net: Callable[[], nn.Module] | None = None,
        evidence: str = "evidence",
    ) -> None:
        self.name, self.label, self.engine, self.temperature, self.net = name, label, engine, temperature, net
        self.evidence = evidence

    def __call__(self, crops: Sequence[np.ndarray | Crop]) -> np.ndarray:
        """Probabilities of the twelve classes; what is no one whole symbol is ``other``.

        Args and errors as :meth:`judge`.

        Returns:
            float32 ``[N, 12]``.
        """
        probabilities, whole = self.judge(crops)
        result = probabilities * whole[:, None]
        result[:, OTHER] += 1 - whole
        return result

    @staticmethod
    def inputs(crops: Sequence[np.ndarray | Crop]) -> np.ndarray:
        """The crops as the network sees them, uint8 ``[N, 3, 32, 32]``: see :func:`fit_square`."""
        return np.stack([fit_square(crop) for crop in crops])

    def judge(self, crops: Sequence[np.ndarray | Crop]) -> tuple[np.ndarray, np.ndarray]:
        """What a crop shows if it shows one whole symbol, and how likely that is.

        Args:
            crops: grey uint8 ``[h, w]`` each, dark ink on white, any size; or ``[h, w, 2]``, the second plane with
                the other ink around the one in question, where that is known; or with the place on the sheet as well.

        Returns:
            Probabilities of the twelve classes, float32 ``[N, 12]``, rows that sum to one; and float32 ``[N]``, the
            probability that the crop holds one whole symbol.

        Raises:
            ValueError: a crop has another shape or type.
        """
        check_crops(crops)
        if not len(crops):
            return np.zeros((0, len(CLASSES)), np.float32), np.zeros(0, np.float32)
        scaled = run_batches(lambda batch: self.engine(batch)[0], self.inputs(crops)) / self.temperature
        scaled[:, NO_SYMBOL] -= NO_SYMBOL_DISCOUNT
        return softmax(scaled[:, :NO_SYMBOL]), 1 - softmax(scaled)[:, NO_SYMBOL]

    def features(self, crops: Sequence[np.ndarray | Crop]) -> np.ndarray:
        """What the network makes of each crop before it names a class, to learn further classes or corrections from.

        Args:
            crops: at least one, as :meth:`judge` takes them.

        Returns:
            float32 ``[N, C]``, pooled over the crop; C is the network's.

        Raises:
            ValueError: no crop, or one of another shape or type.
            KeyError: the network gives no features.
        """
        check_crops(crops)
        if not len(crops):
            raise ValueError("features need at least one crop")
        return run_batches(lambda batch: self.engine.look(batch, "features"), self.inputs(crops))


def check_crops(crops: Sequence[np.ndarray | Crop]) -> None:
    """Refuses crops of a shape or type that :meth:`Classifier.judge` doesn't take, with a ValueError."""
    for number, each in enumerate(crops):
        crop = each.grey if isinstance(each, Crop) else each
        if crop.shape[2:] not in ((), (2,)) or crop.ndim < 2 or crop.dtype != np.uint8 or crop.size == 0:
            raise ValueError(
                f"crop {number} must be uint8 [h, w] or [h, w, 2] with pixels, got {crop.dtype} {crop.shape}"
            )


def run_batches(asked: Callable[[np.ndarray], np.ndarray], inputs: np.ndarray) -> np.ndarray:
    """The answers, float32 ``[N, ...]``, of ``asked`` to inputs uint8 ``[N, 3, 32, 32]``, N at least 1, in batches."""
    planes = inputs.astype(np.float32) / 255
    starts = range(0, len(planes), MAX_BATCH_CROPS)
    return np.concatenate([asked(planes[start : start + MAX_BATCH_CROPS]) for start in starts])


@dataclass(frozen=True)
class ClassifierSpec:
    """A classifier's one entry in the registry.

    Attributes:
        name: as registered; its weight files are called so.
        label: for people.
        colour: of its lines in diagrams, ``#RRGGBB``.
        dash: of its lines, as Matplotlib names styles.
        build: makes the network, untrained, from the config of a card; from an empty one the network that is trained.
        evidence: what the map that the network's ``look`` gives is called, for people.
    """

    name: str
    label: str
    colour: str
    dash: str
    build: Callable[[Mapping[str, Any]], nn.Module]
    evidence: str = "evidence"

    def load(self, folder: Path) -> Classifier:
        """With its weights from a folder; WeightsError where they can't be used."""
        weights = load_weights(self.name, folder)

        @cache
        def net() -> nn.Module:
            return weights.into(self.build(weights.config))

        temperature = weights.calibration["temperature"]
        return Classifier(self.name, self.label, weights.engine(net), temperature, net, self.evidence)
