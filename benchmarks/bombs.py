"""Small requests that used to cost gigabytes or minutes: ``python -m benchmarks.bombs`` sends them to its own app.

Each line tells what was answered, after how long, and by how many megabytes the server has grown.
"""

from __future__ import annotations

import io
import json
import struct
import time
import zipfile
import zlib
from collections.abc import Callable

import httpx

from tools.server import Server, serving

API = "gradio_api"


def png(width: int, height: int, depth: int = 8) -> bytes:
    """A black picture that packs a thousand times, ``depth`` bits per pixel."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0)
    rows = zlib.compress(bytes(height * (1 + width * depth // 8)), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def archive(files: dict[str, bytes]) -> bytes:
    """A zip archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.items():
            target.writestr(name, content)
    return packed.getvalue()


def call(url: str, endpoint: str, data: list[object]) -> str:
    """The last event of a call, or why there is none."""
    joined = httpx.post(f"{url}{API}/call/{endpoint}", json={"data": data}, timeout=120)
    if joined.status_code != 200:
        return f"{joined.status_code} {joined.text}"
    return httpx.get(f"{url}{API}/call/{endpoint}/{joined.json()['event_id']}", timeout=400).text


def upload(url: str, endpoint: str, name: str, content: bytes) -> str:
    """What an endpoint says to an uploaded file."""
    sent = httpx.post(f"{url}{API}/upload", files={"files": (name, content)}, timeout=120)
    return call(url, endpoint, [{"path": sent.json()[0]}]) if sent.status_code == 200 else sent.text


def layer(url: str) -> str:
    """A layer of the Sketchpad at a place far away."""
    config = httpx.get(f"{url}config").json()
    pad = next(c["id"] for c in config["components"] if c["type"] == "imageeditor")
    form = {"type": "layer", "index": "300000000", "id": "x", "component_id": str(pad), "fn_name": "accept_blobs",
            "session_hash": "x"}  # fmt: skip
    return httpx.post(f"{url}{API}/component_server", data=form, files={"files": ("x", png(9, 9))}).text


def one_picture_many_times() -> bytes:
    """A set of 600 entries that all name one picture of 24 million pixels."""
    images = [{"id": k, "file_name": "a.png"} for k in range(600)]
    labels = [{"image_id": k, "category_id": 5, "bbox": [1, 2, 3, 4]} for k in range(600)]
    coco = {"images": images, "annotations": labels, "categories": [{"id": 5, "name": "5"}]}
    return archive({"annotations.json": json.dumps(coco).encode(), "images/a.png": png(6000, 4000)})


def yaml_aliases() -> bytes:
    """A list of class names that doubles thirty times."""
    lines = ["a0: &a0 [x, x]", *(f"a{k}: &a{k} [*a{k - 1}, *a{k - 1}]" for k in range(1, 30)), "names: *a29"]
    return archive({"data.yaml": "\n".join(lines).encode(), "a.png": png(40, 40), "a.txt": b"0 .5 .5 .2 .2\n"})


def long_labels() -> bytes:
    """Labels that pack a thousand times."""
    return archive({"annotations.json": b'{"images": [' + b'{"id": 1},' * 12_000_000 + b"{}]}", "a.png": png(40, 40)})


BOMBS: dict[str, Callable[[str], str]] = {
    "a layer at 300,000,000": layer,
    "60 MB of JSON": lambda url: call(url, "recognize_strokes", [[0] * 30_000_000]),
    "2 MB of lists": lambda url: call(url, "recognize_strokes", [[[0]] * 400_000]),
    "a picture of 100 million pixels": lambda url: upload(url, "recognize", "a.png", png(10_000, 10_000)),
    "16 bits, 24 million pixels": lambda url: upload(url, "recognize", "a.png", png(6000, 4000, 16)),
    "one picture 600 times": lambda url: upload(url, "benchmark", "a.zip", one_picture_many_times()),
    "aliases in data.yaml": lambda url: upload(url, "benchmark", "a.zip", yaml_aliases()),
    "120 MB of labels": lambda url: upload(url, "benchmark", "a.zip", long_labels()),
    "a file of the server": lambda url: call(url, "recognize", [{"path": "/etc/hostname"}]),
}


def main() -> None:
    """Prints a table with a line for each request."""
    with serving() as server:
        print("| request | answer | seconds | MB more |\n| --- | --- | --- | --- |")
        for name, send in BOMBS.items():
            print(try_bomb(server, name, send), flush=True)


def try_bomb(server: Server, name: str, send: Callable[[str], str]) -> str:
    """The table's line for one request; afterwards the page must still answer."""
    before, begun = server.resident(), time.perf_counter()
    try:
        answer = send(server.url)
    except httpx.HTTPError as error:
        answer = type(error).__name__
    seconds = time.perf_counter() - begun
    httpx.get(server.url, timeout=30).raise_for_status()
    shown = " ".join(answer.split()).replace("|", "/")[:110]
    return f"| {name} | {shown} | {seconds:.1f} | {server.resident() - before:+.0f} |"


if __name__ == "__main__":
    main()
