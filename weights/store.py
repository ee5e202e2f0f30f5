"""Weight files and their cards: reading and checking them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safetensors import SafetensorError, safe_open

from models.classes import CLASSES
from weights.engine import InsightEngine, OnnxEngine, TorchEngine

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

    def engine(self, module: Callable[[], nn.Module]) -> InsightEngine:
        """What runs the network here: ONNX Runtime on the graph, or the filled module that ``module`` gives."""
        if self.graph is not None and find_spec("onnxruntime") is not None:
            try:
                return OnnxEngine(self.graph)
            except Exception as error:  # the runtime's own errors share no base class but this
                raise WeightsError(f"{self.graph.name} can't be run: {error}") from error
        return TorchEngine(module())


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
