"""The server is killed while visitors give: what it said it kept is there and whole, and goes by its key later."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from gradio_client import Client

from collection.consent import CONSENT_VERSION, make_key, owner_of_key
from collection.store import STORE_VARIABLE, Store
from tests.helpers import STRAIGHT_INK
from tools.server import serving

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

VISITORS, ENOUGH = 3, 6
LABEL = [{"box": [180, 60, 220, 340], "label": "1"}]


def give(url: str, keys: list[str]) -> None:
    """Gives drawings until the server is gone; notes the keys that it answered with."""
    try:
        client = Client(url, verbose=False)
        while True:
            given = {"strokes": STRAIGHT_INK, "objects": LABEL, "consent": CONSENT_VERSION}
            keys.append(client.predict(**given, api_name="/contribute")["key"])
    except Exception:  # whatever the client makes of a server that does not answer any more
        return


def test_the_server_is_killed_in_the_middle(tmp_path: Path) -> None:
    keys: list[str] = []
    with serving({STORE_VARIABLE: str(tmp_path)}) as server, ThreadPoolExecutor(VISITORS) as pool:
        visits = [pool.submit(give, server.url, keys) for _ in range(VISITORS)]
        while len(keys) < ENOUGH and not all(visit.done() for visit in visits):
            time.sleep(0.05)
        os.kill(server.process, signal.SIGKILL)
    store = Store(str(tmp_path))
    kept = {place.owner for place in store.places()}
    assert len(keys) >= ENOUGH
    assert {owner_of_key(key) for key in keys} <= kept
    assert all(len(store.read(place).objects) == 1 for place in store.places())

    with serving({STORE_VARIABLE: str(tmp_path)}) as server:
        client = Client(server.url, verbose=False)
        assert client.predict(key=make_key(), api_name="/forget") == {"deleted": 0}
        assert len(store.places()) == len(kept)
        for key in keys:
            assert client.predict(key=key, api_name="/forget") == {"deleted": 1}
    assert not {owner_of_key(key) for key in keys} & {path.name for path in tmp_path.rglob("*")}
