"""Writes the ONNX graphs of the shipped weights anew: ``python -m training.export [--folder FOLDER]``."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from torch import nn

from classifiers import CLASSIFIERS
from detectors.yolov3.detector import build_network
from training.runs.onnx_graph import write_graph
from training.runs.settings import parse_settings, refusals_in_words
from training.runs.shipped import shipped_network
from weights.store import WEIGHTS_FOLDER, load_weights


@dataclass(frozen=True)
class ExportSettings:
    """Which weights get their graphs."""

    folder: Path = WEIGHTS_FOLDER  # of the weight files and their cards


def rewrite_graph(name: str, net: nn.Module, folder: Path) -> None:
    """Writes one graph, and its checksum into the card."""
    write_graph(name, net, folder)
    card_path = folder / f"{name}.json"
    card = json.loads(card_path.read_text())
    card["graph sha256"] = hashlib.sha256((folder / f"{name}.onnx").read_bytes()).hexdigest()
    card_path.write_text(json.dumps(card, indent=2) + "\n")


def main(argv: list[str] | None = None) -> None:
    """All of them."""
    folder = parse_settings(ExportSettings, argv, __doc__).folder
    with refusals_in_words():
        weights = load_weights("yolov3", folder)
        rewrite_graph("yolov3", weights.into(build_network(weights.config)), folder)
    for name in CLASSIFIERS:
        rewrite_graph(name, shipped_network(name, folder), folder)


if __name__ == "__main__":
    main()
