"""Writes a network's ONNX graph without its weights: the graph points into the safetensors file, where they stay."""

from __future__ import annotations

import copy
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
from weights.engine import INSIGHTS, LOOKING

OPSET = 17
FLOAT = TensorProto.FLOAT


def graph_ends(net: nn.Module) -> tuple[nn.Module, Tensor, list[str]]:
    """What is exported of a network, an example of its input, float ``[N, C, H, W]``, and the names of its outputs."""
    if isinstance(net, YOLOv3):
        return net, torch.zeros(1, net.config.in_channels, 192, 192), ["large", "middling", "small"]
    crops = torch.zeros(2, CROP_PLANES, 32, 32)
    if not hasattr(net, "look"):
        return net, crops, ["logits"]
    looking = copy.copy(net)  # shares all tensors, and their names
    looking.forward = net.look  # type: ignore[assignment]
    return looking, crops, ["logits", *INSIGHTS]


def write_graph(name: str, net: nn.Module, folder: Path) -> None:
    """Writes ``<name>.onnx`` beside ``<name>.safetensors``; batch, height and width of its input ``x`` stay free.

    What no answer needs is computed only where the input ``looking`` is on; it is off unless it is given.

    Args:
        name: of the model; its safetensors file must be there.
        net: whose tensors the file holds; it is put into evaluation mode.
        folder: where the files are.
    """
    # A copy is not compiled, as a network that was just trained may be: that cannot be traced.
    exported, example, outputs = graph_ends(copy.deepcopy(net.eval()))
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # Nothing is folded or fused here, so that every tensor keeps its name; the runtime does both when it loads.
        torch.onnx.export(
            exported, (example,), buffer, dynamo=False,  # type: ignore[arg-type]  # it takes files too
            opset_version=OPSET, do_constant_folding=False,
            training=torch.onnx.TrainingMode.PRESERVE, input_names=["x"], output_names=outputs,
            dynamic_axes={"x": {0: "batch", 2: "height", 3: "width"}},
        )  # fmt: skip
    model = onnx.load_from_string(buffer.getvalue())
    point_to_file(model.graph, folder / f"{name}.safetensors")
    if "evidence" in outputs:
        compute_on_demand(model.graph, "evidence")
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
        casts.append(helper.make_node("Cast", [stored.name], [tensor.name], to=FLOAT))
    nodes = casts + list(graph.node)
    del graph.initializer[:]
    graph.initializer.extend(initialisers)
    del graph.node[:]
    graph.node.extend(nodes)


def compute_on_demand(graph: onnx.GraphProto, output: str) -> None:
    """Moves what only ``output``, float ``[N, h, w]``, needs into a branch that runs where ``looking`` is on.

    A runtime computes all of a graph, whatever output it is asked for; only a branch can be left out.
    """
    needed = {end.name for end in graph.output if end.name != output}
    always: list[onnx.NodeProto] = []
    on_demand: list[onnx.NodeProto] = []
    for node in reversed(graph.node):
        if needed.isdisjoint(node.output):
            on_demand.insert(0, node)
        else:
            always.insert(0, node)
            needed.update(node.input)
    branch, nothing = f"{output}.looked", f"{output}.nothing"
    producer = next(node for node in on_demand if output in node.output)
    producer.output[list(producer.output).index(output)] = branch
    no_shape = helper.make_tensor(f"{output}.no_shape", TensorProto.INT64, [3], [0, 0, 0])
    off = [helper.make_node("ConstantOfShape", [no_shape.name], [nothing])]
    chosen = helper.make_node(
        "If", [LOOKING], [output],
        then_branch=helper.make_graph(on_demand, "on", [], [helper.make_tensor_value_info(branch, FLOAT, None)]),
        else_branch=helper.make_graph(
            off, "off", [], [helper.make_tensor_value_info(nothing, FLOAT, None)], [no_shape]
        ),
    )  # fmt: skip
    del graph.node[:]
    graph.node.extend([*always, chosen])
    # An input that is among the initialisers has a default.
    graph.input.append(helper.make_tensor_value_info(LOOKING, TensorProto.BOOL, []))
    graph.initializer.append(helper.make_tensor(LOOKING, TensorProto.BOOL, [], [False]))
