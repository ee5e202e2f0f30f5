"""Correcting under the readings, what the visit remembers, and giving and deleting a drawing."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, cast

import gradio as gr
import numpy as np
import pytest

from classifiers.classifier import Classifier
from classifiers.crop import Crop, fit_square
from collection.adapt import VisitMemory
from collection.consent import make_key, owner_of_key
from collection.intake import Intake
from collection.store import Store
from detectors.segmentation.detector import SegmentationDetector
from ink.pen import draw_strokes
from ink.strokes import read_strokes
from tests.helpers import DRAWING_OF_4, FAKE_DETECTORS, STRAIGHT_INK, FakeDetector, session_of
from ui.correction import EditedDrawing, adapt_session, crop_features
from ui.giving import intake_from_environment
from ui.session import read_for_page
from ui.tabs.correct import Corrections, on_correct, on_delete, on_forget_crop, on_open_editor
from ui.tabs.draw import on_setting, render_readings
from ui.wiring import Updates

VALUES = (0.5, 0.3, False, "yolov3", "contours-cnn")


class LookingDetector(SegmentationDetector):
    """Says 9 of all ink, as its fake does, with the ink as features."""

    def __init__(self) -> None:
        class Features:
            def features(self, crops: Sequence[Crop]) -> np.ndarray:
                return np.stack([fit_square(crop)[0].ravel().astype(np.float32) for crop in crops])

        self.name, self.label = "contours-cnn", "Fake 9"
        self.classifier = cast(Classifier, Features())

    def propose(self, sheets: Any) -> Any:
        return FAKE_DETECTORS["contours-cnn"].propose(sheets)


DETECTORS = FAKE_DETECTORS | {"contours-cnn": LookingDetector()}


@pytest.fixture
def intake() -> Intake:
    return Intake(Store(f"memory://{uuid.uuid4().hex}"))


def corrections(intake: Intake | None = None) -> Corrections:
    return Corrections(DETECTORS, render_readings, intake)


def correct(
    label: str, intake: Intake | None = None, consent: bool = False, key: str = "", at: str = "x"
) -> list[Updates]:
    session = session_of(DETECTORS)
    box = session.readings["yolov3"].proposals.xyxy[0].tolist()
    sent = {"at": at, "act": "learn", "objects": [{"box": box, "label": label}]}
    edited = EditedDrawing("x", session)
    return list(on_correct(corrections(intake), sent, edited, session, None, consent, key, gr.Request(), *VALUES))


def test_the_editor_begins_with_what_the_page_reads() -> None:
    """What the referee says, though two of three ways say something else."""
    detectors = DETECTORS | {"referee": FakeDetector("referee", "Together", 9)}
    value = cast(Any, on_open_editor(detectors, session_of(detectors), *VALUES)["editor"])
    assert [thing["label"] for thing in value["objects"]] == ["9"]


def test_the_editor_begins_with_what_most_methods_see() -> None:
    updates = on_open_editor(DETECTORS, session_of(DETECTORS), *VALUES)
    value = cast(Any, updates["editor"])
    (thing,) = value["objects"]
    assert thing["readings"] == {"Fake 4": "4", "Segmentation, Fake 9": "9", "Segmentation, Fake 4": "4"}
    assert value["size"] == [400, 400]
    assert cast(EditedDrawing, updates["edited"]).at == value["at"]
    assert "Draw something first" in str(on_open_editor(DETECTORS, None, *VALUES)["correct-note"])


def test_a_correction_changes_every_reading_of_this_visit_and_no_other() -> None:
    (updates,) = correct("7")
    assert ">7</span>" in str(updates["panel-detection"])
    assert ">7</span>" in str(updates["panel-segmentation"])
    assert "Both read 7." in str(updates["verdict"])
    assert "Fake 4: A from 4 to 7. Segmentation, Fake 9: A from 9 to 7." in str(updates["remembered"])
    assert ">Learned, for this visit.</p>" in str(updates["correct-note"])
    assert len(cast(VisitMemory, updates["memory"])) == 1
    session = cast(Any, updates["session"])
    assert session.own_readings["yolov3"].shown().reading() == "4"
    assert session_of(DETECTORS).readings["yolov3"].shown().reading() == "4"
    again = adapt_session(session_of(DETECTORS), cast(VisitMemory, updates["memory"]), crop_features(DETECTORS))
    assert again is not None
    assert again.readings["contours-vit"].shown().reading() == "7"


def test_a_lesson_that_did_not_help_says_so_and_where() -> None:
    """The box that was corrected is another one than every method's: half of the ink looks like nothing else."""
    session = session_of(DETECTORS)
    x1, y1, x2, y2 = session.readings["yolov3"].proposals.xyxy[0].tolist()

    def note(label: str, box: list[float]) -> tuple[str, str]:
        sent = {"at": "x", "act": "learn", "objects": [{"box": box, "label": label}]}
        edited = EditedDrawing("x", session)
        (updates,) = on_correct(corrections(), sent, edited, session, None, False, "", gr.Request(), *VALUES)
        return str(updates["correct-note"]), str(updates["remembered"])

    said, remembered = note("7", [x1, y1, x2, y1 + 0.55 * (y2 - y1)])
    assert "Nothing changed on this drawing yet. Still read otherwise: A by Fake 4; A by Segmentation, Fake 9" in said
    assert "Changed" not in remembered
    said, _ = note("7", [1, 1, 30, 30])
    assert "Still read otherwise: the 7 by Fake 4;" in said


def test_what_the_memory_changed_follows_the_settings() -> None:
    (updates,) = correct("7")
    session, memory = cast(Any, updates["session"]), cast(VisitMemory, updates["memory"])
    assert "Segmentation, Fake 4: A from 4 to 7." in str(updates["remembered"])
    at_80 = on_setting(DETECTORS, session, memory, 0.8, *VALUES[1:])
    assert "Segmentation, Fake 9: A from 9 to 7." in str(at_80["remembered"])
    assert "Segmentation, Fake 4" not in str(at_80["remembered"])


def test_what_is_remembered_is_forgotten_on_a_click() -> None:
    (updates,) = correct("7")
    session, memory = cast(Any, updates["session"]), cast(VisitMemory, updates["memory"])

    def click(index: object) -> Updates:
        event = gr.EventData(None, {"index": index})
        return on_forget_crop(corrections(), session, memory, event, *VALUES)

    for index in (0, -1):
        after = click(index)
        assert ">4</span>" in str(after["panel-detection"])
        assert after["remembered"] == ""
    for odd in (1, -2, "0", None):
        assert click(odd) == {}


def test_another_drawings_corrections_are_refused() -> None:
    (updates,) = correct("7", at="y")
    assert "has changed meanwhile" in str(updates["correct-note"])
    assert set(updates) == {"correct-note"}


def test_nothing_is_kept_without_the_tick() -> None:
    intake = Intake(Store(f"memory://{uuid.uuid4().hex}"))
    assert len(correct("7", intake)) == 1
    assert len(correct("7", None, consent=True)) == 1
    assert intake.store.places() == {}


def test_a_drawing_is_given_and_deleted_again(intake: Intake) -> None:
    first, second = correct("7", intake, consent=True)
    key = str(first["key"])
    assert second["deletion-key"] == key
    assert second["consent"] is False  # for one drawing, not for ever
    (place,) = intake.store.places()
    kept = intake.store.read(place)
    np.testing.assert_array_equal(kept.drawing(), DRAWING_OF_4)
    assert kept.objects.class_id.tolist() == [7]
    assert kept.readings["yolov3"][0]["label"] == "4"
    assert {"yolov3", "cnn", "vit"} <= set(kept.weights)
    assert str(correct("7", intake, consent=True, key=key)[0]["key"]) == key
    assert "No drawing" in str(on_delete(intake, make_key(), "")["delete-note"])
    assert "no deletion key" in str(on_delete(intake, "abc", key)["delete-note"])
    gone = on_delete(intake, "", key)
    assert "Deleted: 2 drawings." in str(gone["delete-note"])
    assert gone["key"] == ""
    assert intake.store.folder.names("") == {}
    assert intake.forget(owner_of_key(key)) == 0


def test_a_key_that_the_browser_made_up_is_replaced(intake: Intake) -> None:
    made_up = "0123456789abcdef" * 2
    given = str(correct("7", intake, consent=True, key=made_up)[0]["key"])
    assert given != made_up
    assert intake.forget(owner_of_key(made_up)) == 0
    assert intake.forget(owner_of_key(given)) == 1


def test_live_ink_is_kept_as_strokes(intake: Intake) -> None:
    side, strokes = read_strokes(STRAIGHT_INK)
    session = read_for_page(draw_strokes(strokes, side), DETECTORS, strokes=strokes)
    assert session is not None
    box = session.readings["yolov3"].proposals.xyxy[0].tolist()
    sent = {"at": "x", "act": "learn", "objects": [{"box": box, "label": "1"}]}
    edited = EditedDrawing("x", session)
    list(on_correct(corrections(intake), sent, edited, session, None, True, "", gr.Request(), *VALUES))
    (place,) = intake.store.places()
    assert intake.store.read(place).picture == STRAIGHT_INK


def test_without_a_store_nothing_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DIGIT_DUEL_STORE", raising=False)
    assert intake_from_environment() is None
    monkeypatch.setenv("DIGIT_DUEL_STORE", "hf://datasets/a/b")
    with pytest.raises(SystemExit, match="bucket"):
        intake_from_environment()
