"""Settings of a run: one frozen dataclass each, and a command line made from its fields and their comments."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import inspect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar, get_args, get_type_hints

from training.glyphs.glyph_set import DataError
from training.glyphs.reader import DEFAULT_DATA
from weights.store import WeightsError

T = TypeVar("T")


@dataclass(frozen=True)
class RunSettings:
    """What every training run has."""

    data: Path = DEFAULT_DATA  # the data folder
    out: Path = Path("runs")  # checkpoints, curves and the run's JSON go to a folder in here
    train: bool = True  # --no-train only validates and saves the run's last checkpoint
    save: bool = True  # write the result when the run is done
    weights: str = ""  # the folder that it is written to; the project's weights/ where empty
    seed: int = 1  # of everything that is drawn by chance
    epochs: int = 20  # passes over so many fresh samples, each validated at its end
    minutes: float = 0.0  # the run ends after so long, its learning rate by the clock; 0: after all epochs
    samples: int = 8192  # composed samples per epoch
    batch: int = 32  # samples per training step and process
    learning_rate: float = 2e-3  # peak; cosine to a hundredth of it after a linear warm-up
    warmup: float = 0.03  # share of all steps
    weight_decay: float = 0.02  # of AdamW, on all but biases and norms
    clip: float = 10.0  # largest gradient norm
    ema: float = 0.998  # decay of the averaged weights, which are the ones validated and saved
    workers: int = 1  # processes that compose; 0 composes in the training process
    hard: str = ""  # a file of training.hardness: what is often misread comes more often, crops of scenes as well
    start: str = ""  # a folder of weights to start from instead of random ones
    keep: float = 0.0  # share that the weights started from have in those saved
    resume: bool = True  # go on from the last checkpoint in the run's folder
    compile: bool = True  # torch.compile; needs a C++ compiler, and is left out where there is none
    precision: str = "auto"  # Lightning's: 32-true, bf16-mixed, ...; auto takes bfloat16 where it is fast
    accelerator: str = "auto"  # Lightning's: cpu, cuda, mps
    devices: int = 1  # Lightning's: processes on this machine
    strategy: str = "auto"  # Lightning's: ddp, fsdp, ...
    nodes: int = 1  # Lightning's: machines
    logger: Literal["csv", "tensorboard", "wandb"] = "csv"  # where the curves go, beside the CSV file; wandb is offline


def field_comments(settings: type) -> dict[str, str]:
    """The comment behind each field in a dataclass's source, and in that of its parents, by the field's name."""
    lines = "".join(inspect.getsource(cls) for cls in reversed(settings.__mro__[:-1]))
    return dict(re.findall(r"^    (\w+): .*?  # (.+)$", lines, re.MULTILINE))


def parse_settings(settings: type[T], argv: Sequence[str] | None = None, description: str | None = None) -> T:
    """Settings from the command line; ``--name value`` for every field, ``--no-name`` to switch a true one off."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    hints, comments = get_type_hints(settings), field_comments(settings)
    for field in dataclasses.fields(settings):  # type: ignore[arg-type]
        flag, hint = "--" + field.name.replace("_", "-"), hints[field.name]
        comment = comments.get(field.name, " ").replace("%", "%%")
        if hint is bool:
            parser.add_argument(flag, action=argparse.BooleanOptionalAction, default=field.default, help=comment)
        else:
            choices = get_args(hint) or None
            kind = str if choices else hint
            parser.add_argument(flag, type=kind, choices=choices, default=field.default, help=comment)
    return settings(**vars(parser.parse_args(argv)))


@contextlib.contextmanager
def refusals_in_words() -> Iterator[None]:
    """Ends the program with the sentence of a DataError or a WeightsError, without a traceback."""
    try:
        yield
    except (DataError, WeightsError) as error:
        raise SystemExit(str(error)) from error
