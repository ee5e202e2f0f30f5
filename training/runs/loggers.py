"""Where a run's curves go: always a CSV file, and TensorBoard or Weights & Biases beside it."""

from __future__ import annotations

import os
from pathlib import Path

from lightning.pytorch.loggers import CSVLogger, Logger, TensorBoardLogger, WandbLogger


def make_loggers(kind: str, folder: Path) -> list[Logger]:
    """Lightning's loggers for a run.

    Args:
        kind: ``csv``, ``tensorboard`` or ``wandb``.  The last writes to the run's folder only (``wandb sync`` uploads
            it later), unless the environment says ``WANDB_MODE=online``.
        folder: of the run.

    Raises:
        SystemExit: the package is not installed.
    """
    # A resumed run writes a new part; the curves are drawn from all of them.
    loggers: list[Logger] = [CSVLogger(folder, name="log")]
    try:
        if kind == "tensorboard":
            loggers.append(TensorBoardLogger(folder, name="tensorboard"))
        elif kind == "wandb":
            offline = os.environ.get("WANDB_MODE", "offline") != "online"
            loggers.append(WandbLogger(folder.name, folder, project="digit-duel", offline=offline))
    except ModuleNotFoundError as error:
        raise SystemExit(f"--logger {kind} needs the package {kind}: pip install {kind}.") from error
    return loggers
