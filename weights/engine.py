"""Runs a network, arrays in and arrays out: ONNX Runtime where it is installed, plain PyTorch otherwise.

Measured side by side on two cores, one drawing at a time, ONNX Runtime takes a fifth of eager PyTorch's time for YOLOv3
and 60 % for the classifiers, and saves importing PyTorch (`python -m benchmarks.engines`).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from torch import Tensor, nn

MAX_THREADS = 4
"""Threads a network uses at most: it is small, and other visitors want to be served too."""

SPIN_MICROSECONDS = 20
"""How long a thread waits for the next layer before it lets go of its core.

Not at all makes one drawing a fifth slower; the default, a thousand, makes it a half slower where another program keeps
a core busy."""


INSIGHTS = ("features", "evidence")
"""What the ``look`` of a network gives behind its logits, in this order."""

LOOKING = "looking"
"""A graph's switch, a bool: only where it is on is computed what no answer needs."""


class Engine(Protocol):
    """A network that is ready to run."""

    runtime: str  # what runs it

    def __call__(self, x: np.ndarray) -> list[np.ndarray]:
        """The network's answer, float32 arrays, to an input float32 ``[N, C, H, W]``."""


class InsightEngine(Engine, Protocol):
    """An engine that can also tell what an answer rests on."""

    @property
    def insights(self) -> tuple[str, ...]:
        """What it can tell, of ``INSIGHTS``."""

    def look(self, x: np.ndarray, insight: str) -> np.ndarray:
        """One of the engine's insights, float32 ``[N, ...]``: what the answer to ``x`` rests on.

        Raises:
            KeyError: the network has no such insight.
        """


def thread_count() -> int:
    """Threads for one network: the cores this process may use, within bounds."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, MAX_THREADS)


class TorchEngine:
    """A module in evaluation mode, on whatever device it lies; ``module`` gives one tensor or several."""

    runtime = "PyTorch"

    def __init__(self, module: nn.Module) -> None:
        import torch

        self.module = module.eval().to(memory_format=torch.channels_last)
        self.insights: tuple[str, ...] = INSIGHTS if hasattr(module, "look") else ()

    def __call__(self, x: np.ndarray) -> list[np.ndarray]:
        return self._run(self.module, x)

    def look(self, x: np.ndarray, insight: str) -> np.ndarray:
        if insight not in self.insights:
            raise KeyError(insight)
        return self._run(self.module.look, x)[1 + INSIGHTS.index(insight)]  # type: ignore[arg-type]

    def _run(self, asked: Callable[[Tensor], Any], x: np.ndarray) -> list[np.ndarray]:
        import torch

        parameter = next(self.module.parameters(), None)
        device = "cpu" if parameter is None else parameter.device
        with torch.inference_mode():
            found = asked(torch.from_numpy(x).to(device).contiguous(memory_format=torch.channels_last))
        return [part.float().cpu().numpy() for part in (found if isinstance(found, tuple | list) else [found])]


class OnnxEngine:
    """A graph whose weights ONNX Runtime reads from the safetensors file beside it."""

    runtime = "ONNX Runtime"

    def __init__(self, graph: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = thread_count()
        options.log_severity_level = 3
        options.enable_cpu_mem_arena = False  # it keeps what the largest batch took for good, and saves no time
        options.add_session_config_entry("session.intra_op.spin_duration_us", str(SPIN_MICROSECONDS))
        self.session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
        self.input = self.session.get_inputs()[0].name
        names = [output.name for output in self.session.get_outputs()]
        self.answers = [name for name in names if name not in INSIGHTS]
        self.insights = tuple(name for name in names if name in INSIGHTS)

    def __call__(self, x: np.ndarray) -> list[np.ndarray]:
        return list(self.session.run(self.answers, {self.input: x}))

    def look(self, x: np.ndarray, insight: str) -> np.ndarray:
        if insight not in self.insights:
            raise KeyError(insight)
        return self.session.run([insight], {self.input: x, LOOKING: np.array(insight == "evidence")})[0]


class Int8Engine:
    """A graph in eight bits, which answers; what the answer rests on tells the graph in float, once somebody asks."""

    runtime = "ONNX Runtime, int8"

    def __init__(self, graph: Path, plain: Path) -> None:
        self.answering = OnnxEngine(graph)
        self._plain = plain

    @cached_property
    def looking(self) -> OnnxEngine:
        """The same network in float."""
        return OnnxEngine(self._plain)

    @property
    def insights(self) -> tuple[str, ...]:
        return self.looking.insights

    def __call__(self, x: np.ndarray) -> list[np.ndarray]:
        return self.answering(x)

    def look(self, x: np.ndarray, insight: str) -> np.ndarray:
        return self.looking.look(x, insight)
