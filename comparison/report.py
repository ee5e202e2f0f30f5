"""A readable report of an evaluation: tables in Markdown, and pictures of the sheets that went wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from comparison.dataset import Sample
from comparison.match import is_exact, match_boxes
from detectors import Detections, keep_best
from models import CLASSES

RIGHT, WRONG = (178, 114, 0), (0, 74, 194)
"""Blue and vermillion, as OpenCV orders colours."""

SHOWN = 24
"""Sheets on a picture of mistakes at most."""


def draw_boxes(image: np.ndarray, found: Detections, right: Sequence[bool] | None = None) -> np.ndarray:
    """A drawing with labelled boxes, uint8 ``[H, W, 3]`` RGB; wrong ones in vermillion."""
    canvas = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    unit = max(canvas.shape[:2]) / 400
    for k, (box, class_id) in enumerate(zip(found.xyxy, found.class_id, strict=True)):
        colour = RIGHT if right is None or right[k] else WRONG
        x1, y1, x2, y2 = (round(float(v)) for v in box)
        cv2.rectangle(canvas, (x1, y1), (x2, y2), colour, max(1, round(1.5 * unit)))
        cv2.putText(
            canvas, CLASSES[class_id], (x1, max(y1 - 3, round(14 * unit))), cv2.FONT_HERSHEY_SIMPLEX, 0.6 * unit,
            colour, max(1, round(2 * unit)), cv2.LINE_AA,
        )  # fmt: skip
    return cv2.cvtColor(canvas, cv2.COLOR_BGR2RGB)


def contact_sheet(tiles: Sequence[np.ndarray], columns: int = 6, side: int = 200) -> np.ndarray:
    """Pictures of any size on one sheet, uint8 RGB."""
    rows = max(1, -(-len(tiles) // columns))
    sheet = np.full((rows * side, columns * side, 3), 225, np.uint8)
    for k, tile in enumerate(tiles):
        scale = (side - 6) / max(tile.shape[:2])
        size = max(1, round(tile.shape[1] * scale)), max(1, round(tile.shape[0] * scale))
        y, x = (k // columns) * side + 3, (k % columns) * side + 3
        sheet[y : y + size[1], x : x + size[0]] = cv2.resize(tile, size, interpolation=cv2.INTER_AREA)
    return sheet


def mistakes(samples: Sequence[Sample], images: Sequence[np.ndarray], found: Sequence[Detections]) -> list[np.ndarray]:
    """Sheets that were not read exactly, spread over the slices, with what was found drawn on them."""
    tiles: dict[str, list[np.ndarray]] = {}
    for sample, image, candidates in zip(samples, images, found, strict=True):
        shown = keep_best(candidates)
        if not is_exact(shown, sample.xyxy, sample.class_id):
            pairs = dict(match_boxes(shown.xyxy, sample.xyxy))
            right = [k in pairs and shown.class_id[k] == sample.class_id[pairs[k]] for k in range(len(shown))]
            tiles.setdefault(sample.slice, []).append(draw_boxes(image, shown, right))
    queue = list(tiles.values())
    chosen: list[np.ndarray] = []
    while len(chosen) < SHOWN and any(queue):
        chosen += [each.pop(0) for each in queue if each]
    return chosen[:SHOWN]


def write_report(
    out: Path,
    report: Mapping[str, Any],
    samples: Sequence[Sample],
    images: Sequence[np.ndarray],
    found: Mapping[str, Sequence[Detections]],
) -> None:
    """``report.md`` and its pictures."""
    methods = report["methods"]
    names = list(methods)
    lines = ["# Evaluation", "", f"Thresholds: confidence {report['confidence']}, IoU {report['iou']}.", ""]
    lines += ["| method | images | mAP@0.5 | mAP@0.5:0.95 | read exactly | ms, median |", "|---|---|---|---|---|---|"]
    for name, f in methods.items():
        lines.append(
            f"| {name} | {f['images']} | {f['mAP50']:.3f} | {f['mAP']:.3f} | {f['exact']:.3f} | "
            f"{f['median_milliseconds']} |"
        )
    slices = sorted({s for f in methods.values() for s in f["slices"]})
    if slices:
        head = "| slice | images | " + " | ".join(f"{n} exact / mAP@0.5" for n in names) + " |"
        lines += ["", "## By slice", "", head, "|---" * (2 + len(names)) + "|"]
        for s in slices:
            rows = [methods[n]["slices"].get(s) for n in names]
            cells = [f"{r['exact']:.2f} / {r['mAP50']:.2f}" if r else "-" for r in rows]
            count = next(r["images"] for r in rows if r)
            lines.append(f"| {s} | {count} | " + " | ".join(cells) + " |")
    if report["unreadable"]:
        lines += ["", "## Pictures that could not be read", "", *(f"- {text}" for text in report["unreadable"])]
    lines += ["", "## Mistakes", ""]
    for name in names:
        tiles = mistakes(samples, images, found[name])
        if tiles:
            picture = f"mistakes-{name}.png"
            cv2.imwrite(str(out / picture), cv2.cvtColor(contact_sheet(tiles), cv2.COLOR_RGB2BGR))
            lines += [f"### {name}", "", f"![sheets that {name} did not read exactly]({picture})", ""]
    (out / "report.md").write_text("\n".join(lines) + "\n")
