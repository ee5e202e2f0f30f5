"""Where the methods differ, in numbers and in drawings: ``python -m tools.figures FOLDER`` writes docs/differences.md.

FOLDER is a labelled set, such as ``python -m training.compose`` makes.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import cv2
import matplotlib
import numpy as np

from comparison.datasets.archive import unpacked
from comparison.datasets.readers import read_dataset
from comparison.evaluation.evaluate import EvaluationRun
from comparison.evaluation.metrics import is_exact
from comparison.evaluation.results import Evaluation
from comparison.export import draw_labelled_boxes
from comparison.report.mistakes import are_right, blurred_picture, contact_sheet
from detectors import CONFIDENCE, keep_best, load_detector, load_detectors, method_lines, read_drawing
from ink.drawing import png_bytes
from ink.ink import ink_on_paper
from ink.paper import ink_map

matplotlib.use("Agg")
from matplotlib import pyplot as plt

DOCS = Path(__file__).resolve().parents[1] / "docs"
CASES = DOCS.parent / "tests" / "detectors" / "cases"
"""Drawings that were once misread."""

ONE, OTHER = "yolov3", "contours-cnn"
"""The two methods that the page shows first."""

TILES = 12
"""Drawings of each kind of difference."""


def right(done: Evaluation, method: str, confidence: float = CONFIDENCE) -> list[bool]:
    """For each drawing whether a method read it exactly at a threshold."""
    found = done.results[method].found
    return [is_exact(keep_best(f, confidence), s.xyxy, s.class_id) for f, s in zip(found, done.samples, strict=True)]


def tally(done: Evaluation) -> list[tuple[str, Counter[tuple[bool, bool]]]]:
    """Slice by slice how many drawings both methods, only one, or none read exactly."""
    counts: dict[str, Counter[tuple[bool, bool]]] = {}
    for sample, *both in zip(done.samples, right(done, ONE), right(done, OTHER), strict=True):
        counts.setdefault(sample.slice, Counter())[both[0], both[1]] += 1
    return sorted(counts.items())


def pairs(done: Evaluation, wanted: tuple[bool, bool]) -> np.ndarray:
    """Drawings with what each of the two methods found on them, side by side; spread over the slices."""
    queues: dict[str, list[int]] = {}
    for k, both in enumerate(zip(right(done, ONE), right(done, OTHER), strict=True)):
        if both == wanted:
            queues.setdefault(done.samples[k].slice, []).append(k)
    chosen: list[int] = []
    while len(chosen) < TILES and any(queues.values()):
        chosen += [queue.pop(0) for queue in queues.values() if queue]
    tiles = []
    for k in chosen[:TILES]:
        image = blurred_picture(done, k)
        for method in (ONE, OTHER):
            shown = keep_best(done.results[method].found[k])
            tiles.append(
                draw_labelled_boxes(image, shown, are_right(shown, done.samples[k].xyxy, done.samples[k].class_id))
            )
    return contact_sheet(tiles, columns=6, side=180)


HARD_CASES = {
    "photographs": ("*.jpg", "*paper*.png"),
    "pens": (
        "dash*.png",
        "dot*.png",
        "sprayed*.png",
        "*outlines*.png",
        "hollow*.png",
        "*rims*.png",
        "struck.png",
        "discs*.png",
        "two_colours*.png",
    ),
}
"""Names of pictures -> the hard cases that they show."""


def beside_their_ink(patterns: Sequence[str], folder: Path = CASES) -> np.ndarray:
    """Hard cases, each beside its ink with what the first method found there."""
    detector, tiles = load_detector(ONE), []
    for path in sorted(path for pattern in patterns for path in folder.glob(pattern)):
        image = read_drawing(path)
        tiles += [image, draw_labelled_boxes(ink_on_paper(ink_map(image)), detector(image))]
    return contact_sheet(tiles, columns=4, side=270)


def plot(done: Evaluation, path: Path) -> None:
    """Left: sheets read exactly at each threshold.  Right: how often a box of some confidence is a right one."""
    figure, (left, rest) = plt.subplots(1, 2, figsize=(10, 3.8), layout="constrained")
    thresholds = np.linspace(0.05, 0.95, 37)
    for method, (colour, dashes) in method_lines(done.results).items():
        left.plot(thresholds, [np.mean(right(done, method, t)) for t in thresholds], dashes, color=colour, label=method)
        scores, hits = [], []
        for found, sample in zip(done.results[method].found, done.samples, strict=True):
            shown = keep_best(found, 0.05)
            scores += shown.confidence.tolist()
            hits += are_right(shown, sample.xyxy, sample.class_id)
        bins = np.digitize(scores, np.linspace(0.1, 0.9, 9))
        filled = [b for b in range(10) if (bins == b).sum() >= 8]
        rest.plot(
            [np.mean(np.array(scores)[bins == b]) for b in filled],
            [np.mean(np.array(hits)[bins == b]) for b in filled],
            dashes,
            color=colour,
            marker="o",
            label=method,
        )
    left.axvline(CONFIDENCE, color="#777777", linewidth=0.8)
    left.set(xlabel="threshold of the confidence", ylabel="sheets read exactly", title="One half is the best threshold")
    rest.plot([0, 1], [0, 1], color="#777777", linewidth=0.8)
    rest.set(xlabel="confidence", ylabel="share of right boxes", title="What a confidence means")
    left.legend()
    figure.savefig(path, dpi=110)
    plt.close(figure)


def main() -> None:
    """Writes the page and its pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    with unpacked(parser.parse_args().folder) as folder:
        done = EvaluationRun(read_dataset(folder), load_detectors()).finish()
        for name, wanted in (("only-detection", (True, False)), ("only-segmentation", (False, True))):
            (DOCS / f"{name}.png").write_bytes(png_bytes(pairs(done, wanted)))
    for name, patterns in HARD_CASES.items():
        sheet = cv2.cvtColor(beside_their_ink(patterns), cv2.COLOR_RGB2BGR)
        cv2.imwrite(str(DOCS / f"{name}.webp"), sheet, [cv2.IMWRITE_WEBP_QUALITY, 80])
    plot(done, DOCS / "confidence.png")
    rows = tally(done)
    total: Counter[tuple[bool, bool]] = sum((counts for _, counts in rows), Counter())
    lines = [
        "# Where detection wins, and where segmentation does",
        "",
        f"{len(done.samples)} composed sheets of validation writers, read by {ONE} and {OTHER} in the default settings",
        "of the page (`python -m tools.figures out/val500` writes this page). A sheet counts as read when every object",
        "was found once with its class, and nothing else.",
        "",
        "| sheets with | both | only detection | only segmentation | neither |",
        "| --- | --- | --- | --- | --- |",
    ]  # fmt: skip
    for name, counts in [*rows, ("**all**", total)]:
        cells = [counts[key] for key in ((True, True), (True, False), (False, True), (False, False))]
        lines.append(f"| {name} | " + " | ".join(str(c) for c in cells) + " |")
    lines += [
        "",
        "## Only detection reads these",
        "",
        "In each pair left what detection found, right what segmentation found; wrong boxes in vermillion. Detection",
        "sees the sheet as a whole: where strokes of two digits touch or cross it need not say which ink is whose.",
        "",
        "![Pairs of drawings that only detection reads](only-detection.png)",
        "",
        "## Only segmentation reads these",
        "",
        "Segmentation looks at every symbol at full size and never overlooks ink: crowded sheets, tiny digits and odd",
        "drawings that detection takes for another thing, finds twice or not at all.",
        "",
        "![Pairs of drawings that only segmentation reads](only-segmentation.png)",
        "",
        "## Why the threshold is one half",
        "",
        "![Sheets read exactly by threshold, and share of right boxes by confidence](confidence.png)",
    ]
    (DOCS / "differences.md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
