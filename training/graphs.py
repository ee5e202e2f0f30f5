"""The graphs that ONNX Runtime runs: ``python -m training.graphs`` writes them anew for all shipped weights."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import torch
from torch import nn

from classifiers import CLASSIFIERS, load_classifier
from detectors.yolov3 import network
from models import CROP_PLANES
from models.yolov3 import Served, YOLOv3
from weights import WEIGHTS_FOLDER, Serving, load_weights
from weights.graph import write_graph


def detector_serving(net: YOLOv3) -> Serving:
    """A detector as it is served: its maps."""
    return Serving(Served(net.eval()), torch.zeros(1, 1, 192, 192), ("large", "middling", "small"))


def plain_attention(net: nn.Module) -> nn.Module:
    """The same network with attention as products and a softmax, where it has any.

    PyTorch's fused attention is exported with its scale computed from shapes, and in bfloat16 on a CPU it takes a third
    of a training step.
    """
    for module in net.modules():
        if hasattr(module, "fused_attn"):
            module.fused_attn = False  # type: ignore[assignment]
    return net


def classifier_serving(net: nn.Module) -> Serving:
    """A classifier as it is served: its logits."""
    return Serving(plain_attention(net).eval(), torch.zeros(2, CROP_PLANES, 32, 32), ("logits",))


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
    net = network(weights.config)
    weights.into(net)
    rewrite("yolov3", detector_serving(net), folder)
    for name in CLASSIFIERS:
        classifier = load_classifier(name, folder)
        assert classifier.net is not None
        rewrite(name, classifier_serving(classifier.net()), folder)


if __name__ == "__main__":
    main()
