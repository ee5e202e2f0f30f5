"""A client opens files that it has uploaded and no others of the server, whichever way it asks."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import gradio as gr
import httpx
import numpy as np
import pytest
from gradio import processing_utils
from gradio.data_classes import FileData
from gradio.route_utils import delete_files_created_by_app

import app
from tests.helpers import FAKE_DETECTORS, draw_digits
from ui import guard
from ui.api import Endpoints
from ui.server import launch_settings
from ui.uploads import uploaded_file
from ui.visitors import visitor_address
from ui.waiting import FairQueue

META = {"_type": "gradio.FileData"}
REFUSED = "That file was not uploaded."
ENDPOINTS = Endpoints(FAKE_DETECTORS)
FOUR = draw_digits((4, (200, 200), 200))


@pytest.fixture
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that Gradio keeps uploads in."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "uploads"))
    (tmp_path / "uploads").mkdir()
    return tmp_path / "uploads"


def picture(folder: Path) -> Path:
    cv2.imwrite(str(folder / "four.png"), FOUR)
    return folder / "four.png"


def test_an_uploaded_file_is_opened(uploads: Path) -> None:
    path = picture(uploads)
    for value in ({"path": str(path)}, {"path": str(path), "meta": META}, FileData(path=str(path))):
        assert uploaded_file(value) == path.resolve()
        assert ENDPOINTS.recognize(value)["methods"]["yolov3"]["reading"] == "4"  # type: ignore[arg-type]


def foreign_values(uploads: Path, outside: Path) -> list[object]:
    """What a client may send in order to open what is not its own."""
    real = picture(outside)
    (uploads / "link.png").symlink_to(real)
    (uploads / "circle.png").symlink_to(uploads / "circle.png")
    (uploads / "folder").symlink_to(outside)
    names = [
        real, outside / "missing.png", outside, uploads, uploads / "missing.png", uploads / "link.png",
        uploads / "circle.png", uploads / "folder" / "four.png", uploads / ".." / real.name, "", "\u0000", "x" * 5000,
    ]  # fmt: skip
    dicts = [{"path": str(name)} for name in names] + [{"path": str(name), "meta": META} for name in names]
    files = [FileData(path=str(name)) for name in names]
    return [*map(str, names), str(picture(uploads)), *dicts, *files, 7, [], {}, {"path": None}, {"path": [str(real)]}]


def test_any_other_file_is_refused_in_the_same_words(uploads: Path, tmp_path: Path) -> None:
    for value in foreign_values(uploads, tmp_path):
        assert uploaded_file(value) is None, value
        asked: Any = value
        for call in (
            lambda v=asked: ENDPOINTS.recognize(v),
            lambda v=asked: ENDPOINTS.inside(v, "yolov3"),
            lambda v=asked: ENDPOINTS.stress(v, "noise"),
            lambda v=asked: ENDPOINTS.export_coco(v),
            lambda v=asked: ENDPOINTS.benchmark(v),
            lambda v=asked: ENDPOINTS.handwriting(image=v),
        ):
            with pytest.raises(gr.Error) as refusal:
                call()
            assert refusal.value.message == REFUSED, value


def test_a_picture_is_no_optional_input() -> None:
    asked: Any = None
    with pytest.raises(gr.Error, match=REFUSED):
        ENDPOINTS.recognize(asked)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    page = app.build_page(FAKE_DETECTORS)
    _, address, _ = page.launch(prevent_thread_lock=True, quiet=True, **launch_settings())
    yield address.rstrip("/")
    page.close()


def answer(url: str, endpoint: str, value: object) -> str:
    """The last event of a call over bare HTTP: Gradio's own client would upload the file first."""
    call = f"{url}/gradio_api/call/{endpoint}"
    ticket = httpx.post(call, json={"data": [value]}).json()["event_id"]
    return httpx.get(f"{call}/{ticket}", timeout=60).text


def test_over_http(url: str, tmp_path: Path) -> None:
    real = str(picture(tmp_path))
    for value in (real, "/missing.png", {"path": real}, {"path": "/missing.png"}):
        assert REFUSED in answer(url, "recognize", value)
    for value in (str(tmp_path), {"path": str(tmp_path)}, {"path": real}, {"path": "/missing"}):
        assert REFUSED in answer(url, "benchmark", value)
    # Gradio itself refuses what says of itself that it is a file, before any function is called.
    said = {answer(url, "recognize", {"path": path, "meta": META}) for path in (real, "/missing.png", str(tmp_path))}
    assert len(said) == 1
    assert said.pop().startswith("event: error")
    sent = httpx.post(f"{url}/gradio_api/upload", files={"files": ("four.png", Path(real).read_bytes())}).json()
    for value in ({"path": sent[0]}, {"path": sent[0], "meta": META}):
        assert '"reading": "4"' in answer(url, "recognize", value)


@pytest.mark.parametrize("address", ["http://a.example/four.png", "https://a.example/", "ftp://a.example/four.png"])
def test_nothing_is_fetched_from_another_address(url: str, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched: list[object] = []
    monkeypatch.setattr(processing_utils, "async_ssrf_protected_download", fetched.append)
    named = {"path": address, "meta": META}
    calls: dict[str, list[object]] = {
        "recognize": [named], "benchmark": [named], "correct": [named, None, [], None],
        "handwriting": [None, "1", 1, 0, named, None],
    }  # fmt: skip
    for endpoint, data in calls.items():
        ticket = httpx.post(f"{url}/gradio_api/call/{endpoint}", json={"data": data}).json()["event_id"]
        told = httpx.get(f"{url}/gradio_api/call/{endpoint}/{ticket}", timeout=60).text
        assert json.loads(told.split("data: ")[1])["error"] == REFUSED, endpoint
    assert not fetched


@pytest.mark.parametrize("folder", [True, False])
def test_every_endpoint_says_the_same_and_the_log_once(
    url: str, tmp_path: Path, folder: bool, caplog: pytest.LogCaptureFixture
) -> None:
    name = str(tmp_path if folder else picture(tmp_path))
    for value in (name, {"path": name}, {"path": name, "meta": META}):
        calls: dict[str, list[object]] = {
            "recognize": [value], "benchmark": [value], "correct": [value, None, [], None],
            "handwriting": [None, "1", 1, 0, value, None],
        }  # fmt: skip
        for endpoint, data in calls.items():
            caplog.clear()
            ticket = httpx.post(f"{url}/gradio_api/call/{endpoint}", json={"data": data}).json()["event_id"]
            told = httpx.get(f"{url}/gradio_api/call/{endpoint}/{ticket}", timeout=60).text
            assert json.loads(told.split("data: ")[1])["error"] == REFUSED, (endpoint, value)
            assert [record.message for record in caplog.records] == [f"refused: {REFUSED}"], (endpoint, value)


@pytest.mark.parametrize("name", ["x" * 300, "x" * 300 + "/x", "x/" * 3000, "a\u0000b", "four.png/x", "closed/x"])
def test_a_name_that_no_file_can_have_tells_no_folder(
    url: str, tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    picture(tmp_path)
    (tmp_path / "closed").mkdir(mode=0)
    for folder in (tmp_path, tmp_path / "missing"):
        value = {"path": f"{folder}/{name}", "meta": META}
        for endpoint, data in {
            "recognize": [value],
            "forget": [value],
            "handwriting": [value, "1", 1, 0, None, None],
        }.items():
            caplog.clear()
            ticket = httpx.post(f"{url}/gradio_api/call/{endpoint}", json={"data": data}).json()["event_id"]
            told = httpx.get(f"{url}/gradio_api/call/{endpoint}/{ticket}", timeout=60).text
            assert json.loads(told.split("data: ")[1])["error"] == REFUSED, (endpoint, folder)
            assert [record.message for record in caplog.records] == [f"refused: {REFUSED}"], (endpoint, folder)


def page_event(url: str, number: int, values: list[object]) -> dict[str, Any]:
    """What an event of the page answers over bare HTTP."""
    session = f"session{number}"
    body = {"data": values, "fn_index": number, "session_hash": session}
    assert httpx.post(f"{url}/gradio_api/queue/join", json=body).status_code == 200
    with httpx.stream("GET", f"{url}/gradio_api/queue/data?session_hash={session}", timeout=60) as stream:
        for line in stream.iter_lines():
            if "process_completed" in line:
                return dict(json.loads(line.removeprefix("data: ")))
    raise AssertionError("no answer")


def test_gradio_checks_what_goes_into_the_pages_own_buttons(url: str, tmp_path: Path) -> None:
    """So the handler of the field for an archive need not."""
    page = app.build_page(FAKE_DETECTORS)
    fields = {
        k: fn for k, fn in page.fns.items()
        if fn.fn and fn.inputs and isinstance(fn.inputs[0], gr.UploadButton | gr.File)
    }  # fmt: skip
    assert [str(fn.name) for fn in fields.values()] == ["on_run"]
    settings: list[object] = [0.5, 0.3, False, "yolov3", "contours-cnn"]
    for number, fn in fields.items():
        path = tmp_path / "a.zip"
        path.write_bytes(picture(tmp_path).read_bytes())
        for value in (str(path), {"path": str(path)}, {"path": str(path), "meta": META}, {"path": "/missing.png"}):
            done = page_event(url, number, [value, *settings[: len(fn.inputs) - 1]])
            assert (done["success"], done["output"]["error"]) == (False, REFUSED)


def test_over_mcp(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("mcp")
    # As if the client were on another machine: its calls count for that one, though the server makes them.
    monkeypatch.setattr(
        guard, "visitor_address", lambda scope: "10.7.7.7" if "/mcp" in scope["path"] else visitor_address(scope)
    )
    visitors = []
    push = FairQueue.push

    async def note_visitor(self: FairQueue, body: Any, request: Any, username: Any) -> Any:
        visitors.append(visitor_address(request.scope))
        return await push(self, body, request, username)

    monkeypatch.setattr(FairQueue, "push", note_visitor)
    from mcp import ClientSession
    from mcp.client.streamable_http import streamablehttp_client

    real = str(picture(tmp_path))
    sent = "data:image/png;base64," + base64.b64encode(Path(real).read_bytes()).decode()
    foreign: list[tuple[str, dict[str, object]]] = [
        *(("recognize", {"image": value}) for value in (real, {"path": real}, {"path": real, "meta": META})),
        *(("benchmark", {"archive": value}) for value in (str(tmp_path), {"path": str(tmp_path)})),
    ]

    async def ask() -> tuple[list[Any], Any]:
        async with (
            streamablehttp_client(f"{url}/gradio_api/mcp/") as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            return (
                [await session.call_tool(name, arguments) for name, arguments in foreign],
                await session.call_tool("recognize", {"image": sent}),
            )

    refused, read = asyncio.run(ask())
    assert all(each.isError for each in refused)
    assert set(visitors) == {"10.7.7.7"}
    assert "'reading': '4'" in read.content[0].text.replace('"', "'")


def test_what_is_no_picture_is_told_by_its_own_name(uploads: Path) -> None:
    (uploads / "bad.png").write_bytes(np.zeros(9, np.uint8).tobytes())
    asked: Any = {"path": str(uploads / "bad.png")}
    with pytest.raises(gr.Error, match=r"bad\.png is not a picture"):
        ENDPOINTS.recognize(asked)


def test_a_folder_of_uploads_does_not_end_their_deletion(tmp_path: Path) -> None:
    """Gradio would list it among the files to delete, and fail on it each time."""
    page = app.build_page(FAKE_DETECTORS)
    _, address, _ = page.launch(prevent_thread_lock=True, quiet=True, **launch_settings())
    url = address.rstrip("/")
    try:
        four = picture(tmp_path).read_bytes()
        sent = httpx.post(f"{url}/gradio_api/upload", files={"files": ("four.png", four)}).json()
        folder = str(Path(sent[0]).parent)
        assert REFUSED in answer(url, "recognize", {"path": folder, "meta": META})
        assert '"reading": "4"' in answer(url, "recognize", {"path": sent[0], "meta": META})
        assert not any(folder in files for files in page.temp_file_sets)
        delete_files_created_by_app(page, None)
        assert not Path(sent[0]).exists()
    finally:
        page.close()
