"""What two ways see on one drawing, put side by side."""

from __future__ import annotations

import numpy as np
import pytest

from detectors import Detections
from detectors.fusion import (
    CONTEST_FEATURES,
    OBJECT_FEATURES,
    clipped_logit,
    contest_features,
    find_candidates,
    object_features,
    pool_classes,
    trust_features,
)
from tests.helpers import detections

LEFT, RIGHT, WHOLE = [0.0, 0, 40, 60], [44.0, 0, 84, 60], [0.0, 0, 84, 60]


def test_nothing_is_nothing() -> None:
    found = find_candidates(Detections.empty(), Detections.empty())
    assert len(found) == 0
    assert found.contests == []
    assert object_features(found, np.zeros((0, 12))).shape == (0, len(OBJECT_FEATURES))


def test_boxes_of_one_object_are_a_pair() -> None:
    found = find_candidates(detections((LEFT, 3, 0.9), (RIGHT, 5, 0.8)), detections(([2, 0, 42, 60], 8, 0.7)))
    assert found.seen.tolist() == [[True, True], [True, False]]
    assert found.boxes == pytest.approx(np.array([[1.3, 0, 41.3, 60], RIGHT]))
    assert found.confidence == pytest.approx(np.array([[0.9, 0.7], [0.8, 0]]))
    assert found.probabilities.argmax(2)[0].tolist() == [3, 8]
    assert found.probabilities[1, 1] == pytest.approx(np.full(12, 1 / 12))
    assert found.contests == []


def test_what_is_too_unsure_to_be_seen_still_supports() -> None:
    found = find_candidates(detections((LEFT, 3, 0.03)), detections((LEFT, 3, 0.9)))
    assert found.seen.tolist() == [[False, True]]
    assert found.confidence[0] == pytest.approx([0.03, 0.9])


def test_ink_that_is_cut_differently_is_a_contest() -> None:
    """One way sees one object where the other sees two; what stands apart has no part in it."""
    far = [200.0, 0, 240, 60]
    found = find_candidates(detections((WHOLE, 8, 0.9), (far, 2, 0.9)), detections((LEFT, 1, 0.8), (RIGHT, 0, 0.7)))
    ((first, second),) = found.contests
    assert found.boxes[first] == pytest.approx(np.array([WHOLE]))
    assert found.boxes[second] == pytest.approx(np.array([LEFT, RIGHT]))
    values = dict(zip(CONTEST_FEATURES, contest_features(found, first, second), strict=True))
    assert values["first's least confidence"] == pytest.approx(clipped_logit(0.9), abs=1e-6)
    assert values["second's least confidence"] == pytest.approx(clipped_logit(0.7), abs=1e-6)
    assert values["more objects by first"] == pytest.approx(-np.log(2))


def test_two_objects_of_one_way_are_no_rivals() -> None:
    """A ring and the digit inside it, seen by one way: it holds both to be there."""
    found = find_candidates(detections((WHOLE, 11, 0.9), ([20, 20, 40, 40], 5, 0.9)), Detections.empty())
    assert found.contests == []
    values = object_features(found, found.probabilities[:, 0])
    inside, around = (list(OBJECT_FEATURES).index(f"share {part}") for part in ("inside another", "of another inside"))
    assert values[:, inside].tolist() == pytest.approx([400 / 5040, 1])
    assert values[:, around].tolist() == pytest.approx([1, 400 / 5040])


def test_a_box_that_swallows_two_contests_both() -> None:
    """The second way's box is close enough to one of the first's to be its object, were there not another inside."""
    nine, one = [0.0, 0, 40, 60], [42.0, 0, 56, 60]
    found = find_candidates(detections((nine, 9, 0.9), (one, 1, 0.9)), detections(([0, 0, 56, 60], 9, 0.9)))
    ((first, second),) = found.contests
    assert (len(first), len(second)) == (2, 1)
    assert find_candidates(detections((nine, 9, 0.9)), detections(([0, 0, 56, 60], 9, 0.9))).seen.tolist() == [
        [True] * 2
    ]


def test_a_frame_that_both_see_is_no_contest() -> None:
    """What is inside claims the same pixels, but the frame itself is settled."""
    frame, digit = [0.0, 0, 200, 200], [80.0, 80, 120, 140]
    found = find_candidates(detections((frame, 11, 0.9), (digit, 5, 0.9)), detections((frame, 11, 0.9)))
    assert found.contests == []
    assert found.seen.tolist() == [[True, True], [True, False]]


def test_a_pool_of_classes_is_a_weighted_product() -> None:
    probabilities = np.full((1, 2, 12), 0.01)
    probabilities[0, 0, 3], probabilities[0, 1, 5] = 0.89, 0.89
    even = pool_classes(probabilities, (1, 1), np.zeros(12))
    assert even[0, 3] == pytest.approx(even[0, 5])
    assert pool_classes(probabilities, (2, 1), np.zeros(12)).argmax() == 3
    bias = np.zeros(12)
    bias[5] = 1
    assert pool_classes(probabilities, (1, 1), bias).argmax() == 5
    assert pool_classes(probabilities, (1, 1), bias).sum() == pytest.approx(1)


def test_trust_goes_by_the_crowd() -> None:
    near = detections(([0.0, 0, 20, 40], 1, 0.9), ([24.0, 0, 44, 40], 2, 0.9), ([300.0, 0, 320, 40], 3, 0.1))
    found = trust_features(find_candidates(near, detections()))
    assert found[:, 0].tolist() == pytest.approx([np.log(3)] * 3)
    assert found[:, 1].tolist() == pytest.approx([0.1, 0.1, 1.0])
    alone = trust_features(find_candidates(detections(([0.0, 0, 20, 40], 1, 0.9)), detections()))
    assert alone.tolist() == [[pytest.approx(np.log(2)), 1.0]]
    assert trust_features(find_candidates(detections(), detections())).shape == (0, 2)


def test_each_object_may_have_its_own_weights() -> None:
    probabilities = np.full((2, 2, 12), 0.01)
    probabilities[:, 0, 3], probabilities[:, 1, 5] = 0.89, 0.89
    assert pool_classes(probabilities, np.array([[2, 1], [1, 2]]), np.zeros(12)).argmax(1).tolist() == [3, 5]


def test_logits_are_cut_off() -> None:
    assert clipped_logit(np.array([0.0, 0.5, 1.0])).tolist() == pytest.approx([-6, 0, 6])
