"""Writing a weight file with its graph and card."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import nn

from models.classes import CLASSES
from training.runs.onnx_graph import write_graph
from weights.store import WEIGHTS_FOLDER


def save_weights(
    name: str,
    net: nn.Module,
    *,
    config: Mapping[str, Any],
    calibration: Mapping[str, float],
    card: Mapping[str, Any],
    folder: Path = WEIGHTS_FOLDER,
) -> None:
    """Writes ``<name>.safetensors``, its graph and its card; the card's checksums are those of the files written.

    Whoever is stopped half way, or runs out of disk, keeps the weights there were.

    Args:
        name: of the model.
        net: the trained network; it is put into evaluation mode.
        config: of the network.
        calibration: of its answers.
        card: what else its card says.
        folder: where the files go.
    """
    tensors = {
        k: v.detach().to(torch.float16 if v.is_floating_point() else v.dtype).contiguous().cpu()
        for k, v in net.state_dict().items()
    }
    folder.mkdir(parents=True, exist_ok=True)
    # Written aside and then moved.
    with tempfile.TemporaryDirectory(prefix=".saving-", dir=folder) as aside:
        path, graph, text = (Path(aside) / f"{name}{suffix}" for suffix in (".safetensors", ".onnx", ".json"))
        save_file(tensors, path, metadata={"config": json.dumps(config), "classes": json.dumps(CLASSES)})
        write_graph(name, net, path.parent)
        full = {
            "name": name,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "graph sha256": hashlib.sha256(graph.read_bytes()).hexdigest(),
            "classes": list(CLASSES),
            "parameters": sum(p.numel() for p in net.parameters()),
            "config": dict(config),
            "calibration": dict(calibration),
            **card,
        }
        text.write_text(json.dumps(full, indent=2) + "\n")
        for other in (graph.name, f"{name}.int8.onnx", f"{name}.int8.json"):  # of the old weights
            (folder / other).unlink(missing_ok=True)
        for file in (path, graph, text):
            file.chmod(0o644)
            file.replace(folder / file.name)
