from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest

import ink.sheet
from ink.paper import ink_map
from ink.sheet import Sheet, measure_work, step_of_each
from tests.helpers import draw_digits

BLANK = np.full((4, 4, 3), 255, np.uint8)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A clock that only the steps of these tests move."""
    clock = SimpleNamespace(now=0.0)
    clock.perf_counter = lambda: clock.now
    monkeypatch.setattr(ink.sheet, "time", clock)
    return clock


def slow(sheet: Sheet, number: int = 0) -> list[int]:
    ink.sheet.time.now += 0.020  # type: ignore[attr-defined]
    return [number]


def slower(sheet: Sheet) -> int:
    ink.sheet.time.now += 0.010  # type: ignore[attr-defined]
    return len(sheet.step("slow", slow))


def test_a_step_is_made_once_for_each_of_its_settings() -> None:
    drawing = Sheet(BLANK)
    assert drawing.step("slow", slow) is drawing.step("slow", slow)
    assert drawing.step("slow", slow, 1) == [1]
    assert drawing.step("slow", slow, 1) is not drawing.step("slow", slow)


def test_every_step_notes_its_own_milliseconds() -> None:
    drawing = Sheet(BLANK)
    drawing.step("slower", slower)  # without the 20 of the step that it rests on
    drawing.step("slow", slow, 1)
    assert drawing.milliseconds() == pytest.approx({"slower": 10, "slow": 40})


def test_work_is_charged_for_the_steps_that_others_made() -> None:
    """However a step was reached, it is charged once: straight, or through one that rests on it."""
    drawing = Sheet(BLANK)
    for _ in range(2):
        assert drawing.measure(partial(drawing.step, "slow", slow)) == ([0], pytest.approx(20))
    for _ in range(2):
        both = drawing.measure(lambda: drawing.step("slow", slow)[0] + drawing.step("slower", slower))
        assert both == (1, pytest.approx(30))
        assert drawing.measure(lambda: drawing.step("slower", slower)) == (1, pytest.approx(30))
    assert drawing.measure(lambda: None) == (None, 0)


def test_what_is_made_on_the_way_is_not_charged_twice() -> None:
    drawing = Sheet(BLANK)
    assert drawing.measure(lambda: [drawing.step("slower", slower) for _ in range(3)])[1] == pytest.approx(30)


def test_a_step_rests_on_nothing_that_was_asked_for_before_it() -> None:
    drawing = Sheet(BLANK)
    drawing.measure(lambda: (drawing.step("slow", slow), drawing.step("slow", slow, 1)))
    assert drawing.measure(partial(drawing.step, "slow", slow, 1))[1] == pytest.approx(20)


def test_work_within_work_is_charged_to_both() -> None:
    drawing = Sheet(BLANK)
    drawing.step("slow", slow)
    assert drawing.measure(lambda: drawing.measure(partial(drawing.step, "slow", slow)))[1] == pytest.approx(20)


def test_sheets_share_the_work_on_all_of_them() -> None:
    """What a batch costs is divided among the sheets that lack it; those that have it are not asked for again."""
    asked: list[int] = []

    def slow_batch(sheets: list[Sheet]) -> list[int]:
        asked.append(len(sheets))
        ink.sheet.time.now += 0.010 * len(sheets)  # type: ignore[attr-defined]
        return [len(sheet.step("slow", slow)) for sheet in sheets]

    first, second = Sheet(BLANK), Sheet(BLANK)
    assert step_of_each([first], "batch", slow_batch) == [1]
    assert step_of_each([first, second], "batch", slow_batch) == [1, 1]
    assert asked == [1, 1]
    assert second.milliseconds() == pytest.approx({"slow": 20, "batch": 10})
    both = measure_work([first, second], lambda: step_of_each([first, second], "batch", slow_batch))
    assert both == ([1, 1], pytest.approx(60))
    assert asked == [1, 1]


def test_a_step_that_fails_is_made_again() -> None:
    drawing = Sheet(BLANK)

    def broken(sheet: Sheet) -> int:
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        drawing.step("number", broken)
    assert drawing.step("number", lambda sheet: 7) == 7


def test_the_ink_of_a_large_picture_is_reduced() -> None:
    drawing = Sheet(np.kron(draw_digits((3, (200, 200), 200)), np.ones((8, 8, 1), np.uint8)))
    assert drawing.ink.shape == (1600, 1600)
    assert drawing.scale == 0.5
    assert drawing.has_ink
    small = Sheet(draw_digits((3, (200, 200), 200)))
    np.testing.assert_array_equal(small.ink, ink_map(small.image))
    assert small.ink is small.ink


def test_a_blank_sheet_has_no_ink() -> None:
    assert not Sheet(BLANK).has_ink
