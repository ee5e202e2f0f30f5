"""Non-maximum suppression: of boxes that overlap too much only the surest one stays."""

import numpy as np
import pytest

from detectors.suppression import suppress

A, SHIFTED, AWAY = [0, 0, 10, 10], [1, 0, 11, 10], [50, 50, 60, 60]


@pytest.mark.parametrize(
    ("boxes", "scores", "classes", "kept"),
    [
        ([], [], None, []),  # nothing
        ([A, SHIFTED, AWAY], [0.5, 0.9, 0.7], None, [1, 2]),  # the surest first
        ([A, SHIFTED], [0.9, 0.5], [3, 8], [0, 1]),  # of two classes: they do not compete
        ([A, SHIFTED], [0.9, 0.5], [3, 3], [0]),
        ([[5, 5, 5, 5], [5, 5, 5, 5]], [0.9, 0.5], None, [0]),  # a copy, even where there is no area
    ],
)
def test_the_surest_of_overlapping_boxes_stays(boxes: list, scores: list, classes: list | None, kept: list) -> None:
    class_id = None if classes is None else np.array(classes)
    found = suppress(np.array(boxes, np.float32).reshape(-1, 4), np.array(scores, np.float32), 0.5, class_id)
    assert found.tolist() == kept
