"""A network's graph in eight bits: weights per output channel, activations by their mean range on calibration inputs.

By the extremes of all inputs a rare activation makes every step coarse: YOLOv3's maps were then off half as much again.

Post-training static quantisation as in Jacob et al. (arXiv:1712.05877), by ONNX Runtime, which runs pairs of
QuantizeLinear and DequantizeLinear around a layer as one layer of integers.
"""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process
from torch import nn

from training.batches.detector_batches import input_scene
from training.batches.scene_crops import scene_crops
from training.glyphs.glyph_set import GlyphSet
from training.runs.onnx_graph import OPSET, graph_ends
from weights.engine import INSIGHTS
from weights.store import Weights

FLOAT_LAYERS: dict[str, tuple[str, ...]] = {
    "yolov3": (
        "/backbone/stem", "/backbone/stages.0", "/backbone/stages.1", "/backbone/stages.2",
        "/heads.0/out", "/heads.1/out", "/heads.2",
    )
}  # fmt: skip
"""Name of a model -> beginnings of the names of layers that stay in float beside the last ones.

YOLOv3's maps are off by 0.11 on average with all stages but two in eight bits, and by 0.08 without the third, in the
same time: what these round away nothing behind them brings back.  The sides of boxes are off by 0.0026 of their range,
and by 0.0019 with what makes the answers in float too, in a tenth more time.  Of 2,000 sheets that was 0.4 points."""

INT8_OPERATIONS: dict[str, list[str]] = {
    "vit": ["Conv", "MatMul", "Gemm", "Relu", "Reshape", "Transpose", "Squeeze", "Gather", "Slice", "Split", "Concat"]
}
"""Name of a model -> the operations that become integers; all that can be where it is not named.

The ViT's logits are off by 0.055 with all of them, and by 0.020 where sums, products and norms stay in float, in a
tenth more time: its blocks add to one sum, which eight bits make coarse.  The CNN's are off by 0.010 and 0.017."""

CROPS_PER_BATCH = 50
"""Crops that calibrate a classifier at a time."""


class CalibrationInputs(CalibrationDataReader):
    """Inputs, float32 ``[N, C, H, W]`` each, one after the other."""

    def __init__(self, inputs: Iterable[np.ndarray]) -> None:
        self._left = iter(inputs)

    def get_next(self) -> dict[str, np.ndarray] | None:
        """The next input by name; None after the last."""
        x = next(self._left, None)
        return None if x is None else {"x": x}


def detector_inputs(glyphs: GlyphSet, count: int, seed: int) -> list[np.ndarray]:
    """Composed scenes as the detector sees them, float32 ``[1, 1, H, W]`` each, framed as loosely as in training."""
    rng = np.random.default_rng(seed)
    return [input_scene(glyphs, rng, loose=True)[0][None, None].astype(np.float32) / 255 for _ in range(count)]


def classifier_inputs(glyphs: GlyphSet, count: int, seed: int) -> list[np.ndarray]:
    """Crops of composed scenes as a classifier sees them, float32 ``[50, 3, 32, 32]`` each, ``count`` such batches."""
    rng, crops = np.random.default_rng(seed), list[np.ndarray]()
    while len(crops) < count * CROPS_PER_BATCH:
        crops += [crop for crop, _ in scene_crops(glyphs, rng)]
    stacked = np.stack(crops[: count * CROPS_PER_BATCH]).astype(np.float32) / 255
    return np.split(stacked, count)


def write_int8(name: str, net: nn.Module, inputs: Sequence[np.ndarray], folder: Path) -> Path:
    """Writes ``<name>.int8.onnx``, which holds its weights itself; the layers that give the outputs stay in float.

    So do :data:`FLOAT_LAYERS`; :data:`INT8_OPERATIONS` says what else does.

    Args:
        name: of the model.
        net: filled, in evaluation mode.
        inputs: that activations are calibrated on.
        folder: where it goes; intermediate graphs lie beside it.
    """
    _, example, outputs = graph_ends(net)
    outputs = [name for name in outputs if name not in INSIGHTS]
    plain, ready, graph = (folder / f"{name}.{part}.onnx" for part in ("plain", "ready", "int8"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            net.eval(), (example,), str(plain), dynamo=False, opset_version=OPSET, input_names=["x"],
            output_names=outputs, dynamic_axes={"x": {0: "batch", 2: "height", 3: "width"}},
        )  # fmt: skip
    quant_pre_process(str(plain), str(ready), skip_symbolic_shape=True)
    shape = onnx.load(str(ready)).graph
    given, early = {each.name for each in shape.output}, FLOAT_LAYERS.get(name, ())
    exact = [node.name for node in shape.node if given & set(node.output) or node.name.startswith(early)]
    quantize_static(
        str(ready), str(graph), CalibrationInputs(inputs), quant_format=QuantFormat.QDQ, per_channel=True,
        activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8, nodes_to_exclude=exact,
        op_types_to_quantize=INT8_OPERATIONS.get(name), extra_options={"CalibMovingAverage": True},
    )  # fmt: skip
    plain.unlink()
    ready.unlink()
    return graph


def write_int8_card(name: str, graph: Path, weights: Weights, card: Mapping[str, Any]) -> None:
    """Writes ``<name>.int8.json`` beside a graph: its checksum, that of the weights it was made of, and what else."""
    full = {
        "name": f"{name}.int8",
        "sha256": hashlib.sha256(graph.read_bytes()).hexdigest(),
        "weights sha256": hashlib.sha256(weights.path.read_bytes()).hexdigest(),
        **card,
    }
    (graph.parent / f"{name}.int8.json").write_text(json.dumps(full, indent=2) + "\n")
