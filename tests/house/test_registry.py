"""A detector or a classifier that is entered in its one place shows up everywhere, with no other change."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import gradio as gr
import numpy as np
import pytest
from gradio_client import Client, handle_file

import app
import benchmarks.speed
from classifiers import CLASSIFIERS
from classifiers.classifier import Classifier
from comparison.__main__ import main
from comparison.stress import STRESSES, make_subject, run_stress
from detectors import DETECTORS
from tests.helpers import FakeDetector, sheet
from ui.html.film import render_film
from ui.link import View
from ui.methods import methods_by_approach
from ui.server import LAUNCH_SETTINGS, load_detectors
from ui.session import read_for_page
from ui.tabs.draw import render_readings
from ui.tabs.inside import on_open


class Threes:
    """An engine whose answer is always three."""

    runtime = "none"

    def __call__(self, x: np.ndarray) -> list[np.ndarray]:
        return [np.tile(9.0 * np.eye(13, dtype=np.float32)[3], (len(x), 1))]


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dummy of each kind, and light stand-ins for the shipped methods."""
    for name in list(DETECTORS):
        approach = "Detection" if name == "yolov3" else "Segmentation"
        monkeypatch.setitem(DETECTORS, name, lambda folder, n=name, a=approach: FakeDetector(n, a, 4))
    monkeypatch.setitem(DETECTORS, "dummy", lambda folder: FakeDetector("dummy", "Detection", 7))


def test_everywhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(tmp_path / "seven.png")
    image = sheet((7, (200, 200), 200))
    cv2.imwrite(path, image)
    detectors = load_detectors()
    assert methods_by_approach(detectors)["Detection"] == ["yolov3", "dummy"]
    # The page: a choice on the first tab, its panel, its card, its column, its film.
    page = app.build_page(detectors)
    radios = [b for b in page.blocks.values() if isinstance(b, gr.Radio)]
    assert any(("Fake 7", "dummy") in radio.choices for radio in radios)
    session = read_for_page(image, detectors)
    assert session is not None
    methods = ["dummy", "contours-cnn"]
    updates = render_readings(detectors, session, View(methods))
    assert ">7</span>" in str(updates["panel-detection"])
    assert "Detection reads it as a 7, segmentation as a 4." in str(updates["verdict"])
    assert "Fake 7 <b>7</b>" in str(updates["objects"])
    assert "Fake 7" in str(on_open(detectors, session, False, 0.5, 0.3, *methods)["inside-detection"])
    start = make_subject(image, np.zeros((0, 4)))
    assert start is not None
    assert "Fake 7" in render_film(run_stress(STRESSES["noise"], start, detectors), detectors)
    # The endpoints.
    _, url, _ = page.launch(prevent_thread_lock=True, quiet=True, **LAUNCH_SETTINGS)
    try:
        client = Client(url, verbose=False)
        assert client.predict(handle_file(path), api_name="/recognize")["methods"]["dummy"]["reading"] == "7"
        assert "dummy" in client.predict(handle_file(path), "noise", api_name="/stress")["methods"]
        assert "dummy" in client.predict(None, api_name="/benchmark")["methods"]
        assert client.predict(handle_file(path), "dummy", api_name="/inside") == []
    finally:
        page.close()
    # The command line and the benchmark of speed.
    assert main(["read", path, "--methods", "dummy"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["methods"]["dummy"]["reading"] == "7"
    assert main(["evaluate", "--out", str(tmp_path / "out"), "--methods", "dummy"]) == 0
    assert "dummy" in (tmp_path / "out" / "report.html").read_text()
    assert "dummy" in benchmarks.speed.contestants()


def test_a_classifier_brings_its_detector(monkeypatch: pytest.MonkeyPatch) -> None:
    """The registry of detectors is made from that of classifiers."""
    import importlib

    import detectors

    monkeypatch.setitem(CLASSIFIERS, "threes", lambda folder: Classifier("threes", "Threes", Threes()))
    try:
        importlib.reload(detectors)
        assert "contours-threes" in detectors.DETECTORS
    finally:
        monkeypatch.undo()
        importlib.reload(detectors)
