"""Trains YOLOv3 on composed sheets: ``python -m training.detector [settings]``."""

from __future__ import annotations

import copy
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader
from torchmetrics.detection import MeanAveragePrecision

from comparison.evaluation.metrics import confusion, is_exact
from detectors.detections import Detections
from detectors.detector import LOWEST, keep_best
from detectors.yolov3.detector import YOLOv3Detector
from ink.sheet import Sheet
from models.yolov3 import STRIDES, YOLOv3, slim_config
from training.anchors import ANCHORS
from training.batches.detector_batches import SceneBatches
from training.batches.hardness import repeat_hard_glyphs
from training.glyphs.glyph_set import GlyphSet
from training.glyphs.reader import DataError, load_glyphs, load_mnist
from training.glyphs.sources import present_files
from training.glyphs.tracing import add_traced_images
from training.glyphs.writers import add_synthetic_writers
from training.runs.calibrate import fit_confidence
from training.runs.checkpoints import average_with_start, load_checkpoint, load_start_weights
from training.runs.onnx_graph import detector_serving
from training.runs.plots import plot_confusion
from training.runs.save import save_weights
from training.runs.settings import RunSettings, parse_settings
from training.runs.trainer import TrainingModule, describe_run, gather_processes, train_network
from training.runs.yolo_loss import yolo_loss
from training.scenes.composer import Scene, compose_validation_set


@dataclass(frozen=True)
class DetectorSettings(RunSettings):
    """Settings of the detector's run; ``samples`` are canvases."""

    epochs: int = 40
    samples: int = 16_384
    width: float = 0.25
    depth: float = 1.5
    validation: int = 600  # canvases, an equal number of each kind


def validation_scenes(drawings: GlyphSet, count: int) -> list[Scene]:
    """A fixed set of sheets, the kinds in turn."""
    return list(compose_validation_set(drawings, count, seed=77))


class DetectorModule(TrainingModule):
    """YOLOv3's loss on composed sheets; mAP and sheets read exactly on fixed ones of other writers."""

    net: YOLOv3
    anchors: Tensor

    def __init__(self, settings: DetectorSettings, drawings: GlyphSet, scenes: list[Scene]) -> None:
        super().__init__(settings)
        self.net = YOLOv3(slim_config(ANCHORS, settings.width, settings.depth))
        self.drawings, self.scenes = drawings, scenes
        self.register_buffer("anchors", torch.tensor(ANCHORS), persistent=False)
        self.found: dict[int, Detections] = {}  # by the scene's number: with several processes each sees some of them

    def train_data(self, epoch: int) -> SceneBatches:
        s = self.settings
        share = s.samples // s.batch // self.trainer.world_size
        return SceneBatches(self.drawings, share, s.batch, (s.seed, epoch, self.global_rank))

    def train_dataloader(self) -> DataLoader[Any]:
        # The data comes in batches, each of one shape.
        return DataLoader(self.train_data(self.current_epoch), batch_size=None, num_workers=self.settings.workers)

    def training_step(self, batch: Any, _: int) -> Tensor:
        inks, objects = batch
        x = (inks.float() / 255).contiguous(memory_format=torch.channels_last)
        losses = yolo_loss(self.net(x), objects, self.anchors, STRIDES)
        self.log_dict(losses, prog_bar=True, batch_size=len(inks))
        return losses["loss"]

    def on_validation_epoch_start(self) -> None:
        self.found = {}
        # A copy as it will be served: not compiled, in full precision, its batch norms folded in.
        self.served = YOLOv3Detector.of(copy.deepcopy(self.net).float())

    def validation_step(self, batch: list[int], _: int) -> None:
        with torch.autocast(self.device.type, enabled=False):
            found = self.served.predict_batch([self.scenes[i].image for i in batch], LOWEST)
        self.found.update(zip(batch, found, strict=True))

    def on_validation_epoch_end(self) -> None:
        found = gather_processes(self.found)
        scores = score_detector(list(found.values()), [self.scenes[i] for i in found])
        self.log_dict(scores)
        self.log("score", scores["mAP"], prog_bar=True)


def score_detector(found: list[Detections], scenes: list[Scene]) -> dict[str, float]:
    """MAP over all sheets, and the share of sheets read exactly by kind."""
    metric = MeanAveragePrecision(backend="pycocotools", sync_on_compute=False)
    for detections, scene in zip(found, scenes, strict=True):
        metric.update(
            [{"boxes": torch.from_numpy(detections.xyxy), "scores": torch.from_numpy(detections.confidence),
              "labels": torch.from_numpy(detections.class_id)}],
            [{"boxes": torch.from_numpy(scene.xyxy), "labels": torch.from_numpy(scene.class_id)}],
        )  # fmt: skip
    figures = metric.compute()
    exact: dict[str, list[bool]] = {}
    for detections, scene in zip(found, scenes, strict=True):
        exact.setdefault(scene.kind, []).append(is_exact(keep_best(detections), scene.xyxy, scene.class_id))
    result = {"mAP50": float(figures["map_50"]), "mAP": float(figures["map"])}
    result |= {f"exact/{kind}": float(np.mean(flags)) for kind, flags in exact.items()}
    return result | {"exact/all": float(np.mean([f for flags in exact.values() for f in flags]))}


def main(argv: list[str] | None = None) -> None:
    """Trains, calibrates the confidence on validation sheets, and writes the weights."""
    settings = parse_settings(DetectorSettings, argv, __doc__)
    try:
        mnist = load_mnist(settings.data)
        drawings = repeat_hard_glyphs(load_glyphs(settings.data), mnist, settings.hard)[0]
        drawings = add_traced_images(add_synthetic_writers(drawings, settings.seed), mnist, settings.seed)
        others = load_glyphs(settings.data, "val")
    except DataError as error:
        raise SystemExit(str(error)) from error
    scenes = validation_scenes(others, settings.validation)
    module = DetectorModule(settings, drawings, scenes)
    load_start_weights(module, "yolov3", describe_run(settings, "canvases"))
    loader: DataLoader[Any] = DataLoader(range(len(scenes)), 30, collate_fn=list)  # type: ignore[arg-type]
    if not settings.train:
        load_checkpoint(module, "detector")
    elif not train_network(module, "detector", loader).is_global_zero:
        return
    average_with_start(module, "yolov3")
    finish_detector(module, settings, scenes)


def finish_detector(module: DetectorModule, settings: DetectorSettings, scenes: list[Scene]) -> None:
    """Calibration, confusion matrix and weight files of a trained network."""
    net = module.net.float().eval()
    engine = YOLOv3Detector.of(copy.deepcopy(net)).engine
    # Each object by itself: context goes by the calibrated confidence, which is not known yet.
    alone = YOLOv3Detector(engine, ANCHORS).alone([Sheet(s.image) for s in scenes])
    raw = [keep_best(found, LOWEST) for found in alone]
    calibration = fit_confidence(raw, scenes)
    detector = YOLOv3Detector(engine, ANCHORS, calibration)
    found = detector.predict_batch([s.image for s in scenes], LOWEST)
    figures = score_detector(found, scenes)
    shown = [keep_best(f) for f in found]
    matrix, labels = confusion(shown, [(s.xyxy, s.class_id) for s in scenes])
    plot_confusion(matrix, labels, settings.out / "detector" / "confusion.png")
    print({k: round(v, 4) for k, v in figures.items()})
    if settings.save:
        save_weights(
            "yolov3",
            net,
            config=asdict(net.config),
            calibration=calibration,
            serving=detector_serving(net),
            card={
                "task": "find and classify every digit, censored or other drawing on a sheet",
                "made by": "python -m training.detector",
                "training": module.history,
                "data": present_files(settings.data),
                "validation": {"canvases": len(scenes)} | {k: round(v, 4) for k, v in figures.items()},
            },
        )  # fmt: skip


if __name__ == "__main__":
    main()
