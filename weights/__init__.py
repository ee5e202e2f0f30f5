"""Reading and writing the weight files beside this module.

A model is three files: ``<name>.safetensors`` (half precision, so that each stays under 10 MB), the network's graph
``<name>.onnx``, which holds no weights but points into that file, and its card ``<name>.json``, which holds config,
classes, calibration, figures, sources and the checksums.  Nothing here unpickles.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safetensors import SafetensorError, safe_open

from models import CLASSES
from weights.engine import Engine, OnnxEngine, TorchEngine

if TYPE_CHECKING:
    from torch import Tensor, nn

WEIGHTS_FOLDER = Path(__file__).parent


class WeightsError(Exception):
    """A weight file can't be used; the message says why and what to do."""


@dataclass(frozen=True)
class Weights:
    """A checked weight file.

    Attributes:
        name: of the model.
        config: of the network.
        calibration: of its answers.
        path: of the safetensors file.
        graph: of the ONNX graph; None where there is none.
    """

    name: str
    config: dict[str, Any]
    calibration: dict[str, float]
    path: Path
    graph: Path | None

    @cached_property
    def tensors(self) -> dict[str, Tensor]:
        """The network's tensors, float32 where they are numbers with a point."""
        import torch
        from safetensors.torch import load

        found = load(self.path.read_bytes())
        return {k: v.to(torch.float32) if v.is_floating_point() else v for k, v in found.items()}

    def into(self, net: nn.Module) -> nn.Module:
        """Fills ``net`` and puts it into evaluation mode; WeightsError where the shapes don't fit."""
        try:
            net.load_state_dict(self.tensors)
        except RuntimeError as error:
            first = str(error).splitlines()[1].strip() if "\n" in str(error) else str(error)
            raise WeightsError(f"The weights do not fit the network: {first}") from error
        return net.eval()

    def engine(self, module: Callable[[], nn.Module]) -> Engine:
        """What runs the network here: ONNX Runtime on the graph, or the filled module that ``module`` gives."""
        if self.graph is not None and find_spec("onnxruntime") is not None:
            try:
                return OnnxEngine(self.graph)
            except Exception as error:  # the runtime's own errors share no base class but this
                raise WeightsError(f"{self.graph.name} can't be run: {error}") from error
        return TorchEngine(module())


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
            from weights.graph import write_graph  # needs the package onnx, which only training has

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


def load_weights(name: str, folder: Path = WEIGHTS_FOLDER) -> Weights:
    """Reads and checks one model's files.

    Raises:
        WeightsError: a file is missing, truncated, an LFS pointer, or differs from its card in checksum, config or
            classes.
    """
    path, card_path = folder / f"{name}.safetensors", folder / f"{name}.json"
    for each in (path, card_path):
        if not each.is_file():
            raise WeightsError(f"{each.name} is missing in {folder}. Restore it, or train it anew (see the README).")
    try:
        card = json.loads(card_path.read_text())
        expected = card["sha256"], card["config"], tuple(card["classes"]), card["calibration"]
    except (ValueError, KeyError, TypeError) as error:
        raise WeightsError(f"{card_path.name} is no model card: {error}") from error
    data = path.read_bytes()
    if data.startswith(b"version https://git-lfs"):
        raise WeightsError(f"{path.name} is a Git LFS pointer, not the weights. Run `git lfs pull`.")
    if hashlib.sha256(data).hexdigest() != expected[0]:
        raise WeightsError(
            f"{path.name} ({len(data)} bytes) is not the file its card describes: the checksum differs. It is "
            "damaged or from another training; restore both files together."
        )
    try:
        with safe_open(path, "np") as file:
            metadata = file.metadata() or {}
    except SafetensorError as error:
        raise WeightsError(f"{path.name} is not a safetensors file: {error}") from error
    if json.loads(metadata.get("config", "null")) != expected[1]:
        raise WeightsError(f"{path.name} was made with another config than its card states.")
    if tuple(json.loads(metadata.get("classes", "[]"))) != CLASSES or expected[2] != CLASSES:
        raise WeightsError(f"{path.name} was made for other classes than {', '.join(CLASSES)}.")
    graph = folder / f"{name}.onnx"
    if card.get("graph sha256") is None or not graph.is_file():
        return Weights(name, expected[1], expected[3], path, None)
    if hashlib.sha256(graph.read_bytes()).hexdigest() != card["graph sha256"]:
        raise WeightsError(f"{graph.name} is not the file its card describes: the checksum differs.")
    return Weights(name, expected[1], expected[3], path, graph)
