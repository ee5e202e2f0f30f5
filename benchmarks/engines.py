"""What runs a network fastest: ``python -m benchmarks.engines``.

All ways take turns in one run.  The limit is what the network's multiply-adds would take at the speed of a large matrix
product in PyTorch on the same machine, measured in the same run.  OpenVINO takes part where it is installed.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from classifiers import CLASSIFIERS, load_classifier
from detectors.yolov3.detector import build_network
from models.classes import CROP_PLANES
from models.yolov3 import fold_batch_norms
from tools.turns import take_turns
from weights.engine import OnnxEngine, TorchEngine
from weights.store import load_weights

CROPS = 24
"""Crops that segmentation asks about on a sheet of four symbols or so."""


class Eager:
    """A module as it is, in the layout it has."""

    def __init__(self, module: nn.Module) -> None:
        self.module = module.eval()

    def __call__(self, x: np.ndarray) -> Any:
        with torch.inference_mode():
            return self.module(torch.from_numpy(x))


def detector_module() -> nn.Module:
    """YOLOv3 with its shipped weights, not fused."""
    weights = load_weights("yolov3")
    net = build_network(weights.config)
    return weights.into(net)


def contestants(name: str) -> dict[str, Callable[[np.ndarray], Any]]:
    """Ways to run one of the shipped networks."""
    if name == "yolov3":
        plain, ready = detector_module(), fold_batch_norms(detector_module())
    else:
        net = load_classifier(name).net
        assert net is not None
        plain = ready = net()
    graph = load_weights(name).graph
    ways: dict[str, Callable[[np.ndarray], Any]] = {
        "eager PyTorch": Eager(plain),
        "PyTorch, fused where it can be, channels-last": TorchEngine(ready),
    }
    if graph is not None and find_spec("onnxruntime"):
        ways["ONNX Runtime"] = OnnxEngine(graph)
    if graph is not None and find_spec("openvino"):
        import openvino

        compiled = openvino.Core().compile_model(str(graph), "CPU", {"PERFORMANCE_HINT": "LATENCY"})
        ways["OpenVINO"] = lambda x: compiled([x])
    return ways


def multiply_adds(module: nn.Module, x: np.ndarray) -> float:
    """Of one run of a module."""
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        module(torch.from_numpy(x))
    return counter.get_total_flops() / 2


def matrix_speed() -> float:
    """Multiply-adds a second of a large matrix product."""
    a = torch.rand(1536, 1536)
    times = []
    for _ in range(8):
        begun = time.perf_counter()
        a @ a
        times.append(time.perf_counter() - begun)
    return 1536**3 / min(times)


def main() -> None:
    """Prints one table a network."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    rounds = parser.parse_args().rounds
    speed = matrix_speed()
    print(f"{torch.get_num_threads()} threads; a matrix product does {speed / 1e9:.0f} G multiply-adds a second")
    for name in ("yolov3", *CLASSIFIERS):
        shape = (1, 1, 192, 192) if name == "yolov3" else (CROPS, CROP_PLANES, 32, 32)
        x = np.random.default_rng(0).random(shape, np.float32)
        ways = contestants(name)
        times = take_turns({way: partial(run, x) for way, run in ways.items()}, rounds)
        module = ways["eager PyTorch"].module  # type: ignore[attr-defined]
        limit = multiply_adds(module, x) / speed * 1000
        print(f"\n{name}, input {list(x.shape)}; its arithmetic alone would take {limit:.2f} ms\n")
        print("| way | median ms | fastest | times the limit |\n|---|---|---|---|")
        for way, values in times.items():
            median = statistics.median(values)
            print(f"| {way} | {median:.2f} | {min(values):.2f} | {median / limit:.1f} |")


if __name__ == "__main__":
    main()
