"""A run's schedule, and what it notes of itself."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from models.cnn import CNN
from training.glyphs.reader import load_glyphs, load_mnist
from training.runs import trainer
from training.runs.classifier_module import ClassifierModule
from training.runs.settings import RunSettings

NO_CROPS = np.zeros((0, 3, 32, 32), np.uint8), np.zeros(0, int), np.zeros(0, str)


def test_a_run_by_the_clock_has_its_schedule_and_its_count_from_there(
    data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = RunSettings(data=data_folder, out=tmp_path, minutes=10, batch=8, warmup=0.1)
    module = ClassifierModule(settings, "cnn", CNN, load_glyphs(data_folder), load_mnist(data_folder), NO_CROPS)
    module.history = [{"crops": 10**9}]
    far = SimpleNamespace(estimated_stepping_batches=10**8, global_step=5, world_size=2)
    module._trainer = far  # type: ignore[assignment]
    now = 0.0
    monkeypatch.setattr(trainer.time, "monotonic", lambda: now)
    made = module.configure_optimizers()
    rates = []
    for now in (30.0, 60.0, 330.0, 600.0, 700.0):  # noqa: B007  (the clock)
        made["optimizer"].step()
        made["lr_scheduler"]["scheduler"].step()
        rates.append(made["optimizer"].param_groups[0]["lr"] / settings.learning_rate)
    assert rates == pytest.approx([0.5, 1.0, 0.505, 0.01, 0.01], abs=1e-6)
    checkpoint: dict[str, Any] = {}
    module.on_save_checkpoint(checkpoint)
    assert checkpoint["history"] == [{"crops": 5 * 8 * 2, "minutes": 10}]
