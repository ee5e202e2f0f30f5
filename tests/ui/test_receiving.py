"""Who stalls takes room of their own for bodies under way, and nobody else's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from ui import guard, receiving
from ui.guard import Guard


async def accept(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def stall(size: int) -> AsyncIterator[bytes]:
    """A body of which so much comes, and the rest when everybody has been answered."""
    yield b"x" * size
    await asyncio.sleep(0.3)
    yield b"x"


async def call(guarded: Guard, address: str, content: bytes | AsyncIterator[bytes]) -> int:
    transport = httpx.ASGITransport(guarded, client=(address, 9))
    async with httpx.AsyncClient(transport=transport, base_url="http://duel") as client:
        return (await client.post("/gradio_api/queue/join", content=content)).status_code


@pytest.mark.parametrize(
    ("total", "stalled", "size", "then"),
    [(10_000, [200, 200, 200, 429, 429], 3000, 200), (3500, [200, 200, 503], 1200, 200), (3500, [200], 3600, 503)],
    ids=["a share", "whoever holds most", "a request too large for all"],
)
def test_one_who_stalls_is_refused_and_nobody_else(
    monkeypatch: pytest.MonkeyPatch, total: int, stalled: list[int], size: int, then: int
) -> None:
    monkeypatch.setattr(receiving, "MAX_RECEIVING_BYTES", total)
    monkeypatch.setattr(receiving, "MAX_VISITOR_BYTES", 3700)

    async def meet() -> tuple[list[int], int, Guard]:
        guarded = Guard(accept)
        slow = [asyncio.create_task(call(guarded, "10.0.0.1", stall(1000))) for _ in stalled]
        await asyncio.sleep(0.05)
        other = await call(guarded, "10.0.0.2", b"x" * size)
        return await asyncio.gather(*slow), other, guarded

    answers, other, guarded = asyncio.run(meet())
    assert (sorted(answers), other) == (stalled, then)
    assert (guarded._receiving._total, guarded._receiving._held) == (0, {})


def test_bodies_that_wait_for_their_turn_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MAX_VISITOR_BYTES", 3500)

    async def work(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(0.02)
        await accept(scope, receive, send)

    async def flood() -> list[int]:
        guarded = Guard(work)
        answers = await asyncio.gather(*(call(guarded, "10.0.0.1", b"x" * 1000) for _ in range(6)))
        return sorted([*answers, await call(guarded, "10.0.0.1", b"x" * 1000)])

    assert asyncio.run(flood()) == [200, 200, 200, 200, 429, 429, 429]
