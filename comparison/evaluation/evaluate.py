"""Every method on a labelled set: how much it finds, how much it reads exactly, how fast it is."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from comparison.datasets.dataset import Dataset, Sample
from comparison.evaluation.metrics import coco_results, summarise_method
from comparison.evaluation.results import Evaluation, MethodResult
from detectors import LOWEST, Detections, Detector
from ink.drawing import DrawingError, read_drawing

BATCH_SIZE = 16
"""Drawings a batch."""

MAX_TIMED_DRAWINGS = 40
"""Drawings that are timed one by one."""


def read_samples(samples: Sequence[Sample]) -> tuple[list[Sample], list[np.ndarray], list[str]]:
    """Samples whose picture can be read, these pictures, and one line for each of the others."""
    good, images, problems = [], [], []
    for sample in samples:
        try:
            images.append(read_drawing(sample.path))
            good.append(sample)
        except DrawingError as error:
            problems.append(str(error))
    return good, images, problems


def evaluate_in_steps(
    dataset: Dataset, detectors: Mapping[str, Detector]
) -> Generator[tuple[float, str], None, Evaluation]:
    """Runs every method over a set, in batches, and times it on some pictures one by one.

    Yields:
        After every batch the share of the work that is done and what is being done, so that a caller can show it, or
        stop.
    """
    samples, images, problems = read_samples(dataset.samples)
    results: dict[str, MethodResult] = {}
    for number, (name, detector) in enumerate(detectors.items()):
        found: list[Detections] = []
        seconds = 0.0
        for start in range(0, len(images), BATCH_SIZE):
            yield (number + start / max(len(images), 1)) / len(detectors), f"{name}, {start} of {len(images)}"
            begun = time.perf_counter()
            found += detector.predict_batch(images[start : start + BATCH_SIZE], LOWEST)
            seconds += time.perf_counter() - begun
        milliseconds = []
        for image in images[:: max(1, len(images) // MAX_TIMED_DRAWINGS)]:
            begun = time.perf_counter()
            detector(image)
            milliseconds.append((time.perf_counter() - begun) * 1000)
        figures = summarise_method(found, milliseconds, samples, dataset)
        figures["per_second"] = round(len(images) / seconds, 1) if seconds else None
        results[name] = MethodResult(found, figures)
    yield 1.0, "done"
    return Evaluation(dataset, samples, images, problems, results)


def run_to_end(
    steps: Generator[tuple[float, str], None, Evaluation], tell: Callable[[float, str], object] = lambda *_: None
) -> Evaluation:
    """Runs an evaluation to its end; ``tell`` hears of every step."""
    while True:
        try:
            tell(*next(steps))
        except StopIteration as done:
            result: Evaluation = done.value
            return result


def evaluate(dataset: Dataset, detectors: Mapping[str, Detector], out: Path) -> dict[str, Any]:
    """Evaluates every method, writes predictions and reports to ``out``, and returns what ``report.json`` holds."""
    from comparison.report.markdown import write_report

    out.mkdir(parents=True, exist_ok=True)
    with tqdm(total=100, unit="%", bar_format="{l_bar}{bar}| {elapsed}<{remaining} {postfix}") as bar:

        def tell(share: float, what: str) -> None:
            bar.update(round(100 * share) - bar.n)
            bar.set_postfix_str(what)

        result = run_to_end(evaluate_in_steps(dataset, detectors), tell)
    for name, found in result.results.items():
        rows = coco_results(found.found, result.samples, dataset)
        (out / f"predictions-{name}.json").write_text(json.dumps(rows))
    write_report(out, result)
    return result.report()
