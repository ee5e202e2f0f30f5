"""Networks of several shapes that learn side by side from the same samples: ``python -m benchmarks.shapes yolov3|cnn``.

Width and depth cost time; the table says what they read for it.  Every shape starts at random and meets the same
batches, so the shapes can be compared with each other, but not with shipped weights, which have met many times more.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel
from torch.utils.data import DataLoader

from classifiers import CLASSIFIERS
from comparison.report.tables import markdown_table
from detectors.detector import MIN_CONFIDENCE, keep_best
from detectors.yolov3.detector import YOLOv3Detector
from ink.sheet import Sheet
from models.classes import CROP_PLANES, STRIDES
from models.yolov3 import YOLOv3, slim_config
from tools.turns import take_turns
from training.batches.crop_batches import CropStream, ValidationCrops, fixed_crops
from training.batches.detector_batches import SceneBatches, shrink_batch
from training.glyphs.glyph_set import GlyphSet
from training.glyphs.reader import DEFAULT_DATA, LabelledImages, load_glyphs, load_mnist
from training.runs.anchor_clusters import ANCHORS
from training.runs.detector_module import validation_scenes
from training.runs.detector_scores import score_detector
from training.runs.save import save_weights
from training.runs.settings import parse_settings, refusals_in_words
from training.runs.trainer import schedule_factor, split_by_decay
from training.runs.yolo_loss import yolo_loss
from training.scenes.composer import Scene
from weights.engine import OnnxEngine, TorchEngine

WARMUP = 0.03
"""Share of the run in which the learning rate rises."""

ENDLESS = 10**9
"""Samples or batches that no run gets to."""

YOLOV3_SHAPES = ((0.125, 1.5), (0.1875, 1.5), (0.25, 0.75), (0.25, 1.5), (0.25, 2.5), (0.3125, 1.5), (0.375, 1.5))
"""Width and depth, as factors on the paper's channels and blocks."""

CNN_SHAPES = (
    ((32, 64, 128), (1, 2, 2)),
    ((48, 96, 192), (1, 2, 2)),
    ((64, 128, 256), (1, 1, 1)),
    ((64, 128, 256), (1, 2, 2)),
    ((64, 128, 256), (2, 3, 3)),
    ((96, 192, 384), (1, 2, 2)),
)
"""Channels and residual blocks of each stage."""


@dataclass(frozen=True)
class ShapeSettings:
    """How long the shapes learn, and from what."""

    data: Path = DEFAULT_DATA  # the data folder
    out: Path = Path("out/shapes.json")  # what they read afterwards, and what each costs
    minutes: float = 10.0  # that they learn
    batch: int = 256  # samples a step
    learning_rate: float = 2e-3  # peak; cosine to a hundredth of it
    weight_decay: float = 0.02  # of AdamW, on all but biases and norms
    ema: float = 0.999  # decay of the averaged weights, which are the ones that read
    workers: int = 2  # processes that compose
    times: float = 12.0  # that a scene is met on average
    validation: int = 800  # scenes that the detectors read
    seed: int = 1  # of the samples
    rounds: int = 40  # turns of each network when it is timed


class Task(ABC):
    """What the shapes of one network learn, and how well they do it.

    Args:
        settings: of the run.
        glyphs: to compose samples of.
        mnist: images to take samples from.
    """

    def __init__(self, settings: ShapeSettings, glyphs: GlyphSet, mnist: LabelledImages) -> None:
        self.settings, self.glyphs, self.mnist, self.rng = settings, glyphs, mnist, np.random.default_rng(settings.seed)

    @staticmethod
    @abstractmethod
    def nets() -> dict[str, Any]:
        """A fresh network of every shape, by what describes it."""

    @staticmethod
    @abstractmethod
    def probe() -> Tensor:
        """The input that a network is timed on: what a sheet with a number of five digits gives."""

    @abstractmethod
    def batches(self) -> Iterable[Any]:
        """Batches, without an end."""

    @abstractmethod
    def losses(self, nets: Sequence[Any], batch: tuple[Tensor, Tensor]) -> list[Tensor]:
        """The loss of each network on one batch."""

    @abstractmethod
    def figures(self, net: Any) -> dict[str, float]:
        """How well a trained network reads what other writers drew."""


class DetectorTask(Task):
    """Find and read the objects of composed scenes."""

    @staticmethod
    def nets() -> dict[str, YOLOv3]:
        return {f"width {w}, depth {d}": YOLOv3(slim_config(ANCHORS, w, d)) for w, d in YOLOV3_SHAPES}

    @staticmethod
    def probe() -> Tensor:
        return torch.rand(1, 1, 192, 192)

    def batches(self) -> Iterable[Any]:
        s = self.settings
        return DataLoader(
            SceneBatches(self.glyphs, ENDLESS, s.batch, (s.seed,), s.times), batch_size=None, num_workers=s.workers
        )

    def losses(self, nets: Sequence[YOLOv3], batch: tuple[Tensor, Tensor]) -> list[Tensor]:
        inks, objects = shrink_batch(batch[0].float() / 255, batch[1], self.rng)
        x, anchors = inks.contiguous(memory_format=torch.channels_last), torch.tensor(ANCHORS, device=inks.device)
        return [yolo_loss(net(x), objects, anchors, STRIDES)["loss"] for net in nets]

    @cached_property
    def scenes(self) -> list[tuple[Scene, Sheet]]:
        """Scenes of other writers, and their sheets, whose ink is made once for all networks."""
        scenes = validation_scenes(load_glyphs(self.settings.data, "val"), self.settings.validation)
        return [(scene, Sheet(scene.image)) for scene in scenes]

    def figures(self, net: YOLOv3) -> dict[str, float]:
        detector = YOLOv3Detector.from_module(net)
        found = [keep_best(detector.propose([sheet])[0], MIN_CONFIDENCE) for _, sheet in self.scenes]
        return score_detector(found, [scene for scene, _ in self.scenes])


class ClassifierTask(Task):
    """Read single crops."""

    @staticmethod
    def nets() -> dict[str, nn.Module]:
        return {
            f"widths {'-'.join(map(str, widths))}, blocks {'-'.join(map(str, blocks))}": CLASSIFIERS["cnn"].build(
                {"widths": widths, "blocks": blocks}
            )
            for widths, blocks in CNN_SHAPES
        }

    @staticmethod
    def probe() -> Tensor:
        return torch.rand(10, CROP_PLANES, 32, 32)

    def batches(self) -> Iterable[Any]:
        s = self.settings
        return DataLoader(CropStream(self.glyphs, self.mnist, ENDLESS, (s.seed,)), s.batch, num_workers=s.workers)

    def losses(self, nets: Sequence[nn.Module], batch: tuple[Tensor, Tensor]) -> list[Tensor]:
        x = (batch[0].float() / 255).contiguous(memory_format=torch.channels_last)
        return [functional.cross_entropy(net(x).float(), batch[1], label_smoothing=0.03) for net in nets]

    @cached_property
    def crops(self) -> ValidationCrops:
        """Crops of other writers."""
        return fixed_crops(load_glyphs(self.settings.data, "val"), load_mnist(self.settings.data, "val"))

    def figures(self, net: nn.Module) -> dict[str, float]:
        inputs, classes, sources = self.crops
        engine = TorchEngine(net)
        answers = np.concatenate(
            [engine(part.astype(np.float32) / 255)[0].argmax(1) for part in np.array_split(inputs, 40)]
        )
        by_source = {str(each): float((answers == classes)[sources == each].mean()) for each in np.unique(sources)}
        return by_source | {"every source alike": float(np.mean(list(by_source.values())))}


TASKS: dict[str, type[Task]] = {"yolov3": DetectorTask, "cnn": ClassifierTask}


def warmed_average(decay: float) -> Callable[[Any, Any, Any], None]:
    """A moving average of weights that forgets faster at first: else where a network began counts to the end.

    Args:
        decay: what it comes to after about ten over one less this many steps.
    """

    @torch.no_grad()
    def average(means: Sequence[Tensor], weights: Sequence[Tensor], met: Tensor | int) -> None:
        steps = int(met)
        for mean, weight in zip(means, weights, strict=True):
            if mean.is_floating_point():
                mean.lerp_(weight, 1 - min(decay, (1 + steps) / (10 + steps)))
            else:
                mean.copy_(weight)

    return average


def learn(task: Task, settings: ShapeSettings) -> tuple[dict[str, Any], int]:
    """Trains every shape for as long as the settings say.

    Returns:
        The averaged networks, and how many samples each met.
    """
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(settings.seed)
    nets = {name: net.to(device, memory_format=torch.channels_last) for name, net in task.nets().items()}
    means = [AveragedModel(net, multi_avg_fn=warmed_average(settings.ema), use_buffers=True) for net in nets.values()]
    groups = [group for net in nets.values() for group in split_by_decay(net, settings.weight_decay)]
    optimizer = torch.optim.AdamW(groups, lr=settings.learning_rate, fused=device == "cuda")
    started, met = time.monotonic(), 0
    for batch in task.batches():
        done = min(1.0, (time.monotonic() - started) / (60 * settings.minutes))
        for group in optimizer.param_groups:
            group["lr"] = settings.learning_rate * schedule_factor(done, WARMUP, WARMUP / 100)
        with torch.autocast(device, torch.bfloat16):
            losses = task.losses(list(nets.values()), [part.to(device) for part in batch])  # type: ignore[arg-type]
        optimizer.zero_grad()
        torch.stack(losses).sum().backward()
        for net in nets.values():
            nn.utils.clip_grad_norm_(net.parameters(), 10.0)
        optimizer.step()
        for mean, net in zip(means, nets.values(), strict=True):
            mean.update_parameters(net)
        met += len(batch[0])
        if done == 1:
            break
    return dict(zip(nets, (mean.module for mean in means), strict=True)), met


def time_shapes(task: type[Task], rounds: int) -> dict[str, float]:
    """Milliseconds of each shape's network alone, the median of its turns, as it would be served in float."""
    x, runs = task.probe().numpy(), {}
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, net) in enumerate(task.nets().items()):
            path = Path(folder) / str(number)
            path.mkdir()
            save_weights("shape", net, config={}, calibration={}, card={}, folder=path)
            runs[name] = partial(OnnxEngine(path / "shape.onnx"), x)
        return {name: float(np.median(values)) for name, values in take_turns(runs, rounds).items()}


def shape_table(shapes: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What each shape costs and reads, as a Markdown table."""
    rows = [
        [name, f"{e['parameters'] / 1e6:.1f} M", f"{e['ms']:.1f}", *(f"{v:.3f}" for v in e["figures"].values())]
        for name, e in shapes.items()
    ]
    figures = next(iter(shapes.values()))["figures"]
    return markdown_table(["shape", "parameters", "network alone, ms", *figures], rows)


def main(argv: list[str] | None = None) -> None:
    """Trains the shapes of one network, and prints and writes down what each reads and costs."""
    argv = sys.argv[1:] if argv is None else argv
    if not argv or argv[0] not in TASKS:
        raise SystemExit(f"usage: python -m benchmarks.shapes {'|'.join(TASKS)} [settings]")
    settings = parse_settings(ShapeSettings, argv[1:], __doc__)
    cv2.setNumThreads(1)
    with refusals_in_words():
        task = TASKS[argv[0]](settings, load_glyphs(settings.data), load_mnist(settings.data))
    trained, met = learn(task, settings)
    times = time_shapes(TASKS[argv[0]], settings.rounds)
    shapes = {
        name: {
            "parameters": sum(p.numel() for p in net.parameters()),
            "ms": round(times[name], 2),
            "figures": {key: round(value, 4) for key, value in task.figures(net).items()},
        }
        for name, net in trained.items()
    }
    report = {"samples": met, "minutes": settings.minutes, "seed": settings.seed, "shapes": shapes}
    settings.out.parent.mkdir(parents=True, exist_ok=True)
    settings.out.write_text(json.dumps(report, indent=1) + "\n")
    print("\n".join(shape_table(shapes)))


if __name__ == "__main__":
    main()
