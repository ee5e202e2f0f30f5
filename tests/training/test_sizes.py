"""Networks of several sizes on the same crops."""

from itertools import count
from pathlib import Path

import numpy as np
import torch

from classifiers import load_classifier
from models.cnn import CNN, CNNConfig
from training.sizes import SizesSettings, save_size, train_side_by_side

TINY = {"narrow": CNNConfig(widths=(4, 4, 8), blocks=(1, 1, 1)), "wide": CNNConfig(widths=(8, 8, 8), blocks=(1, 1, 1))}


def test_both_learn_from_the_same_batches_until_the_time_is_up(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    tones = rng.integers(0, 2, (32, 1, 1, 1), np.uint8) * 200
    inputs = torch.from_numpy(np.broadcast_to(tones, (32, 3, 32, 32)).copy())
    classes = (inputs[:, 0, 0, 0] > 0).long()
    taken, clock = count(), count(step=1.5)
    settings = SizesSettings(minutes=1.0, ema=0.5, warmup=0.05, learning_rate=0.02)
    batches = ((inputs, classes) for _ in iter(taken.__next__, None))
    nets = train_side_by_side({name: CNN(config) for name, config in TINY.items()}, batches, settings, clock.__next__)
    assert 38 < next(taken) < 44, "a minute by this clock"
    for name, net in nets.items():
        with torch.inference_mode():
            assert (net(inputs.float() / 255).argmax(1) == classes).all(), name
    # Every class is there, as the figures of the card are by class.
    val = inputs.numpy(), np.arange(32) % 13, np.full(32, "blank")
    save_size(nets["wide"], val, settings, tmp_path / "wide")
    read = load_classifier("cnn", tmp_path / "wide")
    assert read.net().config == TINY["wide"]
    assert read.temperature > 0
