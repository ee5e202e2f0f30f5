"""What an evaluation gives."""

from __future__ import annotations

import itertools
import json
import tomllib
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from comparison.agreement import compare_readings
from comparison.datasets.dataset import Dataset, Sample
from comparison.evaluation.metrics import coco_results, drop_in_crowds, is_exact
from comparison.evaluation.paired import differences_in_words
from comparison.objects import match_readings
from detectors import CONFIDENCE, IOU, Detections, keep_best
from ink.drawing import read_drawing

LABELLED = "labelled"
"""What the truth is called among the methods."""


def project_version() -> str:
    """The project's version: that of the tree it runs from, or else of the package as it is installed."""
    try:
        with (Path(__file__).parents[2] / "pyproject.toml").open("rb") as file:
            return str(tomllib.load(file)["project"]["version"])
    except (OSError, KeyError, tomllib.TOMLDecodeError):
        return metadata.version("digit-duel")


@dataclass(frozen=True, eq=False)
class MethodResult:
    """One method on a whole set.

    Attributes:
        found: for each sample everything of confidence ``MIN_CONFIDENCE`` or more, after non-maximum suppression.
        figures: what the report shows.
    """

    found: list[Detections]
    figures: dict[str, Any]


@dataclass(frozen=True, eq=False)
class Evaluation:
    """All methods on a whole set.

    Attributes:
        dataset: the set.
        samples: those of its pictures that could be read.
        problems: one line for each of the others, missing ones included.
        results: by method.
        set_name: what people call the set; empty where nobody said.
        date: of the evaluation, as ISO 8601 writes it.
    """

    dataset: Dataset
    samples: list[Sample]
    problems: list[str]
    results: dict[str, MethodResult]
    set_name: str = ""
    date: str = ""

    def drawing(self, number: int) -> np.ndarray:
        """The picture of one sample, uint8 ``[H, W, 3]`` RGB, read anew: a whole set does not fit into memory."""
        return read_drawing(self.samples[number].path)

    def shown(self, method: str, number: int) -> Detections:
        """What a method reads on one drawing at the page's thresholds, without what is in a crowd."""
        return drop_in_crowds(keep_best(self.results[method].found[number]), self.samples[number])

    def readings(self, number: int) -> dict[str, str]:
        """What every method reads on one drawing, in words, after what is labelled; all in one reading order."""
        sample = self.samples[number]
        labels = Detections.from_labels(sample.xyxy, sample.class_id)
        matched = match_readings([labels, *(self.shown(method, number) for method in self.results)])
        return {name: matched.words(k) for k, name in enumerate([LABELLED, *self.results])}

    def exact(self, number: int) -> dict[str, bool]:
        """By method whether it reads one drawing exactly: every object once, with its class, and nothing else."""
        sample = self.samples[number]
        return {m: is_exact(self.shown(m, number), sample.xyxy, sample.class_id) for m in self.results}

    def report(self) -> dict[str, Any]:
        """What ``report.json`` holds."""
        return {
            "set": self.set_name,
            "date": self.date,
            "version": project_version(),
            "confidence": CONFIDENCE,
            "iou": IOU,
            "unreadable": self.problems,
            "skipped": self.dataset.skipped,
            "assumed": self.dataset.assumed,
            "methods": {name: result.figures for name, result in self.results.items()},
        }

    def differences(self) -> list[str]:
        """How many drawings fewer than the best method the others read, and whether that may be chance; sentences."""
        flags = [self.exact(number) for number in range(len(self.samples))]
        return differences_in_words({name: [each[name] for each in flags] for name in self.results})

    def mistaken(self) -> list[int]:
        """Numbers of the drawings that some method does not read exactly, worst first."""
        wrong = {k: sum(not is_right for is_right in self.exact(k).values()) for k in range(len(self.samples))}
        return sorted((k for k, count in wrong.items() if count), key=lambda k: (-wrong[k], k))

    def notes(self) -> dict[str, list[str]]:
        """What a reader should know before the figures, by title; only what there is."""
        notes = {
            "Pictures that could not be read": self.problems,
            "Left out": self.dataset.skipped,
            "Assumed": self.dataset.assumed,
        }
        return {title: lines for title, lines in notes.items() if lines}

    def differing(self) -> list[int]:
        """Numbers of the drawings that the methods read differently, worst first.

        The worst is the one on which most methods fail; of equals, the one on which they agree least.
        """
        ranked = []
        for k, sample in enumerate(self.samples):
            shown = [self.shown(method, k) for method in self.results]
            wrong = sum(not is_exact(s, sample.xyxy, sample.class_id) for s in shown)
            unlike = sum(not compare_readings(a, b).agree for a, b in itertools.combinations(shown, 2))
            if unlike:
                ranked.append((-wrong, -unlike, k))
        return [k for _, _, k in sorted(ranked)]

    def write_predictions(self, folder: Path) -> None:
        """Writes ``predictions-<method>.json``, COCO results with the set's own numbers, into an existing folder."""
        image_ids = [sample.image_id for sample in self.samples]
        for name, result in self.results.items():
            rows = coco_results(result.found, image_ids, self.dataset.category_id)
            (folder / f"predictions-{name}.json").write_text(json.dumps(rows))
