"""Trains CNNs of several sizes on the same crops, to see which pays: ``python -m training.sizes --minutes 60``.

Each gets a folder of weights in ``--out``.  On two cores an hour is too short for them to tell apart.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torch.utils.data import DataLoader

from classifiers.calibration import fit_temperature
from models.cnn import CNN, CNNConfig
from training.batches.crop_batches import CropStream, ValidationCrops, fixed_crops
from training.classifier import ClassifierSettings
from training.glyphs.reader import load_glyphs, load_mnist
from training.runs.classifier_module import describe_classifier
from training.runs.recipe import load_training_glyphs
from training.runs.save import save_weights
from training.runs.settings import parse_settings, refusals_in_words
from training.runs.trainer import learning_rate_share

SIZES: dict[str, CNNConfig] = {
    "width-0.5": CNNConfig(widths=(32, 64, 128)),
    "width-0.75": CNNConfig(widths=(48, 96, 192)),
    "shallow": CNNConfig(blocks=(1, 1, 1)),
    "shipped": CNNConfig(),
    "width-1.25": CNNConfig(widths=(80, 160, 320)),
}
"""The networks by the names of their folders."""


@dataclass(frozen=True)
class SizesSettings(ClassifierSettings):
    """Settings of the comparison; ``samples`` and what has to do with checkpoints mean nothing here."""

    out: Path = Path("runs/sizes")  # a folder for each size goes in here
    minutes: float = 60.0  # the comparison ends after so long, the learning rate by the clock


def train_side_by_side(
    nets: Mapping[str, CNN],
    batches: Iterable[tuple[Tensor, ...]],
    settings: SizesSettings,
    clock: Callable[[], float] = time.monotonic,
) -> dict[str, CNN]:
    """Every network learns from the same batches in the same order.

    Args:
        nets: with their start weights.
        batches: inputs uint8 ``[B, 3, 32, 32]`` and classes int64 ``[B]``.
        settings: of the comparison.
        clock: seconds that go on.

    Returns:
        The averaged networks, on the processor and in evaluation mode.
    """
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    live = [net.to(device).to(memory_format=torch.channels_last).train() for net in nets.values()]
    means = [AveragedModel(net, multi_avg_fn=get_ema_multi_avg_fn(settings.ema), use_buffers=True) for net in live]
    optimizers = [
        torch.optim.AdamW(net.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay)
        for net in live
    ]
    started, limit = clock(), 60 * settings.minutes
    for inputs, classes in batches:
        done = (clock() - started) / limit
        if done >= 1:
            break
        x = (inputs.to(device).float() / 255).contiguous(memory_format=torch.channels_last)
        y = classes.to(device)
        for net, mean, optimizer in zip(live, means, optimizers, strict=True):
            optimizer.param_groups[0]["lr"] = settings.learning_rate * learning_rate_share(done, settings.warmup)
            with torch.autocast(device.type, torch.bfloat16):
                logits = net(x)
            loss = functional.cross_entropy(logits.float(), y, label_smoothing=settings.smoothing)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), settings.clip)
            optimizer.step()
            mean.update_parameters(net)
    for net, mean in zip(live, means, strict=True):
        net.load_state_dict(mean.module.state_dict())
    return {name: net.cpu().eval() for name, net in zip(nets, live, strict=True)}


def save_size(net: CNN, val: ValidationCrops, settings: SizesSettings, folder: Path) -> None:
    """Calibrates a network on the validation crops, and writes it as the CNN of a folder of weights."""
    inputs, classes, sources = val
    with torch.inference_mode():
        logits = torch.cat([net(x.float() / 255) for x in torch.from_numpy(inputs).split(500)]).numpy()
    temperature = fit_temperature(logits, classes)
    figures = describe_classifier(logits, classes, sources, temperature)
    print(folder.name, figures["accuracy by source"])
    save_weights(
        "cnn",
        net,
        config=asdict(net.config),
        calibration={"temperature": temperature},
        card={"made by": "python -m training.sizes", "minutes": settings.minutes, "validation": figures},
        folder=folder,
    )


def main(argv: list[str] | None = None) -> None:
    """Trains all sizes and writes a folder of weights for each."""
    settings = parse_settings(SizesSettings, argv, __doc__)
    with refusals_in_words():
        glyphs, mnist = load_training_glyphs(settings)
        val = fixed_crops(load_glyphs(settings.data, "val"), load_mnist(settings.data, "val"))
    torch.manual_seed(settings.seed)
    batches = DataLoader(
        CropStream(glyphs, mnist, 10**12, (settings.seed,)), settings.batch, num_workers=settings.workers
    )
    nets = {name: CNN(config) for name, config in SIZES.items()}
    for name, net in train_side_by_side(nets, batches, settings).items():
        save_size(net, val, settings, settings.out / name)


if __name__ == "__main__":
    main()
