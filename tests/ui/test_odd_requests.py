"""Whatever a client sends, it gets a sentence, and the log a line without a path of the server."""

from __future__ import annotations

import base64
import json
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import gradio as gr
import httpx
import pytest

import app
from comparison.datasets.archive import unpacked
from comparison.datasets.dataset import DatasetError
from comparison.datasets.readers import read_dataset
from ink.drawing import DrawingError
from tests.helpers import DRAWING_OF_4, FAKE_DETECTORS
from ui.foreign_words import CALL_FORM
from ui.link import View, pack_view, unpack_view
from ui.page import UNEXPECTED
from ui.server import launch_settings

KNOWN = [["yolov3"], ["contours-cnn"]]
PNG = zlib.decompress(base64.urlsafe_b64decode(pack_view(DRAWING_OF_4, View(["yolov3", "contours-cnn"])) + "=="))
PNG = PNG[2 + int.from_bytes(PNG[:2], "big") :]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    page = app.build_page(FAKE_DETECTORS)
    _, address, _ = page.launch(prevent_thread_lock=True, quiet=True, **launch_settings())
    yield f"{address}gradio_api"
    page.close()


def call(url: str, endpoint: str, body: str) -> str:
    """What a client that sends this JSON is told."""
    joined = httpx.post(f"{url}/call/{endpoint}", content=body, headers={"Content-Type": "application/json"})
    if joined.status_code != 200:
        detail = joined.json()["detail"]
        return detail if isinstance(detail, str) else detail[0]["msg"]
    events = httpx.get(f"{url}/call/{endpoint}/{joined.json()['event_id']}", timeout=60).text
    kind, data = events.strip().split("\n\n")[-1].split("\n", 1)
    told = json.loads(data.removeprefix("data: "))
    return str(told["error"]) if kind == "event: error" else kind


BODIES = {
    "no arguments": '{"data": []}',
    "null": '{"data": [null]}',
    "deep JSON": '{"data": [' + "[" * 50_000 + "]" * 50_000 + "]}",
    "a long number": '{"data": [' + "9" * 5000 + "]}",
    "not a number": '{"data": [{"side": NaN, "strokes": Infinity}]}',
    "half a letter": '{"data": ["\\ud800"]}',
    "no JSON": "{",
    "nothing": "",
    "a list": "[]",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_odd_arguments(url: str, body: str, capfd: pytest.CaptureFixture[str]) -> None:
    for endpoint in ("recognize", "recognize_strokes", "inside", "stress", "export_coco"):
        told = call(url, endpoint, body)
        assert told not in ("", "None"), endpoint
        assert len(told) > 10, endpoint
    shown = "".join(capfd.readouterr())
    assert "Traceback" not in shown
    assert "site-packages" not in shown


def test_what_nobody_expected_is_told_too(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise RuntimeError("/a/path of the server")

    monkeypatch.setattr(gr.Blocks, "process_api", fail)
    assert call(url, "recognize", '{"data": [null]}') == UNEXPECTED


FORMS = {
    "no JSON": ("nope", 400),
    "nothing": ("", 422),
    "a list": ("[]", 422),
    "no data": ("{}", 422),
    "data is null": ('{"data": null}', 422),
    "half a letter": (b'{"data": ["\xff"]}', 400),
    "a long number": ('{"data": [' + "9" * 5000 + "]}", 400),
}


@pytest.mark.parametrize(("body", "status"), FORMS.values(), ids=FORMS.keys())
def test_what_is_no_call_is_told_how_one_looks(
    url: str, body: str | bytes, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    for path in ("call/forget", "run/forget", "queue/join"):
        caplog.clear()
        answer = httpx.post(f"{url}/{path}", content=body, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()) == (status, {"detail": CALL_FORM})
        assert [record.message for record in caplog.records] == [f"refused: {CALL_FORM}"]


ADDRESSES = {
    "call/forget/abc": (404, "There is no such answer"),
    "call/v2/forget/abc": (404, "There is no such answer"),
    "call/forget": (405, "This address takes no requests of that kind"),
    "queue/data": (422, "The address of this request lacks session_hash"),
    "queue/data?session_hash=nobody": (200, "session_not_found"),
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_answer_that_nobody_asked_for(url: str, address: str, caplog: pytest.LogCaptureFixture) -> None:
    status, sentence = ADDRESSES[address]
    answer = httpx.get(f"{url}/{address}")  # raises where the connection is broken off
    assert answer.status_code == status
    assert sentence in answer.text
    assert len([record for record in caplog.records if record.name == "digit-duel"]) == 1


def test_there_is_no_such_endpoint(url: str) -> None:
    assert call(url, "nothing", '{"data": []}') == "There is no such endpoint."


@pytest.mark.parametrize("count", [0, 2, 100])
def test_another_number_of_values(url: str, count: int, caplog: pytest.LogCaptureFixture) -> None:
    told = call(url, "forget", json.dumps({"data": ["a"] * count}))
    assert told == f"This call takes 1 value, and {count} came."
    assert [record.message for record in caplog.records] == [f"refused: {told}"]


def test_a_file_name_of_five_thousand_letters(url: str) -> None:
    for length in (250, 5000, 9000):
        sent = httpx.post(f"{url}/upload", files={"files": ("a" * length + ".png", b"x")})
        assert sent.status_code == 200 or len(sent.text) > 10


def link(settings: str) -> str:
    """A link with settings of any form, well packed."""
    data = settings.encode()
    return base64.urlsafe_b64encode(zlib.compress(len(data).to_bytes(2, "big") + data + PNG)).decode()


def test_odd_settings_in_a_link() -> None:
    unpack_view(link('{"confidence": 0.5}'), KNOWN)
    numbers = [f'{{"iou": {number}}}' for number in ("9" * 400, "9" * 5000, "NaN", '"x"', "[[]]")]
    for settings in (*numbers, "[" * 30_000, '{"confidence": {}}', '{"methods": 5}', "5", ""):
        with pytest.raises(DrawingError, match="holds no drawing"):
            unpack_view(link(settings), KNOWN)


SETS: dict[str, dict[str, bytes]] = {
    "deep YAML": {"data.yaml": b"names: " + b"[" * 20_000, "a.txt": b"0 .5 .5 .2 .2\n"},
    "deep JSON": {"annotations.json": b"[" * 100_000},
    "folders named like label files": {"annotations.json/a": b"x", "data.yaml/b": b"x", "a.txt/c": b"x"},
    "a box that is no number": {"a.txt": b"0 nan nan nan nan\n", "classes.txt": b"0\n"},
    "names not in UTF-8": {"\udcff\udcfe.txt".encode("utf-8", "surrogateescape").decode("latin-1"): b"x"},
}


@pytest.mark.parametrize("files", SETS.values(), ids=SETS.keys())
def test_odd_labelled_sets(tmp_path: Path, files: dict[str, bytes]) -> None:
    with zipfile.ZipFile(tmp_path / "set.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        archive.writestr("a.png", PNG)
    with unpacked(tmp_path / "set.zip") as folder:
        try:
            dataset = read_dataset(folder)
        except DatasetError as error:
            told = str(error)
        else:
            told = ""
            assert not [s for s in dataset.samples if len(s.xyxy)]
    assert told == "" or len(told) > 10
    assert str(tmp_path) not in told
    assert str(folder) not in told


def test_a_long_number_in_yaml_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "data.yaml").write_text("nc: " + "9" * 5000 + "\nnames: [0]")
    (tmp_path / "a.txt").write_text("0 .5 .5 .2 .2\n")
    (tmp_path / "a.png").write_bytes(PNG)
    (sample,) = read_dataset(tmp_path).samples
    assert sample.class_id.tolist() == [0]
