"""Weight files and their cards: reading and checking them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safetensors import SafetensorError, safe_open

from models.classes import CLASSES
from weights.engine import InsightEngine, Int8Engine, OnnxEngine, TorchEngine
from weights.precision import runs_int8

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
        int8: of the graph with weights of eight bits; None where there is none of these weights.
    """

    name: str
    config: dict[str, Any]
    calibration: dict[str, float]
    path: Path
    graph: Path | None
    int8: Path | None = None

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
        """What runs the network here: ONNX Runtime on a graph, or the filled module that ``module`` gives."""
        try:
            fast = self.int8 if runs_int8() else None
        except ValueError as error:
            raise WeightsError(str(error)) from error
        if self.graph is not None and find_spec("onnxruntime") is not None:
            try:
                return OnnxEngine(self.graph) if fast is None else Int8Engine(fast, self.graph)
            except Exception as error:  # the runtime's own errors share no base class but this
                raise WeightsError(f"{(fast or self.graph).name} can't be run: {error}") from error
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
    _check_graph(graph, card["graph sha256"])
    return Weights(name, expected[1], expected[3], path, graph, _find_int8(name, folder, expected[0]))


def _check_graph(graph: Path, sha256: str) -> None:
    if hashlib.sha256(graph.read_bytes()).hexdigest() != sha256:
        raise WeightsError(f"{graph.name} is not the file its card describes: the checksum differs.")


def _find_int8(name: str, folder: Path, sha256: str) -> Path | None:
    """The graph in eight bits, checked; None where there is none, or where it was made of other weights."""
    graph, card_path = folder / f"{name}.int8.onnx", folder / f"{name}.int8.json"
    if not graph.is_file() or not card_path.is_file():
        return None
    try:
        card = json.loads(card_path.read_text())
        expected = card["sha256"], card["weights sha256"]
    except (ValueError, KeyError, TypeError) as error:
        raise WeightsError(f"{card_path.name} is no card of a graph: {error}") from error
    if expected[1] != sha256:
        return None
    _check_graph(graph, expected[0])
    return graph


def weight_checksums(names: Iterable[str], folder: Path = WEIGHTS_FOLDER) -> dict[str, str]:
    """What the cards say of these weight files: SHA-256 by name, without those that have no card."""
    cards = {name: folder / f"{name}.json" for name in names}
    return {name: str(json.loads(card.read_text())["sha256"]) for name, card in cards.items() if card.is_file()}
