"""What networks of several shapes learn side by side, and how well they do it: to detect, or to read crops."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader

from classifiers import CLASSIFIERS
from detectors.detector import MIN_CONFIDENCE, keep_best
from detectors.yolov3.detector import YOLOv3Detector
from ink.sheet import Sheet
from models.classes import CROP_PLANES, STRIDES
from models.cnn import CNNConfig
from models.yolov3 import YOLOv3, slim_config
from training.batches.crop_batches import CropStream, ValidationCrops, fixed_crops
from training.batches.detector_batches import SceneBatches, shrink_batch
from training.glyphs.glyph_set import GlyphSet
from training.glyphs.reader import DEFAULT_DATA, LabelledImages, load_glyphs, load_mnist
from training.runs.anchor_clusters import ANCHORS
from training.runs.detector_module import validation_scenes
from training.runs.detector_scores import score_detector
from training.runs.yolo_loss import yolo_loss
from training.scenes.composer import Scene
from weights.engine import TorchEngine

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
    start: Path | None = None  # folder of weights that shapes as wide go on from; without, all start at random
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

    name: str
    """Of the network, as its weights are called."""

    def __init__(self, settings: ShapeSettings, glyphs: GlyphSet, mnist: LabelledImages) -> None:
        self.settings, self.glyphs, self.mnist, self.rng = settings, glyphs, mnist, np.random.default_rng(settings.seed)

    @staticmethod
    @abstractmethod
    def nets() -> dict[str, Any]:
        """A fresh network of every shape, by what describes it."""

    @staticmethod
    def place(tensors: Mapping[str, Tensor], net: Any) -> Mapping[str, Tensor]:
        """Weights of one shape, under the names that the same layers have in a network of another depth."""
        return tensors

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

    name = "yolov3"

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


def block_names(blocks: Sequence[int]) -> list[tuple[int, int]]:
    """Stage, and place in it, of each residual block, in the order in which a CNN counts them."""
    return [(stage, place) for stage, count in enumerate(blocks) for place in range(count)]


class ClassifierTask(Task):
    """Read single crops."""

    name = "cnn"

    @staticmethod
    def nets() -> dict[str, nn.Module]:
        return {
            f"widths {'-'.join(map(str, widths))}, blocks {'-'.join(map(str, blocks))}": CLASSIFIERS["cnn"].build(
                {"widths": widths, "blocks": blocks}
            )
            for widths, blocks in CNN_SHAPES
        }

    @staticmethod
    def place(tensors: Mapping[str, Tensor], net: Any) -> Mapping[str, Tensor]:
        names = {name: number for number, name in enumerate(block_names(net.config.blocks))}
        shipped = block_names(CNNConfig().blocks)
        placed = {}
        for key, value in tensors.items():
            part, number, *rest = key.split(".")
            if part != "stages":
                placed[key] = value
            elif shipped[int(number)] in names:
                placed[".".join((part, str(names[shipped[int(number)]]), *rest))] = value
        return placed

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


TASKS: dict[str, type[Task]] = {task.name: task for task in (DetectorTask, ClassifierTask)}
