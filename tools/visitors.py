"""Made-up visitors: scrawls that no other visitor draws, and how they ask the server to read them."""

from __future__ import annotations

import http.client
import json
from typing import Any

import numpy as np


def scrawls(visitor: int, count: int) -> list[dict[str, Any]]:
    """Drawings as live ink sends them, one to three wavy strokes each, equal for equal arguments.

    Args:
        visitor: number of whoever draws; another number gives other drawings.
        count: of drawings.
    """
    rng = np.random.default_rng([visitor, 9])
    drawings = []
    for _ in range(count):
        strokes = []
        for _ in range(int(rng.integers(1, 4))):
            start, heading = rng.uniform(60, 340, 2), rng.uniform(0, 6.28)
            points = [start]
            for _ in range(14):
                heading += rng.normal(0, 0.6)
                points.append(np.clip(points[-1] + 16 * np.array([np.cos(heading), np.sin(heading)]), 5, 395))
            strokes.append({"w": float(rng.integers(3, 14)), "p": np.round(points, 1).tolist()})
        drawings.append({"side": 400, "strokes": strokes})
    return drawings


def join_queue(server: http.client.HTTPConnection, sheet: dict[str, Any], address: str = "") -> str:
    """Asks the server to read strokes, and returns where the answer will be.

    Args:
        server: a connection to it.
        sheet: strokes, as :func:`scrawls` gives them.
        address: that the visitor seems to come from; a server with ``DIGIT_DUEL_PROXIES=1`` believes it.

    Raises:
        RuntimeError: the server refuses.
    """
    place = "/gradio_api/call/recognize_strokes"
    headers = {"Content-Type": "application/json"} | ({"X-Forwarded-For": address} if address else {})
    server.request("POST", place, json.dumps({"data": [sheet]}), headers)
    answer = server.getresponse()
    text = answer.read().decode()
    if answer.status != 200:
        raise RuntimeError(f"{answer.status}, {text}")
    return f"{place}/{json.loads(text)['event_id']}"


def read_strokes(server: http.client.HTTPConnection, sheet: dict[str, Any], address: str = "") -> dict[str, Any]:
    """The server's answer to strokes, over bare HTTP: visitors share this machine, and should cost it little.

    Args and errors are those of :func:`join_queue`.
    """
    headers = {"X-Forwarded-For": address} if address else {}
    server.request("GET", join_queue(server, sheet, address), headers=headers)
    events = server.getresponse().read().decode().strip().split("\n\n")
    kind, data = events[-1].split("\n", 1)
    if kind != "event: complete":
        raise RuntimeError(f"{kind}, {data}")
    return dict(json.loads(data.removeprefix("data: "))[0])
