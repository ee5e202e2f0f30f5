import numpy as np

from detectors import Detections
from detectors.context import Shares
from explain.context import explain_context
from models.classes import OTHER
from tests.helpers import detections, draw_digits

SHARES: Shares = (0.9, 0.03, 0.07)


def test_the_stage_says_what_was_renamed() -> None:
    """What may be a 6 lies between two other drawings."""
    drawing = draw_digits((6, (80, 200), 60), (1, (200, 200), 60))
    probabilities = np.full((3, 12), 1e-4)
    probabilities[0, [6, OTHER]] = 0.55, 0.45
    probabilities[1:, OTHER] = 1
    probabilities /= probabilities.sum(1, keepdims=True)
    boxes = np.array([[50.0 * k, 10, 50.0 * k + 30, 50] for k in range(3)])
    alone = Detections(boxes, np.full(3, 0.9), probabilities.argmax(1), probabilities)
    (stage,) = explain_context(drawing, alone, SHARES)
    assert "other drawings" in stage.text
    assert "renames 1 of 3" in stage.text
    assert [p.caption for p in stage.pictures] == ["other, by itself 6", "other", "other"]
    (same,) = explain_context(drawing, detections(([0, 0, 40, 40], 4, 0.9)), SHARES)
    assert "renames nothing" in same.text


def test_without_objects_there_is_nothing_to_say() -> None:
    assert explain_context(draw_digits(), Detections.empty(), SHARES) == []
