"""What all training runs share: a module's optimiser, schedule and fresh data, and Lightning's trainer around it."""

from __future__ import annotations

import json
import logging
import math
import re
import shutil
import time
import warnings
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import cv2
import lightning
import torch
from lightning.pytorch.callbacks import EMAWeightAveraging, LearningRateMonitor, ModelCheckpoint
from torch import nn
from torch.utils.data import DataLoader, Dataset

from training.glyphs.sources import present_files
from training.runs.loggers import make_loggers
from training.runs.plots import plot_curves
from training.runs.save import save_weights
from training.runs.settings import RunSettings

MIN_LEARNING_RATE_SHARE = 0.01
"""Of the peak learning rate, where the schedule ends."""


def split_by_decay(net: nn.Module, weight_decay: float) -> list[dict[str, Any]]:
    """A network's parameters as an optimiser takes them: biases and norms do not decay."""
    parameters = list(net.parameters())
    return [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": weight_decay},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]


def schedule_factor(done: float, warm: float, step: float) -> float:
    """Share of the peak learning rate: up in a line, then down in a cosine to :data:`MIN_LEARNING_RATE_SHARE`.

    Args:
        done: share of the run that is over, 0 to 1.
        warm: share of the run in which it rises.
        step: share of the run that one step is.
    """
    if done < warm:
        return (done + step) / warm
    progress = min(1.0, (done - warm) / max(step, 1 - warm))
    least = MIN_LEARNING_RATE_SHARE
    return least + (1 - least) * 0.5 * (1 + math.cos(math.pi * progress))


class TrainingModule(lightning.LightningModule):
    """Optimiser, schedule and fresh data every epoch; the tasks add the loss, the validation and the end.

    Subclasses set ``self.net`` and implement ``train_data``, ``val_dataloader``, ``finish`` and Lightning's steps; the
    figure that the best checkpoint is chosen by is logged as ``score``.

    Args:
        settings: of the run.
        run: name of the run's folder in ``settings.out``.
        weights: name of the weight file that the run makes.

    Attributes:
        history: how the weights came about, one entry per run, for the card's ``training``; every checkpoint has it.
    """

    net: nn.Module
    unit: str  # what a sample is, in the plural

    def __init__(self, settings: RunSettings, run: str, weights: str) -> None:
        super().__init__()
        lightning.seed_everything(settings.seed, workers=True, verbose=False)  # before any weight is drawn
        self.settings, self.folder, self.weights_name = settings, settings.out / run, weights
        self.history: list[dict[str, Any]] = []

    @abstractmethod
    def train_data(self, epoch: int) -> Dataset[Any]:
        """The composed samples of one epoch."""

    @abstractmethod
    def finish(self) -> None:
        """Calibrates and plots the trained network, and ends with :meth:`save`."""

    def save(self, net: nn.Module, calibration: Mapping[str, float], card: Mapping[str, Any]) -> None:
        """Writes the trained network to the folder of weights, where the settings say so.

        Args:
            net: the network; its ``config`` is a dataclass.
            calibration: of its answers.
            card: what its card says beside how it came about and of which data.
        """
        if not self.settings.save:
            return
        save_weights(
            self.weights_name,
            net,
            config=asdict(net.config),  # type: ignore[call-overload]
            calibration=calibration,
            card={**card, "training": self.history, "data": present_files(self.settings.data)},
            **({"folder": Path(self.settings.weights)} if self.settings.weights else {}),
        )

    def train_dataloader(self) -> DataLoader[Any]:
        # Made anew every epoch: the epoch's number is part of each sample's seed, so a resumed run sees the samples
        # that an unbroken one would have seen.
        s = self.settings
        return DataLoader(
            self.train_data(self.current_epoch), s.batch, shuffle=False, num_workers=s.workers, drop_last=True
        )

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        met = self.trainer.global_step * self.settings.batch * self.trainer.world_size
        # Only its end tells how far a run by the clock came.
        counted = {self.unit: met, "minutes": self.settings.minutes} if self.settings.minutes else {}
        checkpoint["history"] = [*self.history[:-1], self.history[-1] | counted] if self.history else []

    def configure_optimizers(self) -> Any:
        optimizer = torch.optim.AdamW(
            split_by_decay(self.net, self.settings.weight_decay), lr=self.settings.learning_rate
        )
        total = int(self.trainer.estimated_stepping_batches)
        started, limit = time.monotonic(), 60 * self.settings.minutes
        warm = max(1 / total, self.settings.warmup)

        def factor(step: int) -> float:
            done = (time.monotonic() - started) / limit if limit else step / total
            return schedule_factor(done, warm, 1 / total)

        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, factor)
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}


def choose_precision(settings: RunSettings) -> str:
    """bfloat16 where it is fast (CUDA, CPUs with AMX tiles or AVX-512's dot products), else full precision."""
    if settings.precision != "auto":
        return settings.precision
    if torch.cuda.is_available() and settings.accelerator in ("auto", "cuda", "gpu"):
        return "bf16-mixed"
    flags = Path("/proc/cpuinfo")
    on_cpu = settings.accelerator == "cpu" or not torch.backends.mps.is_available()
    if on_cpu and flags.is_file() and re.search("amx_bf16|avx512_bf16", flags.read_text()):
        return "bf16-mixed"
    return "32-true"


def train_network(module: TrainingModule, resume: Path | None) -> bool:
    """Trains from a checkpoint, or from the start, and leaves the averaged weights in the module.

    Args:
        module: with its start weights.
        resume: the checkpoint of a run that is not complete.

    Returns:
        Whether this process is the one that goes on; of several only the first is.
    """
    settings, folder = module.settings, module.folder
    folder.mkdir(parents=True, exist_ok=True)
    warnings.filterwarnings("ignore", message=".*does not have many workers.*")
    logging.getLogger("lightning.pytorch.utilities.rank_zero").setLevel(logging.WARNING)
    torch.set_float32_matmul_precision("high")
    cv2.setNumThreads(1)  # each of the processes that compose would take all cores
    if settings.compile and (shutil.which("g++") or shutil.which("clang++") or torch.cuda.is_available()):
        module.net.compile()
    # Lightning's own `save_last` only saves when the score rose; a run is resumed from its last epoch, good or bad.
    newest = ModelCheckpoint(folder, filename="last", enable_version_counter=False)
    best = ModelCheckpoint(folder, filename="best", monitor="score", mode="max", enable_version_counter=False)
    trainer = lightning.Trainer(
        accelerator=settings.accelerator,
        devices=settings.devices,
        strategy=settings.strategy,
        num_nodes=settings.nodes,
        precision=choose_precision(settings),  # type: ignore[arg-type]
        max_epochs=settings.epochs,
        max_time=timedelta(minutes=settings.minutes) if settings.minutes else None,
        gradient_clip_val=settings.clip,
        callbacks=[newest, best, EMAWeightAveraging(decay=settings.ema), LearningRateMonitor("step")],
        logger=make_loggers(settings.logger, folder),
        reload_dataloaders_every_n_epochs=1,
        num_sanity_val_steps=0,
        log_every_n_steps=20,
        enable_model_summary=False,
    )
    started = time.time()
    # The checkpoint holds settings and paths beside tensors; it is this run's own file, in the run's own folder.
    trainer.fit(module, ckpt_path=resume, weights_only=False)
    if not trainer.global_step:
        raise SystemExit(
            f"Nothing was trained: {settings.epochs} epochs of {settings.samples} samples give {settings.workers} "
            f"composing processes no whole batch of {settings.batch}.  Raise --samples, or lower --batch."
        )
    if trainer.is_global_zero:
        plot_curves(sorted((folder / "log").glob("version_*/metrics.csv")), folder / "curves.png")
        record = {
            "settings": {k: str(v) if isinstance(v, Path) else v for k, v in asdict(settings).items()},
            "steps": trainer.global_step,
            "seconds_this_time": round(time.time() - started, 1),
            "precision": choose_precision(settings),
            "torch": torch.__version__,
            "metrics": {k: round(float(v), 5) for k, v in trainer.callback_metrics.items()},
        }
        (folder / "run.json").write_text(json.dumps(record, indent=2) + "\n")
    return trainer.is_global_zero


def gather_processes(mine: dict[int, Any]) -> dict[int, Any]:
    """The entries of all processes; with one process its own."""
    if not (torch.distributed.is_available() and torch.distributed.is_initialized()):
        return mine
    parts: list[Any] = [None] * torch.distributed.get_world_size()
    torch.distributed.all_gather_object(parts, mine)
    return {key: value for part in parts for key, value in part.items()}
