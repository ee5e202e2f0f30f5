"""One drawing through every method, and what each is said to have taken."""

from __future__ import annotations

import time
from collections.abc import Sequence

from comparison.reading import read_sheet
from detectors import Detections
from ink.sheet import Sheet
from tests.helpers import FakeDetector, draw_digits


def wait(sheet: Sheet) -> None:
    time.sleep(0.02)


class Slow(FakeDetector):
    """Asks for a step that every one of its kind shares."""

    def propose(self, sheets: Sequence[Sheet]) -> list[Detections]:
        for each in sheets:
            each.step("wait", wait)
        return super().propose(sheets)


def test_shared_work_counts_for_every_method() -> None:
    """The second method asks for the same slow step as the first; both are said to have taken as long."""
    detectors = {name: Slow(name, "Detection", 3) for name in ("first", "second")}
    readings = read_sheet(Sheet(draw_digits((3, (200, 200), 200))), detectors)
    assert all(reading.milliseconds >= 20 for reading in readings.values())
    assert [reading.shown().reading() for reading in readings.values()] == ["3", "3"]
