from dataclasses import replace

import numpy as np
import pytest

from detectors import DETECTORS, Detections, keep_best, load_detector
from tests.helpers import FakeDetector, detections, draw_digits


def test_suppression_ignores_classes() -> None:
    """Two readings of one object: the surer one stays, whatever the classes."""
    found = detections(([0, 0, 10, 10], 4, 0.6), ([0, 0, 10, 9], 9, 0.8), ([30, 0, 40, 10], 1, 0.7))
    assert keep_best(found).class_id.tolist() == [9, 1]
    assert keep_best(found, iou=0.95).class_id.tolist() == [9, 1, 4]


def test_what_has_its_ink_for_itself_is_no_copy_of_another() -> None:
    """Boxes of touching digits overlap, their ink does not.  What is too unsure to be shown may still be a copy."""
    copies = detections(([0, 0, 10, 10], 5, 0.8), ([2, 0, 12, 10], 5, 0.9), ([1, 0, 11, 10], 9, 0.4))
    found = replace(copies, exclusive=True)
    assert keep_best(copies).class_id.tolist() == [5]
    assert keep_best(found).confidence.tolist() == pytest.approx([0.9, 0.8])
    assert keep_best(found, 0.3).confidence.tolist() == pytest.approx([0.9, 0.8])
    assert found[[0]].exclusive
    assert Detections.concatenate([found, Detections.empty()]).exclusive
    assert not Detections.concatenate([found, copies]).exclusive


@pytest.mark.parametrize(("confidence", "kept"), [(0.0, 2), (0.5, 2), (0.7, 1), (0.95, 0)])
def test_confidence(confidence: float, kept: int) -> None:
    found = detections(([0, 0, 10, 10], 4, 0.5), ([30, 0, 40, 10], 1, 0.9))
    assert len(keep_best(found, confidence)) == kept


def test_nothing_stays_nothing() -> None:
    assert len(keep_best(Detections.empty())) == 0


def test_call_and_batch_agree() -> None:
    detector = FakeDetector("told", "Detection", 5)
    images = [draw_digits((5, (200, 200), 200)), np.full((20, 20, 3), 255, np.uint8)]
    batch = detector.predict_batch(images)
    assert [d.reading() for d in batch] == ["5", ""] == [detector(i).reading() for i in images]
    assert detector.predict_batch([]) == []


def test_unknown_name() -> None:
    with pytest.raises(KeyError, match="yolov3, contours-cnn, contours-vit"):
        load_detector("yolov9")


def test_the_contract_names_three() -> None:
    assert {"yolov3", "contours-cnn", "contours-vit"} <= set(DETECTORS)
