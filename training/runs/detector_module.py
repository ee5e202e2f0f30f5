"""How a detector learns, is validated and finished: YOLOv3's loss on composed scenes, mAP on fixed ones."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader

from comparison.evaluation.metrics import confusion
from detectors.detections import Detections
from detectors.detector import MIN_CONFIDENCE, keep_best
from detectors.yolov3.detector import YOLOv3Detector
from ink.sheet import Sheet
from models.classes import STRIDES
from models.yolov3 import YOLOv3
from training.batches.detector_batches import SceneBatches, shrink_batch
from training.glyphs.glyph_set import GlyphSet
from training.runs.calibrate import fit_confidence
from training.runs.detector_scores import score_detector
from training.runs.plots import plot_confusion
from training.runs.settings import RunSettings
from training.runs.trainer import TrainingModule, gather_processes
from training.runs.yolo_loss import yolo_loss
from training.scenes.composer import Scene, compose_validation_set

VALIDATION_SEED = 77
VALIDATION_BATCH = 30
"""Scenes that are read at once in validation."""


def validation_scenes(glyphs: GlyphSet, count: int) -> list[Scene]:
    """A fixed set of scenes, the kinds in turn."""
    return list(compose_validation_set(glyphs, count, VALIDATION_SEED))


class DetectorModule(TrainingModule):
    """YOLOv3's loss on composed scenes; mAP and scenes read exactly on fixed ones of other writers.

    Args:
        settings: of the run.
        build_net: makes the network; called once chance is seeded.
        glyphs: to compose training scenes of.
        scenes: to validate on.
        easy: see :class:`SceneBatches`.
    """

    net: YOLOv3
    anchors: Tensor
    unit = "canvases"

    def __init__(
        self,
        settings: RunSettings,
        build_net: Callable[[], YOLOv3],
        glyphs: GlyphSet,
        scenes: Sequence[Scene],
        easy: float = 1.0,
    ) -> None:
        super().__init__(settings, "detector", "yolov3")
        self.net = build_net()
        self.glyphs, self.scenes, self.easy = glyphs, scenes, easy
        self.register_buffer("anchors", torch.tensor(self.net.config.anchors), persistent=False)
        self.found: dict[int, Detections] = {}  # by the scene's number: with several processes each sees some of them

    def train_data(self, epoch: int) -> SceneBatches:
        s = self.settings
        share = s.samples // s.batch // self.trainer.world_size
        return SceneBatches(self.glyphs, share, s.batch, (s.seed, epoch, self.global_rank), easy=self.easy)

    def train_dataloader(self) -> DataLoader[Any]:
        # The data comes in batches, each of one shape.
        return DataLoader(self.train_data(self.current_epoch), batch_size=None, num_workers=self.settings.workers)

    def val_dataloader(self) -> DataLoader[Any]:
        return DataLoader(range(len(self.scenes)), VALIDATION_BATCH, collate_fn=list)  # type: ignore[arg-type]

    def training_step(self, batch: tuple[Tensor, Tensor], number: int) -> Tensor:
        """The loss of inks uint8 ``[B, 1, h, w]`` and objects float32 ``[M, 6]``; see ``collate_scenes``."""
        # By the step's own number, so that a resumed run shrinks as an unbroken one would have.
        rng = np.random.default_rng([self.settings.seed, self.current_epoch, self.global_rank, number])
        inks, objects = shrink_batch(batch[0].float() / 255, batch[1], rng)
        x = inks.contiguous(memory_format=torch.channels_last)
        losses = yolo_loss(self.net(x), objects, self.anchors, STRIDES)
        self.log_dict(losses, prog_bar=True, batch_size=len(inks))
        return losses["loss"]

    def on_validation_epoch_start(self) -> None:
        self.found = {}
        # A copy as it will be run: not compiled, in full precision, its batch norms folded in.
        self.reader = YOLOv3Detector.from_module(copy.deepcopy(self.net).float())

    def validation_step(self, batch: list[int], _: int) -> None:
        with torch.autocast(self.device.type, enabled=False):
            found = self.reader.predict_batch([self.scenes[i].image for i in batch], MIN_CONFIDENCE)
        self.found.update(zip(batch, found, strict=True))

    def on_validation_epoch_end(self) -> None:
        found = gather_processes(self.found)
        scores = score_detector(list(found.values()), [self.scenes[i] for i in found])
        self.log_dict(scores)
        self.log("score", scores["mAP"], prog_bar=True)

    def finish(self) -> None:
        """Calibrates the confidence on the validation scenes, plots the confusion matrix, and writes the weights."""
        net = self.net.float().eval()
        engine = YOLOv3Detector.from_module(copy.deepcopy(net)).engine
        # Each object by itself: context goes by the calibrated confidence, which is not known yet.
        alone = YOLOv3Detector(engine, net.config.anchors).propose_alone([Sheet(s.image) for s in self.scenes])
        calibration = fit_confidence([keep_best(found, MIN_CONFIDENCE) for found in alone], self.scenes)
        detector = YOLOv3Detector(engine, net.config.anchors, calibration)
        found = detector.predict_batch([s.image for s in self.scenes], MIN_CONFIDENCE)
        figures = {k: round(v, 4) for k, v in score_detector(found, self.scenes).items()}
        matrix, labels = confusion([keep_best(f) for f in found], [(s.xyxy, s.class_id) for s in self.scenes])
        plot_confusion(matrix, labels, self.folder / "confusion.png")
        print(figures)
        card = {
            "task": "find and classify every digit, censored or other drawing on a sheet",
            "made by": "python -m training.detector",
            "validation": {self.unit: len(self.scenes)} | figures,
        }
        self.save(net, calibration, card)
