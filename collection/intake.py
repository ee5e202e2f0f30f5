"""What stands between visitors and a store: how much they may give, and how long they wait for it."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeVar

from collection.record import Contribution
from collection.store import Place, Store, StoreError

Value = TypeVar("Value")

AWAY = "The store does not answer; nothing was kept, and the page works as before."


@dataclass(frozen=True)
class IntakeLimits:
    """How much a store takes."""

    per_visitor: int = 200  # drawings of one visitor and day; a school may be one visitor
    per_day: int = 5_000  # drawings of all visitors and one day
    visitor_bytes: int = 20_000_000  # of one visitor's drawings and day, so that a few can't fill the store
    store_bytes: int = 1_000_000_000  # of all drawings together
    patience_s: float = 3.0  # seconds that a visitor waits for the store
    recount_s: float = 300.0  # seconds after which what lies in the store is counted anew
    at_once: int = 4  # calls of the store under way; further ones are refused while it hangs


class Intake:
    """A store as visitors meet it: whatever is wrong with it costs them a sentence and nothing else.

    Args:
        store: where drawings go.
        limits: how much it takes.
    """

    def __init__(self, store: Store, limits: IntakeLimits | None = None) -> None:
        self.store, self.limits = store, limits or IntakeLimits()
        self._lock = threading.Lock()
        self._day = date.min
        self._given: Counter[str] = Counter()  # drawings by visitor, of one day
        self._given_bytes: Counter[str] = Counter()
        self._bytes, self._counted = 0, float("-inf")
        self._threads = ThreadPoolExecutor(self.limits.at_once, "store")
        self._under_way = threading.Semaphore(self.limits.at_once)

    def accept(self, contribution: Contribution, visitor: str) -> None:
        """Keeps a drawing.

        A drawing that is kept only after its giver was told that it was not is removed again.

        Args:
            contribution: the drawing.
            visitor: who gives it; known to this process for the day, and never written down.

        Raises:
            StoreError: it is not kept; the message says why.
            DrawingError: it is too large.
        """
        size = len(contribution.to_bytes())
        self._charge(visitor, size)
        try:
            self._wait_for(lambda: self._add(contribution, size), self.store.remove)
        except Exception:
            self._give_back(visitor, size)
            raise

    def knows(self, owner: str) -> bool:
        """Whether a drawing lies under a key, whose hash is given; StoreError where the store does not answer."""
        return bool(self._wait_for(lambda: self.store.places(owner)))

    def forget(self, owner: str) -> int:
        """Removes all drawings of a key, whose hash is given; how many.  StoreError where it can't be done now."""
        try:
            count = self._wait_for(lambda: self.store.forget(owner))
        except StoreError as error:
            message = "The store does not answer, so nothing is deleted yet; please try again later."
            raise StoreError(message) from error
        with self._lock:
            self._counted = float("-inf")
        return count

    def _add(self, contribution: Contribution, size: int) -> Place:
        if time.monotonic() - self._counted > self.limits.recount_s:
            used = sum(self.store.places().values())
            with self._lock:
                self._bytes, self._counted = used, time.monotonic()
        with self._lock:
            if self._bytes + size > self.limits.store_bytes:
                raise StoreError("The store is full; nothing was kept.")
            self._bytes += size
        try:
            return self.store.add(contribution)
        except Exception:
            with self._lock:
                self._bytes -= size
            raise

    def _charge(self, visitor: str, size: int) -> None:
        """Counts a drawing of so many bytes that a visitor gives today; StoreError above the limits."""
        limits = self.limits
        with self._lock:
            today = datetime.now(UTC).date()
            if today != self._day:
                self._day, self._given, self._given_bytes = today, Counter(), Counter()
            if self._given[visitor] >= limits.per_visitor:
                raise StoreError(f"Thank you: {limits.per_visitor} drawings a day are as many as are kept.")
            if self._given_bytes[visitor] + size > limits.visitor_bytes:
                raise StoreError("Thank you: your drawings of today take as much room as is kept.")
            if self._given.total() >= limits.per_day:
                raise StoreError("Enough drawings were given today; tomorrow there is room again.")
            self._given[visitor] += 1
            self._given_bytes[visitor] += size

    def _give_back(self, visitor: str, size: int) -> None:
        """Takes back what was counted of a drawing that was not kept."""
        with self._lock:
            self._given[visitor] -= 1
            self._given_bytes[visitor] -= size

    def _wait_for(self, work: Callable[[], Value], undo: Callable[[Value], object] | None = None) -> Value:
        """What ``work()`` gives, if it does so in time; what it does later is undone."""
        if not self._under_way.acquire(blocking=False):
            raise StoreError(AWAY)
        future: Future[Value] = self._threads.submit(work)
        future.add_done_callback(lambda _: self._under_way.release())
        try:
            return future.result(self.limits.patience_s)
        except TooLate as error:
            if undo is not None:
                future.add_done_callback(lambda done: done.exception() is None and undo(done.result()))
            raise StoreError(AWAY) from error
