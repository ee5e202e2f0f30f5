"""Where weights come from: a start, a checkpoint, a mean of two."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import torch

from training.runs.trainer import TrainingModule
from weights.store import WeightsError, load_weights


def load_start_weights(module: TrainingModule, name: str, entry: dict[str, Any]) -> None:
    """Begins the module's history: fills the network with the weights called ``name`` where the settings say so.

    Args:
        module: with a fresh network.
        name: of the weight file.
        entry: what the history says of this run.
    """
    if not module.settings.start:
        module.history = [entry]
        return
    folder = Path(module.settings.start)
    try:
        tensors = load_weights(name, folder).tensors
    except WeightsError as error:
        raise SystemExit(str(error)) from error
    # Layers that the earlier network did not have, or had in another shape, start afresh.
    own = module.net.state_dict()
    fitting = {key: value for key, value in tensors.items() if key in own and own[key].shape == value.shape}
    module.net.load_state_dict(fitting, strict=False)
    fresh = set(own) - set(fitting)
    if fresh:
        parts = ", ".join(outermost_parts(fresh, fitting))
        print(f"{len(fitting)} of {len(own)} tensors start from {folder}; afresh: {parts}")
    module.history = [*json.loads((folder / f"{name}.json").read_text())["training"], entry]


def outermost_parts(keys: Iterable[str], known: Iterable[str]) -> list[str]:
    """Names of ``keys`` ("block.norm.weight"), each cut to the outermost part ("block") without ``known`` names."""

    def prefixes(key: str) -> Iterator[str]:
        return itertools.accumulate(key.split("."), "{}.{}".format)

    parts = {prefix for key in known for prefix in prefixes(key)}
    return sorted({next(prefix for prefix in prefixes(key) if prefix not in parts) for key in keys})


def average_with_start(module: TrainingModule, name: str) -> None:
    """Averages the trained weights with those that the run started from, where the settings say so.

    Both have learned from much the same sheets, yet their mistakes differ; the average makes fewer than either
    (Wortsman et al., arXiv:2109.01903).

    Args:
        module: with a trained network.
        name: of the weight file in the settings' folder ``start``.
    """
    settings = module.settings
    if not (settings.keep and settings.start):
        return
    before = load_weights(name, Path(settings.start)).tensors
    for key, value in module.net.state_dict().items():
        if value.is_floating_point() and key in before:  # layers that are new stay as they are
            value.lerp_(before[key].to(value), settings.keep)
    module.history = [*module.history[:-1], module.history[-1] | {"averaged with the weights before": settings.keep}]


def load_checkpoint(module: TrainingModule, name: str) -> None:
    """The averaged weights of the run's last checkpoint and how they came about, into the module."""
    last = module.settings.out / name / "last.ckpt"
    if not last.is_file():
        raise SystemExit(f"There is no checkpoint at {last}.")
    checkpoint = torch.load(last, map_location="cpu", weights_only=False)
    module.load_state_dict(checkpoint["state_dict"])
    module.history = checkpoint["history"]
