"""Writes the ONNX graphs of the shipped weights anew: ``python -m training.export``."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from classifiers import CLASSIFIERS, load_classifier
from detectors.yolov3.detector import build_network
from training.runs.onnx_graph import classifier_serving, detector_serving
from training.runs.onnx_graph_write import write_graph
from training.runs.save import Serving
from weights.store import WEIGHTS_FOLDER, load_weights


def rewrite(name: str, serving: Serving, folder: Path) -> None:
    """Writes one graph and its checksum."""
    write_graph(name, serving.module, serving.example, serving.outputs, folder)
    card_path = folder / f"{name}.json"
    card = json.loads(card_path.read_text())
    card["graph sha256"] = hashlib.sha256((folder / f"{name}.onnx").read_bytes()).hexdigest()
    card_path.write_text(json.dumps(card, indent=2) + "\n")


def main(folder: Path = WEIGHTS_FOLDER) -> None:
    """All of them."""
    weights = load_weights("yolov3", folder)
    net = build_network(weights.config)
    weights.into(net)
    rewrite("yolov3", detector_serving(net), folder)
    for name in CLASSIFIERS:
        classifier = load_classifier(name, folder)
        assert classifier.net is not None
        rewrite(name, classifier_serving(classifier.net()), folder)


if __name__ == "__main__":
    main()
