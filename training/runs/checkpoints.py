"""Where weights come from: a start, a run's checkpoint, a mean of two."""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import torch

from training.runs.settings import RunSettings, refusals_in_words
from training.runs.trainer import TrainingModule
from weights.store import Weights, load_weights

Checkpoint = dict[str, Any]
"""What Lightning keeps of a run; ``state_dict`` holds the averaged weights, ``history`` how they came about."""


def checkpoint_path(folder: Path) -> Path:
    """The checkpoint of a run's last epoch."""
    return folder / "last.ckpt"


def read_checkpoint(folder: Path) -> Checkpoint | None:
    """The run's last checkpoint; None where there is none; ends the program in words where it is damaged."""
    last = checkpoint_path(folder)
    if not last.is_file():
        return None
    try:
        checkpoint = torch.load(last, map_location="cpu", weights_only=False)
        if {"state_dict", "history", "epoch"} <= set(checkpoint):
            return checkpoint
        reason = "it is of another program"
    except Exception as error:  # what a damaged file raises depends on where it is cut off
        reason = (str(error).splitlines() or [type(error).__name__])[0]
    best = folder / "best.ckpt"
    way_out = f", or copy {best.name} over it to go on from the best epoch" if best.is_file() else ""
    raise SystemExit(f"{last} can't be read ({reason}). Begin anew with --no-resume{way_out}.")


def is_complete(checkpoint: Checkpoint, epochs: int) -> bool:
    """Whether a run of so many epochs has nothing left to train."""
    return checkpoint["epoch"] + 1 >= epochs


def check_shapes(module: TrainingModule, checkpoint: Checkpoint) -> None:
    """Ends the program in words where the checkpoint is of a network of another shape."""
    own, theirs = ({k: v.shape for k, v in state.items()} for state in (module.state_dict(), checkpoint["state_dict"]))
    if own != theirs:
        raise SystemExit(
            f"{checkpoint_path(module.folder)} is of a network of another shape. Give the settings that the run had, "
            "another --out, or --no-resume to begin anew."
        )


def load_checkpoint(module: TrainingModule, checkpoint: Checkpoint) -> None:
    """The averaged weights of a checkpoint and how they came about, into the module."""
    module.load_state_dict(checkpoint["state_dict"])
    module.history = checkpoint["history"]


def start_folder(folder: Path) -> Path:
    """Where a run keeps the weights that it started from: when it is done, those in ``weights/`` are its own."""
    return folder / "start"


def read_start_weights(settings: RunSettings, name: str) -> Weights | None:
    """The weights called ``name`` that a run starts from; None without any; ends the program in words on bad ones."""
    if not settings.start:
        return None
    with refusals_in_words():
        return load_weights(name, Path(settings.start))


def copy_start_weights(module: TrainingModule) -> None:
    """Copies the weights that the run starts from into its folder, where the settings name some."""
    weights = read_start_weights(module.settings, module.weights_name)
    if weights is None:
        return
    folder = start_folder(module.folder)
    folder.mkdir(parents=True, exist_ok=True)
    for path in (weights.path, weights.path.with_suffix(".json")):
        shutil.copyfile(path, folder / path.name)


def load_start_weights(module: TrainingModule, entry: dict[str, Any]) -> None:
    """Begins the module's history, and fills the network with the weights that the run starts from, if with any.

    Args:
        module: with a fresh network.
        entry: what the history says of this run.
    """
    module.history = [entry]
    if not module.settings.start:
        return
    folder = start_folder(module.folder)
    tensors = load_weights(module.weights_name, folder).tensors
    # Layers that the earlier network did not have, or had in another shape, start afresh; but planes that a layer sees
    # more than before start at nothing.
    own = module.net.state_dict()
    tensors = {key: add_planes(value, own[key]) if key in own else value for key, value in tensors.items()}
    fitting = {key: value for key, value in tensors.items() if key in own and own[key].shape == value.shape}
    module.net.load_state_dict(fitting, strict=False)
    fresh = set(own) - set(fitting)
    if fresh:
        parts = ", ".join(outermost_parts(fresh, fitting))
        print(f"{len(fitting)} of {len(own)} tensors start from {module.settings.start}; afresh: {parts}")
    card = json.loads((folder / f"{module.weights_name}.json").read_text())
    module.history = [*card["training"], entry]


def add_planes(weight: torch.Tensor, fresh: torch.Tensor) -> torch.Tensor:
    """A convolution's weight ``[out, in, k, k]`` with zeros for input planes that only ``fresh`` has; else as it is."""
    if weight.ndim != 4 or (weight.shape[0], *weight.shape[2:]) != (fresh.shape[0], *fresh.shape[2:]):
        return weight
    more = fresh.shape[1] - weight.shape[1]
    return torch.cat([weight, weight.new_zeros(fresh[:, :more].shape)], 1) if more > 0 else weight


def outermost_parts(keys: Iterable[str], known: Iterable[str]) -> list[str]:
    """Names of ``keys`` ("block.norm.weight"), each cut to the outermost part ("block") without ``known`` names."""

    def prefixes(key: str) -> Iterator[str]:
        return itertools.accumulate(key.split("."), "{}.{}".format)

    parts = {prefix for key in known for prefix in prefixes(key)}
    return sorted({next(prefix for prefix in prefixes(key) if prefix not in parts) for key in keys})


def average_with_start(module: TrainingModule) -> None:
    """Averages the trained weights with those that the run started from, where the settings say so.

    Both have learned from much the same scenes, yet their mistakes differ; the average makes fewer than either
    (Wortsman et al., arXiv:2109.01903).
    """
    settings = module.settings
    if not (settings.keep and settings.start):
        return
    before = load_weights(module.weights_name, start_folder(module.folder)).tensors
    for key, value in module.net.state_dict().items():
        if value.is_floating_point() and key in before:  # layers that are new stay as they are
            value.lerp_(before[key].to(value), settings.keep)
    module.history = [*module.history[:-1], module.history[-1] | {"averaged with the weights before": settings.keep}]
