"""What all training runs share: the trainer, the schedule, the run record."""

from __future__ import annotations

import json
import logging
import math
import re
import shutil
import time
import warnings
from abc import abstractmethod
from dataclasses import asdict
from pathlib import Path
from typing import Any

import lightning
import matplotlib
import torch
from lightning.pytorch.callbacks import EMAWeightAveraging, LearningRateMonitor, ModelCheckpoint
from lightning.pytorch.loggers import CSVLogger
from torch import nn
from torch.utils.data import DataLoader, Dataset

from training.runs.plots import plot_curves
from training.runs.settings import RunSettings

matplotlib.use("Agg")


class TrainingModule(lightning.LightningModule):
    """Optimiser, schedule and fresh data every epoch; the tasks add the loss and the validation.

    Subclasses set ``self.net`` and implement ``train_data(epoch)``.

    Attributes:
        history: how the weights came about, one entry a run, for the card's ``training``; every checkpoint has it.
    """

    net: nn.Module

    def __init__(self, settings: RunSettings) -> None:
        super().__init__()
        lightning.seed_everything(settings.seed, workers=True, verbose=False)  # before any weight is drawn
        self.settings = settings
        self.history: list[dict[str, Any]] = []

    @abstractmethod
    def train_data(self, epoch: int) -> Dataset[Any]:
        """The composed samples of one epoch."""

    def train_dataloader(self) -> DataLoader[Any]:
        # Made anew every epoch: the epoch's number is part of each sample's seed, so a resumed run sees the samples
        # that an unbroken one would have seen.
        s = self.settings
        return DataLoader(
            self.train_data(self.current_epoch), s.batch, shuffle=False, num_workers=s.workers, drop_last=True
        )

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        checkpoint["history"] = self.history

    def configure_optimizers(self) -> Any:
        decay = [p for p in self.net.parameters() if p.ndim > 1]
        rest = [p for p in self.net.parameters() if p.ndim <= 1]
        optimizer = torch.optim.AdamW(
            [{"params": decay, "weight_decay": self.settings.weight_decay}, {"params": rest, "weight_decay": 0.0}],
            lr=self.settings.learning_rate,
        )
        total = int(self.trainer.estimated_stepping_batches)
        warm = max(1, int(self.settings.warmup * total))

        def factor(step: int) -> float:
            if step < warm:
                return (step + 1) / warm
            progress = min(1.0, (step - warm) / max(1, total - warm))
            return 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * progress))

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


def describe_run(settings: RunSettings, what: str) -> dict[str, Any]:
    """What a card says of one run: how many samples (``what`` they are), and the settings that shaped it."""
    return {
        what: settings.epochs * settings.samples,
        "epochs": settings.epochs,
        "batch": settings.batch,
        "learning rate": settings.learning_rate,
        "seed": settings.seed,
    } | ({"misread drawings": "more often"} if settings.hard else {})


def train_network(module: TrainingModule, name: str, validate: DataLoader[Any] | None) -> lightning.Trainer:
    """Trains from the run's last checkpoint, or from the start, and leaves the averaged weights in the module."""
    settings = module.settings
    folder = settings.out / name
    folder.mkdir(parents=True, exist_ok=True)
    warnings.filterwarnings("ignore", message=".*does not have many workers.*")
    logging.getLogger("lightning.pytorch.utilities.rank_zero").setLevel(logging.WARNING)
    torch.set_float32_matmul_precision("high")
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
        gradient_clip_val=settings.clip,
        callbacks=[newest, best, EMAWeightAveraging(decay=settings.ema), LearningRateMonitor("step")],
        logger=CSVLogger(folder, name="log"),  # a resumed run writes a new part; the curves are drawn from all of them
        reload_dataloaders_every_n_epochs=1,
        num_sanity_val_steps=0,
        log_every_n_steps=20,
        enable_model_summary=False,
    )
    last = folder / "last.ckpt"
    resume = str(last) if settings.resume and last.is_file() else None
    started = time.time()
    # The checkpoint holds settings and paths beside tensors; it is this run's own file, in the run's own folder.
    trainer.fit(module, val_dataloaders=validate, ckpt_path=resume, weights_only=False)
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
    return trainer


def gather_processes(mine: dict[int, Any]) -> dict[int, Any]:
    """The entries of all processes; with one process its own."""
    if not (torch.distributed.is_available() and torch.distributed.is_initialized()):
        return mine
    parts: list[Any] = [None] * torch.distributed.get_world_size()
    torch.distributed.all_gather_object(parts, mine)
    return {key: value for part in parts for key, value in part.items()}
