"""A stand-in for the Hub's buckets on loopback: what huggingface_hub and hf_xet ask of the real one, and no more.

Uploads come as hf_xet sends them: a xorb holds chunks of files, and a shard says which chunks make a file.
"""

from __future__ import annotations

import json
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

BUCKET, TOKEN = "owner/drawings", "hf_digits"

Answer = tuple[int, bytes | dict[str, Any] | list[Any], dict[str, str]]
"""Status, what is answered, and further headers."""

ROW = 48
"""Bytes of each row of a shard."""


class Hub(ThreadingHTTPServer):
    """One bucket, empty at first.

    Attributes:
        objects: hash of what each object holds, by its path.
        asked: methods and addresses of all requests so far.
        batch_s: seconds that an answer takes after objects were added or removed.
        uploads: whether contents are taken.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Requests)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.objects: dict[str, str] = {}
        self.asked: list[str] = []
        self.batch_s, self.uploads = 0.0, True
        self.xorbs: dict[str, list[bytes]] = {}
        self.files: dict[str, bytes] = {}

    def answer(self, method: str, address: str, token: str | None, body: bytes) -> Answer:
        """The answer to one request."""
        self.asked.append(f"{method} {address}")
        path, _, query = address.partition("?")
        bucket, rest = f"/api/buckets/{BUCKET}", unquote(path)
        if path.startswith("/v1/"):
            return self._store_content(method, path, body)
        if not path.startswith((bucket, f"/buckets/{BUCKET}/")):
            return 404, b"", {}
        if token != f"Bearer {TOKEN}":
            return 401, {"error": "Invalid username or password."}, {}
        if path == bucket:
            about = {"id": BUCKET, "private": True, "createdAt": "2026-01-01T00:00:00.000Z"}
            return 200, {**about, "size": 0, "totalFiles": len(self.objects)}, {}
        if path.endswith("-token"):
            return 200, {"casUrl": self.url, "accessToken": "content", "exp": int(time.time()) + 3600}, {}
        if path == f"{bucket}/batch":
            return self._change(body)
        if path == f"{bucket}/paths-info":
            return 200, [self._about(name) for name in json.loads(body)["paths"] if name in self.objects], {}
        if rest.startswith(f"{bucket}/tree"):
            return 200, self._list(rest.removeprefix(f"{bucket}/tree").lstrip("/"), "recursive=true" in query), {}
        name = rest.removeprefix(f"/buckets/{BUCKET}/resolve/")
        if name not in self.objects:
            return 404, b"", {"X-Error-Code": "EntryNotFound"}
        return 200, self.files[self.objects[name]], {}

    def _about(self, path: str) -> dict[str, Any]:
        digest = self.objects[path]
        return {"type": "file", "path": path, "size": len(self.files[digest]), "xetHash": digest}

    def _list(self, prefix: str, deep: bool) -> list[dict[str, Any]]:
        """All objects whose path begins so; without those in folders of that folder, but with these, if not deep."""
        files, folders = [], set()
        for path in sorted(self.objects):
            below = path[len(prefix) :].lstrip("/")
            if not path.startswith(prefix):
                continue
            if not deep and "/" in below:
                folders.add(path[: len(path) - len(below)] + below.partition("/")[0])
            else:
                files.append(self._about(path))
        return [*files, *({"type": "directory", "path": path} for path in sorted(folders))]

    def _change(self, body: bytes) -> Answer:
        for row in map(json.loads, body.splitlines()):
            if row["type"] == "addFile":
                self.objects[row["path"]] = row["xetHash"]
            else:
                self.objects.pop(row["path"], None)
        time.sleep(self.batch_s)
        return 200, {"success": True, "failed": []}, {}

    def _store_content(self, method: str, path: str, body: bytes) -> Answer:
        """What hf_xet uploads; it asks in newer ways first, and in this one where those are not known."""
        if method != "POST" or not self.uploads or path.startswith("/v1/xorb-grants/"):
            return 404, b"", {}
        if path.startswith("/v1/xorbs/"):
            self.xorbs[path.rsplit("/", 1)[1]] = list(_chunks(body))
        elif path == "/v1/shards":
            self.files.update((name, self._join(parts)) for name, parts in _files(body))
        return 200, {"was_inserted": True, "result": 1}, {}

    def _join(self, parts: list[tuple[str, int, int]]) -> bytes:
        return b"".join(b"".join(self.xorbs[xorb][start:end]) for xorb, start, end in parts)


def _chunks(xorb: bytes) -> Iterator[bytes]:
    """A xorb's chunks, each after its version, length, compression (none) and length before that."""
    while xorb:
        length = int.from_bytes(xorb[1:4], "little")
        assert xorb[4] == 0, "the stand-in reads what is not compressed"
        yield xorb[8 : 8 + length]
        xorb = xorb[8 + length :]


def _files(shard: bytes) -> Iterator[tuple[str, list[tuple[str, int, int]]]]:
    """The files that a shard tells of: hash, and the parts they consist of as xorb, first and past the last chunk."""
    at = ROW
    while shard[at : at + 32] != b"\xff" * 32:
        flags, count = struct.unpack_from("<II", shard, at + 32)
        rows = [shard[at + ROW * k : at + ROW * (k + 1)] for k in range(1, count + 1)]
        yield _digest(shard[at : at + 32]), [(_digest(row), *struct.unpack_from("<II", row, 40)) for row in rows]
        checked, described = bool(flags & 1 << 31), bool(flags & 1 << 30)
        at += ROW * (1 + count * (1 + checked) + described)


def _digest(row: bytes) -> str:
    """A hash as it is written: four numbers of 64 bits in hexadecimal digits."""
    return "".join(f"{number:016x}" for number in struct.unpack_from("<4Q", row))


class _Requests(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Hub

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, content, more = self.server.answer(self.command, self.path, self.headers.get("Authorization"), body)
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), "Content-Type": "application/json", **more}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = _handle  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def serving_hub() -> Iterator[Hub]:
    """A stand-in at work."""
    with Hub() as hub:
        threading.Thread(target=hub.serve_forever, daemon=True).start()
        yield hub
        hub.shutdown()
