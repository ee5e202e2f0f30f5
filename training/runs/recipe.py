"""The recipe of every training command: load, start, train or load a checkpoint, average, finish."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from training.batches.hard_glyphs import repeat_hard_glyphs
from training.glyphs.glyph_set import GlyphSet
from training.glyphs.reader import LabelledImages, load_glyphs, load_mnist
from training.glyphs.traced_images import add_traced_images
from training.glyphs.writers import add_synthetic_writers
from training.runs.checkpoints import (
    average_with_start,
    check_shapes,
    checkpoint_path,
    copy_start_weights,
    is_complete,
    load_checkpoint,
    load_start_weights,
    read_checkpoint,
    read_start_weights,
    start_folder,
)
from training.runs.settings import RunSettings, refusals_in_words
from training.runs.trainer import TrainingModule, train_network


def load_training_glyphs(settings: RunSettings) -> tuple[GlyphSet, LabelledImages]:
    """Glyphs to train on, synthetic writers' and traced images among them, and MNIST's training images.

    Raises:
        DataError: the data folder or the file of hard glyphs can't be used.
    """
    images = load_mnist(settings.data)
    glyphs, repeated = repeat_hard_glyphs(load_glyphs(settings.data), images, settings.hard)
    glyphs = add_traced_images(add_synthetic_writers(glyphs, settings.seed), images, settings.seed)
    # Made once here, not in every composing process of every epoch.
    _ = glyphs.by_class, glyphs.others_by_source, glyphs.digits_by_writer, glyphs.writers_of_all_digits
    return glyphs, repeated


def load_given_glyphs(settings: RunSettings) -> tuple[GlyphSet, LabelledImages]:
    """As :func:`load_training_glyphs`, without what is made of the data; raises as that does."""
    return load_glyphs(settings.data), load_mnist(settings.data)


def describe_run(settings: RunSettings, unit: str) -> dict[str, Any]:
    """What a card says of one run: how many samples (``unit`` says of what), and the settings that shaped it."""
    return {
        unit: settings.epochs * settings.samples,
        "epochs": settings.epochs,
        "batch": settings.batch,
        "learning rate": settings.learning_rate,
        "seed": settings.seed,
    } | ({"misread drawings": "more often"} if settings.hard else {})


def run_recipe(
    settings: RunSettings,
    run: str,
    weights: str,
    begin: Callable[[GlyphSet, LabelledImages], TrainingModule],
    more: dict[str, Any] | None = None,
) -> None:
    """Trains a network and finishes it; a run that is complete is finished again from its last checkpoint.

    The run's folder goes by its name, so another run of it needs ``resume`` off or a folder of its own.

    Args:
        settings: of the run.
        run: name of the run's folder in ``settings.out``.
        weights: name of the weight file that the run makes.
        begin: makes the task's module of the glyphs and images to train on.
        more: what the card says of this run beside its settings.
    """
    folder = settings.out / run
    if settings.train and settings.samples < settings.batch * settings.devices * settings.nodes:
        raise SystemExit(f"--samples {settings.samples} is less than one batch of {settings.batch} for each process.")
    checkpoint = read_checkpoint(folder) if settings.resume or not settings.train else None
    if not settings.train and checkpoint is None:
        raise SystemExit(f"There is no checkpoint at {checkpoint_path(folder)}.")
    starts = checkpoint is None or not start_folder(folder).is_dir()
    if starts:
        read_start_weights(settings, weights)  # a wrong folder is refused before all the data is read
    with refusals_in_words():
        # What is only validated and saved needs none of what is made of them to train on, which takes a minute.
        module = begin(*(load_training_glyphs if settings.train else load_given_glyphs)(settings))
    if checkpoint is not None:
        check_shapes(module, checkpoint)
    if starts:
        copy_start_weights(module)
    if checkpoint is not None and (not settings.train or is_complete(checkpoint, settings.epochs)):
        if settings.train:
            print(f"All {settings.epochs} epochs are trained: the result is made again from the last checkpoint.")
        load_checkpoint(module, checkpoint)
    else:
        load_start_weights(module, describe_run(settings, module.unit) | (more or {}))
        if not train_network(module, checkpoint_path(folder) if checkpoint else None):
            return
    average_with_start(module)
    module.finish()
