"""A detector or a classifier that is entered in its one place shows up everywhere, with no other change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import gradio as gr
import pytest
from gradio_client import Client, handle_file

import app
import training.cards
import training.classifier
from classifiers import CLASSIFIERS
from classifiers.classifier import ClassifierSpec
from comparison.__main__ import main
from comparison.stress import STRESSES, run_stress
from detectors import DETECTORS, load_detector, load_detectors, method_lines, segmentation_method
from explain.stages import explain_reading
from ink.sheet import Sheet
from models.cnn import CNN, CNNConfig
from tests.helpers import draw_digits, fake_method
from training.runs import trainer
from training.runs.save import save_weights
from ui.html.film import render_film
from ui.link import View
from ui.methods import methods_by_approach
from ui.server import launch_settings
from ui.session import read_for_page
from ui.tabs.draw import render_readings
from ui.tabs.inside import on_open
from weights.store import WEIGHTS_FOLDER


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dummy, and light stand-ins for the shipped methods."""
    for name, method in list(DETECTORS.items()):
        if method.rests_on:
            monkeypatch.delitem(DETECTORS, name)
        else:
            monkeypatch.setitem(DETECTORS, name, fake_method(name, method.approach, 4))
    monkeypatch.setitem(DETECTORS, "dummy", fake_method("dummy", "Detection", 7))


@pytest.mark.usefixtures("registered")
def test_everywhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(tmp_path / "seven.png")
    image = draw_digits((7, (200, 200), 200))
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
    assert "Fake 7" in str(on_open(detectors, session, False, 0.5, 0.3, *methods)["inside-story"])
    course = run_stress(STRESSES["noise"], image, session.readings, detectors)
    assert course is not None
    assert "Fake 7" in render_film(course, detectors)
    # The endpoints.
    _, url, _ = page.launch(prevent_thread_lock=True, quiet=True, **launch_settings())
    try:
        client = Client(url, verbose=False)
        assert client.predict(handle_file(path), api_name="/recognize")["methods"]["dummy"]["reading"] == "7"
        assert "dummy" in client.predict(handle_file(path), "noise", api_name="/stress")["methods"]
        assert "dummy" in client.predict(None, api_name="/benchmark")["methods"]
        assert client.predict(handle_file(path), "dummy", api_name="/inside") == []
    finally:
        page.close()
    # The command line.
    assert main(["read", path, "--methods", "dummy"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["methods"]["dummy"]["reading"] == "7"
    assert main(["evaluate", "--out", str(tmp_path / "out"), "--methods", "dummy"]) == 0
    assert "dummy" in (tmp_path / "out" / "report.html").read_text()


LABELLED_SEVEN = {
    "images": [{"id": 1, "file_name": "7.png", "width": 400, "height": 400}],
    "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [100, 100, 200, 200]}],
    "categories": [{"id": 1, "name": "7"}],
}
"""One drawing with one object, as COCO."""


def build_tiny(config: Mapping[str, Any]) -> CNN:
    return CNN(CNNConfig(widths=(8, 8), blocks=(1, 1)))


def test_a_classifier_brings_its_detector() -> None:
    assert set(DETECTORS) == {"yolov3", *(f"contours-{name}" for name in CLASSIFIERS), "referee"}


@pytest.mark.slow
def test_a_classifier_is_one_entry(data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trained, saved, read with, compared, evaluated and described in a card, all by its entry."""
    tiny = ClassifierSpec("tiny", "Tiny", "#123456", "-.", build_tiny)
    monkeypatch.setitem(CLASSIFIERS, "tiny", tiny)
    monkeypatch.setitem(DETECTORS, "contours-tiny", segmentation_method(tiny))
    weights, report, out = tmp_path / "weights", tmp_path / "evaluation", tmp_path / "out"
    monkeypatch.setattr(trainer, "save_weights", partial(save_weights, folder=weights))
    tiny_run = ["--epochs", "1", "--samples", "16", "--batch", "8", "--workers", "0", "--no-compile",
                "--precision", "32-true"]  # fmt: skip
    training.classifier.main(["tiny", "--data", str(data_folder), "--out", str(out), *tiny_run])
    detector = DETECTORS["contours-tiny"].load(weights)
    assert (detector.name, detector.approach, detector.label) == ("contours-tiny", "Segmentation", "Tiny")
    assert len(explain_reading(detector, Sheet(draw_digits((7, (200, 200), 200))))) >= 4
    method = replace(DETECTORS["contours-tiny"], load=lambda folder: detector)
    monkeypatch.setitem(DETECTORS, "contours-tiny", method)
    (tmp_path / "set" / "images").mkdir(parents=True)
    cv2.imwrite(str(tmp_path / "set" / "images" / "7.png"), draw_digits((7, (200, 200), 200)))
    (tmp_path / "set" / "annotations.json").write_text(json.dumps(LABELLED_SEVEN))
    assert main(["evaluate", str(tmp_path / "set"), "--out", str(report), "--methods", "contours-tiny"]) == 0
    # The card goes by the weights that the entry names, its curve by the entry's colour.
    readme = tmp_path / "README.md"
    readme.write_text(f"{training.cards.BEGIN}{training.cards.END}")
    paths = {"WEIGHTS_FOLDER": weights, "README": readme, "MEASUREMENTS": readme,
             "RELIABILITY": tmp_path / "reliability.png"}  # fmt: skip
    for name, path in paths.items():
        monkeypatch.setattr(training.cards, name, path)
    training.cards.main(["--report", str(report / "report.json")])
    assert "## Evaluation as contours-tiny" in (weights / "tiny.md").read_text()
    assert "contours-tiny" in readme.read_text()


def test_every_entry_is_what_it_loads() -> None:
    """The page may go by the entry or by the detector."""
    for name, method in DETECTORS.items():
        detector = load_detector(name)
        assert (method.name, method.approach, method.label) == (detector.name, detector.approach, detector.label)
        assert name == method.name
        assert (WEIGHTS_FOLDER / f"{method.weights}.json").is_file()


def test_lines_of_methods_can_be_told_apart() -> None:
    """Those with an entry keep theirs; others take what is left of the palette, and share when there is none left."""
    names = ["unknown", *DETECTORS, "another"]
    lines = method_lines(names)
    assert list(lines) == names
    assert all(lines[name] == (method.colour, method.dash) for name, method in DETECTORS.items())
    assert len({colour for colour, _ in lines.values()}) == len(names)
    assert len(method_lines(f"method {k}" for k in range(20))) == 20
    assert method_lines([]) == {}
