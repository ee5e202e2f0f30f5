"""How a classifier learns, is validated and finished: cross-entropy on composed crops, accuracy on fixed ones."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset, TensorDataset

from classifiers.calibration import expected_calibration_error, fit_temperature, reliability, softmax
from models.classes import CENSORED, CLASSES, OTHER
from training.batches.crop_batches import CropStream, ValidationCrops
from training.glyphs.glyph_set import GlyphSet
from training.glyphs.reader import LabelledImages
from training.runs.plots import plot_confusion
from training.runs.settings import RunSettings
from training.runs.trainer import TrainingModule, gather_processes

LABELS = (*CLASSES, "no symbol")

JUDGE = "cnn"
"""Shipped classifier whose mistakes are taken more often, in runs with hard glyphs."""


class ClassifierModule(TrainingModule):
    """Cross-entropy on composed crops; accuracy by class and source on fixed ones.

    Args:
        settings: of the run.
        name: of the classifier.
        build_net: makes its network; called once chance is seeded.
        glyphs: to compose crops of.
        mnist: images to take crops from.
        val: crops to validate on.
        smoothing: share of every label that is spread over all classes.
        teacher: a network whose probabilities are mixed into the labels.
        teacher_share: its share of every label.
    """

    unit = "crops"

    def __init__(
        self,
        settings: RunSettings,
        name: str,
        build_net: Callable[[], nn.Module],
        glyphs: GlyphSet,
        mnist: LabelledImages,
        val: ValidationCrops,
        *,
        smoothing: float = 0.0,
        teacher: nn.Module | None = None,
        teacher_share: float = 0.0,
    ) -> None:
        super().__init__(settings, name, name)
        layout = torch.channels_last  # a quarter faster on a CPU
        self.net = build_net().to(memory_format=layout)
        self.glyphs, self.mnist, self.smoothing = glyphs, mnist, smoothing
        # Soft targets of a stronger network (Hinton et al., arXiv:1503.02531); in a list, so that it is not trained.
        self.teachers, self.teacher_share = (
            ([] if teacher is None else [teacher.to(memory_format=layout)]),
            teacher_share,
        )
        self.val_inputs, self.val_classes, self.val_sources = val
        self.val_right: dict[int, bool] = {}  # by the crop's number: with several processes each sees some of them

    def train_data(self, epoch: int) -> Dataset[Any]:
        share = self.settings.samples // self.trainer.world_size
        judge = JUDGE if self.settings.hard else None
        return CropStream(self.glyphs, self.mnist, share, (self.settings.seed, epoch, self.global_rank), judge)

    def val_dataloader(self) -> DataLoader[Any]:
        numbers = torch.arange(len(self.val_inputs))
        return DataLoader(TensorDataset(torch.from_numpy(self.val_inputs), numbers), 500)

    def training_step(self, batch: tuple[Tensor, Tensor], _: int) -> Tensor:
        """The loss of inputs uint8 ``[B, 3, 32, 32]`` and classes int64 ``[B]``."""
        inputs, classes = batch
        x = (inputs.float() / 255).contiguous(memory_format=torch.channels_last)
        logits = self.net(x).float()
        targets = functional.one_hot(classes, logits.shape[1]).float()
        for teacher in self.teachers:
            with torch.no_grad():
                targets = targets.lerp(teacher.to(x.device)(x).float().softmax(1), self.teacher_share)
        loss = functional.cross_entropy(logits, targets, label_smoothing=self.smoothing)
        self.log("loss", loss, prog_bar=True)
        return loss

    def on_validation_epoch_start(self) -> None:
        self.val_right = {}
        # A copy as it will be run: not compiled, in full precision; in a list, so that it is no part of this module.
        self.readers = [copy.deepcopy(self.net).float().eval()]

    def validation_step(self, batch: tuple[Tensor, Tensor], _: int) -> None:
        with torch.autocast(self.device.type, enabled=False):
            answer = self.readers[0](batch[0].float() / 255).argmax(1).cpu().numpy()
        numbers = batch[1].cpu().numpy()
        self.val_right.update(zip(numbers.tolist(), (answer == self.val_classes[numbers]).tolist(), strict=True))

    def on_validation_epoch_end(self) -> None:
        answers = gather_processes(self.val_right)
        right, sources = np.array(list(answers.values())), self.val_sources[list(answers)]
        accuracies = {str(s): float(right[sources == s].mean()) for s in np.unique(sources)}
        # Every source counts the same: the largest would drown the others.
        score = float(np.mean(list(accuracies.values())))
        self.log_dict({f"accuracy/{k}": v for k, v in accuracies.items()})
        self.log("score", score, prog_bar=True)

    def finish(self) -> None:
        """Fits the temperature on the validation crops, plots the confusion matrix, and writes the weights."""
        net, classes = self.net.float().eval(), self.val_classes
        with torch.inference_mode():
            logits = torch.cat([net(batch[0].float() / 255) for batch in self.val_dataloader()]).numpy()
        temperature = fit_temperature(logits, classes)
        figures = describe_classifier(logits, classes, self.val_sources, temperature)
        matrix = np.zeros((len(LABELS), len(LABELS)), int)
        np.add.at(matrix, (classes, logits.argmax(1)), 1)
        plot_confusion(matrix, LABELS, self.folder / "confusion.png")
        print(figures)
        card = {
            "task": "classify one crop of a drawing as a digit, censored or other",
            "made by": f"python -m training.classifier {self.weights_name}",
            "validation": figures,
            "reliability": reliability(softmax(logits / temperature), classes).round(4).tolist(),
        }
        self.save(net, {"temperature": temperature}, card)


def describe_classifier(
    logits: np.ndarray, classes: np.ndarray, sources: np.ndarray, temperature: float
) -> dict[str, Any]:
    """Figures for the model card: accuracy by class and source, rejection, calibration.

    Args:
        logits: float32 ``[N, 13]``.
        classes: true ones, int64 ``[N]``.
        sources: str ``[N]``.
        temperature: divisor of the logits.
    """
    scaled = softmax(logits / temperature)
    answer = scaled.argmax(1)
    right = answer == classes
    digits = classes < CENSORED
    return {
        "items": len(classes),
        "accuracy by source": {str(s): round(float(right[sources == s].mean()), 4) for s in np.unique(sources)},
        "accuracy by class": {LABELS[c]: round(float(right[classes == c].mean()), 4) for c in np.unique(classes)},
        "censored caught": round(float((answer[classes == CENSORED] == CENSORED).mean()), 4),
        "digits called censored": round(float((answer[digits] == CENSORED).mean()), 5),
        "others called censored": round(float((answer[classes == OTHER] == CENSORED).mean()), 5),
        "expected calibration error": round(expected_calibration_error(scaled, classes), 4),
    }
