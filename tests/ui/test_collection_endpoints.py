"""The endpoints around corrections, over a running page with a store in memory."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import gradio as gr
import numpy as np
import pytest
from gradio_client import Client

import app
from collection.consent import CONSENT_VERSION, make_key
from collection.intake import Intake
from collection.store import Store
from ink.drawing import DrawingError
from tests.helpers import FAKE_DETECTORS, STRAIGHT_INK
from ui.collection_endpoints import CollectionEndpoints, memory_from_json, memory_to_json
from ui.logs import MAX_MESSAGE_LETTERS
from ui.refusals import refusal
from ui.server import launch_settings

LABEL = [{"box": [180, 60, 220, 340], "label": "1"}]
STORE = f"memory://{uuid.uuid4().hex}"


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DIGIT_DUEL_STORE", STORE)
        page = app.build_page(FAKE_DETECTORS)
    _, url, _ = page.launch(prevent_thread_lock=True, quiet=True, **launch_settings())
    yield Client(url, verbose=False)
    page.close()


def call(client: Client, name: str, **values: Any) -> Any:
    return client.predict(**values, api_name=f"/{name}")


def test_give_and_forget_over_the_network(client: Client) -> None:
    answer = call(client, "contribute", strokes=STRAIGHT_INK, objects=LABEL, consent=CONSENT_VERSION)
    assert set(answer) == {"key", "consent"}
    again = call(client, "contribute", strokes=STRAIGHT_INK, objects=LABEL, consent="1", key=answer["key"])
    assert again["key"] == answer["key"]
    store = Store(STORE)
    assert [store.read(place).picture for place in store.places()] == [STRAIGHT_INK] * 2
    assert call(client, "forget", key=answer["key"]) == {"deleted": 2}
    assert call(client, "forget", key=answer["key"]) == {"deleted": 0}
    assert store.folder.names("") == {}


REFUSALS: dict[str, tuple[dict[str, Any], str]] = {
    "no consent": ({"strokes": STRAIGHT_INK, "objects": LABEL}, "without consent"),
    "nothing drawn": ({"objects": LABEL, "consent": "1"}, "either a picture or strokes"),
    "no labels": ({"strokes": STRAIGHT_INK, "consent": "1"}, "nothing to learn"),
    "odd labels": ({"strokes": STRAIGHT_INK, "objects": [{"label": 4}], "consent": "1"}, "A label is one of"),
    "odd strokes": ({"strokes": {"strokes": 4}, "objects": LABEL, "consent": "1"}, "no pen strokes"),
    "a sheet without strokes": (
        {"strokes": {"side": 400, "strokes": []}, "objects": LABEL, "consent": "1"},
        "Nothing is drawn",
    ),
    "strokes without points": (
        {"strokes": {"side": 400, "strokes": [{"w": 6, "p": []}]}, "objects": LABEL, "consent": "1"},
        "Nothing is drawn",
    ),
    "no pen": ({"strokes": {"strokes": [{"w": 0, "p": []}]}, "objects": LABEL, "consent": "1"}, "pen has to be"),
    "a key that somebody made up": (
        {"strokes": STRAIGHT_INK, "objects": LABEL, "consent": "1", "key": "0123456789abcdef" * 2},
        "No drawing lies under this key",
    ),
    "a key by chance that the server did not make": (
        {"strokes": STRAIGHT_INK, "objects": LABEL, "consent": "1", "key": make_key()},
        "No drawing lies under this key",
    ),
    "odd key": ({"strokes": STRAIGHT_INK, "objects": LABEL, "consent": "1", "key": "abc"}, "no deletion key"),
}


@pytest.mark.parametrize(("values", "sentence"), REFUSALS.values(), ids=REFUSALS.keys())
def test_what_is_not_kept_is_refused_in_words(values: dict[str, Any], sentence: str) -> None:
    endpoints = CollectionEndpoints(FAKE_DETECTORS, Intake(Store(f"memory://{uuid.uuid4().hex}")))
    with pytest.raises(gr.Error, match=sentence):
        endpoints.contribute(**values)
    assert endpoints.intake is not None
    assert endpoints.intake.store.folder.names("") == {}


def test_without_a_store_the_endpoints_say_so() -> None:
    endpoints = CollectionEndpoints(FAKE_DETECTORS, None)
    with pytest.raises(gr.Error, match="keeps no drawings"):
        endpoints.contribute(strokes=STRAIGHT_INK, objects=LABEL, consent="1")
    with pytest.raises(gr.Error, match="keeps no drawings"):
        endpoints.forget("1" * 32)


def test_correct_reads_where_no_features_are_known(client: Client) -> None:
    answer = call(client, "correct", strokes=STRAIGHT_INK, objects=LABEL)
    assert answer["methods"]["yolov3"]["reading"] == "4"
    assert (answer["memory"], answer["changed"]) == ([], [])


@pytest.mark.filterwarnings("error")
def test_numbers_out_of_range_are_refused_without_a_warning() -> None:
    endpoints = CollectionEndpoints(FAKE_DETECTORS, None)
    far = {"side": 400, "strokes": [{"w": 6, "p": [[1e308, -1e308], [1, 1e308]]}]}
    asked: list[tuple[dict[str, Any], str]] = [
        ({"strokes": far}, "leaves its sheet"),
        ({"strokes": STRAIGHT_INK, "memory": [{"label": "7", "features": [1e308] * 4}]}, "not what an earlier call"),
    ]
    for values, sentence in asked:
        with pytest.raises(gr.Error, match=sentence):
            endpoints.correct(**values)


def test_a_memory_travels_as_json() -> None:
    rows = [{"label": "7", "features": [0.0, 1.0]}, {"label": "other", "features": [1.0, 0.0]}]
    assert memory_to_json(memory_from_json(rows)) == rows
    assert len(memory_from_json(None)) == 0
    for odd in (
        7,
        [7],
        rows * 17,
        [{"label": "7"}],
        [{"label": "7", "features": [float("nan")]}],
        [rows[0], {"label": "7", "features": []}],
        [{"label": "7", "features": [0.0, 0.0]}],
        [{"label": "7", "features": [1e-30, 1e-30]}],
        [{"label": "7", "features": [1e308, 1e308]}],
        [{"label": "7", "features": [10.0, 0.0]}],
    ):
        with pytest.raises(DrawingError):
            memory_from_json(odd)
    np.testing.assert_array_equal(memory_from_json(rows).class_id, [7, 11])


def test_a_memory_of_another_classifier_is_told_so() -> None:
    memory = memory_from_json([{"label": "7", "features": [0.0, 1.0]}])
    with pytest.raises(ValueError, match="another classifier"):
        memory.lend(np.full((1, 12), 1 / 12, np.float32), np.ones((1, 3), np.float32))


def test_what_a_client_sends_does_not_fill_the_log(caplog: pytest.LogCaptureFixture) -> None:
    error = refusal(ValueError("There is no method " + "x" * 300_000))
    assert len(str(error.message)) < MAX_MESSAGE_LETTERS + 10
    assert len(caplog.text) < MAX_MESSAGE_LETTERS + 200
