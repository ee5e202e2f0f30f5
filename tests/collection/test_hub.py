"""The store in a bucket on the Hub: the real client, hf_xet included, against a stand-in of the Hub's API."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from huggingface_hub import constants

from collection.intake import Intake, IntakeLimits
from collection.object_storage import ObjectFolder
from collection.store import Review, ReviewConflictError, Store, StoreError
from tests.helpers import GIVEN_ON, LABELLED_4, OTHER_OWNER, OWNER, contribution
from tools.hub import BUCKET, TOKEN, Hub, serving_hub

URL = f"hf://buckets/{BUCKET}/class-5"


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A stand-in, and the client set to it; temporary files go to a folder of their own."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    monkeypatch.setenv("HF_XET_CACHE", str(tmp_path / "xet"))
    monkeypatch.setenv("HF_XET_XORB_COMPRESSION_POLICY", "none")
    with serving_hub() as server:
        monkeypatch.setattr(constants, "ENDPOINT", server.url)
        yield server


def test_save_list_review_expire_forget_gone(hub: Hub) -> None:
    store = Store(URL)
    place = store.add(contribution())
    store.add(contribution(OTHER_OWNER))
    assert len(store.places()) == 2
    assert all(path.startswith("class-5/drawings/") for path in hub.objects)
    assert store.read(place).to_bytes() == contribution().to_bytes()
    assert store.add_review(place, Review(True, LABELLED_4), (400, 400)) == 1
    with pytest.raises(ReviewConflictError):
        store.add_review(place, Review(False, LABELLED_4), (400, 400))
    assert store.read_review(place, 1).accepted
    assert store.expire(GIVEN_ON.replace(year=2027)) == 1
    assert list(store.places()) == [place]
    assert store.forget(OWNER) == 1
    assert store.forget(OWNER) == 0
    assert store.folder.names("") == {}
    assert hub.objects == {}
    with pytest.raises(FileNotFoundError):
        store.read(place)


def test_what_another_process_did_since_the_last_look_counts(hub: Hub) -> None:
    folder = ObjectFolder(URL)
    folder.create("a/1", b"first", GIVEN_ON)
    assert folder.names("") == {"a/1": 5}
    hub.objects["class-5/a/2"] = hub.objects["class-5/a/1"]
    with pytest.raises(FileExistsError):
        folder.create("a/2", b"second", GIVEN_ON)
    assert folder.names("") == {"a/1": 5, "a/2": 5}
    del hub.objects["class-5/a/1"]
    with pytest.raises(FileNotFoundError):
        folder.read("a/1")
    folder.remove("a/1")
    assert folder.names("") == {"a/2": 5}


def test_several_give_at_once(hub: Hub) -> None:
    store = Store(URL)
    with ThreadPoolExecutor(4) as pool:
        places = set(pool.map(lambda _: store.add(contribution()), range(24)))
    assert set(store.places()) == places
    assert len(places) == 24


def test_a_wrong_key_a_bucket_that_takes_nothing_and_a_hub_that_is_gone_cost_a_sentence(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.uploads = False
    with pytest.raises(StoreError, match="can't be reached"):
        Store(URL).add(contribution())
    assert list((tmp_path / "temporary").iterdir()) == []  # what was not kept lies nowhere else
    monkeypatch.setenv("HF_TOKEN", "hf_wrong")
    for work in (lambda store: store.add(contribution()), Store.places, lambda store: store.forget(OWNER)):
        with pytest.raises(StoreError, match="can't be reached"):
            work(Store(URL))
    hub.server_close()
    hub.shutdown()
    with pytest.raises(StoreError, match="can't be reached"):
        Store(URL).places()


@pytest.mark.slow
def test_a_hub_that_answers_after_ten_seconds_costs_a_sentence_and_keeps_nothing(hub: Hub) -> None:
    intake = Intake(Store(URL), IntakeLimits(at_once=1))
    hub.batch_s = 10
    begun = time.monotonic()
    with pytest.raises(StoreError, match="does not answer; nothing was kept"):
        intake.accept(contribution(), "a")
    assert time.monotonic() - begun < 5
    assert len(hub.objects) == 1  # it has arrived, which nobody knows before the Hub has said so
    hub.batch_s = 0
    while hub.objects:
        assert time.monotonic() - begun < 60
        time.sleep(0.1)
    intake.accept(contribution(), "a")
    assert len(intake.store.places()) == 1
