"""Trains a classifier of single crops: ``python -m training.classifier cnn|vit [settings]``."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from classifiers import CLASSIFIERS
from training.batches.crop_batches import fixed_crops
from training.glyphs.glyph_set import GlyphSet
from training.glyphs.reader import LabelledImages, load_glyphs, load_mnist
from training.runs.classifier_module import JUDGE, ClassifierModule
from training.runs.recipe import run_recipe
from training.runs.settings import RunSettings, parse_settings, refusals_in_words
from training.runs.shipped import shipped_network
from weights.store import load_weights


@dataclass(frozen=True)
class ClassifierSettings(RunSettings):
    """Settings of a classifier's run; ``samples`` are crops."""

    batch: int = 256  # crops per training step, process and composing process
    samples: int = 65_536  # composed crops per epoch
    epochs: int = 36  # passes over so many fresh crops, each validated at its end
    learning_rate: float = 2e-3  # peak; cosine to a hundredth of it after a linear warm-up
    weight_decay: float = 0.05  # of AdamW, on all but biases and norms
    clip: float = 5.0  # largest gradient norm
    ema: float = 0.995  # decay of the averaged weights, which are the ones validated and saved
    smoothing: float = 0.03  # label smoothing: a few labels are wrong
    teacher: str = ""  # shipped classifier whose probabilities are mixed into the labels: cnn or vit
    teacher_share: float = 0.6  # of every label


def main(argv: list[str] | None = None) -> None:
    """Trains, then writes weights with the temperature that calibrates them on the validation crops."""
    argv = sys.argv[1:] if argv is None else argv
    if argv[:1] in (["-h"], ["--help"]):
        parse_settings(ClassifierSettings, ["--help"], __doc__)
    if not argv or argv[0] not in CLASSIFIERS:
        raise SystemExit(f"usage: python -m training.classifier {'|'.join(CLASSIFIERS)} [settings]; --help lists them")
    name, settings = argv[0], parse_settings(ClassifierSettings, argv[1:], __doc__)
    teacher = shipped_network(settings.teacher) if settings.teacher else None
    if settings.hard:
        with refusals_in_words():
            load_weights(JUDGE)

    def begin(glyphs: GlyphSet, mnist: LabelledImages) -> ClassifierModule:
        val = fixed_crops(load_glyphs(settings.data, "val"), load_mnist(settings.data, "val"))
        return ClassifierModule(
            settings, name, lambda: CLASSIFIERS[name].build({}), glyphs, mnist, val,
            smoothing=settings.smoothing, teacher=teacher, teacher_share=settings.teacher_share,
        )  # fmt: skip

    run_recipe(settings, name, name, begin, {"teacher": settings.teacher} if settings.teacher else {})


if __name__ == "__main__":
    main()
