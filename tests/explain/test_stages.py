"""Every shipped method explains itself, without PyTorch where it is not asked where a network looks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from detectors import DETECTORS, Detector, load_detector, read_drawing
from detectors.yolov3.detector import YOLOv3Detector
from explain.stages import Stage, enlarge_pixels, explain_reading, heat_map
from explain.yolov3 import WatchedEngine
from ink.ink import ink_on_paper
from ink.sheet import Sheet
from tests.helpers import FakeDetector, draw_digits, packages_after


@pytest.fixture(scope="module", params=list(DETECTORS))
def shipped(request: pytest.FixtureRequest) -> Detector:
    return load_detector(request.param)


def test_every_shipped_method_has_its_stages(shipped: Detector) -> None:
    stages = explain_reading(shipped, Sheet(draw_digits((4, (120, 200), 160), (2, (290, 200), 160))))
    assert len(stages) >= 3
    for stage in stages:
        assert stage.title
        assert stage.text
        assert stage.pictures
        for picture in stage.pictures:
            assert picture.image.dtype == np.uint8
            assert picture.image.ndim == 3
            assert picture.image.min() < picture.image.max()
    if shipped.approach == "Segmentation":
        assert [p.caption[0] for p in stages[2].pictures if p.chosen] == ["4", "2"]
        assert ("attention" if shipped.name.endswith("vit") else "class activation") in stages[3].text
        assert len(stages[3].pictures) == 2


def test_the_detectors_network_runs_once_and_its_time_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    detector = YOLOv3Detector.load()
    engine = WatchedEngine(detector.engine)
    monkeypatch.setattr(detector, "engine", engine)
    stages = explain_reading(detector, Sheet(draw_digits((4, (120, 200), 160), (2, (290, 200), 160))))
    assert len(engine.batches) == 1
    assert engine.milliseconds > 0
    assert [stage.title for stage in stages if not stage.milliseconds] == []
    assert stages[1].pictures[0].caption.startswith("cells of")


def test_no_objects_are_told_that_are_not_shown() -> None:
    drawing = read_drawing(Path(__file__).parents[1] / "golden" / "drawings" / "over-the-edge.png")
    detector = YOLOv3Detector.load()
    (told,) = [stage for stage in explain_reading(detector, Sheet(drawing)) if stage.title.startswith("What else")]
    assert len(told.pictures) == len(detector(drawing))


def test_a_blank_sheet_is_explained(shipped: Detector) -> None:
    stages = explain_reading(shipped, Sheet(np.full((400, 400, 3), 255, np.uint8)))
    assert [stage.title for stage in stages][:1] in (
        ["What the network sees"], ["Ink or paper?"], ["What does each way show?"]
    )  # fmt: skip


def test_a_method_without_an_entry_has_no_stages() -> None:
    assert explain_reading(FakeDetector("dummy", "Detection", 4), Sheet(draw_digits())) == []


class Explained(FakeDetector):
    """With an entry of its own."""


@explain_reading.register
def explain_explained(detector: Explained, sheet: Sheet) -> list[Stage]:
    return [Stage("Why?", f"Because it says {detector.class_id}.", [])]


def test_a_method_is_explained_by_one_entry() -> None:
    assert [stage.text for stage in explain_reading(Explained("dummy", "Detection", 4), Sheet(draw_digits()))] == [
        "Because it says 4."
    ]


@pytest.mark.parametrize("first", ["explain.stages", "explain.yolov3", "explain.segmentation", "explain.evidence"])
def test_importing_needs_no_pytorch(first: str) -> None:
    code = (
        f"import {first}, numpy as np\n"
        "from detectors import load_detector\n"
        "from explain.stages import explain_reading\nfrom ink.sheet import Sheet\n"
        "assert len(explain_reading(load_detector('yolov3'), Sheet(np.full((60, 60, 3), 255, np.uint8)))) == 3\n"
    )
    assert packages_after(code).isdisjoint({"torch", "timm"})


def test_methods_do_not_know_who_explains_them() -> None:
    assert "explain" not in packages_after("import detectors")


def test_strong_places_are_darker() -> None:
    picture = heat_map(np.zeros((4, 8), np.uint8), np.array([[0.0, 1.0]]))
    assert picture.shape == (4, 8, 3)
    assert (picture[:, :4] == 255).all()
    assert picture[:, 4:].mean() < 120


def test_ink_is_dark_and_pixels_become_squares() -> None:
    ink = np.zeros((2, 3), np.uint8)
    ink[0, 0] = 255
    picture = enlarge_pixels(ink_on_paper(ink), 30)
    assert picture.shape == (20, 30, 3)
    assert (picture[:10, :10] == 0).all()
    assert (picture[10:] == 255).all()
