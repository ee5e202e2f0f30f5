"""Rubbish of every kind: ``python -m benchmarks.fuzz``.

Pictures, pad values, pen strokes, links, labelled sets, archives, weights, uploads of the pad, references to files and
whole requests are made, damaged and handed in.  Each must be taken, or refused by the error that the page and the
command line turn into one sentence, within two seconds of processor time.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import shutil
import sys
import tempfile
import time
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import fastapi
import httpx
import numpy as np
from starlette.responses import PlainTextResponse
from tqdm import tqdm

from comparison.datasets.archive import unpacked
from comparison.datasets.dataset import BUILT_IN, DatasetError
from comparison.datasets.readers import read_dataset
from ink.drawing import DrawingError, as_drawing, read_drawing
from ui.blobs import check_blob
from ui.guard import Guard
from ui.link import View, pack_view, unpack_view
from ui.uploads import drawing_from_strokes, uploaded_file
from weights.store import WEIGHTS_FOLDER, WeightsError, load_weights

PATIENCE = 2.0
"""Seconds of processor time that one input may take."""

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


def labels(rng: np.random.Generator, folder: Path) -> Callable[[], object]:
    """A labelled set with a twisted or damaged file of labels."""
    home = folder / "set"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    cv2.imwrite(str(home / "a.png"), np.full((40, 40, 3), 255, np.uint8))
    content = {"images": [{"id": 1, "file_name": "a.png"}], "categories": [{"id": 5, "name": "5"}],
               "annotations": [{"image_id": 1, "category_id": 5, "bbox": [1, 2, 3, 4]}]}  # fmt: skip
    box = "<bndbox><xmin>1</xmin><ymin>2</ymin><xmax>9</xmax><ymax>9</ymax></bndbox>"
    files: dict[str, Callable[[], bytes]] = {
        "annotations.json": lambda: json.dumps(twist(rng, content), default=str).encode(),
        "boxes.json": lambda: json.dumps(twist(rng, {"a.png": [[1, 2, 3, 4, 5]]}), default=str).encode(),
        "labels.csv": lambda: damage(rng, b"5,1,2,3,4,a.png,40,40\n"),
        "a.txt": lambda: damage(rng, b"5 0.5 0.5 0.2 0.2\n"),
        "data.yaml": lambda: damage(rng, b"names: ['0', '1']\n"),
        "a.xml": lambda: damage(rng, f"<annotation><object><name>5</name>{box}</object></annotation>".encode()),
    }
    name = str(rng.choice(list(files)))
    (home / name).write_bytes(files[name]())
    if name == "data.yaml":
        (home / "a.txt").write_text("1 0.5 0.5 0.2 0.2\n")
    return lambda: read_dataset(home)


def archives(rng: np.random.Generator, folder: Path) -> Callable[[], object]:
    """A damaged archive, or one whose entries have odd names."""
    path = folder / "set.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        name = str(rng.choice(["a.png", "../a.png", "/a.png", "a" * 300, "b/", "\u2603.png"]))
        archive.write(BUILT_IN / "images" / "00001.png", name)
        archive.writestr("a.txt", "5 0.5 0.5 0.2 0.2\n")
    if rng.random() < 0.8:
        path.write_bytes(damage(rng, path.read_bytes()))

    def hand_in() -> object:
        with unpacked(path) as opened:
            return read_dataset(opened)

    return hand_in


def weight_files(rng: np.random.Generator, folder: Path) -> Callable[[], object]:
    """Shipped weights of which one file is damaged."""
    home = folder / "weights"
    home.mkdir(exist_ok=True)
    for ending in ("json", "safetensors", "onnx"):
        shutil.copyfile(WEIGHTS_FOLDER / f"cnn.{ending}", home / f"cnn.{ending}")
    path = home / f"cnn.{rng.choice(['json', 'safetensors', 'onnx'])}"
    path.write_bytes(damage(rng, path.read_bytes()))
    return lambda: load_weights("cnn", home)


KINDS: dict[str, Callable[[np.random.Generator, Path], Callable[[], object]]] = {
    "pictures": pictures,
    "pad values": values,
    "pen strokes": strokes,
    "links": links,
    "labels": labels,
    "archives": archives,
    "weights": weight_files,
    "views": views,
    "uploads of the pad": blobs,
    "references to files": references,
    "requests": requests,
}

REFUSALS = (DrawingError, DatasetError, WeightsError, fastapi.HTTPException)


def run(count: int, seed: int = 1) -> tuple[Counter[str], list[str]]:
    """Hands in ``count`` inputs, the kinds in turn; what became of them, and one line for each that went wrong."""
    outcomes: Counter[str] = Counter()
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        for number in tqdm(range(count), unit="input", disable=count < 1000):
            name = list(KINDS)[number % len(KINDS)]
            hand_in = KINDS[name](np.random.default_rng([seed, number]), Path(folder))
            begun = time.process_time()
            try:
                hand_in()
                outcome = "taken"
            except REFUSALS as error:
                outcome = "refused"
                if not str(error).strip():
                    faults.append(f"{name} {number}: refused without a word")
            except Exception as error:
                outcome = "crashed"
                faults.append(f"{name} {number}: {type(error).__name__}: {str(error)[:200]}")
            if time.process_time() - begun > PATIENCE:
                faults.append(f"{name} {number}: took {time.process_time() - begun:.1f} s")
            outcomes[f"{name}, {outcome}"] += 1
    return outcomes, faults


def main() -> None:
    """Prints what became of the inputs; exit status 1 where one got through."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    outcomes, faults = run(arguments.count, arguments.seed)
    for name, count in sorted(outcomes.items()):
        print(f"{name}: {count}")
    print(f"{len(faults)} faults in {arguments.count} inputs")
    for fault in faults[:20]:
        print(fault)
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
