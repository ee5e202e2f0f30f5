"""Every method on a labelled set, one batch after the other: how much it finds, how much it reads exactly, how fast."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from comparison.datasets.dataset import Dataset, DatasetError
from comparison.datasets.walk import picture_size
from comparison.evaluation.metrics import summarise_method
from comparison.evaluation.results import Evaluation, MethodResult
from detectors import MIN_CONFIDENCE, Detections, Detector, keep_best
from ink.drawing import DrawingError, read_drawing
from ink.sheet import Sheet, measure_work

BATCH_SIZE = 16
"""Pictures per batch at most."""

MAX_BATCH_PIXELS = 24_000_000
"""Pixels of a batch of more than one picture: only one batch is in memory at a time."""

MAX_TIMED_DRAWINGS = 40
"""Drawings that are timed one by one."""


def split_batches(paths: Sequence[Path]) -> list[list[Path]]:
    """Pictures in batches of at most ``BATCH_SIZE`` and, by what their headers say, ``MAX_BATCH_PIXELS``."""
    batches: list[list[Path]] = []
    pixels = 0
    for path in paths:
        try:
            width, height = picture_size(path)
        except DatasetError:  # reading it will say why
            width = height = 0
        if not batches or len(batches[-1]) == BATCH_SIZE or pixels + width * height > MAX_BATCH_PIXELS:
            batches.append([])
            pixels = 0
        batches[-1].append(path)
        pixels += width * height
    return batches


class _MethodRun:
    """One method while it works: what it found on each picture, and how long it took."""

    def __init__(self, detector: Detector) -> None:
        self.detector = detector
        self.found: dict[Path, Detections] = {}
        self.seconds = 0.0
        self.milliseconds: list[float] = []

    def read(self, sheets: Mapping[Path, Sheet], timed: Iterable[Sheet]) -> None:
        """Reads a batch, and then some of its pictures one by one, each as if no other method had read it before."""
        proposals, milliseconds = measure_work(list(sheets.values()), lambda: self._propose(list(sheets.values())))
        self.found.update(zip(sheets, proposals, strict=True))
        self.seconds += milliseconds / 1000
        self.milliseconds += [sheet.measure(partial(self._propose, [sheet]))[1] for sheet in timed]

    def _propose(self, sheets: Sequence[Sheet]) -> list[Detections]:
        return [keep_best(found, MIN_CONFIDENCE) for found in self.detector.proposals(sheets)]


class EvaluationRun:
    """An evaluation under way: every method over every picture of a set, and on some pictures one by one for the time.

    One step is one method on one batch.  A caller shows progress between steps, or stops by taking no more::

        run = EvaluationRun(dataset, detectors)
        for share, message in run.steps():
            ...
        evaluation = run.result()

    A picture that the set names several times is read once, and only the batch at hand is in memory.
    """

    def __init__(self, dataset: Dataset, detectors: Mapping[str, Detector], set_name: str = "") -> None:
        self._dataset, self._set_name = dataset, set_name
        self._methods = {name: _MethodRun(detector) for name, detector in detectors.items()}
        paths = list(dict.fromkeys(sample.path for sample in dataset.samples))
        self._timed = frozenset(paths[:: max(1, -(-len(paths) // MAX_TIMED_DRAWINGS))])
        self._paths, self._problems = paths, dict[Path, str]()
        self._is_over = False

    def steps(self) -> Iterator[tuple[float, str]]:
        """Takes all steps; tells before each of them, and at the end, the share that is done and what comes next."""
        batches = split_batches(self._paths)
        taken, count = 0, len(batches) * len(self._methods)
        for batch in batches:
            sheets = self._read_batch(batch)
            timed = [Sheet(sheet.image) for path, sheet in sheets.items() if path in self._timed]
            for name, method in self._methods.items():
                yield taken / count, f"{name}, {len(method.found)} of {len(self._paths)}"
                if sheets:
                    method.read(sheets, timed)
                taken += 1
        self._is_over = True
        yield 1.0, "done"

    def finish(self) -> Evaluation:
        """Takes all steps; the result."""
        for _ in self.steps():
            pass
        return self.result()

    def result(self) -> Evaluation:
        """What the methods found, with their figures.

        Raises:
            RuntimeError: the evaluation is not over.
            DatasetError: no picture that has labels could be read.
        """
        if not self._is_over:
            raise RuntimeError("the evaluation is not over")
        samples = [sample for sample in self._dataset.samples if sample.path not in self._problems]
        problems = [*self._dataset.missing, *self._problems.values()]
        if not any(len(sample.class_id) for sample in samples):
            raise DatasetError(f"No labelled picture of the set can be read. {' '.join(problems[:3])}".strip())
        results = {}
        for name, method in self._methods.items():
            found = [method.found[sample.path] for sample in samples]
            figures = summarise_method(found, method.milliseconds, samples)
            figures["per_second"] = round(len(method.found) / method.seconds, 1) if method.seconds else None
            results[name] = MethodResult(found, figures)
        return Evaluation(
            self._dataset, samples, problems, results, self._set_name, datetime.now(UTC).date().isoformat()
        )

    def _read_batch(self, batch: Sequence[Path]) -> dict[Path, Sheet]:
        """The pictures that can be read; what is wrong with the others is noted."""
        sheets = {}
        for path in batch:
            try:
                sheets[path] = Sheet(read_drawing(path))
            except DrawingError as error:
                self._problems[path] = "".join(c if c.isprintable() else "?" for c in str(error))
        return sheets
