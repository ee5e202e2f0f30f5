"""Eight bits: when they run, that their files are checked, and that what they read stays close to float."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

import weights.precision
from classifiers import load_classifier
from comparison.datasets.dataset import BUILT_IN
from comparison.datasets.readers import read_dataset
from detectors import DETECTORS, load_detector
from ink.drawing import read_drawing
from weights.engine import INSIGHTS, Int8Engine
from weights.precision import SETTING, forced_precision, has_fast_int8, runs_int8
from weights.store import WEIGHTS_FOLDER, WeightsError, load_weights

NETWORKS = [method for method in DETECTORS.values() if not method.rests_on]


@pytest.mark.parametrize(
    ("flags", "fast"),
    [
        ("processor\t: 0\nflags\t\t: fpu sse avx512_vnni\n", True),
        ("flags\t\t: fpu avx2 avx_vnni\n", True),
        ("flags\t\t: fpu sse avx2 avx512f\n", False),
        ("Features\t: fp asimd asimddp\n", False),  # not measured
        (None, False),
    ],
)
def test_the_processor_says_whether_int8_is_fast(
    flags: str | None, fast: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    processor = tmp_path / "cpuinfo"
    if flags is not None:
        processor.write_text(flags)
    monkeypatch.setattr(weights.precision, "PROCESSOR", processor)
    monkeypatch.delenv(SETTING, raising=False)
    assert has_fast_int8() is fast
    assert runs_int8() is fast
    for chosen, answer in (("int8", True), ("float", False), ("auto", fast)):
        with forced_precision(chosen):
            assert runs_int8() is answer
    assert runs_int8() is fast


def test_an_unknown_setting_is_refused_in_words() -> None:
    with forced_precision("half"), pytest.raises(WeightsError, match="must be one of auto, float, int8, not 'half'"):
        load_detector("contours-cnn")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path in WEIGHTS_FOLDER.glob("cnn.*"):
        shutil.copy(path, tmp_path)
    return tmp_path


@pytest.mark.parametrize("kind", ["truncated", "tampered", "no card"])
def test_damaged_graphs_are_refused(folder: Path, kind: str) -> None:
    graph, card = folder / "cnn.int8.onnx", folder / "cnn.int8.json"
    data = graph.read_bytes()
    if kind == "truncated":
        graph.write_bytes(data[: len(data) // 2])
    elif kind == "tampered":
        graph.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    else:
        card.write_text("[]")
    with pytest.raises(WeightsError, match="no card of a graph" if kind == "no card" else "the checksum differs"):
        load_weights("cnn", folder)


def test_what_an_answer_rests_on_is_told_in_float(folder: Path) -> None:
    with forced_precision("int8"):
        engine = load_classifier("cnn", folder).engine
    assert isinstance(engine, Int8Engine)
    assert "looking" not in vars(engine)  # not opened before it is asked
    x = np.random.default_rng(0).random((2, 3, 32, 32), np.float32)
    assert engine(x)[0].shape == (2, 13)
    assert set(engine.insights) == set(INSIGHTS)
    assert engine.look(x, "features").shape[0] == 2


def test_a_graph_of_other_weights_is_left_alone(folder: Path) -> None:
    card = folder / "cnn.int8.json"
    card.write_text(json.dumps(json.loads(card.read_text()) | {"weights sha256": "0" * 64}))
    assert load_weights("cnn", folder).int8 is None


SHIPPED_INT8 = sorted(path.name.removesuffix(".int8.onnx") for path in WEIGHTS_FOLDER.glob("*.int8.onnx"))
"""Networks that read as well in eight bits: `python -m training.quantise` ships no other."""


def test_what_the_page_reads_with_by_default_is_shipped_in_int8() -> None:
    assert {"cnn", "yolov3"} <= set(SHIPPED_INT8)


@pytest.mark.parametrize("name", SHIPPED_INT8)
def test_shipped_graphs_are_of_the_shipped_weights(name: str) -> None:
    graph = WEIGHTS_FOLDER / f"{name}.int8.onnx"
    assert load_weights(name).int8 == graph
    assert graph.stat().st_size < 10_000_000


@pytest.mark.parametrize("name", [method.name for method in NETWORKS if method.weights in SHIPPED_INT8])
def test_int8_reads_nearly_as_float_does(name: str) -> None:
    """One drawing in ten may be read otherwise; of objects with one class boxes differ by 3 pixels, confidence by 0.15.

    On most of them; the boxes of the rest are unsure in float already.
    """
    images = [read_drawing(sample.path) for sample in read_dataset(BUILT_IN).samples]
    with forced_precision("float"):
        plain = load_detector(name).predict_batch(images)
    with forced_precision("int8"):
        fast = load_detector(name).predict_batch(images)
    assert sum(a.reading() == b.reading() for a, b in zip(plain, fast, strict=True)) >= 0.9 * len(images)
    alike = [(a, b) for a, b in zip(plain, fast, strict=True) if sorted(a.class_id) == sorted(b.class_id)]
    boxes, confidences = [], []
    for a, b in alike:
        rows = [found.xyxy.sum(1).argsort() for found in (a, b)]
        boxes.append(np.abs(a.xyxy[rows[0]] - b.xyxy[rows[1]]).max(initial=0))
        confidences.append(np.abs(a.confidence[rows[0]] - b.confidence[rows[1]]).max(initial=0))
    assert np.quantile(boxes, 0.9) <= 3
    assert np.quantile(confidences, 0.9) <= 0.15
