"""Reading and writing the weight files beside this module.

A model is two files: ``<name>.safetensors`` (half precision, so that each stays under 10 MB) and its card
``<name>.json``, which holds config, classes, calibration, figures, sources and the checksum.  Nothing here unpickles.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safetensors import SafetensorError, safe_open

from models import CLASSES

if TYPE_CHECKING:
    from torch import Tensor, nn

WEIGHTS_FOLDER = Path(__file__).parent


class WeightsError(Exception):
    """A weight file can't be used; the message says why and what to do."""


@dataclass(frozen=True)
class Weights:
    """A checked weight file: the network's config, its calibration and its tensors (float32)."""

    config: dict[str, Any]
    calibration: dict[str, float]
    tensors: dict[str, Tensor]

    def into(self, net: nn.Module) -> nn.Module:
        """Fills ``net`` and puts it into evaluation mode; WeightsError where the shapes don't fit."""
        try:
            net.load_state_dict(self.tensors)
        except RuntimeError as error:
            first = str(error).splitlines()[1].strip() if "\n" in str(error) else str(error)
            raise WeightsError(f"The weights do not fit the network: {first}") from error
        return net.eval()


def save_weights(
    name: str,
    net: nn.Module,
    *,
    config: Mapping[str, Any],
    calibration: Mapping[str, float],
    card: Mapping[str, Any],
    folder: Path = WEIGHTS_FOLDER,
) -> None:
    """Writes ``<name>.safetensors`` and its card; the card's checksum is that of the file written."""
    import torch
    from safetensors.torch import save_file

    tensors = {
        k: v.detach().to(torch.float16 if v.is_floating_point() else v.dtype).contiguous().cpu()
        for k, v in net.state_dict().items()
    }
    path = folder / f"{name}.safetensors"
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, path, metadata={"config": json.dumps(config), "classes": json.dumps(CLASSES)})
    full = {
        "name": name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "classes": list(CLASSES),
        "parameters": sum(p.numel() for p in net.parameters()),
        "config": dict(config),
        "calibration": dict(calibration),
        **card,
    }
    (folder / f"{name}.json").write_text(json.dumps(full, indent=2) + "\n")


def load_weights(name: str, folder: Path = WEIGHTS_FOLDER) -> Weights:
    """Reads and checks one model's files.

    Raises:
        WeightsError: a file is missing, truncated, an LFS pointer, or differs from its card in checksum, config or
            classes.
    """
    import torch
    from safetensors.torch import load

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
        with safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
        tensors = load(data)
    except SafetensorError as error:
        raise WeightsError(f"{path.name} is not a safetensors file: {error}") from error
    if json.loads(metadata.get("config", "null")) != expected[1]:
        raise WeightsError(f"{path.name} was made with another config than its card states.")
    if tuple(json.loads(metadata.get("classes", "[]"))) != CLASSES or expected[2] != CLASSES:
        raise WeightsError(f"{path.name} was made for other classes than {', '.join(CLASSES)}.")
    return Weights(
        expected[1], expected[3], {k: v.to(torch.float32) if v.is_floating_point() else v for k, v in tensors.items()}
    )
