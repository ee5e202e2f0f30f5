import time

import numpy as np
import pytest

from comparison.reading import read_sheet
from ink.paper import ink_map
from ink.sheet import Sheet, inked
from tests.helpers import FakeDetector, sheet


def slow(sheet: Sheet, number: int = 0) -> list[int]:
    time.sleep(0.02)
    return [number]


def slower(sheet: Sheet) -> int:
    return len(sheet.once(slow))


def test_a_step_is_made_once_for_each_of_its_settings() -> None:
    drawing = Sheet(np.zeros((4, 4, 3), np.uint8))
    assert drawing.once(slow) is drawing.once(slow)
    assert drawing.once(slow, 1) == [1]
    assert drawing.once(slow, 1) is not drawing.once(slow)


def test_what_was_saved_is_counted_but_not_twice() -> None:
    drawing = Sheet(np.zeros((4, 4, 3), np.uint8))
    drawing.once(slow)
    assert drawing.saved == 0
    drawing.once(slow)
    assert drawing.saved == pytest.approx(0.02, abs=0.015)
    drawing.saved = 0
    drawing.once(slower)  # a step that is made now pays for what it shares itself
    assert drawing.saved == 0


def test_the_ink_of_a_large_picture_is_reduced() -> None:
    drawing = Sheet(np.kron(sheet((3, (200, 200), 200)), np.ones((8, 8, 1), np.uint8)))
    ink, scale = drawing.once(inked)
    assert ink.shape == (1600, 1600)
    assert scale == 0.5
    small = Sheet(sheet((3, (200, 200), 200)))
    np.testing.assert_array_equal(small.once(inked)[0], ink_map(small.image))


def test_shared_work_counts_for_every_method() -> None:
    """The second method asks for the same slow step as the first; both are said to have taken as long."""

    class Slow(FakeDetector):
        def candidates(self, sheets):  # type: ignore[no-untyped-def]
            for each in sheets:
                each.once(slow)
            return super().candidates(sheets)

    detectors = {name: Slow(name, "FakeDetector", 3) for name in ("first", "second")}
    readings = read_sheet(Sheet(sheet((3, (200, 200), 200))), detectors)
    assert all(reading.milliseconds >= 20 for reading in readings.values())
