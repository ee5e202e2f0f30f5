"""The Stress tab, without a page."""

from __future__ import annotations

import pytest

from comparison.stress import STRESSES, StressCourse, StressStep, run_stress
from detectors import Detector
from models.classes import CENSORED, OTHER
from tests.helpers import DRAWING_OF_4, FAKE_DETECTORS, FakeDetector, session_of
from ui.html.film import render_course, render_film
from ui.tabs.stress import on_stress

VALUES = (0.5, 0.3, False, "yolov3", "contours-cnn")


def test_a_course_in_words_and_pictures() -> None:
    detectors: dict[str, Detector] = {
        "a": FakeDetector("a", "Detection", 4),
        "b": FakeDetector("b", "Segmentation", 9, 0.2),
    }
    course = run_stress(STRESSES["noise"], DRAWING_OF_4, session_of(detectors).readings, detectors)
    assert course is not None
    words = render_course(course, detectors)
    assert "<b>Fake 4</b> reads 4 all the way." in words
    assert "<b>Segmentation, Fake 9</b> reads no digit on the drawing itself." in words
    html = render_film(course, detectors)
    assert html.count("<polyline") == 2
    assert html.count('class="held"') == len(course.stress.values)
    assert html.count('class="held words"') == len(course.stress.values)  # no digit all the way is no change
    assert "lost" not in html.split("</table>")[0]


def test_a_drawing_is_changed_step_by_step() -> None:
    updates = on_stress(FAKE_DETECTORS, session_of(), "noise", *VALUES)
    assert set(updates) == {"stress-summary", "stress-film"}
    assert "reads 4 all the way" in str(updates["stress-summary"])
    assert "<table>" in str(updates["stress-film"])


def test_without_a_drawing_there_is_nothing_to_change() -> None:
    updates = on_stress(FAKE_DETECTORS, None, "noise", *VALUES)
    assert "Draw something" in str(updates["stress-summary"])
    assert updates["stress-film"] == ""


def test_without_a_digit_there_is_nothing_to_stress() -> None:
    detectors: dict[str, Detector] = {
        name: FakeDetector(name, "Detection", OTHER) for name in ("yolov3", "contours-cnn")
    }
    updates = on_stress(detectors, session_of(detectors), "rotation", *VALUES)
    assert "draw a number first" in str(updates["stress-summary"])
    assert updates["stress-film"] == ""


@pytest.mark.parametrize(
    ("own", "doubled", "words"),
    [
        (("20", "70", "20"), False, "The first two digits, 2 and 0, are pushed over one another."),
        (("44", "44", ""), True, "The only digit, 4, is pushed over itself."),
        (("2", "2", ""), False, "The first two things on the sheet are pushed over one another."),
    ],
)
def test_the_two_digits_that_overlap_are_named(own: tuple[str, ...], doubled: bool, words: str) -> None:
    steps = dict.fromkeys("abc", [StressStep("4", "4", 0.9)] * 12)
    course = StressCourse(STRESSES["overlap"], [], steps, dict(zip("abc", own, strict=True)), doubled)
    detectors = {name: FakeDetector(name, "Detection", 4) for name in "abc"}
    assert render_course(course, detectors).startswith(f'<p class="course">{words}</p>')


def test_censored_drawings_are_not_shown_until_asked_for() -> None:
    detectors = FAKE_DETECTORS | {
        "yolov3": FakeDetector("yolov3", "Detection", CENSORED),
        "contours-cnn": FakeDetector("contours-cnn", "Segmentation", CENSORED),
    }
    session = session_of(detectors)
    updates = on_stress(detectors, session, "noise", *VALUES)
    assert "data-uncover" in str(updates["stress-summary"])
    assert updates["stress-film"] == ""
    assert "<table>" in str(
        on_stress(detectors, session, "noise", 0.5, 0.3, True, "yolov3", "contours-cnn")["stress-film"]
    )


@pytest.mark.parametrize(
    ("change", "readings", "words"),
    [
        ("noise", "4" * 12, "reads 4 all the way."),
        ("noise", "444" + "9" * 9, "reads 4 up to 0.1%, then something else."),
        ("noise", "4" + "9" * 11, "reads 4 at the start, and something else one step on."),
        ("rotation", "9999944499999", "reads 4 from -15\u00b0 to 15\u00b0."),
        ("rotation", "9999994999999", "reads 4 at the start, and something else one step to either side."),
        ("rotation", "9999944444444", "reads 4 from -15\u00b0 on."),
        ("overlap", "9" * 12, "reads 9 instead of 4 from the start."),
    ],
)
def test_every_course_has_an_answer(change: str, readings: str, words: str) -> None:
    steps = [StressStep(reading, reading, 0.9) for reading in readings]
    course = StressCourse(STRESSES[change], [], {"a": steps}, {"a": "4"})
    assert f"<b>Fake 4</b> {words}</li>" in render_course(course, {"a": FakeDetector("a", "Detection", 4)})


def test_what_is_no_digit_is_called_so() -> None:
    """And has no confidence: 97 % beside it would be that of no digit."""
    detectors: dict[str, Detector] = {"a": FakeDetector("a", "Detection", 11, 0.97)}
    course = run_stress(STRESSES["noise"], DRAWING_OF_4, session_of(detectors).readings, detectors)
    assert course is not None
    film = render_film(course, detectors)
    assert "<b>no digit</b><br><small>&nbsp;</small>" in film
    assert "&ndash;" not in film
    assert "how sure a method is of the digits it reads" in film
