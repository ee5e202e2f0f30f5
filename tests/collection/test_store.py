"""What people give: kept whole or not at all, found, deleted with every trace, expired, decided on once."""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import sys
import time
import uuid
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from collection.__main__ import main
from collection.consent import KeyFormatError, contributor_of_owner, make_key, owner_of_key, read_key
from collection.record import Contribution, LabelledObjects, RecordError, drawing_to_json, read_objects
from collection.store import Place, Review, ReviewConflictError, Store, StoreError
from ink.drawing import DrawingError
from models.classes import CENSORED
from tests.helpers import DRAWING_OF_4, GIVEN_ON, LABELLED_4, OTHER_OWNER, OWNER, STRAIGHT_INK, contribution

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return Store(str(tmp_path / "store") if request.param == "folder" else f"memory://{uuid.uuid4().hex}")


def test_a_drawing_comes_back_as_it_was_contribution(store: Store) -> None:
    for picture in (STRAIGHT_INK, drawing_to_json(DRAWING_OF_4)):
        place = store.add(contribution(picture=picture, weights={"cnn": "ab"}))
        back = store.read(place)
        assert (back.owner, back.day, back.weights, back.consent) == (OWNER, GIVEN_ON, {"cnn": "ab"}, "1")
        np.testing.assert_array_equal(back.objects.xyxy, LABELLED_4.xyxy)
        assert back.readings["yolov3"][0]["label"] == "4"
        assert back.drawing().shape == (400, 400, 3)
    np.testing.assert_array_equal(back.drawing(), DRAWING_OF_4)
    assert len(store.places()) == 2
    assert not back.held


def test_deletion_leaves_nothing(store: Store) -> None:
    for _ in range(2):
        place = store.add(contribution())
    store.add(contribution(OTHER_OWNER))
    store.add_review(place, Review(True, LABELLED_4), (400, 400))
    assert store.forget(OWNER) == 2
    assert [p.owner for p in store.places()] == [OTHER_OWNER]
    assert [name for name in store.folder.names("") if OWNER in name] == []
    assert store.forget(OWNER) == 0
    assert store.forget(OTHER_OWNER) == 1
    assert store.folder.names("") == {}
    with pytest.raises(FileNotFoundError):
        store.read(place)


def test_what_nobody_accepted_expires(store: Store) -> None:
    old, new = GIVEN_ON - timedelta(days=181), GIVEN_ON - timedelta(days=180)
    accepted, refused, _ = (store.add(contribution(day=old)) for _ in range(3))
    young = store.add(contribution(day=new))
    store.add_review(accepted, Review(True, LABELLED_4), (400, 400))
    store.add_review(refused, Review(False, LABELLED_4), (400, 400))
    assert store.expire(GIVEN_ON) == 2
    assert set(store.places()) == {accepted, young}
    assert set(store.reviews()) == {accepted}


def test_a_damaged_file_keeps_nothing_else_back(store: Store) -> None:
    old = GIVEN_ON - timedelta(days=181)
    whole, unread, broken, refused = (store.add(contribution(day=old)) for _ in range(4))
    for place in (whole, broken):
        store.add_review(place, Review(True, LABELLED_4), (400, 400))
    store.folder.create(f"reviews/{unread}/1.json", b'{"accepted": tr', GIVEN_ON)
    store.folder.remove(f"drawings/{broken}.json")
    store.folder.create(f"drawings/{broken}.json", b"{", GIVEN_ON)
    assert [place for place, *_ in store.accepted()] == [whole]
    assert store.expire(GIVEN_ON) == 2
    assert set(store.places()) == {whole, broken}
    assert refused not in store.places()


def test_two_reviewers_do_not_overwrite_one_another(store: Store) -> None:
    place = store.add(contribution())
    nine = LabelledObjects(LABELLED_4.xyxy, np.array([9]))
    assert store.add_review(place, Review(True, LABELLED_4), (400, 400)) == 1
    with pytest.raises(ReviewConflictError, match="meanwhile"):
        store.add_review(place, Review(True, nine), (400, 400))
    assert store.add_review(place, Review(True, nine), (400, 400), after=1) == 2
    ((_, _, objects),) = store.accepted()
    assert objects.class_id.tolist() == [9]
    store.add_review(place, Review(False, nine), (400, 400), after=2)
    assert list(store.accepted()) == []


def test_censored_drawings_are_held() -> None:
    assert contribution(objects=LabelledObjects(LABELLED_4.xyxy, np.array([CENSORED]))).held
    assert contribution(readings={"yolov3": [{"label": "censored", "confidence": 0.9, "box": [0, 0, 9, 9]}]}).held


BROKEN = {
    "no JSON": b"{",
    "a list": b"[]",
    "another format": b'{"format": 2}',
    "too large": b" " * 3_000_000,
    "deeply nested": b"[" * 100_000,
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN.keys())
def test_what_is_no_drawing_is_refused(data: bytes) -> None:
    with pytest.raises(RecordError):
        Contribution.from_bytes(data)


def test_changed_drawings_are_refused() -> None:
    text = contribution().to_bytes().decode()
    for before, after in (('"category_id":4', '"category_id":40'), ('"w":12.0', '"w":"x"'), (OWNER, "../" + OWNER[3:])):
        assert before in text
        with pytest.raises(RecordError):
            Contribution.from_bytes(text.replace(before, after).encode())


ODD_OBJECTS = {
    "no list": "4",
    "too many": [{"box": [0, 0, 9, 9], "label": "4"}] * 201,
    "no such label": [{"box": [0, 0, 9, 9], "label": "10"}],
    "no box": [{"label": "4"}],
    "three numbers": [{"box": [0, 0, 9], "label": "4"}],
    "no number": [{"box": [0, 0, 9, float("nan")], "label": "4"}],
    "out of range": [{"box": [1e308, 0, -1e308, 9], "label": "4"}],
    "outside": [{"box": [500, 500, 600, 600], "label": "4"}],
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("value", ODD_OBJECTS.values(), ids=ODD_OBJECTS.keys())
def test_odd_labels_are_refused_in_words(value: object) -> None:
    with pytest.raises(DrawingError, match=r"^[A-Z].*\.$"):
        read_objects(value, (400, 400))


def test_keys() -> None:
    key = make_key()
    assert read_key(f" {key[:16].upper()}-{key[16:]} ") == key
    assert re.fullmatch("[0-9a-f]{64}", owner_of_key(key))
    assert key not in owner_of_key(key)
    assert contributor_of_owner(OWNER) != contributor_of_owner(OTHER_OWNER)
    for text in ("", None, "x" * 32, "1" * 31, 7):
        with pytest.raises(KeyFormatError):
            read_key(text)


def test_stores_that_cannot_be_are_refused_in_words() -> None:
    with pytest.raises(StoreError, match="bucket"):
        Store("hf://datasets/a/b")
    with pytest.raises(StoreError, match="kind of store"):
        Store("nowhere://a")


def test_a_disk_knows_the_day_and_nothing_finer(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    place = store.add(contribution())
    assert (tmp_path / "drawings" / f"{place}.json").stat().st_mtime % 86400 == 0
    assert all(path.stat().st_mtime % 86400 == 0 for path in (tmp_path, *tmp_path.rglob("*")))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["expire", "nowhere"], "There is no store at that place."),
        (["export", "nowhere", "--out", "out"], "There is no store at that place."),
        (["review", "nowhere"], "There is no store at that place."),
        (["expire", "file"], "A store is a folder, and this is a file."),
        (["expire", ".", "--days", "-3"], "Drawings are kept for a day at least: --days takes 1 and more."),
        (["expire", ".", "--days", "0"], "Drawings are kept for a day at least: --days takes 1 and more."),
    ],
)
def test_a_store_that_is_none_ends_a_command(
    arguments: list[str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    assert main(arguments) == 2
    assert capsys.readouterr().err.strip() == sentence


WRITER = """
import sys
from tests.helpers import contribution
from collection.store import Store
store = Store(sys.argv[1])
print("ready", flush=True)
while True:
    print(store.add(contribution()), flush=True)
"""


def test_two_processes_write_at_once_and_one_is_killed(tmp_path: Path) -> None:
    """Every drawing that was said to be kept is there and whole; what was half written is none."""
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    time.sleep(0.3)
    for writer in writers:
        os.kill(writer.pid, signal.SIGKILL)
    kept = [line for writer in writers for line in writer.communicate()[0].splitlines() if len(line) > 90]
    store = Store(str(tmp_path))
    places = store.places()
    assert kept
    assert {Place.parse(line) for line in kept} <= set(places)
    assert all(len(store.read(place).objects) == 1 for place in places)


def test_a_full_disk_costs_a_sentence(tmp_path: Path) -> None:
    """The disk is full for real, as far as this process can tell: no file may have a byte."""
    store = Store(str(tmp_path))
    kept = store.add(contribution())
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
        with pytest.raises(StoreError, match="full"):
            store.add(contribution())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert set(store.places()) == {kept}
    assert list(tmp_path.rglob("*.part")) == []
