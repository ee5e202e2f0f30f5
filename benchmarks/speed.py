"""Time from a drawing to Detections over drawings of all kinds, in float and int8: ``python -m benchmarks.speed``.

Beside it stand the full-size YOLOv3 and other detectors, their networks alone.  Machines are shared and noisy, so all
take turns on each drawing in one run, and what counts is the ratio.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torchvision.models.detection import fasterrcnn_mobilenet_v3_large_320_fpn, ssdlite320_mobilenet_v3_large
from tqdm import tqdm

from comparison.report.tables import markdown_table
from detectors import Detector, load_detectors
from models.yolov3 import YOLOv3, YOLOv3Config
from tools.turns import take_turns
from training.glyphs.reader import DEFAULT_DATA, load_glyphs
from training.runs.read_scenes import compose_numbered
from training.runs.settings import parse_settings, refusals_in_words
from training.scenes.kinds import KINDS
from weights.precision import forced_precision

FULL_SIZE = "full-size YOLOv3, network alone, eager PyTorch"

CITED_MS = {"YOLOv8n": 5.9, "YOLO11n": 5.4, "YOLO26n": 4.5, "this YOLOv3, float": 7.5, "this YOLOv3, int8": 4.1}
"""Networks alone at 192 x 192 in ONNX Runtime on two cores, milliseconds: an earlier run, on another machine."""


@dataclass(frozen=True)
class SpeedSettings:
    """What is timed."""

    data: Path = DEFAULT_DATA  # the data folder
    each: int = 2  # drawings of every kind
    rounds: int = 3  # turns on each drawing, of which the median counts
    seed: int = 2026  # of the drawings


def network_alone(net: nn.Module, image: object) -> Callable[[], object]:
    """One run of a network in eager PyTorch, nothing around it."""
    net.eval()

    def run() -> object:
        with torch.inference_mode():
            return net(image)

    return run


def yardsticks() -> dict[str, Callable[[], object]]:
    """The paper's YOLOv3 (61.6 M parameters, 192x192), and two detectors of torchvision at the size they are made for.

    Their weights are random, which costs a network no time.
    """
    colour = [torch.rand(3, 320, 320)]
    nothing = {"weights": None, "weights_backbone": None, "num_classes": 13}
    ssd, faster = ssdlite320_mobilenet_v3_large(**nothing), fasterrcnn_mobilenet_v3_large_320_fpn(**nothing)
    return {
        FULL_SIZE: network_alone(YOLOv3(YOLOv3Config()), torch.rand(1, 3, 192, 192)),
        "SSDLite, MobileNetV3 (torchvision, 320 x 320)": network_alone(ssd, colour),
        "Faster R-CNN, MobileNetV3 (torchvision, 320 x 320)": network_alone(faster, colour),
    }


def time_all(drawings: list[np.ndarray], rounds: int) -> dict[str, list[float]]:
    """Milliseconds on each drawing, the median of its turns, by what took them."""
    detectors: dict[str, Detector] = {}
    for precision in ("float", "int8"):
        with forced_precision(precision):
            detectors |= {f"{name}, {precision}": each for name, each in load_detectors().items()}
    fixed = yardsticks()
    times: dict[str, list[float]] = {name: [] for name in (*fixed, *detectors)}
    for drawing in tqdm(drawings, unit="drawing"):
        runs = fixed | {name: partial(detector, drawing) for name, detector in detectors.items()}
        for name, values in take_turns(runs, rounds, warm_up=0).items():
            times[name].append(statistics.median(values))
    return times


def main(argv: list[str] | None = None) -> None:
    """Prints a table: mean, 95th percentile and worst over the drawings, and how many times faster than full size."""
    settings = parse_settings(SpeedSettings, argv, __doc__)
    with refusals_in_words():
        glyphs = load_glyphs(settings.data, "val")
    count = settings.each * len(KINDS)
    drawings = [compose_numbered(glyphs, settings.seed, number).image for number in range(count)]
    times = time_all(drawings, settings.rounds)
    yardstick = statistics.mean(times[FULL_SIZE])
    rows = [
        [name, *(f"{v:.1f}" for v in (np.mean(ms), np.quantile(ms, 0.95), max(ms), yardstick / np.mean(ms)))]
        for name, ms in times.items()
    ]
    rows += [[f"{name} (cited)", f"{ms:.1f}", "", "", ""] for name, ms in CITED_MS.items()]
    print(f"{torch.get_num_threads()} threads, {count} drawings of {len(KINDS)} kinds, {settings.rounds} turns each\n")
    print("\n".join(markdown_table(["what", "mean ms", "95 % under", "worst", "times faster"], rows)))


if __name__ == "__main__":
    main()
