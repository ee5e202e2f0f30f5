"""Writing a weight file with its graph and card."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.classes import CLASSES

if TYPE_CHECKING:
    from torch import Tensor, nn
from weights.store import WEIGHTS_FOLDER


@dataclass(frozen=True)
class Serving:
    """What a graph is made of: a module in evaluation mode, an example of its input, and names for its outputs."""

    module: nn.Module
    example: Tensor
    outputs: Sequence[str]


def save_weights(
    name: str,
    net: nn.Module,
    *,
    config: Mapping[str, Any],
    calibration: Mapping[str, float],
    card: Mapping[str, Any],
    folder: Path = WEIGHTS_FOLDER,
    serving: Serving | None = None,
) -> None:
    """Writes ``<name>.safetensors``, its graph and its card; the card's checksums are those of the files written.

    Args:
        name: of the model.
        net: the trained network.
        config: of the network.
        calibration: of its answers.
        card: what else its card says.
        folder: where the files go.
        serving: what the graph is made of; none is written without it.
    """
    import torch
    from safetensors.torch import save_file

    tensors = {
        k: v.detach().to(torch.float16 if v.is_floating_point() else v.dtype).contiguous().cpu()
        for k, v in net.state_dict().items()
    }
    folder.mkdir(parents=True, exist_ok=True)
    # Written aside and then moved: whoever is stopped half way, or runs out of disk, keeps the weights there were.
    with tempfile.TemporaryDirectory(prefix=".saving-", dir=folder) as aside:
        new = Path(aside)
        path, graph = new / f"{name}.safetensors", new / f"{name}.onnx"
        save_file(tensors, path, metadata={"config": json.dumps(config), "classes": json.dumps(CLASSES)})
        if serving is not None:
            from training.runs.onnx_graph_write import write_graph

            write_graph(name, serving.module, serving.example, serving.outputs, new)
        full = {
            "name": name,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "graph sha256": hashlib.sha256(graph.read_bytes()).hexdigest() if graph.is_file() else None,
            "classes": list(CLASSES),
            "parameters": sum(p.numel() for p in net.parameters()),
            "config": dict(config),
            "calibration": dict(calibration),
            **card,
        }
        (new / f"{name}.json").write_text(json.dumps(full, indent=2) + "\n")
        (folder / graph.name).unlink(missing_ok=True)
        for suffix in (".safetensors", ".onnx", ".json"):
            file = new / f"{name}{suffix}"
            if file.is_file():
                file.chmod(0o644)
                file.replace(folder / file.name)
