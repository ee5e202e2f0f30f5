"""A view goes into a link and comes back as it was; what anyone else wrote there is refused in words."""

from __future__ import annotations

import base64
import json
import pickle
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from comparison.reading import Reading
from detectors import Detector
from ink.drawing import WORK_SIDE, DrawingError
from models.classes import CENSORED
from tests.helpers import FakeDetector, detections, sheet
from ui.link import MAX_LINK_CHARACTERS, View, pack_view, unpack_view
from ui.session import Session, read_for_page
from ui.share import offer_files, read_view_file, write_files

KNOWN = [["yolov3"], ["contours-cnn", "contours-vit"]]
VIEW = View(["yolov3", "contours-vit"], 0.35, 0.6)
IMAGE = sheet((4, (120, 200), 160), (2, (290, 200), 160))


def test_there_and_back() -> None:
    for image in (IMAGE, np.dstack([IMAGE[..., 0], 255 - IMAGE[..., 1], IMAGE[..., 2]]), IMAGE[:1, :1]):
        text = pack_view(image, VIEW)
        assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        seen, view = unpack_view(text, KNOWN)
        assert np.array_equal(seen, image)
        assert view == VIEW
    assert len(pack_view(IMAGE, VIEW)) < MAX_LINK_CHARACTERS


def test_a_link_never_lifts_the_veil_and_knows_only_our_methods() -> None:
    text = pack_view(IMAGE, View(["other", "contours-cnn", "more"], 7.0, -3.0, uncensored=True))
    assert unpack_view(text, KNOWN)[1] == View(["yolov3", "contours-cnn"], 0.95, 0.1, uncensored=False)
    assert unpack_view(pack_view(IMAGE, View([])), KNOWN)[1].methods == ["yolov3", "contours-cnn"]


def packed(settings: object, png: bytes) -> str:
    head = json.dumps(settings).encode()
    return base64.urlsafe_b64encode(zlib.compress(len(head).to_bytes(2, "big") + head + png)).decode()


PNG = cv2.imencode(".png", IMAGE)[1].tobytes()
BOMB = PNG[:16] + (60_000).to_bytes(4, "big") * 2 + PNG[24:]

REFUSED = {
    "nothing": "",
    "words": "hello there",
    "no base64": "\u00e9\u00e9",
    "cut off": pack_view(IMAGE, VIEW)[:200],
    "no zip": base64.urlsafe_b64encode(b"hello").decode(),
    "no picture": packed({}, b""),
    "svg": packed({}, b"<svg xmlns='http://www.w3.org/2000/svg'/>" + b" " * 40),
    "broken picture": packed({}, PNG[:60]),
    "a bomb": packed({}, BOMB),
    "a zip bomb": base64.urlsafe_b64encode(zlib.compress(b"0" * 50_000_000, 9)).decode(),
    "settings of another kind": packed([1], PNG),
    "no number": packed({"confidence": "high"}, PNG),
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_refuses_in_words(text: str) -> None:
    with pytest.raises(DrawingError, match="may have been cut off"):
        unpack_view(text, KNOWN)


def test_files(tmp_path: Path) -> None:
    box = [40.0, 120.0, 200.0, 280.0]
    shown = Session(
        IMAGE, {"yolov3": Reading(detections((box, 4, 0.9)), 1.0), "b": Reading(detections((box, 9, 0.2)), 1.0)}
    )
    paths = [Path(p) for p in write_files(tmp_path, shown, VIEW)]
    assert [p.name for p in paths] == ["annotated.png", "reading.json", "coco.json", "view.duel"]
    picture = cv2.imread(str(paths[0]))
    assert picture is not None
    assert picture.shape[0] > 400
    assert picture.shape[1] > 800
    assert json.loads(paths[1].read_text())["methods"]["yolov3"]["reading"] == "4"
    content = json.loads(paths[2].read_text())
    assert [(a["method"], a["category_id"], a["bbox"], a["score"]) for a in content["annotations"]] == [
        ("yolov3", 4, [40, 120, 160, 160], 0.9)
    ]
    assert np.array_equal(unpack_view(read_view_file(str(paths[3])), KNOWN)[0], IMAGE)


def test_the_picture_is_veiled(tmp_path: Path) -> None:
    shown = Session(IMAGE, {"yolov3": Reading(detections(([30.0, 100, 210, 300], CENSORED, 0.9)), 1.0)})
    covered, clear = (
        cv2.imread(write_files(tmp_path, shown, View(["yolov3"], uncensored=u))[0]) for u in (False, True)
    )
    assert covered is not None
    assert clear is not None
    assert np.mean(covered < 60) < 0.7 * np.mean(clear < 60)


def test_a_file_that_is_no_view(tmp_path: Path) -> None:
    (tmp_path / "a.duel").write_bytes(b"\xff\xfe")
    for path in (None, str(tmp_path / "missing"), str(tmp_path / "a.duel")):
        with pytest.raises(DrawingError, match="no saved view"):
            read_view_file(path)


def test_without_room_for_files_there_is_still_a_link(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> list[str]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ui.share.write_files", full)
    ((box, files),) = offer_files("http://here/", Session(IMAGE, {}), VIEW)
    assert "No space left on device" in box.info
    assert box.value.startswith("http://here/?view=")
    assert files.value is None


def test_what_a_session_keeps_is_small_and_whole() -> None:
    detectors: dict[str, Detector] = {"a": FakeDetector("a", "Detection", 4)}
    drawing = sheet((4, (200, 200), 200))
    seen = read_for_page(drawing, detectors)
    assert seen is not None
    np.testing.assert_array_equal(seen.image, drawing)
    assert len(pickle.dumps(seen)) < drawing.nbytes / 20
    large = np.full((2400, 3600, 3), 255, np.uint8)
    large[1000:1400, 1500:1560] = 0
    small = read_for_page(large, detectors)
    assert small is not None
    assert small.image.shape == (round(WORK_SIDE / 1.5), WORK_SIDE, 3)
    assert small.readings["a"].proposals.xyxy[0].tolist() == pytest.approx([667, 444, 693, 622], abs=2)
