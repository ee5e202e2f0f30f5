"""Uploads fill no disk, and nobody's uploads lock out the others'."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from ui import upload_quota
from ui.guard import UPLOAD, Guard
from ui.temporary import MAX_AGE_S
from ui.upload_quota import FULL, TOO_MANY, UploadQuota


@pytest.fixture(autouse=True)
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that Gradio keeps uploads in."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    monkeypatch.setattr(upload_quota, "free_bytes", lambda folder: 10**12)
    return tmp_path


async def take(scope: Scope, receive: Receive, send: Send) -> None:
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"taken"})


def send(quota: UploadQuota, *addresses: str, size: int = 100_000) -> list[tuple[int, str]]:
    """What is answered to one upload after the other."""

    async def upload() -> list[tuple[int, str]]:
        answers = []
        for address in addresses:
            transport = httpx.ASGITransport(Guard(take, quota), client=(address, 9))
            async with httpx.AsyncClient(transport=transport, base_url="http://duel") as client:
                answer = await client.post(UPLOAD, content=b"x" * size)
                answers.append((answer.status_code, answer.text))
        return answers

    return asyncio.run(upload())


def test_a_full_folder(uploads: Path) -> None:
    (uploads / "old").write_bytes(b"x" * 900_000)
    assert send(UploadQuota(1_000_000), "a", "b") == [(200, "taken"), (507, FULL)]


def test_empty_files_fill_the_disk_too(uploads: Path) -> None:
    for number in range(100):
        (uploads / str(number)).touch()
    assert send(UploadQuota(400_000), "a", size=1) == [(507, FULL)]


def test_a_disk_that_is_nearly_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload_quota, "free_bytes", lambda folder: upload_quota.MIN_FREE_BYTES + 50_000)
    assert send(UploadQuota(), "a", size=40_000) == [(200, "taken")]
    assert send(UploadQuota(), "a", size=60_000) == [(507, FULL)]


def test_one_visitor_takes_a_share_and_no_more() -> None:
    taken, refused = (200, "taken"), (507, TOO_MANY)
    assert send(UploadQuota(10**9, 250_000), "a", "a", "a", "b") == [taken, taken, refused, taken]


def test_a_share_comes_back_when_files_are_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(upload_quota.time, "monotonic", lambda: now)
    quota = UploadQuota(10**9, 150_000)
    quota.measure()
    quota.count("a", 100_000)
    assert quota.refusal("a", 100_000) == TOO_MANY
    now += MAX_AGE_S + 1
    quota.measure()
    assert quota.refusal("a", 100_000) is None
