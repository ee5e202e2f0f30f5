"""Whether corrections pay: ``python -m benchmarks.corrections [settings]``.

Writers whom no training saw are the visitors.  Each writes their digits in some order and corrects every one that is
misread; what the memory of the visit then reads is compared with what the shipped CNN reads by itself.  With
``--retrain`` the CNN also learns from the corrections of all visitors, more and more of them, and reads the other half
of their digits.  Writes ``corrections.csv`` and ``corrections.png``.
"""

from __future__ import annotations

import copy
import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib
import numpy as np

matplotlib.use("Agg")
import torch
from matplotlib import pyplot
from torch import nn
from torch.nn import functional

from classifiers import load_classifier
from classifiers.classifier import Classifier
from classifiers.crop import Crop, fit_square
from collection.adapt import VisitMemory
from models.classes import CENSORED
from training.batches.crops import plain_crop, stroke_crop
from training.glyphs.glyph_set import GlyphSet, select_glyphs
from training.glyphs.reader import DEFAULT_DATA, load_glyphs
from training.runs.settings import parse_settings, refusals_in_words

SOURCES = ("pendigits", "unipen-digits")
"""Sources of whole writers: 22 of them in the validation split."""


@dataclass(frozen=True)
class CorrectionSettings:
    """How many visitors, and how hard to learn."""

    data: Path = DEFAULT_DATA  # the data folder
    out: Path = Path("out/corrections")  # where the figures go
    orders: int = 3  # in which each visitor writes; the figures are means
    retrain: bool = False  # learn from the corrections, too; takes minutes
    counts: str = "0,10,30,100,300,1000"  # corrections that are learned from
    steps: int = 60  # training steps after each count
    seed: int = 1  # of all chance


def visit(
    memory: VisitMemory, probabilities: np.ndarray, features: np.ndarray, crops: Sequence[np.ndarray], truth: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """One visitor who writes digit after digit and corrects what is misread.

    Args:
        memory: that the visit begins with.
        probabilities: of the digits in the order of writing, float32 ``[N, 12]``.
        features: of them, float32 ``[N, C]``.
        crops: of them.
        truth: what they are, int64 ``[N]``.

    Returns:
        What is read with the memory, int64 ``[N]``, and how many corrections had been made before each, int64 ``[N]``.
    """
    place = np.zeros((32, 32), np.uint8)
    read, corrected = np.zeros(len(truth), np.int64), np.zeros(len(truth), np.int64)
    count = 0
    for k in range(len(truth)):
        read[k] = memory.lend(probabilities[[k]], features[[k]])[0].argmax()
        corrected[k] = count
        if read[k] != truth[k]:
            memory = memory.with_crops([Crop(crops[k], place)], features[[k]], truth[[k]])
            count += 1
    return read, corrected


def simulate_visits(classifier: Classifier, glyphs: GlyphSet, orders: int, seed: int) -> dict[str, float]:
    """Mistakes of all visitors without and with the memory, and how many right digits it breaks; means over orders."""
    crops = [plain_crop(glyphs, k) for k in range(len(glyphs))]
    probabilities, features = classifier(crops), classifier.features(crops)
    alone = probabilities.argmax(1)
    totals = np.zeros(3)
    rng = np.random.default_rng(seed)
    for _ in range(orders):
        for writer in np.unique(glyphs.writer):
            mine = rng.permutation(np.flatnonzero(glyphs.writer == writer))
            truth = glyphs.class_id[mine]
            read, _ = visit(VisitMemory(), probabilities[mine], features[mine], [crops[k] for k in mine], truth)
            was_right, is_right = alone[mine] == truth, read == truth
            totals += [(~was_right).sum(), (~is_right).sum(), (was_right & ~is_right).sum()]
    return dict(zip(("mistakes alone", "mistakes with memory", "broken"), (totals / orders).tolist(), strict=True))


def learn(net: nn.Module, glyphs: GlyphSet, learned: np.ndarray, old: GlyphSet, steps: int, seed: int) -> nn.Module:
    """A copy of the network that learned from some glyphs, each batch half of them and half of what it knew before."""
    rng = np.random.default_rng(seed)
    net = copy.deepcopy(net).train()
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-4, weight_decay=0.02)
    for _ in range(steps if len(learned) else 0):
        picked = [(glyphs, int(k)) for k in rng.choice(learned, 32)]
        picked += [(old, old.pick(int(rng.integers(12)), rng)) for _ in range(96)]
        inputs = np.stack([fit_square(stroke_crop(from_set, k, rng)) for from_set, k in picked])
        truth = torch.tensor([int(from_set.class_id[k]) for from_set, k in picked])
        loss = functional.cross_entropy(net(torch.from_numpy(inputs).float() / 255), truth, label_smoothing=0.03)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return net.eval()


def share_right(net: nn.Module, inputs: np.ndarray, truth: np.ndarray) -> float:
    """Share of inputs uint8 ``[N, 3, 32, 32]`` that are read as what they are, int64 ``[N]``, 0 to 1."""
    with torch.inference_mode():
        parts = [net(torch.from_numpy(inputs[k : k + 256]).float() / 255) for k in range(0, len(inputs), 256)]
    return float((torch.cat(parts)[:, :CENSORED].argmax(1).numpy() == truth).mean())


def simulate_retraining(
    classifier: Classifier, glyphs: GlyphSet, settings: CorrectionSettings
) -> list[tuple[int, float]]:
    """Share of the visitors' other digits that are read right after learning from so many corrected ones of theirs."""
    assert classifier.net is not None
    net, rng = classifier.net(), np.random.default_rng(settings.seed)
    order = rng.permutation(len(glyphs))
    given, kept_apart = order[::2], order[1::2]
    inputs = np.stack([fit_square(plain_crop(glyphs, int(k))) for k in range(len(glyphs))])
    with torch.inference_mode():
        read = classifier([plain_crop(glyphs, int(k)) for k in given]).argmax(1)
    # What was misread comes first: that is what people correct.
    given = given[np.argsort(read == glyphs.class_id[given], kind="stable")]
    old = load_glyphs(settings.data)
    curve = []
    for count in (int(text) for text in settings.counts.split(",")):
        learned = learn(net, glyphs, given[:count], old, settings.steps, settings.seed)
        curve.append((count, share_right(learned, inputs[kept_apart], glyphs.class_id[kept_apart])))
        print(f"{count} corrections: {curve[-1][1]:.4f} of {len(kept_apart)} other digits are read right")
    return curve


def write_figures(out: Path, figures: dict[str, float], curve: list[tuple[int, float]]) -> None:
    """Writes ``corrections.csv`` and, where there is a curve, ``corrections.png``."""
    out.mkdir(parents=True, exist_ok=True)
    with (out / "corrections.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["what", "value"])
        rows.writerows([*figures.items(), *((f"read right after {n} corrections", round(v, 4)) for n, v in curve)])
    if curve:
        figure, axes = pyplot.subplots(figsize=(5, 3), layout="constrained")
        axes.plot(*zip(*curve, strict=True), marker="o")
        axes.set(xlabel="corrections learned from", ylabel="other digits read right", xscale="symlog")
        figure.savefig(out / "corrections.png", dpi=120)
        pyplot.close(figure)


def main(argv: list[str] | None = None) -> None:
    """Prints the figures and writes them down."""
    settings = parse_settings(CorrectionSettings, argv, __doc__)
    classifier = load_classifier("cnn")
    with refusals_in_words():
        glyphs = load_glyphs(settings.data, "val")
    rows = np.flatnonzero(np.isin(glyphs.short_source, SOURCES) & (glyphs.class_id < CENSORED))
    glyphs = select_glyphs(glyphs, rows)
    figures = simulate_visits(classifier, glyphs, settings.orders, settings.seed)
    print(f"{len(glyphs)} digits of {len(set(glyphs.writer.tolist()))} writers")
    print(", ".join(f"{name} {value:.1f}" for name, value in figures.items()))
    curve = simulate_retraining(classifier, glyphs, settings) if settings.retrain else []
    write_figures(settings.out, figures, curve)


if __name__ == "__main__":
    main()
