"""Trains a classifier of single crops: ``python -m training.classifier cnn|vit [settings]``."""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset, TensorDataset

from classifiers import load_classifier
from classifiers.calibration import expected_calibration_error, fit_temperature, reliability, softmax
from models.classes import CENSORED, CLASSES, OTHER
from models.cnn import CNN
from models.vit import ViT
from training.batches.crop_batches import CropStream, fixed_crops
from training.batches.hardness import crop_worth, repeat_hard_glyphs
from training.glyphs.glyph_set import GlyphSet
from training.glyphs.reader import DataError, load_glyphs, load_mnist
from training.glyphs.sources import present_files
from training.glyphs.tracing import add_traced_images
from training.glyphs.writers import add_synthetic_writers
from training.runs.checkpoints import average_with_start, load_checkpoint, load_start_weights
from training.runs.onnx_graph import classifier_serving, plain_attention
from training.runs.plots import plot_confusion
from training.runs.save import save_weights
from training.runs.settings import RunSettings, parse_settings
from training.runs.trainer import TrainingModule, describe_run, gather_processes, train_network
from weights.store import WEIGHTS_FOLDER, WeightsError

LABELS = (*CLASSES, "no symbol")
NETWORKS: dict[str, Callable[[], nn.Module]] = {"cnn": CNN, "vit": ViT}


def shipped_network(name: str) -> nn.Module:
    """The shipped classifier called ``name``, for inference; ends the program in words where there is none."""
    if name not in NETWORKS:
        raise SystemExit(f"There is no classifier called {name}; there are {' and '.join(NETWORKS)}.")
    try:
        classifier = load_classifier(name)
        assert classifier.net is not None
        net = classifier.net()
    except WeightsError as error:
        raise SystemExit(str(error)) from error
    return net.to(memory_format=torch.channels_last)


@dataclass(frozen=True)
class ClassifierSettings(RunSettings):
    """Settings of a classifier's run; ``samples`` are crops."""

    batch: int = 256
    samples: int = 65_536
    epochs: int = 36
    learning_rate: float = 2e-3
    weight_decay: float = 0.05
    clip: float = 5.0
    ema: float = 0.995
    smoothing: float = 0.03  # label smoothing: a few labels are wrong
    teacher: str = ""  # shipped classifier whose probabilities are mixed into the labels: cnn or vit
    teacher_share: float = 0.6  # of every label


class ClassifierModule(TrainingModule):
    """Cross-entropy on composed crops; accuracy by class and source on fixed ones."""

    def __init__(self, settings: ClassifierSettings, name: str, drawings: GlyphSet, mnist: Any, val: Any) -> None:
        super().__init__(settings)
        self.smoothing, self.teacher_share = settings.smoothing, settings.teacher_share
        self.net = plain_attention(NETWORKS[name]()).to(memory_format=torch.channels_last)  # a quarter faster on a CPU
        # Soft targets of a stronger network (Hinton et al., arXiv:1503.02531); in a list, so that it is not trained.
        self.teachers = [shipped_network(settings.teacher)] if settings.teacher else []
        self.drawings, self.mnist = drawings, mnist
        self.val_classes, self.val_sources = val[1], val[2]
        self.val_right: dict[int, bool] = {}  # by the crop's number: with several processes each sees some of them

    def train_data(self, epoch: int) -> Dataset[Any]:
        share = self.settings.samples // self.trainer.world_size
        worth = crop_worth("cnn") if self.settings.hard else None
        return CropStream(self.drawings, self.mnist, share, (self.settings.seed, epoch, self.global_rank), worth)

    def training_step(self, batch: Any, _: int) -> Tensor:
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
        # A copy as it will be served: not compiled, in full precision; in a list, so that it is no part of this module.
        self.served = [copy.deepcopy(self.net).float().eval()]

    def validation_step(self, batch: Any, _: int) -> None:
        with torch.autocast(self.device.type, enabled=False):
            answer = self.served[0](batch[0].float() / 255).argmax(1).cpu().numpy()
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


def describe_classifier(
    logits: np.ndarray, classes: np.ndarray, sources: np.ndarray, temperature: float
) -> dict[str, Any]:
    """Figures for the model card: accuracy by class and source, rejection, calibration."""
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


def main(argv: list[str] | None = None) -> None:
    """Trains, then writes weights with the temperature that calibrates them on the validation crops."""
    argv = sys.argv[1:] if argv is None else argv
    if not argv or argv[0] not in NETWORKS:
        raise SystemExit(f"usage: python -m training.classifier {'|'.join(NETWORKS)} [settings]; --help lists them")
    name = argv[0]
    settings = parse_settings(ClassifierSettings, argv[1:], __doc__)
    try:
        images = load_mnist(settings.data)
        drawings, mnist = repeat_hard_glyphs(load_glyphs(settings.data), images, settings.hard)
        drawings = add_traced_images(add_synthetic_writers(drawings, settings.seed), images, settings.seed)
        inputs, classes, sources = fixed_crops(load_glyphs(settings.data, "val"), load_mnist(settings.data, "val"))
    except DataError as error:
        raise SystemExit(str(error)) from error
    module = ClassifierModule(settings, name, drawings, mnist, (inputs, classes, sources))
    taught = {"teacher": settings.teacher} if settings.teacher else {}
    load_start_weights(module, name, describe_run(settings, "crops") | taught)
    loader = DataLoader(TensorDataset(torch.from_numpy(inputs), torch.arange(len(inputs))), 500)
    if not settings.train:
        load_checkpoint(module, name)
    elif not train_network(module, name, loader).is_global_zero:
        return
    average_with_start(module, name)
    net = module.net.float().eval()
    with torch.inference_mode():
        logits = torch.cat([net(batch[0].float() / 255) for batch in loader]).numpy()
    temperature = fit_temperature(logits, classes)
    metrics = describe_classifier(logits, classes, sources, temperature)
    matrix = np.zeros((len(LABELS), len(LABELS)), int)
    np.add.at(matrix, (classes, logits.argmax(1)), 1)
    plot_confusion(matrix, LABELS, settings.out / name / "confusion.png")
    print(metrics)
    if settings.save:
        save_weights(
            name,
            net,
            config=asdict(net.config),  # type: ignore[call-overload]
            calibration={"temperature": temperature},
            serving=classifier_serving(net),
            card={
                "task": "classify one crop of a drawing as a digit, censored or other",
                "made by": f"python -m training.classifier {name}",
                "training": module.history,
                "data": present_files(settings.data),
                "validation": metrics,
                "reliability": reliability(softmax(logits / temperature), classes).round(4).tolist(),
            },
            folder=WEIGHTS_FOLDER,
        )  # fmt: skip


if __name__ == "__main__":
    main()
