"""A link and files of what is shown, whatever the disk and the visitor's settings are."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import cv2
import gradio as gr
import numpy as np
import pytest

from comparison.reading import Reading
from models.classes import CENSORED
from tests.helpers import detections, draw_digits
from ui.link import View, unpack_view
from ui.session import PackedImage, Session
from ui.share import offer_files, on_share, write_files
from ui.uploads import read_view_file

VIEW = View(["yolov3", "contours-vit"], 0.35, 0.6)
DRAWING = draw_digits((4, (120, 200), 160), (2, (290, 200), 160))


def session_of(**readings: Reading) -> Session:
    return Session(PackedImage(DRAWING), readings)


def test_files(tmp_path: Path) -> None:
    box = [40.0, 120.0, 200.0, 280.0]
    session = session_of(yolov3=Reading(detections((box, 4, 0.9)), 1.0), b=Reading(detections((box, 9, 0.2)), 1.0))
    paths = [Path(p) for p in write_files(tmp_path, session, VIEW)]
    assert [p.name for p in paths] == ["drawing.png", "annotated.png", "reading.json", "coco.json", "view.duel"]
    picture = cv2.imread(str(paths[1]))
    assert picture is not None
    assert picture.shape[0] > 400
    assert picture.shape[1] > 800
    assert json.loads(paths[2].read_text())["methods"]["yolov3"]["reading"] == "4"
    content = json.loads(paths[3].read_text())
    assert [(a["method"], a["category_id"], a["bbox"], a["score"]) for a in content["annotations"]] == [
        ("yolov3", 4, [40, 120, 160, 160], 0.9)
    ]
    named = cv2.imread(str(tmp_path / content["images"][0]["file_name"]))  # the picture that the labels are of
    assert named is not None
    assert np.array_equal(named, DRAWING)
    opened, view = unpack_view(read_view_file(str(paths[4])), [["yolov3"], ["contours-cnn", "contours-vit"]])
    assert np.array_equal(opened, DRAWING)
    assert view == VIEW


def test_the_picture_is_blurred(tmp_path: Path) -> None:
    session = session_of(yolov3=Reading(detections(([30.0, 100, 210, 300], CENSORED, 0.9)), 1.0))
    covered, clear = (
        cv2.imread(write_files(tmp_path, session, View(["yolov3"], uncensored=u))[0]) for u in (False, True)
    )
    assert covered is not None
    assert clear is not None
    assert np.mean(covered < 60) < 0.7 * np.mean(clear < 60)


def test_without_room_for_files_there_is_still_a_link(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> list[str]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ui.share.write_files", full)
    (updates,) = offer_files("http://here/", session_of(), VIEW)
    link, files = cast(Any, updates["share-link"]), cast(Any, updates["share-files"])
    assert "No space left on device" in link.info
    assert link.value.startswith("http://here/?view=")
    assert files.value is None


def test_a_link_leads_to_the_page_that_was_open() -> None:
    request = cast(gr.Request, SimpleNamespace(headers={"referer": "http://here/?view=old"}))
    for updates in on_share(session_of(), request, 0.35, 0.6, False, "yolov3"):
        assert cast(Any, updates["share-link"]).value.startswith("http://here/?view=")
        assert len(cast(Any, updates["share-files"]).value) == 5


def test_nothing_is_shared_before_anything_is_drawn() -> None:
    request = cast(gr.Request, SimpleNamespace(headers={}))
    (updates,) = on_share(None, request, 0.35, 0.6, False, "yolov3")
    assert set(updates) == {"share-link"}
    assert cast(Any, updates["share-link"]).info == "Draw something first."
