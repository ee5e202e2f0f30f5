"""Rubbish of many kinds, for ``benchmarks.fuzz``: what a client may send in place of what is expected.

Each kind makes one input and gives a function that hands it in.  That must take it, or refuse it in a sentence.
"""

from __future__ import annotations

import asyncio
import base64
import json
import zlib
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np
from gradio.state_holder import SessionState
from starlette.responses import PlainTextResponse

import app
from detectors import load_detectors
from ink.drawing import DrawingError, as_drawing, read_drawing
from ui.blobs import check_blob
from ui.guard import Guard
from ui.link import View, pack_view, unpack_view
from ui.page import Page
from ui.uploads import drawing_from_strokes, uploaded_file

ODD: list[Any] = [
    None, True, -1, 0, 7, 1e308, float("nan"), float("inf"), "", "x", "\u0000", "../../etc/passwd", "\U0001f600" * 50,
    [], {}, [[]], {"a": 1}, b"bytes", [None, None], {"composite": 3}, {"background": []}, object(), 10**30, "9" * 5000,
]  # fmt: skip
"""Values that stand where others belong."""


def damage(rng: np.random.Generator, data: bytes) -> bytes:
    """Bytes with some changed, cut out, put in, repeated, or nothing left but a part."""
    raw = bytearray(data)
    for _ in range(int(rng.integers(1, 8))):
        if not raw:
            break
        at = int(rng.integers(len(raw)))
        kind = rng.integers(5)
        if kind == 0:
            raw[at] = int(rng.integers(256))
        elif kind == 1:
            del raw[at : at + int(rng.integers(1, 64))]
        elif kind == 2:
            raw[at:at] = rng.bytes(int(rng.integers(1, 64)))
        elif kind == 3:
            raw = raw[:at] if rng.random() < 0.5 else raw[at:]
        else:
            raw[at : at + 4] = (0xFFFFFFFF).to_bytes(4, "big")
    return bytes(raw)


def odd(rng: np.random.Generator) -> Any:
    """One of the odd values."""
    return ODD[int(rng.integers(len(ODD)))]


def twist(rng: np.random.Generator, value: Any) -> Any:
    """A nested value with one part replaced by something odd, left out or repeated."""
    if isinstance(value, dict) and value and rng.random() < 0.85:
        key = list(value)[int(rng.integers(len(value)))]
        kind = rng.random()
        if kind < 0.2:
            return {k: v for k, v in value.items() if k != key}
        return value | {key: twist(rng, value[key]) if kind < 0.75 else odd(rng)}
    if isinstance(value, list) and value and rng.random() < 0.85:
        at = int(rng.integers(len(value)))
        if rng.random() < 0.15:
            return value * int(rng.integers(2, 600))
        return [*value[:at], twist(rng, value[at]), *value[at + 1 :]]
    return odd(rng)


def pictures(rng: np.random.Generator, folder: Path) -> Callable[[], object]:
    """A damaged picture file of some format."""
    image = rng.integers(0, 256, (int(rng.integers(1, 60)), int(rng.integers(1, 60)), 3), np.uint8)
    ending = str(rng.choice([".png", ".jpg", ".bmp", ".webp", ".tiff"]))
    path = folder / f"picture{ending}"
    path.write_bytes(damage(rng, cv2.imencode(ending, image)[1].tobytes()))
    return lambda: read_drawing(path)


def values(rng: np.random.Generator, folder: Path) -> Callable[[], object]:
    """What a client may send in place of a pad's value."""
    shape = tuple(int(v) for v in rng.integers(0, 7, int(rng.integers(0, 5))))
    kind = str(rng.choice(["uint8", "float32", "int64", "bool", "complex64", "object"]))
    array = rng.normal(0, 300, shape).astype(kind)
    value: Any = array if rng.random() < 0.5 else twist(rng, {"composite": array.tolist(), "background": None})
    return lambda: as_drawing(value)


def strokes(rng: np.random.Generator, folder: Path) -> Callable[[], object]:
    """What a client may send in place of pen strokes."""
    points = rng.uniform(0, 400, (int(rng.integers(1, 30)), 2)).tolist()
    value = twist(rng, {"side": 400, "strokes": [{"w": 12, "p": points}, {"w": 3.5, "p": points[:1]}]})
    return partial(drawing_from_strokes, value)


def links(rng: np.random.Generator, folder: Path) -> Callable[[], object]:
    """A damaged link."""
    image = rng.integers(0, 256, (int(rng.integers(1, 40)), int(rng.integers(1, 40)), 3), np.uint8)
    text = damage(rng, pack_view(image, View(["yolov3", "contours-cnn"])).encode()).decode("latin-1")
    return lambda: unpack_view(text, [["yolov3"], ["contours-cnn"]])


def views(rng: np.random.Generator, folder: Path) -> Callable[[], object]:
    """A link that is packed well and holds odd settings."""
    deep, digits = "[" * int(rng.integers(1, 20_000)), "9" * int(rng.integers(1, 5000))
    settings = twist(rng, {"confidence": 0.5, "iou": 0.3, "methods": ["yolov3"]})
    text = str(rng.choice([deep, f'{{"iou": {digits}}}', json.dumps(settings, default=str)])).encode()
    packed = zlib.compress(len(text).to_bytes(2, "big") + text) if len(text) < 1 << 16 else b""
    return lambda: unpack_view(base64.urlsafe_b64encode(packed).decode(), [["yolov3"], ["contours-cnn"]])


def blobs(rng: np.random.Generator, folder: Path) -> Callable[[], object]:
    """A damaged upload of the Sketchpad."""
    image = rng.integers(0, 256, (int(rng.integers(1, 60)), int(rng.integers(1, 60)), 3), np.uint8)
    content = damage(rng, cv2.imencode(str(rng.choice([".png", ".jpg", ".webp"])), image)[1].tobytes())
    return lambda: check_blob(content if rng.random() < 0.9 else odd(rng))


def references(rng: np.random.Generator, folder: Path) -> Callable[[], object]:
    """What a client may send in place of a file that it has uploaded; none of it may be one."""
    value = twist(rng, {"path": str(rng.choice(["/etc/passwd", "../a", "a" * 5000, str(folder)])), "meta": {}})

    def hand_in() -> None:
        if uploaded_file(value) is not None:
            raise AssertionError("a file was opened that nobody has uploaded")
        raise DrawingError("That file was not uploaded.")

    return hand_in


def requests(rng: np.random.Generator, folder: Path) -> Callable[[], object]:
    """A request with an odd path, method, origin, length and body, to the guard alone."""
    paths = [
        "/",
        "/gradio_api/queue/join",
        "/gradio_api/upload",
        "/gradio_api/mcp/",
        "/gradio_api/file=/etc",
        "/monitoring",
        "/%00",
        "/\u2603",
    ]
    method, path = str(rng.choice(["GET", "POST", "PUT", "TRACE"])), str(rng.choice(paths))
    headers = {
        "Origin": str(rng.choice(["null", "http://[", "https://evil.example", "http://duel", ""])),
        "Content-Length": str(rng.choice(["-1", "x", "9" * 5000, "5"])),
        "X-Forwarded-For": str(rng.choice(["", ",,", "::1", "1.2.3.4, x", "9" * 500])),
        "X-Digit-Duel-Visitor": str(rng.choice(["", " ", "0 1.2.3.4", "9" * 500])),
    }
    headers = {name: value for name, value in headers.items() if rng.random() < 0.5}
    body = rng.bytes(int(rng.integers(0, 3_000_000))) if rng.random() < 0.1 else rng.bytes(20)

    async def send() -> None:
        transport = httpx.ASGITransport(Guard(PlainTextResponse("taken")))
        async with httpx.AsyncClient(transport=transport, base_url="http://duel") as client:
            answer = await client.request(method, path, headers=headers, content=body)
        if answer.status_code != 200:
            raise DrawingError(answer.text)

    return lambda: asyncio.run(send())


@cache
def page_to_call() -> Page:
    """The page with all its endpoints, built once."""
    return app.build_page(load_detectors())


def calls(rng: np.random.Generator, folder: Path) -> Callable[[], object]:
    """A call of an endpoint with odd arguments, as JSON can carry them."""
    page = page_to_call()
    drawn, pictured = (
        ("recognize_strokes", "handwriting"),
        ("recognize", "inside", "stress", "export_coco", "benchmark"),
    )
    endpoint = str(rng.choice(drawn + pictured))
    function = next(fn for fn in page.fns.values() if fn.api_name == endpoint)
    points = rng.uniform(0, 400, (5, 2)).tolist()
    picture = {"path": str(folder / "picture.png"), "meta": {"_type": "gradio.FileData"}}
    strokes = {"side": 400, "strokes": [{"w": 12, "p": points}]}
    first = twist(rng, strokes if endpoint in drawn else picture)
    values = [{} if first is None and endpoint == "benchmark" else first]  # without a set it measures its own
    values += [odd(rng) for _ in function.inputs[1:]]
    sent = json.loads(json.dumps(values, default=str))
    return lambda: asyncio.run(page.process_api(function, sent, SessionState(page)))
