"""Graphs written anew are those that are shipped."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from models.yolov3 import YOLOv3, YOLOv3Config, slim_config
from training import export
from training.runs.save import save_weights
from weights.engine import INSIGHTS, LOOKING
from weights.store import WEIGHTS_FOLDER, load_weights

OUTPUTS = {"yolov3": ["large", "middling", "small"], "cnn": ["logits", *INSIGHTS], "vit": ["logits", *INSIGHTS]}


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped weights with graphs of today."""
    folder = tmp_path_factory.mktemp("weights")
    for path in WEIGHTS_FOLDER.iterdir():
        if path.suffix in (".json", ".onnx", ".safetensors"):
            (folder / path.name).write_bytes(path.read_bytes())
    export.main(["--folder", str(folder)])
    return folder


def session(path: Path) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])


@pytest.mark.parametrize("name", list(OUTPUTS))
def test_the_ends_of_a_graph_stay(name: str, exported: Path) -> None:
    shipped, anew = (session(folder / f"{name}.onnx") for folder in (WEIGHTS_FOLDER, exported))
    assert [end.name for end in anew.get_inputs()] == ["x"]
    assert [end.name for end in anew.get_outputs()] == OUTPUTS[name]
    for ends in ("get_inputs", "get_outputs"):
        described = [[(e.name, e.type, e.shape) for e in getattr(graph, ends)()] for graph in (shipped, anew)]
        assert described[0] == described[1]
    assert load_weights(name, exported).graph == exported / f"{name}.onnx"


@pytest.mark.parametrize(
    ("name", "shape"), [("yolov3", (2, 1, 96, 256)), ("cnn", (3, 3, 32, 32)), ("vit", (3, 3, 32, 32))]
)
def test_graphs_written_anew_answer_as_the_shipped_ones(name: str, shape: tuple[int, ...], exported: Path) -> None:
    x = np.random.default_rng(1).random(shape, np.float32)
    shipped, anew = (session(folder / f"{name}.onnx").run(None, {"x": x}) for folder in (WEIGHTS_FOLDER, exported))
    for a, b in zip(shipped, anew, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("name", ["cnn", "vit"])
def test_evidence_is_computed_on_demand_only(name: str, exported: Path) -> None:
    graph = session(exported / f"{name}.onnx")
    x = np.random.default_rng(1).random((3, 3, 32, 32), np.float32)
    logits, _, nothing = graph.run(None, {"x": x})
    looked, _, evidence = graph.run(None, {"x": x, LOOKING: np.array(True)})
    np.testing.assert_array_equal(logits, looked)
    assert nothing.size == 0
    assert evidence.shape == (3, 8, 8)


@pytest.mark.parametrize("name", list(OUTPUTS))
def test_a_graph_holds_no_weights(name: str, exported: Path) -> None:
    graph = onnx.load(str(exported / f"{name}.onnx"), load_external_data=False).graph
    inside = sum(int(np.prod(t.dims)) for t in graph.initializer if t.data_location != onnx.TensorProto.EXTERNAL)
    outside = sum(int(np.prod(t.dims)) for t in graph.initializer if t.data_location == onnx.TensorProto.EXTERNAL)
    assert inside < 0.001 * outside


def test_a_network_that_was_compiled_for_training_is_written(tmp_path: Path) -> None:
    """It cannot be traced itself: a run of an hour and a half once ended with that."""
    torch.manual_seed(3)
    net = YOLOv3(slim_config(YOLOv3Config().anchors, width=0.0625))
    for name, compiled in (("plain", False), ("compiled", True)):
        if compiled:
            net.compile(backend="eager")
            net(torch.zeros(1, 1, 96, 96))
        save_weights(name, net, config={}, calibration={}, card={}, folder=tmp_path)
    x = np.random.default_rng(1).random((1, 1, 96, 128), np.float32)
    plain, compiled = (session(tmp_path / f"{name}.onnx").run(None, {"x": x}) for name in ("plain", "compiled"))
    for a, b in zip(plain, compiled, strict=True):
        np.testing.assert_array_equal(a, b)
