"""Learns from what people gave: ``python -m training.retrain --store STORE [settings]``.

Accepted drawings join the training data, split by contributor; a run goes on from the shipped weights; old and new
drawings are read before and after.  The new weights take the place of the shipped ones only where nothing old got worse
beyond chance and something new got better.  Stopped, the same command goes on where it was.
"""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from collection.formats import write_coco_set
from collection.store import STORE_VARIABLE, Store, StoreError
from comparison.datasets.dataset import BUILT_IN
from comparison.datasets.readers import read_dataset
from comparison.evaluation.evaluate import EvaluationRun
from comparison.evaluation.paired import PairedDifference, paired_difference
from comparison.report.tables import markdown_table
from detectors import DETECTORS, load_detector
from training import classifier, compose, detector
from training.glyphs.given import read_store
from training.glyphs.glyph_set import GlyphSet, concatenate_glyphs
from training.glyphs.sources import OWN, present_files
from training.runs.settings import RunSettings, parse_settings, refusals_in_words
from weights.store import WEIGHTS_FOLDER

NEW = "given"
"""Slice of the drawings that people gave; all others are old."""

Flags = dict[str, list[bool]]
"""By slice, for each drawing whether it is read exactly."""


@dataclass(frozen=True)
class RetrainSettings(RunSettings):
    """What to learn from and how much."""

    store: str = os.environ.get(STORE_VARIABLE, "")  # a folder, s3://bucket/folder or hf://buckets/owner/name
    network: Literal["cnn", "vit", "yolov3"] = "cnn"  # what is trained
    out: Path = Path("out/retrain")  # the data, both measurements, the run, the new weights and the report
    epochs: int = 4  # passes over so many fresh samples
    samples: int = 16_384  # crops or scenes per epoch
    batch: int = 0  # samples per training step; the network's own number where 0
    learning_rate: float = 3e-4  # small, so that what the weights know stays
    measured: int = 520  # composed scenes that stand for what is old
    adopt: bool = True  # put the new weights into weights/ where they pass


def collect_data(settings: RetrainSettings) -> None:
    """Puts the training files and the accepted drawings side by side into ``data/``, and what is measured on beside it.

    Raises:
        DataError: nothing was accepted.
        StoreError: the store can't be read.
    """
    glyphs, split, measured = read_store(Store(settings.store))
    data, own = settings.out / "data", settings.data / f"{OWN}.npz"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    for name in present_files(settings.data):
        (data / f"{name}.npz").symlink_to((settings.data / f"{name}.npz").resolve())
    if own.is_file():
        earlier, columns = GlyphSet.load(own, "own")
        glyphs, split = concatenate_glyphs([earlier, glyphs]), np.concatenate([columns["split"], split])
    write_coco_set(settings.out / NEW, measured)
    if present_files(settings.data):
        scenes = ["--data", str(settings.data), "--count", str(settings.measured), "--seed", str(settings.seed)]
        compose.main([*scenes, "--out", str(settings.out / "old")])
    glyphs.save(data / f"{OWN}.npz", split)  # last: its being there says that all is


def measure(settings: RetrainSettings, weights: Path) -> Flags:
    """How the network's method reads old and new drawings with the weights of a folder."""
    method = next(name for name, spec in DETECTORS.items() if spec.weights == settings.network)
    old = settings.out / "old"
    sets = {"old": old if old.is_dir() else BUILT_IN, NEW: settings.out / NEW}
    flags: Flags = {}
    for name, folder in sets.items():
        if not any((folder / "images").glob("*")):
            continue
        evaluation = EvaluationRun(read_dataset(folder), {method: load_detector(method, weights)}).finish()
        for number, sample in enumerate(evaluation.samples):
            flags.setdefault(sample.slice or name, []).append(evaluation.exact(number)[method])
    return flags


def train(settings: RetrainSettings) -> None:
    """Trains on from the shipped weights; the result goes to ``weights/`` in the settings' folder."""
    run = dataclasses.replace(
        settings, data=settings.out / "data", out=settings.out / "runs", start=str(WEIGHTS_FOLDER),
        weights=str(settings.out / "weights"),
    )  # fmt: skip
    flags: list[str] = []
    for each in dataclasses.fields(RunSettings):
        if each.name == "batch" and not run.batch:
            continue
        name, value = "--" + each.name.replace("_", "-"), getattr(run, each.name)
        flags += [name if value else f"--no-{name[2:]}"] if isinstance(value, bool) else [name, str(value)]
    if settings.network == "yolov3":
        detector.main(flags)
    else:
        classifier.main([settings.network, *flags])


def compare(before: Flags, after: Flags) -> dict[str, PairedDifference]:
    """By slice how many drawings more are read exactly afterwards; all old slices together are one more."""
    found = {name: paired_difference(after[name], before[name]) for name in before}
    old = [name for name in before if name != NEW]
    together = [[flag for name in old for flag in flags[name]] for flags in (after, before)]
    return {"all old": paired_difference(*together), **found}


def verdict(differences: Mapping[str, PairedDifference]) -> tuple[bool, str]:
    """Whether the new weights may take the place of the old ones, and why, in a sentence."""
    worse = [name for name, d in differences.items() if d.high < 0]
    if worse:
        return False, f"The new weights read fewer drawings exactly, beyond chance, of: {', '.join(worse)}."
    if NEW not in differences:
        return False, "Nobody's drawings are kept apart to measure on: drawings of a second contributor are needed."
    if differences[NEW].more <= 0:
        return False, "The new weights read no more of the given drawings than the old ones."
    return (
        True,
        f"Nothing old got worse beyond chance, and {differences[NEW].more} more of the given drawings are read.",
    )


def write_report(path: Path, before: Flags, after: Flags, sentence: str) -> None:
    """Old and new side by side, slice by slice."""
    rows = []
    for name, d in compare(before, after).items():
        share = [
            np.mean([f for s, part in flags.items() if s == name or (name == "all old" and s != NEW) for f in part])
            for flags in (before, after)
        ]
        interval = f"{d.more:+d} ({d.low:+.0f} to {d.high:+.0f})"
        rows.append([name, str(d.drawings), *(f"{value:.3f}" for value in share), interval])
    head = ["slice", "drawings", "read exactly before", "after", "drawings more (95 %)"]
    path.write_text("\n".join(["# Retraining", "", sentence, "", *markdown_table(head, rows)]) + "\n", encoding="utf-8")


def adopt_weights(folder: Path, network: str, target: Path = WEIGHTS_FOLDER) -> None:
    """Puts new weights, graph and card in the place of the old ones, which go to ``replaced/`` in the same folder."""
    (folder / "replaced").mkdir(exist_ok=True)
    for suffix in (".safetensors", ".onnx", ".json"):
        old, aside = target / f"{network}{suffix}", target / f".{network}{suffix}"
        if old.is_file():
            shutil.copyfile(old, folder / "replaced" / old.name)
        shutil.copyfile(folder / old.name, aside)
        aside.replace(old)


def _once(path: Path, settings: RetrainSettings, weights: Path) -> Flags:
    """A measurement that is made once and then read again."""
    if not path.is_file():
        path.write_text(json.dumps(measure(settings, weights)))
    return dict(json.loads(path.read_text()))


def main(argv: list[str] | None = None) -> bool:
    """Runs all steps; whether the new weights may be used."""
    settings = parse_settings(RetrainSettings, argv, __doc__)
    if not settings.store:
        raise SystemExit(f"Name a store with --store, or set {STORE_VARIABLE}.")
    out = settings.out
    if not settings.resume:
        shutil.rmtree(out, ignore_errors=True)
    try:
        with refusals_in_words():
            if not (out / "data" / f"{OWN}.npz").is_file():
                collect_data(settings)
            before = _once(out / "before.json", settings, WEIGHTS_FOLDER)
            if not (out / "weights" / f"{settings.network}.json").is_file():
                train(settings)
            after = _once(out / "after.json", settings, out / "weights")
    except StoreError as error:
        raise SystemExit(str(error)) from error
    better, sentence = verdict(compare(before, after))
    if better and settings.adopt:
        adopt_weights(out / "weights", settings.network)
        sentence += (
            " The new weights are in weights/, the old ones in the run's folder; docs/training.md tells the rest."
        )
    write_report(out / "report.md", before, after, sentence)
    print(f"{sentence} Report: {out / 'report.md'}")
    return better


if __name__ == "__main__":
    main()
