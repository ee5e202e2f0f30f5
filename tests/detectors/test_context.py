import numpy as np
import pytest

from detectors import Detections
from detectors.context import SHEET_KINDS, Shares, in_context, likely_kinds
from models.classes import CENSORED, OTHER

SHARES: Shares = (0.9, 0.03, 0.07)
NAMES = [kind.name for kind in SHEET_KINDS]


def row(**of: float) -> list[float]:
    """Twelve probabilities; ``d6=0.5`` is half a six, ``other`` and ``censored`` the last two."""
    found = np.full(12, 1e-4)
    for name, p in of.items():
        found[{"other": OTHER, "censored": CENSORED}.get(name) or int(name[1:])] = p
    return (found / found.sum()).tolist()


def on_a_sheet(*rows: list[float], confidence: float = 0.9) -> Detections:
    """Objects far apart with these probabilities."""
    boxes = [[50.0 * k, 10, 50.0 * k + 30, 50] for k in range(len(rows))]
    probabilities = np.array(rows)
    return Detections(np.array(boxes), np.full(len(rows), confidence), probabilities.argmax(1), probabilities)


DOUBT = row(d6=0.55, other=0.45)


def test_shares_and_priors_sum_to_one() -> None:
    assert sum(kind.prior for kind in SHEET_KINDS) == pytest.approx(1)
    for kind in SHEET_KINDS:
        assert sum(kind.shares) == pytest.approx(1)
        assert min(kind.shares) > 0


@pytest.mark.parametrize(
    ("fellows", "answer"),
    [
        ([row(d1=1.0), row(d2=1.0), row(d3=1.0)], 6),
        ([row(other=1.0), row(other=1.0), row(other=1.0)], OTHER),
        ([row(other=1.0), row(d2=1.0)], OTHER),  # a mixed sheet: what is rare on the average sheet is not on this one
    ],
)
def test_a_doubtful_object_goes_with_its_fellows(fellows: list[list[float]], answer: int) -> None:
    found = in_context(on_a_sheet(DOUBT, *fellows), SHARES)
    assert found.class_id[0] == answer
    assert found.class_id[1:].tolist() == [int(np.argmax(f)) for f in fellows]


@pytest.mark.parametrize("clear", [row(d7=1.0), row(censored=1.0), row(other=1.0)])
@pytest.mark.parametrize("fellow", [row(d1=1.0), row(censored=1.0), row(other=1.0)])
def test_what_is_clear_stays(clear: list[float], fellow: list[float]) -> None:
    found = in_context(on_a_sheet(clear, *[fellow] * 5), SHARES)
    assert found.class_id[0] == np.argmax(clear)


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        ([row(d1=1.0)] * 4, "digits"),
        ([row(d1=1.0), row(d2=1.0), row(other=1.0)], "digits among other drawings"),
        ([row(other=1.0)] * 4, "other drawings"),
        ([row(censored=1.0), row(d1=1.0)], "censored drawings"),
    ],
)
def test_kinds_of_sheets(rows: list[list[float]], name: str) -> None:
    kinds = likely_kinds(np.array(rows), SHARES)
    assert kinds.sum() == pytest.approx(1)
    assert NAMES[kinds.argmax()] == name


def test_boxes_and_confidences_stay_and_only_what_is_sure_counts() -> None:
    sure, unsure = on_a_sheet(DOUBT, row(d1=1.0)), on_a_sheet(*[row(other=1.0)] * 6, confidence=0.3)
    moved = unsure.xyxy + np.float32([0, 100, 0, 100])
    both = Detections(
        np.concatenate([sure.xyxy, moved]),
        np.concatenate([sure.confidence, unsure.confidence]),
        np.concatenate([sure.class_id, unsure.class_id]),
        np.concatenate([sure.probabilities, unsure.probabilities]),
    )
    found = in_context(both, SHARES)
    np.testing.assert_array_equal(found.xyxy, both.xyxy)
    np.testing.assert_array_equal(found.confidence, both.confidence)
    np.testing.assert_allclose(found.probabilities[:2], in_context(sure, SHARES).probabilities, atol=1e-6)
    np.testing.assert_array_equal(found.probabilities[2:], unsure.probabilities)


def test_many_objects_and_none() -> None:
    found = in_context(on_a_sheet(*[row(d1=1.0)] * 300), SHARES)
    assert np.isfinite(found.probabilities).all()
    assert len(in_context(Detections.empty(), SHARES)) == 0


def test_rings_neither_count_nor_are_renamed() -> None:
    """Without that digits would go with the rings around them, as they do where those stand beside them."""
    apart = on_a_sheet(*[row(d6=0.9, other=0.1)] * 3, *[row(other=1.0)] * 3)
    assert in_context(apart, SHARES).class_id.tolist() == [OTHER] * 6
    around = apart.xyxy[:3] + np.float32([-20, -20, 20, 20])
    ringed = Detections(np.concatenate([apart.xyxy[:3], around]), apart.confidence, apart.class_id, apart.probabilities)
    found = in_context(ringed, SHARES)
    assert found.class_id.tolist() == [6, 6, 6, OTHER, OTHER, OTHER]
    np.testing.assert_array_equal(found.probabilities[3:], ringed.probabilities[3:])
