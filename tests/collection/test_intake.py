"""Between visitors and a store: limits, a store that hangs, and one that is full."""

from __future__ import annotations

import time
import uuid

import pytest

from collection.intake import Intake, IntakeLimits
from collection.object_storage import StoreError
from collection.record import Contribution
from collection.store import Place, Store
from tests.helpers import OTHER_OWNER, OWNER, contribution


class SlowStore(Store):
    """Answers after a while, or not at all."""

    seconds = 0.4

    def add(self, contribution: Contribution) -> Place:
        time.sleep(self.seconds)
        return super().add(contribution)


class AbsentStore(Store):
    def forget(self, owner: str) -> int:
        raise StoreError("The store can't be reached at the moment (TimeoutError).")


def memory_url() -> str:
    return f"memory://{uuid.uuid4().hex}"


def test_a_visitor_gives_so_many_drawings_a_day() -> None:
    intake = Intake(Store(memory_url()), IntakeLimits(per_visitor=2, per_day=3))
    for visitor in ("a", "a", "b"):
        intake.accept(contribution(), visitor)
    with pytest.raises(StoreError, match="2 drawings a day"):
        intake.accept(contribution(), "a")
    with pytest.raises(StoreError, match="tomorrow"):
        intake.accept(contribution(), "c")
    assert len(intake.store.places()) == 3


def test_a_visitor_gives_so_many_bytes_a_day() -> None:
    size = len(contribution().to_bytes())
    intake = Intake(Store(memory_url()), IntakeLimits(visitor_bytes=2 * size + 10))
    for visitor in ("a", "a", "b"):
        intake.accept(contribution(), visitor)
    with pytest.raises(StoreError, match="as much room"):
        intake.accept(contribution(), "a")
    assert len(intake.store.places()) == 3


def test_a_store_takes_so_many_bytes_and_has_room_again_once_something_went() -> None:
    size = len(contribution().to_bytes())
    intake = Intake(Store(memory_url()), IntakeLimits(store_bytes=2 * size + 10))
    intake.accept(contribution(), "a")
    intake.accept(contribution(OTHER_OWNER), "a")
    with pytest.raises(StoreError, match="full"):
        intake.accept(contribution(), "a")
    assert intake.forget(OTHER_OWNER) == 1
    intake.accept(contribution(), "a")
    assert len(intake.store.places()) == 2


def test_a_store_that_hangs_costs_a_sentence_and_keeps_nothing_afterwards() -> None:
    store = SlowStore(memory_url())
    intake = Intake(store, IntakeLimits(patience_s=0.05, at_once=2, per_visitor=3))
    started = time.monotonic()
    for _ in range(4):  # the third finds no place to wait at
        with pytest.raises(StoreError, match="does not answer; nothing was kept"):
            intake.accept(contribution(), "a")
    assert time.monotonic() - started < 0.4
    time.sleep(0.8)
    assert store.places() == {}
    store.seconds = 0.0
    intake.accept(contribution(), "a")  # what was not kept does not count
    assert len(store.places()) == 1


def test_a_store_that_is_away_says_that_nothing_is_deleted() -> None:
    with pytest.raises(StoreError, match="nothing is deleted yet"):
        Intake(AbsentStore(memory_url())).forget(OWNER)
