"""What browsers upload of the Sketchpad is kept for a while, and never much of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import cv2
import fastapi
import gradio as gr
import httpx
import numpy as np
import pytest

import app
from tests.helpers import DRAWING_OF_4, FAKE_DETECTORS
from ui import blobs
from ui.blobs import BlobStore, check_blob
from ui.server import launch_settings
from ui.visitors import current_visitor

PNG = cv2.imencode(".png", DRAWING_OF_4)[1].tobytes()


def test_an_upload_is_whole_and_taken_out_once() -> None:
    store = BlobStore()
    store.keep("a", "background", b"1")
    store.keep("a", "composite", b"22")
    taken = store.pop("a")
    assert (taken.background, taken.composite, taken.layers) == (b"1", b"22", [])
    assert "a" not in store
    assert store.pop("a", None) is None


def test_made_up_names_do_not_fill_the_store() -> None:
    store = BlobStore()
    for number in range(10_000):
        store.keep(str(number), "composite", b"x")
    assert len(store) == blobs.MAX_STORE_BYTES // (blobs.EMPTY_BYTES + 1)
    assert "9999" in store


def test_who_floods_it_throws_out_nobody_else() -> None:
    store = BlobStore()
    for visitor, names in {"a": ["mine"], "b": map(str, range(10_000))}.items():
        current_visitor.set(visitor)
        for name in names:
            store.keep(name, "composite", b"x")
    current_visitor.set("")
    assert "mine" in store


def test_what_nobody_asks_for_is_thrown_away(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(blobs.time, "monotonic", lambda: now)
    store = BlobStore()
    store.keep("old", "composite", b"x")
    now = blobs.MAX_AGE_S + 1
    store.keep("new", "composite", b"x")
    assert list(store) == ["new"]


def large_png() -> bytes:
    """22 KB."""
    return cv2.imencode(".png", np.zeros((4000, 4000), np.uint8))[1].tobytes()


def test_what_the_pad_does_not_draw() -> None:
    contents: list[Any] = [b"", b"x", b"x" * 1_000_001, large_png(), None, b"GIF89a" + b"\x10\x10" * 40]
    for content in contents:
        with pytest.raises(fastapi.HTTPException) as refusal:
            check_blob(content)
        assert refusal.value.status_code == 413


@pytest.fixture(scope="module")
def page() -> Iterator[gr.Blocks]:
    page = app.build_page(FAKE_DETECTORS)
    page.launch(prevent_thread_lock=True, quiet=True, **launch_settings())
    yield page
    page.close()


def post(page: gr.Blocks, headers: dict[str, str] | None = None, **changed: str) -> httpx.Response:
    """Uploads a picture of the pad as browsers do: a form, which any site's page may send."""
    pad = next(b for b in page.blocks.values() if isinstance(b, gr.Sketchpad))
    form = {"type": "composite", "index": "null", "id": "one", "component_id": str(pad._id),
            "fn_name": "accept_blobs", "session_hash": "abc"}  # fmt: skip
    url = f"{str(page.local_url).rstrip('/')}/gradio_api/component_server"
    return httpx.post(url, data=form | changed, files={"files": ("blob", PNG)}, headers=headers)


def test_over_http(page: gr.Blocks) -> None:
    pad = next(b for b in page.blocks.values() if isinstance(b, gr.Sketchpad))
    assert post(page).status_code == 200
    assert pad.blob_storage.pop("one").composite == PNG
    # One number extended a list to so many places.
    assert post(page, type="layer", index="100000000").status_code == 200
    assert not pad.blob_storage
    assert post(page, id="x" * 65).status_code == 413
    assert post(page, component_id="99999").json()["detail"].startswith("This request can't be answered")
    assert post(page, fn_name="preprocess").status_code == 404


def test_another_site_uploads_nothing(page: gr.Blocks) -> None:
    refused = post(page, {"Origin": "https://evil.example"})
    assert (refused.status_code, "another site" in refused.text) == (403, True)
