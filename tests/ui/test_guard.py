"""What passes the guard and what it refuses: bodies, routes, numbers of requests; and the headers of every answer."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from collection.adapt import MAX_REMEMBERED
from collection.record import MAX_OBJECTS
from ink.strokes import MAX_POINTS, MAX_STROKES
from ui import answers, bodies, guard
from ui.guard import MAX_BODY_BYTES, MAX_UPLOAD_BYTES, ROUTES, Guard
from ui.visitors import CALLER_HEADER, current_visitor

JOIN = "/gradio_api/queue/join"


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the number of bytes that it got."""
    count, more = 0, True
    while more:
        message = await receive()
        count += len(message.get("body", b""))
        more = message.get("more_body", False)
    headers = [(b"content-disposition", b'inline; filename="a.png"')] if "file=" in scope["path"] else []
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": str(count).encode()})


async def crash(scope: Scope, receive: Receive, send: Send) -> None:
    raise KeyError("/home/somebody/secret")


def ask(path: str, content: Any = None, method: str = "POST", app: Any = echo, **how: Any) -> httpx.Response:
    """The answer of a guarded app to one request."""

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app=Guard(app))
        async with httpx.AsyncClient(transport=transport, base_url="http://duel") as client:
            return await client.request(method, path, content=content, **how)

    return asyncio.run(send())


async def chunks(count: int) -> AsyncIterator[bytes]:
    """A body of so many parts of 100,000 bytes, of which no header tells the length."""
    for _ in range(count):
        yield b"x" * 100_000


def test_a_request_has_at_most_two_megabytes() -> None:
    assert ask(JOIN, b"x" * MAX_BODY_BYTES).text == str(MAX_BODY_BYTES)
    answer = ask(JOIN, b"x" * (MAX_BODY_BYTES + 1))
    assert (answer.status_code, answer.json()) == (413, {"detail": "A request has at most 2 MB."})


@pytest.mark.parametrize("headers", [{}, {"Content-Length": "5"}, {"Content-Length": "-1"}, {"Content-Length": "x"}])
def test_what_a_header_says_of_the_length_is_not_believed(headers: dict[str, str]) -> None:
    assert ask(JOIN, chunks(21), headers=headers).status_code == 413
    assert ask(JOIN, chunks(20), headers=headers).text == "2000000"


def test_an_upload_has_at_most_twenty_megabytes() -> None:
    assert ask(guard.UPLOAD, chunks(200)).text == "20000000"
    assert ask(guard.UPLOAD, chunks(1), headers={"Content-Length": str(MAX_UPLOAD_BYTES + 1)}).status_code == 413


def test_an_upload_is_counted_and_its_reader_stopped() -> None:
    seen = []

    async def read(scope: Scope, receive: Receive, send: Send) -> None:
        with contextlib.suppress(guard.MultiPartException):  # as Gradio's reader of forms does
            while True:
                seen.append(await receive())
        await send({"type": "http.response.start", "status": 400, "headers": []})
        await send({"type": "http.response.body", "body": b"something else"})

    answer = ask(guard.UPLOAD, chunks(1000), app=read)
    assert (answer.status_code, answer.text) == (413, "A file has at most 20 MB.")
    assert len(seen) == MAX_UPLOAD_BYTES // 100_000


def test_a_request_that_trickles_in_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MAX_BODY_S", 0.05)

    async def slowly() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.sleep(1)
        yield b"x"

    assert ask(JOIN, slowly()).status_code == 408


def test_only_the_routes_that_the_page_needs() -> None:
    for path in ("/", "/config", "/assets/a.js", "/static/x/y.png", "/gradio_api/call/recognize", "/gradio_api/mcp/",
                 "/gradio_api/heartbeat/abc", "/gradio_api/file=/tmp/a b.png", "/gradio_api/queue/data"):  # fmt: skip
        assert ROUTES.fullmatch(path), path
    for path in ("/monitoring", "/monitoring/summary", "/gradio_api/dev/reload", "/gradio_api/runs", "/docs", "/a",
                 "/gradio_api/run-history/records", "/gradio_api/proxy=http://a", "/gradio_api/file=http://a/b",
                 "/gradio_api/file=FTP://a", "/gradio_api/vibe-edit", "/gradio_api/deep_link", "/login",
                 "/gradio_api/stream/a", "/gradio_api/process_recording", "/gradio_api/file/tmp/a"):  # fmt: skip
        assert not ROUTES.fullmatch(path), path
    assert ask("/monitoring", method="GET").status_code == 404


def test_an_uploads_name_is_short() -> None:
    for method, path in (("GET", "upload_progress"), ("POST", "upload")):
        assert ask(f"/gradio_api/{path}?upload_id=abc", method=method).status_code == 200
        answer = ask(f"/gradio_api/{path}?upload_id={'x' * 300}", method=method)
        assert answer.status_code == 400
        assert "too long" in answer.text


def test_headers_of_every_answer() -> None:
    for path in ("/", "/monitoring"):
        headers = ask(path, method="GET").headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert "https://huggingface.co" in headers["content-security-policy"]


def test_uploads_are_served_as_attachments_without_scripts() -> None:
    headers = ask("/gradio_api/file=/tmp/a.png", method="GET").headers
    assert headers["content-disposition"] == 'attachment; filename="a.png"'
    assert headers["content-security-policy"].startswith("sandbox; frame-ancestors ")


def test_what_fails_is_told_in_a_sentence_without_paths(caplog: pytest.LogCaptureFixture) -> None:
    answer = ask("/gradio_api/component_server", b"{}", app=crash)
    assert answer.status_code == 400
    assert json.loads(answer.text)["detail"].startswith("This request can't be answered")
    assert "secret" not in caplog.text
    assert "Traceback" not in caplog.text


def test_a_visitor_keeps_so_many_requests_open_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MAX_OPEN_REQUESTS", 3)

    async def wait(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(0.2)
        await echo(scope, receive, send)

    async def flood() -> list[int]:
        guarded = Guard(wait)
        clients = [
            httpx.AsyncClient(transport=httpx.ASGITransport(guarded, client=(address, 9)), base_url="http://duel")
            for address in ["10.0.0.1"] * 5 + ["10.0.0.2"]
        ]
        answers = await asyncio.gather(*(client.get("/") for client in clients))
        again = await clients[0].get("/")
        return [answer.status_code for answer in (*answers, again)]

    assert asyncio.run(flood()) == [200, 200, 200, 429, 429, 200, 200]


def test_calls_outside_the_queue_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most = 0, 0

    async def work(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        running -= 1
        await echo(scope, receive, send)

    async def flood() -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(Guard(work)), base_url="http://duel") as client:
            await asyncio.gather(*(client.post("/gradio_api/run/predict") for _ in range(30)))

    asyncio.run(flood())
    assert most == guard.MAX_DIRECT_CALLS


def test_the_largest_drawing_passes_and_nothing_larger() -> None:
    points = [[399.9, 0.1]] * (MAX_POINTS // MAX_STROKES)
    ink = {"side": 400, "strokes": [{"w": 6.5, "p": points}] * MAX_STROKES}
    objects = [{"box": [1.5, 2.5, 3.5, 4.5], "label": "7"}] * MAX_OBJECTS
    memory = [{"label": "7", "features": [0.1234] * 256}] * MAX_REMEMBERED
    assert bodies.structure_fault(json.dumps({"data": [None, ink, objects, memory]}).encode()) is None
    assert bodies.structure_fault(b"") is None


BODIES = {
    "lists": b'{"data":[' + b",".join([b"[]"] * 650_000) + b"]}",
    "objects": b'{"data":[' + b",".join([b"{}"] * 650_000) + b"]}",
    "numbers": b'{"data":[' + b",".join([b"1"] * 900_000) + b"]}",
    "keys": b'{"data":[{' + b",".join(b'"%d":1' % k for k in range(150_000)) + b"}]}",
    "depth": b'{"data":' + b"[" * 70 + b"]" * 70 + b"}",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data", "multipart/form-data,application/json"])
def test_a_body_is_refused_by_its_structure_before_anything_parses_it(
    body: bytes, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    for path in ("/gradio_api/call/correct", "/gradio_api/queue/join", "/gradio_api/mcp/", "/gradio_api/run/x"):
        caplog.clear()
        answer = ask(path, body, app=crash, headers={"Content-Type": kind})
        assert answer.status_code == 413
        assert answer.json()["detail"].startswith("A request")
        assert len(caplog.records) == 1


def test_the_pads_pictures_are_no_json() -> None:
    picture = b"[{," * 100_000
    form = {"Content-Type": "multipart/form-data; boundary=x"}
    assert ask("/gradio_api/component_server", picture, headers=form).text == "300000"
    assert ask("/gradio_api/component_server", picture).status_code == 413


def test_large_calls_are_parsed_one_at_a_time_and_others_in_between() -> None:
    finished = []

    async def parse(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(0.01)
        finished.append(int(dict(scope["headers"])[b"content-length"]))
        await echo(scope, receive, send)

    async def call() -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(Guard(parse)), base_url="http://duel") as client:
            sizes = [guard.LARGE_BODY_BYTES + 1] * 5 + [9]
            await asyncio.gather(*(client.post(JOIN, content=b"x" * size) for size in sizes))

    asyncio.run(call())
    assert finished.index(9) <= 1


def test_an_answer_that_breaks_off_is_ended(caplog: pytest.LogCaptureFixture) -> None:
    sent: list[Any] = []

    async def break_off(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"so far", "more_body": True})
        raise KeyError("/home/somebody/secret")

    async def note(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "path": "/", "method": "GET", "headers": [], "client": ("10.0.0.1", 9)}
    asyncio.run(Guard(break_off)(scope, answers._nothing, note))
    assert sent[-1] == {"type": "http.response.body", "body": b"", "more_body": False}
    assert len(caplog.records) == 1
    assert "secret" not in caplog.text


async def tell_visitor(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with whom the request counts for, and what it says of that by itself."""
    said = dict(scope["headers"]).get(CALLER_HEADER, b"").decode()
    await JSONResponse([current_visitor.get(), said])(scope, receive, send)


def test_a_call_over_mcp_counts_for_whoever_makes_it() -> None:
    """The server answers it by a call to itself, with the headers that it was sent."""
    named = CALLER_HEADER.decode()

    def count_for(path: str, address: str, **headers: str) -> list[str]:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app=Guard(tell_visitor), client=(address, 1))
            async with httpx.AsyncClient(transport=transport, base_url="http://duel") as client:
                return await client.post(path, headers={k.replace("_", "-"): v for k, v in headers.items()})

        return list(asyncio.run(send()).json())

    visitor, said = count_for("/gradio_api/mcp/", "10.1.2.3")
    assert (visitor, said.split()[1]) == ("10.1.2.3", "10.1.2.3")
    asked = {named: said, "X_Forwarded_For": "10.8.8.8"}
    assert count_for("/gradio_api/queue/join", "127.0.0.1", **asked)[0] == "10.1.2.3"
    # Nobody else's word is taken for it, and no other request is told the mark.
    forged = {named: "0123 10.9.9.9"}
    assert count_for("/gradio_api/queue/join", "10.1.2.4", **forged)[0] == "10.1.2.4"
    assert count_for("/gradio_api/mcp/", "10.1.2.4", **forged) == ["10.1.2.4", said.replace("10.1.2.3", "10.1.2.4")]
    assert count_for("/gradio_api/queue/join", "10.1.2.4") == ["10.1.2.4", ""]


def test_files_that_come_over_mcp_are_metered() -> None:
    """Gradio writes two copies of each."""
    guard = Guard(echo)
    guard.quota.max_visitor_bytes = 250_000

    async def send(path: str) -> int:
        transport = httpx.ASGITransport(app=guard)
        async with httpx.AsyncClient(transport=transport, base_url="http://duel") as client:
            return (await client.post(path, content=b"x" * 100_000)).status_code

    async def ask_twice() -> list[int]:
        return [await send("/gradio_api/mcp/"), await send("/gradio_api/mcp/"), await send(JOIN)]

    assert asyncio.run(ask_twice()) == [200, 507, 200]
