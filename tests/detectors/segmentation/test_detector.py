"""Segmentation with a classifier that is told what to think, so that the search itself is tested."""

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from classifiers.classifier import Classifier
from classifiers.crop import Crop
from detectors.segmentation.detector import TOO_MUCH, SegmentationDetector
from detectors.segmentation.grouping import MAX_CANDIDATES
from detectors.segmentation.pieces import Piece
from detectors.segmentation.scoring import ScoreConfig
from ink.sheet import Sheet
from models.classes import OTHER
from tests.helpers import draw_digits


class ByShape(Classifier):
    """Thinks that crops of about one shape (width over height) are fives, and all else is other."""

    def __init__(self, low: float, high: float) -> None:
        self.name, self.label, self.low, self.high, self.calls = "shape", "Shape", low, high, 0

    def judge(self, crops: Sequence[np.ndarray | Crop]) -> tuple[np.ndarray, np.ndarray]:
        self.calls += 1
        rows, whole = np.full((len(crops), 12), 0.001, np.float32), np.full(len(crops), 0.7, np.float32)
        for k, each in enumerate(crops):
            grey = each.grey if isinstance(each, Crop) else each
            ys, xs = np.nonzero((grey if grey.ndim == 2 else grey[..., 0]) < 160)
            shape = (np.ptp(xs) + 1) / (np.ptp(ys) + 1)
            is_five = self.low <= shape <= self.high
            rows[k, 5 if is_five else OTHER] = 1 - 0.011
            if is_five:  # the surer the nearer
                whole[k] = 1 - 0.2 * abs(shape - (self.low + self.high) / 2) / (self.high - self.low)
        return rows, whole


def bars(*boxes: tuple[int, int, int, int]) -> np.ndarray:
    image = np.full((300, 400, 3), 255, np.uint8)
    for x1, y1, x2, y2 in boxes:
        image[y1:y2, x1:x2] = 0
    return image


def test_strokes_that_make_one_symbol_are_joined() -> None:
    """Two bars, each no digit; together they have the shape of one."""
    image = bars((100, 100, 180, 120), (100, 128, 180, 200))
    found = SegmentationDetector(ByShape(0.7, 0.9))(image)
    assert found.class_id.tolist() == [5]
    assert found.xyxy.round().tolist() == [[100, 100, 180, 200]]


def test_symbols_far_apart_stay_apart() -> None:
    image = bars((20, 100, 100, 200), (250, 100, 330, 200))
    assert SegmentationDetector(ByShape(0.7, 0.9))(image).class_id.tolist() == [5, 5]


def test_one_blob_of_two_digits_is_cut() -> None:
    image = draw_digits((0, (140, 200), 140), (0, (252, 200), 140))
    detector = SegmentationDetector(ByShape(0.95, 1.35))
    dissection = detector.dissect([Sheet(image)])[0]
    assert len(dissection.pieces) == 1
    assert dissection.detections().class_id.tolist() == [5, 5]


def test_every_stage_is_kept() -> None:
    dissection = SegmentationDetector(ByShape(0.7, 0.9)).dissect(
        [Sheet(bars((100, 100, 180, 120), (100, 128, 180, 200)))]
    )[0]
    assert dissection.ink.shape == (300, 400)
    assert len(dissection.pieces) == 2
    assert {h.members for h in dissection.hypotheses} >= {(0,), (1,), (0, 1)}
    assert [h.members for h in dissection.chosen] == [(0, 1)]


def test_a_batch_costs_as_many_calls_as_its_hardest_sheet() -> None:
    hard = draw_digits((0, (140, 200), 140), (0, (252, 200), 140))
    images = [bars((20, 100, 100, 200)), hard, bars(), bars((250, 100, 330, 200))]

    def calls(drawings: list[np.ndarray]) -> int:
        classifier = ByShape(0.95, 1.35)
        SegmentationDetector(classifier).predict_batch(drawings)
        return classifier.calls

    assert calls([images[0]]) < calls([hard]) == calls(images)
    assert calls([bars()]) == 0


def test_a_sheet_of_zigzags_is_read_by_no_more_crops_than_its_budget_has() -> None:
    """Every piece of it may be cut in many ways; what there is no room for stays one piece, and a note says so."""
    image = np.full((400, 400, 3), 255, np.uint8)
    for top in range(10, 390, 20):
        points = [(x, top + 14 * (k % 2)) for k, x in enumerate(range(10, 390, 7))]
        cv2.polylines(image, [np.array(points, np.int32)], False, (0, 0, 0), 2)
    sheet = Sheet(image)
    dissection = SegmentationDetector(ByShape(0.7, 0.9)).dissect([sheet])[0]
    assert len(dissection.pieces) <= len(dissection.hypotheses) <= MAX_CANDIDATES
    assert sheet.notes == [TOO_MUCH]


def test_crops_are_made_once_however_many_costs_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Piece] = []
    crop = Piece.crop
    monkeypatch.setattr(Piece, "crop", lambda piece, ink: made.append(piece) or crop(piece, ink))
    sheets = [Sheet(draw_digits((0, (140, 200), 140), (0, (252, 200), 140)))]
    first = SegmentationDetector(ByShape(0.95, 1.35)).dissect(sheets)[0]
    assert len(made) == len(first.hypotheses) > 1
    second = SegmentationDetector(ByShape(0.95, 1.35), ScoreConfig(symbol=0.2, trust=1.0)).dissect(sheets)[0]
    assert len(made) == len(first.hypotheses) == len(second.hypotheses)


def test_a_dissection_cannot_be_changed() -> None:
    dissection = SegmentationDetector(ByShape(0.7, 0.9)).dissect([Sheet(bars((20, 100, 100, 200)))])[0]
    with pytest.raises(AttributeError):
        dissection.chosen = ()  # type: ignore[misc]
    assert isinstance(dissection.hypotheses, tuple)


def test_no_drawings() -> None:
    assert SegmentationDetector(ByShape(0.7, 0.9)).predict_batch([]) == []


def test_a_noisy_sheet_is_read_in_bounded_time() -> None:
    """Thousands of specks: a bounded number of them is read, and the answer comes."""
    rng = np.random.default_rng(0)
    image = np.full((800, 800, 3), 255, np.uint8)
    for x, y in rng.integers(0, 790, (4000, 2)):
        image[y : y + 5, x : x + 5] = 0
    classifier = ByShape(0.7, 0.9)
    dissection = SegmentationDetector(classifier).dissect([Sheet(image)])[0]
    assert len(dissection.pieces) <= 200
    assert len(dissection.detections()) <= 400
