"""Visitors take turns, whoever floods waits alone, and a call that is given up frees its place."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import gradio as gr
import httpx
import pytest

from ui import visitors, waiting
from ui.deadline import Deadline, DeadlineError
from ui.page import Page
from ui.server import launch_settings
from ui.visitors import current_visitor
from ui.waiting import BUSY, HEAVY, MAX_UNREAD_S, MAX_WAITING, READING, FairQueue

GONE, RELEASE = threading.Event(), threading.Event()
SERVED: list[str] = []


def read(text: str) -> str:
    """Stands for work that takes a moment."""
    time.sleep(0.02)
    SERVED.append(text)
    return text


def who() -> str:
    """Whom the server takes the caller for."""
    return current_visitor.get()


def work(text: str) -> str:
    """Stands for work that takes long and asks whether it is still wanted."""
    deadline = Deadline(20, "")
    try:
        while not RELEASE.is_set():
            deadline.check()
            time.sleep(0.01)
    except DeadlineError:
        GONE.set()
        raise
    return text


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with Page() as page:
        gr.api(read, api_name="read", **READING)
        gr.api(work, api_name="work", **HEAVY)
        gr.api(read, api_name="other", **HEAVY)
        gr.api(who, api_name="who", queue=False)
    _, address, _ = page.open_queue().launch(prevent_thread_lock=True, quiet=True, **launch_settings())
    yield f"{address}gradio_api"
    page.close()


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server stands behind one proxy, whose word for addresses it takes."""
    monkeypatch.setattr(visitors, "PROXIES", 1)


def visitor(address: str) -> httpx.AsyncClient:
    """A client at an address of its own, as a proxy on this machine would tell it."""
    return httpx.AsyncClient(headers={"X-Forwarded-For": address}, timeout=60, limits=httpx.Limits(max_connections=20))


async def join(client: httpx.AsyncClient, url: str, name: str = "read", text: str = "x") -> httpx.Response:
    return await client.post(f"{url}/call/{name}", json={"data": [text]})


async def fetch(client: httpx.AsyncClient, url: str, joined: httpx.Response, name: str = "read") -> str:
    return (await client.get(f"{url}/call/{name}/{joined.json()['event_id']}")).text


def told_who(url: str, **headers: str) -> str:
    return str(httpx.post(f"{url}/run/who", json={"data": []}, headers=headers).json()["data"][0])


def test_a_visitor_without_a_proxy_is_where_the_connection_comes_from(url: str) -> None:
    forged = {"X-Forwarded-For": "10.0.0.9", "Forwarded": "for=10.0.0.9", "X-Real-IP": "10.0.0.9"}
    assert told_who(url, **forged) == "127.0.0.1"


def test_a_proxy_tells_who_a_visitor_is(url: str, proxy: None) -> None:
    assert told_who(url, **{"X-Forwarded-For": "10.0.0.8, 10.0.0.9"}) == "10.0.0.9"


def test_nobody_waits_for_one_who_floods(url: str, proxy: None) -> None:
    async def flood() -> int:
        async with visitor("10.0.0.1") as flooder, visitor("10.0.0.2") as other:
            blocked = await join(flooder, url, "work")  # the lane waits until all are there
            for _ in range(60):
                await join(flooder, url, "other", "flood")
            joined = await join(other, url, "other", "mine")
            RELEASE.set()
            assert "event: complete" in await fetch(other, url, joined, "other")
            assert "event: complete" in await fetch(flooder, url, blocked, "work")
            return SERVED.index("mine")

    RELEASE.clear()
    SERVED.clear()
    assert asyncio.run(flood()) <= 1
    RELEASE.clear()


def fake_event(address: str, session: str = "s", size: int = 0, lane: str = "reading") -> Any:
    scope = {"client": (address, 9), "headers": [], "digit_duel.bytes": size}
    request = SimpleNamespace(scope=scope)
    return SimpleNamespace(
        request=request, session_hash=session, concurrency_id=lane, _id=f"{address}{session}", alive=True
    )


def queue_of(*events: Any) -> FairQueue:
    with gr.Blocks() as page:
        pass
    queue = FairQueue(page)
    for event in events:
        lane = queue.event_queue_per_concurrency_id.setdefault("reading", waiting_lane())
        lane.queue.append(event)
    return queue


def waiting_lane() -> Any:
    return SimpleNamespace(queue=[], concurrency_id="reading", concurrency_limit=2, current_concurrency=0)


def test_visitors_and_their_sessions_take_turns() -> None:
    waits = [("a", "1"), ("a", "1"), ("a", "2"), ("b", "1"), ("b", "1"), ("c", "1")]
    queue = queue_of(*(fake_event(address, session) for address, session in waits))
    order = []
    while found := queue.get_events():
        order.append((found[0][0].request.scope["client"][0], found[0][0].session_hash))
    assert order == [("a", "1"), ("b", "1"), ("c", "1"), ("a", "2"), ("b", "1"), ("a", "1")]


def test_a_full_lane_waits() -> None:
    queue = queue_of(fake_event("a"))
    queue.event_queue_per_concurrency_id["reading"].current_concurrency = 2
    assert queue.get_events() is None


def test_room_is_bounded_and_who_takes_most_of_it_gives_way() -> None:
    queue = queue_of(*(fake_event("a", str(k)) for k in range(MAX_WAITING // 2)))
    assert not queue._make_room(fake_event("a").request)
    for number in range(MAX_WAITING // 2):
        queue.event_queue_per_concurrency_id["reading"].queue.append(fake_event(f"b{number}"))
    messages: asyncio.Queue[Any] = asyncio.Queue()
    queue.pending_messages_per_session[str(MAX_WAITING // 2 - 1)] = messages
    assert queue._make_room(fake_event("c").request)
    assert len(queue) == MAX_WAITING - 1
    assert messages.get_nowait().output == {"error": BUSY}


def test_large_requests_take_more_room() -> None:
    queue = queue_of(fake_event("a", size=2_000_000))
    assert queue._make_room(fake_event("a", size=1_000_000).request)
    assert not queue._make_room(fake_event("a", size=2_000_000).request)
    assert queue._make_room(fake_event("b", size=2_000_000).request)


def test_a_flooder_is_told_so(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "MAX_WAITING", 4)

    async def flood() -> list[httpx.Response]:
        async with visitor("10.0.0.3") as flooder:
            blocked = await join(flooder, url, "work")
            answers = [await join(flooder, url, "other") for _ in range(8)]
            RELEASE.set()
            await fetch(flooder, url, blocked, "work")
            return answers

    RELEASE.clear()
    refused = [answer for answer in asyncio.run(flood()) if answer.status_code != 200]
    assert refused
    assert {(a.status_code, a.json()["detail"]) for a in refused} == {(503, BUSY)}
    RELEASE.clear()


def test_a_client_that_goes_frees_its_place(url: str) -> None:
    GONE.clear()

    async def go() -> str:
        async with visitor("10.0.0.4") as client:
            joined = await join(client, url, "work")
            with pytest.raises(httpx.ReadTimeout):
                await client.get(f"{url}/call/work/{joined.json()['event_id']}", timeout=0.5)
            return await fetch(client, url, await join(client, url, "other"), "other")

    assert "event: complete" in asyncio.run(go())
    assert GONE.wait(5)


def test_a_call_that_is_cancelled_frees_its_place(url: str) -> None:
    GONE.clear()

    async def cancel() -> str:
        async with visitor("10.0.0.5") as client:
            config = (await client.get(url.replace("gradio_api", "config"))).json()
            number = next(d["id"] for d in config["dependencies"] if d["api_name"] == "work")
            body = {"data": ["x"], "fn_index": number, "session_hash": "mine"}
            joined = (await client.post(f"{url}/queue/join", json=body)).json()["event_id"]
            await asyncio.sleep(0.3)
            await client.post(f"{url}/cancel", json={"session_hash": "mine", "fn_index": number, "event_id": joined})
            return await fetch(client, url, await join(client, url, "other"), "other")

    assert "event: complete" in asyncio.run(cancel())
    assert GONE.wait(5)


def test_a_cancelled_call_keeps_its_place_until_its_work_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread that works can't be stopped, so others would work beside it, as many as somebody cancels."""
    queue, event, done = queue_of(), fake_event("a", "mine"), []

    async def answer(self: object, events: object) -> None:
        await asyncio.to_thread(time.sleep, 0.1)
        done.append(events)

    monkeypatch.setattr(waiting.Queue, "process_events", answer)

    async def cancel() -> list[object]:
        task = asyncio.create_task(queue.process_events([event]))
        await asyncio.sleep(0.02)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        before = list(done)
        await asyncio.gather(*queue._work)
        return before

    assert asyncio.run(cancel()) == []
    assert done == [[event]]
    assert not event.alive


def test_answers_that_nobody_fetches_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = queue_of(fake_event("a", "waiting"))
    for session in ("waiting", "unread"):
        queue.pending_messages_per_session[session] = asyncio.Queue()
        queue.pending_event_ids_session[session] = {"x"}
        queue.send_message(fake_event("a", session), waiting.ProcessCompletedMessage(output={}, success=True))
    later = time.monotonic() + MAX_UNREAD_S + 1
    monkeypatch.setattr(waiting.time, "monotonic", lambda: later)
    queue.forget_unread()
    assert list(queue.pending_event_ids_session) == ["waiting"]
    assert "unread" not in queue.pending_messages_per_session


def test_a_session_has_a_short_name(url: str) -> None:
    body = {"data": ["x"], "fn_index": 0, "session_hash": "x" * 65}
    answer = httpx.post(f"{url}/queue/join", json=body)
    assert (answer.status_code, json.loads(answer.text)["detail"][:16]) == (400, "A session's name")


def test_calls_can_not_pass_the_queue(url: str) -> None:
    assert httpx.post(f"{url}/run/read", json={"data": ["x"]}).status_code == 404
