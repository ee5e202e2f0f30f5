"""The detectors with their shipped weights on drawings made of recorded strokes."""

import numpy as np
import pytest

from detectors import DETECTORS, Detector, context, load_detector
from models.classes import OTHER
from tests.helpers import draw_digits


@pytest.fixture(scope="module", params=list(DETECTORS))
def detector(request: pytest.FixtureRequest) -> Detector:
    return load_detector(request.param)


@pytest.mark.parametrize("invert", [False, True], ids=["dark on light", "light on dark"])
def test_reads_single_digits(detector: Detector, invert: bool) -> None:
    images = [draw_digits((d, (200, 200), 180)) for d in range(10)]
    found = detector.predict_batch([255 - i if invert else i for i in images])
    readings = [d.reading() for d in found]
    # One slip in ten is allowed: that is not what this test is about.
    assert sum(r == str(d) for d, r in enumerate(readings)) >= 9, readings


def test_reads_a_number(detector: Detector) -> None:
    image = draw_digits((2, (80, 200), 90), (0, (200, 210), 90), (7, (320, 195), 90))
    found = detector(image)
    assert found.reading() == "207"
    truth = [[35, 155, 125, 245], [155, 165, 245, 255], [275, 150, 365, 240]]
    order = found.xyxy[:, 0].argsort()
    assert np.abs(found.xyxy[order][:, [1, 3]] - np.array(truth)[:, [1, 3]]).max() < 25


def test_every_method_names_objects_in_context(detector: Detector, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were there no sheets but those of other drawings, nothing could be a digit."""
    image = draw_digits((2, (80, 200), 90), (0, (200, 210), 90), (7, (320, 195), 90))
    assert detector(image).reading() == "207"
    only_others = context.SheetKind("other drawings", 1.0, (1e-15, 1e-15, 1.0))
    monkeypatch.setattr(context, "SHEET_KINDS", (only_others,))
    assert detector(image).class_id.tolist() == [OTHER] * 3


SHEETS = {
    "blank": np.full((400, 400, 3), 255, np.uint8),
    "black": np.zeros((400, 400, 3), np.uint8),
    "one pixel": np.zeros((1, 1, 3), np.uint8),
    "a strip": np.full((8, 3000, 3), 255, np.uint8),
    "huge": np.full((6000, 6000, 3), 250, np.uint8),
}


@pytest.mark.parametrize("image", SHEETS.values(), ids=SHEETS.keys())
def test_nothing_to_read(detector: Detector, image: np.ndarray) -> None:
    assert len(detector(image)) == 0


def test_boxes_are_in_the_drawings_own_pixels(detector: Detector) -> None:
    """A large picture is worked on at a smaller size; its boxes must not show that."""
    small = draw_digits((3, (200, 200), 200))
    large = np.repeat(np.repeat(small, 8, 0), 8, 1)
    a, b = detector(small), detector(large)
    assert a.reading() == b.reading() == "3"
    assert np.abs(a.xyxy * 8 - b.xyxy).max() < 60


def test_a_batch_is_its_drawings_one_by_one(detector: Detector) -> None:
    images = [draw_digits((4, (200, 200), 150)), np.full((60, 60, 3), 255, np.uint8), draw_digits((8, (100, 300), 80))]
    together = detector.predict_batch(images)
    for image, found in zip(images, together, strict=True):
        alone = detector(image)
        assert alone.reading() == found.reading()
        np.testing.assert_allclose(alone.xyxy, found.xyxy, atol=0.5)
