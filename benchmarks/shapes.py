"""Networks of several shapes that learn side by side from the same samples: ``python -m benchmarks.shapes yolov3|cnn``.

Width and depth cost time; the table says what they read for it.  Every shape meets the same batches.  All start at
random, and compare with each other only, as shipped weights have met many times more; or, with ``--start weights``,
those as wide as shipped go on from there: a deeper one with new blocks that change nothing yet, a shallower one
without its last.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from comparison.report.tables import markdown_table
from tools.shape_tasks import TASKS, ShapeSettings, Task
from tools.turns import take_turns
from training.glyphs.reader import load_glyphs, load_mnist
from training.runs.save import save_weights
from training.runs.settings import parse_settings, refusals_in_words
from training.runs.trainer import schedule_factor, split_by_decay
from weights.engine import OnnxEngine
from weights.store import load_weights

WARMUP = 0.03
"""Share of the run in which the learning rate rises."""


def warmed_average(decay: float) -> Callable[[Any, Any, Any], None]:
    """A moving average of weights that forgets faster at first: else where a network began counts to the end.

    Args:
        decay: what it comes to after about ten over one less this many steps.
    """

    @torch.no_grad()
    def average(means: Sequence[Tensor], weights: Sequence[Tensor], met: Tensor | int) -> None:
        steps = int(met)
        for mean, weight in zip(means, weights, strict=True):
            if mean.is_floating_point():
                mean.lerp_(weight, 1 - min(decay, (1 + steps) / (10 + steps)))
            else:
                mean.copy_(weight)

    return average


def begin(task: Task, start: Path | None) -> dict[str, Any]:
    """A network of every shape; those that go on from weights in a folder, where one is given.

    Raises:
        WeightsError: there are none in the folder, or damaged ones.
    """
    nets = task.nets()
    if start is None:
        return nets
    tensors, begun = load_weights(task.name, start).tensors, {}
    for name, net in nets.items():
        own = net.state_dict()
        known = {key: value for key, value in task.place(tensors, net).items() if key in own}
        if all(value.shape == own[key].shape for key, value in known.items()):
            net.load_state_dict(known, strict=False)
            begun[name] = net
    return begun


def learn(task: Task, settings: ShapeSettings) -> tuple[dict[str, Any], int]:
    """Trains every shape for as long as the settings say.

    Returns:
        The averaged networks, and how many samples each met.
    """
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(settings.seed)
    begun = begin(task, settings.start)
    nets = {name: net.to(device, memory_format=torch.channels_last) for name, net in begun.items()}
    means = [AveragedModel(net, multi_avg_fn=warmed_average(settings.ema), use_buffers=True) for net in nets.values()]
    groups = [group for net in nets.values() for group in split_by_decay(net, settings.weight_decay)]
    optimizer = torch.optim.AdamW(groups, lr=settings.learning_rate, fused=device == "cuda")
    started, met = time.monotonic(), 0
    for batch in task.batches():
        done = min(1.0, (time.monotonic() - started) / (60 * settings.minutes))
        for group in optimizer.param_groups:
            group["lr"] = settings.learning_rate * schedule_factor(done, WARMUP, WARMUP / 100)
        with torch.autocast(device, torch.bfloat16):
            losses = task.losses(list(nets.values()), [part.to(device) for part in batch])  # type: ignore[arg-type]
        optimizer.zero_grad()
        torch.stack(losses).sum().backward()
        for net in nets.values():
            nn.utils.clip_grad_norm_(net.parameters(), 10.0)
        optimizer.step()
        for mean, net in zip(means, nets.values(), strict=True):
            mean.update_parameters(net)
        met += len(batch[0])
        if done == 1:
            break
    return dict(zip(nets, (mean.module for mean in means), strict=True)), met


def time_shapes(task: type[Task], rounds: int) -> dict[str, float]:
    """Milliseconds of each shape's network alone, the median of its turns, as it would be served in float."""
    x, runs = task.probe().numpy(), {}
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, net) in enumerate(task.nets().items()):
            path = Path(folder) / str(number)
            path.mkdir()
            save_weights("shape", net, config={}, calibration={}, card={}, folder=path)
            runs[name] = partial(OnnxEngine(path / "shape.onnx"), x)
        return {name: float(np.median(values)) for name, values in take_turns(runs, rounds).items()}


def shape_table(shapes: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What each shape costs and reads, as a Markdown table."""
    rows = [
        [name, f"{e['parameters'] / 1e6:.1f} M", f"{e['ms']:.1f}", *(f"{v:.3f}" for v in e["figures"].values())]
        for name, e in shapes.items()
    ]
    figures = next(iter(shapes.values()))["figures"]
    return markdown_table(["shape", "parameters", "network alone, ms", *figures], rows)


def main(argv: list[str] | None = None) -> None:
    """Trains the shapes of one network, and prints and writes down what each reads and costs."""
    argv = sys.argv[1:] if argv is None else argv
    if not argv or argv[0] not in TASKS:
        raise SystemExit(f"usage: python -m benchmarks.shapes {'|'.join(TASKS)} [settings]")
    settings = parse_settings(ShapeSettings, argv[1:], __doc__)
    cv2.setNumThreads(1)
    with refusals_in_words():
        task = TASKS[argv[0]](settings, load_glyphs(settings.data), load_mnist(settings.data))
    trained, met = learn(task, settings)
    times = time_shapes(TASKS[argv[0]], settings.rounds)
    shapes = {
        name: {
            "parameters": sum(p.numel() for p in net.parameters()),
            "ms": round(times[name], 2),
            "figures": {key: round(value, 4) for key, value in task.figures(net).items()},
        }
        for name, net in trained.items()
    }
    report = {"samples": met, "minutes": settings.minutes, "seed": settings.seed, "shapes": shapes}
    settings.out.parent.mkdir(parents=True, exist_ok=True)
    settings.out.write_text(json.dumps(report, indent=1) + "\n")
    print("\n".join(shape_table(shapes)))


if __name__ == "__main__":
    main()
