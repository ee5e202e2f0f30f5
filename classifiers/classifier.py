"""A network with its preprocessing and calibration: grey crops in, probabilities out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from classifiers.calibration import softmax
from classifiers.evidence import evidence
from classifiers.preprocess import fit_square
from models import CLASSES, NO_SYMBOL, OTHER

BATCH = 256
"""Crops at most that go through the network at once."""


class Classifier:
    """Reads single crops.

    Args:
        name: as registered.
        label: for people.
        net: logits ``[N, 13]`` from float ``[N, 1, 32, 32]``, in evaluation mode.
        temperature: divisor of the logits, fitted on validation crops.
    """

    def __init__(self, name: str, label: str, net: nn.Module, temperature: float = 1.0) -> None:
        self.name, self.label, self.net, self.temperature = name, label, net.eval(), temperature

    def __call__(self, crops: Sequence[np.ndarray]) -> np.ndarray:
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
    def inputs(crops: Sequence[np.ndarray]) -> np.ndarray:
        """The crops as the network sees them, uint8 ``[N, 32, 32]``, 0 paper to 255 ink."""
        return np.stack([fit_square(crop) for crop in crops])

    def evidence(self, crops: Sequence[np.ndarray]) -> tuple[str, np.ndarray] | None:
        """What each answer rests on: the map's name and float32 ``[N, h, w]`` in 0..1; None where there is no map."""
        found = evidence(self.net, torch.from_numpy(self.inputs(crops)[:, None]).float() / 255) if len(crops) else None
        return None if found is None else (found[0], found[1].numpy())

    @torch.inference_mode()
    def judge(self, crops: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """What a crop shows if it shows one whole symbol, and how likely that is.

        Args:
            crops: grey uint8 ``[h, w]`` each, dark ink on white, any size.

        Returns:
            Probabilities of the twelve classes, float32 ``[N, 12]``, rows that sum to one; and float32 ``[N]``, the
            probability that the crop holds one whole symbol.

        Raises:
            ValueError: a crop has another shape or type.
        """
        for number, crop in enumerate(crops):
            if crop.ndim != 2 or crop.dtype != np.uint8 or crop.size == 0:
                raise ValueError(f"crop {number} must be uint8 [h, w] with pixels, got {crop.dtype} {crop.shape}")
        if not len(crops):
            return np.zeros((0, len(CLASSES)), np.float32), np.zeros(0, np.float32)
        inputs = torch.from_numpy(self.inputs(crops)[:, None])
        logits = [self.net(part.float() / 255).numpy() for part in inputs.split(BATCH)]
        scaled = np.concatenate(logits) / self.temperature
        return softmax(scaled[:, :NO_SYMBOL]), 1 - softmax(scaled)[:, NO_SYMBOL]
