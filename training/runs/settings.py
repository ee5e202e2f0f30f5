"""Settings of a run: one frozen dataclass each, and a command line made from its fields."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, get_type_hints

from training.glyphs.reader import DEFAULT_DATA

T = TypeVar("T")


@dataclass(frozen=True)
class RunSettings:
    """What every training run has."""

    data: Path = DEFAULT_DATA  # the data folder
    out: Path = Path("runs")  # checkpoints, curves and the run's JSON go to a folder in here
    train: bool = True  # --no-train only validates and saves the run's last checkpoint
    save: bool = True  # write the result to weights/ when the run is done
    seed: int = 1
    epochs: int = 20
    samples: int = 8192  # composed samples an epoch
    batch: int = 32
    learning_rate: float = 2e-3  # peak; cosine to a hundredth of it after a linear warm-up
    warmup: float = 0.03  # share of all steps
    weight_decay: float = 0.02
    clip: float = 10.0  # gradient norm
    ema: float = 0.998  # decay of the averaged weights, which are the ones validated and saved
    workers: int = 1  # processes that compose; 0 composes in the training process
    hard: str = ""  # a file of training.hardness: what is often misread comes more often, crops of sheets as well
    start: str = ""  # a folder of weights to start from instead of random ones
    keep: float = (
        0.0  # share of the weights started from in those saved: see training.runs.checkpoints.average_with_start
    )
    resume: bool = True  # go on from the last checkpoint in the run's folder
    compile: bool = True  # torch.compile; needs a C++ compiler, and is left out where there is none
    precision: str = (
        "auto"  # Lightning's: 32-true, bf16-mixed, ...; auto takes bfloat16 where the machine is fast at it
    )
    accelerator: str = "auto"  # Lightning's: cpu, cuda, mps
    devices: int = 1
    strategy: str = "auto"  # Lightning's: ddp, fsdp, ...
    nodes: int = 1


def parse_settings(settings: type[T], argv: Sequence[str] | None = None, description: str | None = None) -> T:
    """Settings from the command line; ``--name value`` for every field, ``--no-name`` to switch a true one off."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    hints = get_type_hints(settings)
    for field in dataclasses.fields(settings):  # type: ignore[arg-type]
        flag = "--" + field.name.replace("_", "-")
        if hints[field.name] is bool:
            parser.add_argument(flag, action=argparse.BooleanOptionalAction, default=field.default, help=" ")
        else:
            parser.add_argument(flag, type=hints[field.name], default=field.default, help=" ")
    return settings(**vars(parser.parse_args(argv)))
