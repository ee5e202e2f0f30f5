"""Many visitors at once: ``python -m benchmarks.load``.

Starts the app and lets clients draw at the same time, each drawing sheets of its own.  Every answer is checked against
what the methods say of that sheet when nobody else is there, so that a lost or swapped answer shows.
"""

from __future__ import annotations

import argparse
import http.client
import json
import threading
import time
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from comparison.reading import sheet_to_json
from detectors import load_detectors
from ink.sheet import Sheet
from tools.server import serving
from tools.visitors import scrawls
from ui.uploads import drawing_from_strokes


def said(answer: dict[str, Any]) -> dict[str, list[tuple[str, list[float]]]]:
    """Labels and boxes of every method: what identifies an answer."""
    return {
        name: [(d["label"], [round(v) for v in d["box"]]) for d in method["detections"]]
        for name, method in answer["methods"].items()
    }


def alike(a: dict[str, Any], b: dict[str, Any]) -> bool:
    """The same objects; boxes may differ by a pixel of rounding."""
    return a.keys() == b.keys() and all(
        len(a[m]) == len(b[m])
        and all(x[0] == y[0] and max(abs(p - q) for p, q in zip(x[1], y[1], strict=True)) <= 1
                for x, y in zip(a[m], b[m], strict=True))
        for m in a
    )  # fmt: skip


def ask(server: http.client.HTTPConnection, sheet: dict[str, Any]) -> dict[str, Any]:
    """The server's answer to one drawing, over bare HTTP: clients share this machine, and should cost it little."""
    place = "/gradio_api/call/recognize_strokes"
    server.request("POST", place, json.dumps({"data": [sheet]}), {"Content-Type": "application/json"})
    ticket = json.loads(server.getresponse().read())["event_id"]
    server.request("GET", f"{place}/{ticket}")
    events = server.getresponse().read().decode().strip().split("\n\n")
    kind, data = events[-1].split("\n", 1)
    if kind != "event: complete":
        raise RuntimeError(f"{kind}, {data}")
    return dict(json.loads(data.removeprefix("data: "))[0])


def visit(url: str, mine: list[dict[str, Any]], truth: list[dict[str, Any]], out: dict[str, list[Any]]) -> None:
    """One client's drawings, one after the other."""
    try:
        server = http.client.HTTPConnection(urlsplit(url).netloc, timeout=300)
        for sheet, expected in zip(mine, truth, strict=True):
            begun = time.perf_counter()
            answer = ask(server, sheet)
            out["seconds"].append(time.perf_counter() - begun)
            if not alike(said(answer), expected):
                out["wrong"].append((said(answer), expected))
    except Exception as error:  # whatever went wrong is what this benchmark looks for
        out["errors"].append(repr(error))


def main() -> None:
    """Prints errors, wrong answers, waiting times and memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--drawings", type=int, default=20, help="of each client")
    arguments = parser.parse_args()
    detectors = load_detectors()
    drawings = [scrawls(k, arguments.drawings) for k in range(arguments.clients)]
    truths = [[said(sheet_to_json(Sheet(drawing_from_strokes(s)), detectors)) for s in mine] for mine in drawings]
    with serving() as server:
        ask(http.client.HTTPConnection(urlsplit(server.url).netloc), drawings[0][0])
        before = server.resident()
        out: dict[str, list[Any]] = {"seconds": [], "wrong": [], "errors": []}
        threads = [
            threading.Thread(target=visit, args=(server.url, mine, truth, out))
            for mine, truth in zip(drawings, truths, strict=True)
        ]
        begun = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.perf_counter() - begun
        seconds = np.array(out["seconds"] or [np.nan])
        print(
            f"{arguments.clients} clients, {arguments.drawings} drawings each: {len(out['seconds'])} answers "
            f"in {took:.0f} s, {len(out['errors'])} errors, {len(out['wrong'])} wrong answers\n"
            f"waiting: median {np.median(seconds):.2f} s, p95 {np.quantile(seconds, 0.95):.2f} s, "
            f"longest {seconds.max():.2f} s; memory {before:.0f} MB before, {server.resident():.0f} MB after"
        )
        for error in out["errors"][:5]:
            print(error)


if __name__ == "__main__":
    main()
