"""What the tests share: recorded strokes, detectors that say what they are told, files of strokes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from collection.consent import owner_of_key
from collection.record import Contribution, LabelledObjects
from comparison.datasets.dataset import Dataset
from comparison.datasets.readers import read_dataset
from comparison.datasets.walk import picture_size
from detectors import Detections, Detector, MethodSpec
from detectors.fusion import CONTEST_FEATURES, OBJECT_FEATURES
from detectors.referee import Referee, RefereeParameters
from ink.ink import ink_bounds
from ink.sheet import Sheet
from tools.labelled_sets import TRUE_BOXES, Box
from tools.recorded import RECORDED_DIGITS
from training.glyphs.glyph_set import GlyphSet
from training.scenes.drawing import draw_glyphs
from training.scenes.placing import PlacedGlyph
from ui.session import Session, read_for_page

ROOT = Path(__file__).resolve().parents[1]


def digit_strokes(digit: int, centre: tuple[float, float], size: float) -> list[np.ndarray]:
    """A recorded digit, its longer side ``size`` pixels, as float32 strokes ``[n, 2]``."""
    return [(np.array(s) * size + centre).astype(np.float32) for s in RECORDED_DIGITS[str(digit)]]


def draw_digits(*digits: tuple[int, tuple[float, float], float], pen: float = 10.72, side: int = 400) -> np.ndarray:
    """Black digits (value, centre, size) on a white square, uint8 ``[side, side, 3]``."""
    ink = draw_glyphs([PlacedGlyph(digit_strokes(d, at, size), d, pen) for d, at, size in digits], side, side)
    return np.repeat(255 - ink[..., None], 3, 2)


def detections(*rows: tuple[list[float], int, float]) -> Detections:
    """Detections from (box, class, confidence)."""
    if not rows:
        return Detections.empty()
    boxes, classes, scores = zip(*rows, strict=True)
    return Detections(np.array(boxes), np.array(scores), np.array(classes), np.eye(12)[list(classes)])


def packages_after(code: str) -> set[str]:
    """The packages that a fresh interpreter has imported once it has run this code."""
    code += "\nimport sys; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split())


class FakeDetector(Detector):
    """A detector that finds one object of a given class around all the ink."""

    def __init__(self, name: str, approach: str, class_id: int, confidence: float = 0.9) -> None:
        self.name, self.approach, self.label = name, approach, f"Fake {class_id}"
        self.class_id, self.confidence = class_id, confidence

    def propose(self, sheets: Sequence[Sheet]) -> list[Detections]:
        found = []
        for sheet in sheets:
            box = ink_bounds(sheet.ink)
            found.append(
                detections(([float(v) for v in box], self.class_id, self.confidence)) if box else Detections.empty()
            )
        return found


def plain_referee(*ways: Detector) -> Referee:
    """Classes by the product; what both ways see is there, and what one of them sees if it is surer than 0.7 of it."""
    existence = np.zeros((3, len(OBJECT_FEATURES) + 1))
    existence[0, -1] = 4
    existence[1, 0] = existence[2, 1] = 1
    existence[1:, -1] = -np.log(0.7 / 0.3)
    contest = np.zeros(len(CONTEST_FEATURES) + 1)
    contest[:2] = 1, -1
    return Referee(ways, RefereeParameters(np.array([[0.0, 0, 1], [0, 0, 1]]), np.zeros(12), existence, contest))


def fake_method(name: str, approach: str, class_id: int) -> MethodSpec:
    """An entry for the registry that loads a :class:`FakeDetector`."""
    return MethodSpec(
        name, approach, f"Fake {class_id}", "#123456", "-.", lambda folder: FakeDetector(name, approach, class_id)
    )


def write_glyph_file(path: Path, glyphs: list[list[np.ndarray]], split: np.ndarray, **columns: np.ndarray) -> None:
    """A file of the data folder: its columns, ``label`` among them, are those of its source."""
    GlyphSet.from_pieces(glyphs, np.zeros(len(glyphs), int)).save(path, split, **columns)


FAKE_DETECTORS: dict[str, Detector] = {
    "yolov3": FakeDetector("yolov3", "Detection", 4),
    "contours-cnn": FakeDetector("contours-cnn", "Segmentation", 9),
    "contours-vit": FakeDetector("contours-vit", "Segmentation", 4, 0.6),
}
"""A detector per method of the page, each of which says what it is told."""

DRAWING_OF_4 = draw_digits((4, (200, 200), 200))


def session_of(detectors: dict[str, Detector] = FAKE_DETECTORS) -> Session:
    """What a visitor sees who drew one digit."""
    session = read_for_page(DRAWING_OF_4, detectors)
    assert session is not None
    return session


def boxes_by_width(dataset: Dataset) -> dict[int, list[tuple[int, Box]]]:
    """What a set says, by the width of the picture that it really opens."""
    found: dict[int, list[tuple[int, Box]]] = {}
    for sample in dataset.samples:
        width = picture_size(sample.path)[0]
        assert width not in found, "a picture is measured twice"
        boxes = [tuple(round(v) for v in box) for box in sample.xyxy.tolist()]
        found[width] = list(zip(sample.class_id.tolist(), boxes, strict=True))
    return found


def check_set(folder: Path, expected: dict[int, list[tuple[int, Box]]] = TRUE_BOXES) -> Dataset:
    dataset = read_dataset(folder)
    assert boxes_by_width(dataset) == expected
    return dataset


GIVEN_ON = date(2026, 11, 26)
OWNER, OTHER_OWNER = (owner_of_key(digit * 32) for digit in "12")
LABELLED_4 = LabelledObjects(np.array([[120.0, 95, 280, 305]], np.float32), np.array([4]))
STRAIGHT_INK: dict[str, Any] = {"side": 400, "strokes": [{"w": 12.0, "p": [[200, 80], [200, 320]]}]}


def contribution(owner: str = OWNER, day: date = GIVEN_ON, **more: Any) -> Contribution:
    """A drawing with one object."""
    usual: dict[str, Any] = {
        "picture": STRAIGHT_INK,
        "objects": LABELLED_4,
        "readings": {"yolov3": LABELLED_4.detections().to_json()},
        "weights": {},
    }
    return Contribution(owner, day, **(usual | more))
