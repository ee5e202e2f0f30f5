"""Writes a network's ONNX graph without its weights: the graph points into the safetensors file, where they stay."""

from __future__ import annotations

import io
import json
import warnings
from collections.abc import Sequence
from pathlib import Path

import onnx
import torch
from onnx import TensorProto, helper
from torch import Tensor, nn

OPSET = 17


def write_graph(name: str, module: nn.Module, example: Tensor, outputs: Sequence[str], folder: Path) -> None:
    """Writes ``<name>.onnx`` beside ``<name>.safetensors``.

    Args:
        name: of the model; its safetensors file must be there.
        module: in evaluation mode; its tensors are found in the file by the end of their names.
        example: an input float ``[N, C, H, W]``; batch and size stay free.
        outputs: names of what the module gives.
        folder: where the files are.
    """
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # Nothing is folded or fused here, so that every tensor keeps its name; the runtime does both when it loads.
        torch.onnx.export(
            module, (example,), buffer, dynamo=False,  # type: ignore[arg-type]  # it takes files too
            opset_version=OPSET, do_constant_folding=False,
            training=torch.onnx.TrainingMode.PRESERVE, input_names=["x"], output_names=list(outputs),
            dynamic_axes={"x": {0: "batch", 2: "height", 3: "width"}},
        )  # fmt: skip
    model = onnx.load_from_string(buffer.getvalue())
    data = (folder / f"{name}.safetensors").read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    entries = json.loads(data[8:start])
    initialisers, casts = [], []
    for tensor in model.graph.initializer:
        key = next((k for k in entries if tensor.name == k or tensor.name.endswith("." + k)), None)
        if key is None or entries[key]["dtype"] != "F16":
            initialisers.append(tensor)
            continue
        first, last = entries[key]["data_offsets"]
        stored = TensorProto(
            name=f"{tensor.name}.stored", data_type=TensorProto.FLOAT16, dims=tensor.dims,
            data_location=TensorProto.EXTERNAL,
        )  # fmt: skip
        where = {"location": f"{name}.safetensors", "offset": start + first, "length": last - first}
        for k, v in where.items():
            stored.external_data.add(key=k, value=str(v))
        initialisers.append(stored)
        casts.append(helper.make_node("Cast", [stored.name], [tensor.name], to=TensorProto.FLOAT))
    nodes = casts + list(model.graph.node)
    del model.graph.initializer[:]
    model.graph.initializer.extend(initialisers)
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    (folder / f"{name}.onnx").write_bytes(model.SerializeToString())
