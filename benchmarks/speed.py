"""Time from a drawing to Detections, next to the full-size YOLOv3: ``python -m benchmarks.speed``.

Machines are shared and noisy, so all methods take turns in one run, and what counts is the ratio.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable
from functools import partial
from pathlib import Path

import torch

from detectors import load_detectors
from ink.drawing import read_drawing
from models.yolov3 import YOLOv3, YOLOv3Config
from tools.turns import take_turns

DRAWING = Path(__file__).resolve().parents[1] / "ui" / "examples" / "1-row.png"
"""A sheet of four digits."""


def full_size() -> Callable[[], object]:
    """The paper's YOLOv3 (61.6 M parameters, 192x192, eager PyTorch): the network alone, nothing around it."""
    net = YOLOv3(YOLOv3Config()).eval()
    image = torch.rand(1, 3, 192, 192)

    def run() -> object:
        with torch.inference_mode():
            return net(image)

    return run


def main() -> None:
    """Prints a table: median, fastest and slowest time, and how many times faster than the full-size network."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--drawing", type=Path, default=DRAWING)
    arguments = parser.parse_args()
    image = read_drawing(arguments.drawing)
    runs: dict[str, Callable[[], object]] = {"full-size YOLOv3, network alone": full_size()}
    for name, detector in load_detectors().items():
        runs[name] = partial(detector, image)
    times = take_turns(runs, arguments.rounds)
    yardstick = statistics.median(next(iter(times.values())))
    print(f"{torch.get_num_threads()} threads, {image.shape[1]}x{image.shape[0]} px, {arguments.rounds} rounds")
    print("| what | median ms | fastest | slowest | times faster |\n|---|---|---|---|---|")
    for name, values in times.items():
        median = statistics.median(values)
        print(f"| {name} | {median:.1f} | {min(values):.1f} | {max(values):.1f} | {yardstick / median:.1f} |")


if __name__ == "__main__":
    main()
