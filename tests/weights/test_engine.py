"""Both engines give the same: same boxes within half a pixel, same classes."""

from __future__ import annotations

import builtins
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import weights.store as weights_module
from classifiers import CLASSIFIERS, load_classifier
from comparison.datasets.dataset import BUILT_IN
from comparison.datasets.readers import read_dataset
from detectors import DETECTORS, load_detector
from ink.drawing import read_drawing
from tests.helpers import draw_digits, packages_after
from weights.engine import OnnxEngine, TorchEngine, thread_count
from weights.store import WEIGHTS_FOLDER, WeightsError, load_weights

ROOT = Path(__file__).resolve().parents[2]


def drawings() -> list[np.ndarray]:
    """The built-in set, and recorded digits in many places and sizes: 200 sheets."""
    images = [read_drawing(s.path) for s in read_dataset(BUILT_IN).samples]
    rng = np.random.default_rng(3)
    while len(images) < 200:
        count = int(rng.integers(1, 4))
        digits = [(int(rng.integers(10)), (80 + 120 * k, int(rng.integers(90, 310))), int(rng.integers(40, 110)))
                  for k in range(count)]  # fmt: skip
        images.append(draw_digits(*digits))
    return images


@pytest.mark.parametrize("name", [name for name, method in DETECTORS.items() if not method.rests_on])
def test_parity_on_200_drawings(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    images = drawings()
    fast = load_detector(name)
    monkeypatch.setattr(weights_module, "find_spec", lambda module: None)
    plain = load_detector(name)
    for detector, runtime in ((fast, OnnxEngine), (plain, TorchEngine)):
        engine = detector.engine if name == "yolov3" else detector.classifier.engine  # type: ignore[attr-defined]
        assert isinstance(engine, runtime)
    for a, b in zip(fast.predict_batch(images), plain.predict_batch(images), strict=True):
        assert a.class_id.tolist() == b.class_id.tolist()
        np.testing.assert_allclose(a.xyxy, b.xyxy, atol=0.5)
        np.testing.assert_allclose(a.confidence, b.confidence, atol=1e-3)


@pytest.mark.parametrize("name", list(CLASSIFIERS))
def test_classifiers_take_any_number_of_crops(name: str) -> None:
    classifier = load_classifier(name)
    crops = [draw_digits((d, (200, 200), 200))[..., 0] for d in range(7)]
    rows = classifier(crops)
    for k, crop in enumerate(crops):
        np.testing.assert_allclose(classifier([crop])[0], rows[k], atol=1e-4)


def test_serving_does_not_import_pytorch() -> None:
    code = (
        "from detectors import DETECTORS, load_detector; import numpy as np\n"
        "for name in DETECTORS: load_detector(name)(np.full((60, 60, 3), 255, np.uint8))\n"
        "import app\nfrom detectors import load_detectors as load_all\napp.build_page(load_all())\n"
    )
    assert packages_after(code).isdisjoint({"torch", "timm", "lightning", "matplotlib", "onnx"})


def test_a_graph_holds_no_weights_and_is_checked(tmp_path: Path) -> None:
    for path in WEIGHTS_FOLDER.iterdir():
        if path.suffix in (".json", ".onnx", ".safetensors"):
            (tmp_path / path.name).write_bytes(path.read_bytes())
    graph = tmp_path / "cnn.onnx"
    assert graph.stat().st_size < 0.05 * (tmp_path / "cnn.safetensors").stat().st_size
    graph.write_bytes(graph.read_bytes()[:-1] + b"x")
    with pytest.raises(WeightsError, match=r"cnn\.onnx is not the file its card describes"):
        load_weights("cnn", tmp_path)
    graph.unlink()
    assert load_weights("cnn", tmp_path).graph is None
    assert isinstance(load_classifier("cnn", tmp_path).engine, TorchEngine)


def test_a_graph_that_is_none_is_refused(tmp_path: Path) -> None:
    import hashlib

    for path in WEIGHTS_FOLDER.glob("cnn.*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "cnn.onnx").write_bytes(b"no graph")
    card = json.loads((tmp_path / "cnn.json").read_text())
    card["graph sha256"] = hashlib.sha256(b"no graph").hexdigest()
    (tmp_path / "cnn.json").write_text(json.dumps(card))
    with pytest.raises(WeightsError, match="can't be run"):
        load_classifier("cnn", tmp_path)


def test_threads() -> None:
    assert 1 <= thread_count() <= 4


def test_without_onnx_runtime_pytorch_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse(name: str, *rest: Any, **more: Any) -> Any:
        if name == "onnxruntime":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    monkeypatch.setattr(weights_module, "find_spec", lambda module: None)
    assert load_detector("contours-cnn")(draw_digits((3, (200, 200), 200))).reading() == "3"
