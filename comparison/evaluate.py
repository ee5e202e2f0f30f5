"""Every method on a labelled set: how much it finds, how much it reads exactly, how fast it is."""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from tqdm import tqdm

from comparison.agreement import compare
from comparison.dataset import Dataset, Sample
from comparison.match import confusion, is_exact
from detectors import CONFIDENCE, IOU, LOWEST, Detections, Detector, keep_best
from ink.drawing import DrawingError, read_drawing

BATCH = 16
"""Drawings a batch."""

TIMED = 40
"""Drawings that are timed one by one."""


@dataclass(frozen=True, eq=False)
class Result:
    """One method on a whole set.

    Attributes:
        found: for each sample everything of confidence ``LOWEST`` or more, after non-maximum suppression.
        figures: what the report shows.
    """

    found: list[Detections]
    figures: dict[str, Any]


def readable(samples: Sequence[Sample]) -> tuple[list[Sample], list[np.ndarray], list[str]]:
    """Samples whose picture can be read, these pictures, and one line for each of the others."""
    good, images, problems = [], [], []
    for sample in samples:
        try:
            images.append(read_drawing(sample.path))
            good.append(sample)
        except DrawingError as error:
            problems.append(str(error))
    return good, images, problems


def coco_results(found: Sequence[Detections], samples: Sequence[Sample], dataset: Dataset) -> list[dict[str, Any]]:
    """Detections as COCO results; classes that the set does not have can't be told to it and are left out."""
    rows = []
    for detections, sample in zip(found, samples, strict=True):
        for (x1, y1, x2, y2), score, class_id in zip(
            detections.xyxy.tolist(), detections.confidence.tolist(), detections.class_id.tolist(), strict=True
        ):
            if class_id in dataset.category_id:
                rows.append(
                    {
                        "image_id": sample.image_id,
                        "category_id": dataset.category_id[class_id],
                        "bbox": [round(v, 2) for v in (x1, y1, x2 - x1, y2 - y1)],
                        "score": round(score, 5),
                    }
                )
    return rows


def mean_average_precision(
    results: list[dict[str, Any]], samples: Sequence[Sample], dataset: Dataset
) -> tuple[float, float]:
    """COCO's mAP at IoU 0.5 and over 0.5 to 0.95 (pycocotools); 0 where nothing is labelled or found."""
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for sample in samples:
        images.append({"id": sample.image_id})
        for (x1, y1, x2, y2), c in zip(sample.xyxy.tolist(), sample.class_id.tolist(), strict=True):
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": sample.image_id,
                    "category_id": dataset.category_id[c],
                    "bbox": [x1, y1, x2 - x1, y2 - y1],
                    "area": (x2 - x1) * (y2 - y1),
                    "iscrowd": 0,
                }
            )
    if not annotations or not results:
        return 0.0, 0.0
    with contextlib.redirect_stdout(io.StringIO()):  # pycocotools prints its progress
        truth = COCO()
        truth.dataset = {
            "images": images,
            "annotations": annotations,
            "categories": [{"id": i} for i in dataset.category_id.values()],
        }
        truth.createIndex()
        evaluation = COCOeval(truth, truth.loadRes(results), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return max(float(evaluation.stats[1]), 0.0), max(float(evaluation.stats[0]), 0.0)


def share_exact(found: Sequence[Detections], samples: Sequence[Sample]) -> float:
    """Share of sheets on which every object was found once, with its class, and nothing else, at the page's default."""
    flags = [is_exact(keep_best(f, CONFIDENCE, IOU), s.xyxy, s.class_id) for f, s in zip(found, samples, strict=True)]
    return float(np.mean(flags)) if flags else 0.0


def _figures(
    found: Sequence[Detections], milliseconds: Sequence[float], samples: Sequence[Sample], dataset: Dataset
) -> dict[str, Any]:
    """What the report says of one method: accuracy over all and by slice, confusion, speed."""
    map50, map_all = mean_average_precision(coco_results(found, samples, dataset), samples, dataset)
    matrix, labels = confusion([keep_best(f) for f in found], [(s.xyxy, s.class_id) for s in samples])
    figures: dict[str, Any] = {
        "images": len(samples),
        "objects": int(sum(len(s.class_id) for s in samples)),
        "mAP50": round(map50, 4),
        "mAP": round(map_all, 4),
        "exact": round(share_exact(found, samples), 4),
        "median_milliseconds": round(float(np.median(milliseconds)), 2) if milliseconds else None,
        "slices": {},
        "confusion": {"labels": list(labels), "counts": matrix.tolist()},
    }
    for name in sorted({s.slice for s in samples if s.slice}):
        rows = [k for k, s in enumerate(samples) if s.slice == name]
        part, part_samples = [found[k] for k in rows], [samples[k] for k in rows]
        slice50, slice_all = mean_average_precision(coco_results(part, part_samples, dataset), part_samples, dataset)
        figures["slices"][name] = {
            "images": len(rows),
            "exact": round(share_exact(part, part_samples), 4),
            "mAP50": round(slice50, 4),
            "mAP": round(slice_all, 4),
        }
    return figures


@dataclass(frozen=True, eq=False)
class Evaluation:
    """All methods on a whole set.

    Attributes:
        dataset: the set.
        samples: those of its pictures that could be read.
        images: these pictures, uint8 ``[H, W, 3]`` RGB.
        problems: one line for each of the others.
        results: by method.
    """

    dataset: Dataset
    samples: list[Sample]
    images: list[np.ndarray]
    problems: list[str]
    results: dict[str, Result]

    def report(self) -> dict[str, Any]:
        """What ``report.json`` holds."""
        return {
            "confidence": CONFIDENCE,
            "iou": IOU,
            "unreadable": self.problems,
            "methods": {name: result.figures for name, result in self.results.items()},
        }

    def differing(self) -> list[int]:
        """Numbers of the drawings that the methods read differently, worst first.

        The worst is the one on which most methods fail; of equals, the one on which they agree least.
        """
        ranked = []
        for k, sample in enumerate(self.samples):
            shown = [keep_best(result.found[k]) for result in self.results.values()]
            wrong = sum(not is_exact(s, sample.xyxy, sample.class_id) for s in shown)
            unlike = sum(not compare(a, b).agree for a, b in itertools.combinations(shown, 2))
            if unlike:
                ranked.append((-wrong, -unlike, k))
        return [k for _, _, k in sorted(ranked)]


def evaluation(dataset: Dataset, detectors: Mapping[str, Detector]) -> Generator[tuple[float, str], None, Evaluation]:
    """Runs every method over a set, in batches, and times it on some pictures one by one.

    Yields:
        After every batch the share of the work that is done and what is being done, so that a caller can show it, or
        stop.
    """
    samples, images, problems = readable(dataset.samples)
    results: dict[str, Result] = {}
    for number, (name, detector) in enumerate(detectors.items()):
        found: list[Detections] = []
        seconds = 0.0
        for start in range(0, len(images), BATCH):
            yield (number + start / max(len(images), 1)) / len(detectors), f"{name}, {start} of {len(images)}"
            begun = time.perf_counter()
            found += detector.predict_batch(images[start : start + BATCH], LOWEST)
            seconds += time.perf_counter() - begun
        milliseconds = []
        for image in images[:: max(1, len(images) // TIMED)]:
            begun = time.perf_counter()
            detector(image)
            milliseconds.append((time.perf_counter() - begun) * 1000)
        figures = _figures(found, milliseconds, samples, dataset)
        figures["per_second"] = round(len(images) / seconds, 1) if seconds else None
        results[name] = Result(found, figures)
    yield 1.0, "done"
    return Evaluation(dataset, samples, images, problems, results)


def complete(
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
    from comparison.report import write_report

    out.mkdir(parents=True, exist_ok=True)
    with tqdm(total=100, unit="%", bar_format="{l_bar}{bar}| {elapsed}<{remaining} {postfix}") as bar:

        def tell(share: float, what: str) -> None:
            bar.update(round(100 * share) - bar.n)
            bar.set_postfix_str(what)

        result = complete(evaluation(dataset, detectors), tell)
    for name, found in result.results.items():
        rows = coco_results(found.found, result.samples, dataset)
        (out / f"predictions-{name}.json").write_text(json.dumps(rows))
    write_report(out, result)
    return result.report()
