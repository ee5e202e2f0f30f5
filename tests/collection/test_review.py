"""Reviewing: the doubtful first, decisions that stand, two reviewers, and going back."""

from __future__ import annotations

import uuid

import numpy as np
import pytest

from collection.record import Contribution, LabelledObjects
from collection.review import DONE, ReviewSession, build_review, on_submit, show_current
from collection.review_queue import ReviewRound, build_queue
from collection.store import Place, Store
from models.classes import CENSORED
from tests.helpers import LABELLED_4, OTHER_OWNER, contribution, digit_strokes

NINE = LabelledObjects(LABELLED_4.xyxy, np.array([9]))


def drawn(digit: int) -> dict[str, object]:
    rows = [{"w": 12.0, "p": np.round(s, 1).tolist()} for s in digit_strokes(digit, (200, 200), 200)]
    return {"side": 400, "strokes": rows}


def read_as(*classes: int) -> Contribution:
    """A drawing of a 4, labelled so, that methods read as these."""
    readings = {
        f"method-{k}": LabelledObjects(LABELLED_4.xyxy, np.array([c])).detections().to_json()
        for k, c in enumerate(classes)
    }
    return contribution(picture=drawn(classes[0] % 10), readings=readings)


@pytest.fixture
def store() -> Store:
    return Store(f"memory://{uuid.uuid4().hex}")


def session_of(store: Store) -> ReviewSession:
    return ReviewSession(ReviewRound(store, build_queue(store)))


def accept(session: ReviewSession, act: str = "accept", label: str = "4") -> tuple[ReviewSession, object, str]:
    at, box = str(session.round.at), LABELLED_4.xyxy[0].tolist()
    return on_submit(session, {"at": at, "act": act, "objects": [{"box": box, "label": label}]})


def test_the_doubtful_come_first_and_say_why(store: Store) -> None:
    sure, unsure, odd = (store.add(read_as(*classes)) for classes in ((4, 4), (9, 4), (1, 2)))
    twin = store.add(read_as(9, 4))
    queue = build_queue(store)
    places = [item.place for item in queue]
    assert places[-1] == sure
    assert set(places[:2]) <= {odd, twin, unsure}
    reasons = {item.place: " ".join(item.reasons) for item in queue}
    assert "the methods differ" in reasons[odd]
    assert "the labels differ from method-0" in reasons[unsure]
    assert reasons[sure] == ""
    assert sum("nearly the same" in text for text in reasons.values()) == 1


def test_a_round_by_keyboard(store: Store) -> None:
    for _ in range(3):
        store.add(read_as(4, 4))
    session = session_of(store)
    _, value, head = show_current(session)
    assert value is not None
    assert "1 of 3" in head
    accept(session)
    accept(session, label="9")
    accept(session, "back")
    _, value, _ = show_current(session)
    assert value is not None
    assert value["objects"][0]["label"] == "9"
    accept(session, label="7")
    _, value, head = accept(session, "reject")
    assert value is not None
    assert (value["at"], value["objects"], head) == ("3", [], DONE)
    accept(session)  # nothing is up
    assert sorted(objects.class_id.tolist() for _, _, objects in store.accepted()) == [[4], [7]]
    accept(session, "back")  # the last decision as well
    accept(session)
    assert sorted(objects.class_id.tolist() for _, _, objects in store.accepted()) == [[4], [4], [7]]


def test_two_reviewers_at_once(store: Store) -> None:
    for _ in range(2):
        store.add(read_as(4, 4))
    first, second = session_of(store), session_of(store)
    show_current(first)
    show_current(second)
    accept(first)
    _, _, head = accept(second, label="9")
    assert "meanwhile" in head
    assert second.round.at == 1
    assert [objects.class_id.tolist() for _, _, objects in store.accepted()] == [[4]]
    accept(second)
    assert show_current(first)[2] == DONE  # the second was decided on by somebody else


def test_what_was_deleted_is_passed_over_and_odd_answers_change_nothing(store: Store) -> None:
    store.add(contribution(OTHER_OWNER))
    store.add(read_as(4, 4))
    session = session_of(store)
    store.forget(OTHER_OWNER)
    show_current(session)
    for odd in (None, 4, {"at": "9", "act": "accept"}, {"at": str(session.round.at), "act": "accept", "objects": "x"}):
        on_submit(session, odd)
    on_submit(session, {"at": str(session.round.at), "act": "accept", "objects": []})
    assert store.reviews() == {}


def test_censored_drawings_are_blurred_until_asked_for(store: Store) -> None:
    store.add(contribution(picture=drawn(4), objects=LabelledObjects(LABELLED_4.xyxy, np.array([CENSORED]))))
    session = session_of(store)
    _, covered, head = show_current(session)
    _, shown, _ = on_submit(session, {"at": "0", "act": "show"})
    assert covered is not None
    assert shown is not None
    assert covered["picture"] != shown["picture"]
    assert "censored" in head


def test_the_page_is_built(store: Store) -> None:
    page = build_review(store)
    assert len(page.fns) == 2


def test_a_place_is_its_text() -> None:
    store = Store(f"memory://{uuid.uuid4().hex}")
    place = store.add(contribution())
    assert Place.parse(str(place)) == place
