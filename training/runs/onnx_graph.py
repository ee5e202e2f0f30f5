"""Writes a network's ONNX graph without its weights: the graph points into the safetensors file, where they stay."""

from __future__ import annotations

import io
import json
import warnings
from pathlib import Path

import onnx
import torch
from onnx import TensorProto, helper
from torch import Tensor, nn

from models.classes import CROP_PLANES
from models.yolov3 import YOLOv3

OPSET = 17


def graph_ends(net: nn.Module) -> tuple[Tensor, list[str]]:
    """An example of a network's input, float ``[N, C, H, W]``, and the names of what it gives."""
    if isinstance(net, YOLOv3):
        return torch.zeros(1, net.config.in_channels, 192, 192), ["large", "middling", "small"]
    return torch.zeros(2, CROP_PLANES, 32, 32), ["logits"]


def write_graph(name: str, net: nn.Module, folder: Path) -> None:
    """Writes ``<name>.onnx`` beside ``<name>.safetensors``; batch, height and width of its input ``x`` stay free.

    Args:
        name: of the model; its safetensors file must be there.
        net: whose tensors the file holds; it is put into evaluation mode.
        folder: where the files are.
    """
    example, outputs = graph_ends(net)
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # Nothing is folded or fused here, so that every tensor keeps its name; the runtime does both when it loads.
        torch.onnx.export(
            net.eval(), (example,), buffer, dynamo=False,  # type: ignore[arg-type]  # it takes files too
            opset_version=OPSET, do_constant_folding=False,
            training=torch.onnx.TrainingMode.PRESERVE, input_names=["x"], output_names=outputs,
            dynamic_axes={"x": {0: "batch", 2: "height", 3: "width"}},
        )  # fmt: skip
    model = onnx.load_from_string(buffer.getvalue())
    point_to_file(model.graph, folder / f"{name}.safetensors")
    (folder / f"{name}.onnx").write_bytes(model.SerializeToString())


def point_to_file(graph: onnx.GraphProto, file: Path) -> None:
    """Replaces the graph's tensors by references into a safetensors file that holds them, in half precision."""
    data = file.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    entries = json.loads(data[8:start])
    initialisers, casts = [], []
    for tensor in graph.initializer:
        entry = entries.get(tensor.name)
        if entry is None or entry["dtype"] != "F16":
            initialisers.append(tensor)
            continue
        first, last = entry["data_offsets"]
        stored = TensorProto(
            name=f"{tensor.name}.stored", data_type=TensorProto.FLOAT16, dims=tensor.dims,
            data_location=TensorProto.EXTERNAL,
        )  # fmt: skip
        for key, value in {"location": file.name, "offset": start + first, "length": last - first}.items():
            stored.external_data.add(key=key, value=str(value))
        initialisers.append(stored)
        casts.append(helper.make_node("Cast", [stored.name], [tensor.name], to=TensorProto.FLOAT))
    nodes = casts + list(graph.node)
    del graph.initializer[:]
    graph.initializer.extend(initialisers)
    del graph.node[:]
    graph.node.extend(nodes)
