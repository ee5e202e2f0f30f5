"""A tiny network in eight bits gives nearly what it gives in float."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import torch

from models.cnn import CNN, CNNConfig
from training.runs.eight_bits import write_int8, write_int8_card
from training.runs.save import save_weights
from weights.engine import OnnxEngine
from weights.store import load_weights


def test_a_graph_in_eight_bits(tmp_path: Path) -> None:
    torch.manual_seed(3)
    net = CNN(CNNConfig(widths=(8, 8), blocks=(1, 1))).eval()
    save_weights("tiny", net, config={}, calibration={"temperature": 1.0}, card={}, folder=tmp_path)
    rng = np.random.default_rng(3)
    inputs = [rng.random((8, 3, 32, 32), np.float32) for _ in range(4)]
    graph = write_int8("tiny", net, inputs, tmp_path)
    assert {path.suffix for path in tmp_path.iterdir()} == {".json", ".onnx", ".safetensors"}
    assert {path.name for path in tmp_path.glob("*.onnx")} == {"tiny.onnx", "tiny.int8.onnx"}
    model = onnx.load(graph)
    held = {each.name: each.data_type for each in model.graph.initializer}
    assert onnx.TensorProto.INT8 in held.values()
    # The layer that gives the logits multiplies floats.
    last = next(node for node in model.graph.node if "logits" in node.output)
    assert held[last.input[1]] == onnx.TensorProto.FLOAT
    x = rng.random((5, 3, 32, 32), np.float32)
    with torch.inference_mode():
        plain = net(torch.from_numpy(x)).numpy()
    assert np.abs(OnnxEngine(graph)(x)[0] - plain).max() < 0.1 * np.abs(plain).max()
    assert load_weights("tiny", tmp_path).int8 is None  # without its card it is nobody's
    write_int8_card("tiny", graph, load_weights("tiny", tmp_path), {"made by": "a test"})
    assert load_weights("tiny", tmp_path).int8 == graph
    assert json.loads((tmp_path / "tiny.int8.json").read_text())["made by"] == "a test"
    save_weights("tiny", net, config={}, calibration={"temperature": 1.0}, card={}, folder=tmp_path)
    assert not graph.exists()  # of weights that are no more
