"""Room for bodies that are being received: shared among visitors, so that one who stalls takes nobody else's."""

from __future__ import annotations

import asyncio

from ui.answers import Refusal

MAX_RECEIVING_BYTES = 64_000_000
"""Bytes of all requests together that are being received, uploads aside: those go to the disk."""

MAX_VISITOR_BYTES = 16_000_000
"""Bytes of those that one visitor may have under way."""

BROKEN_OFF = 0.0
"""The deadline of a body that makes room for others; no other deadline is that long ago."""


class Receiving:
    """Counts the bodies under way, by visitor; each is known by the deadline that it has to arrive by."""

    def __init__(self) -> None:
        self._held: dict[str, dict[asyncio.Timeout, int]] = {}
        self._total = 0

    def add(self, visitor: str, body: asyncio.Timeout, count: int) -> None:
        """Counts bytes that have arrived; where all bodies are too much, whoever holds most loses the largest.

        Raises:
            Refusal: the visitor has too much under way, or is the one who holds most.
        """
        bodies = self._held.setdefault(visitor, {})
        bodies[body] = bodies.get(body, 0) + count
        self._total += count
        if sum(bodies.values()) > MAX_VISITOR_BYTES:
            raise Refusal(429, "Too many requests at a time; please try again in a moment.")
        while self._total > MAX_RECEIVING_BYTES:
            holder = max(self._held, key=lambda each: sum(self._held[each].values()))
            if holder == visitor:
                raise refuse_full()
            largest = max(self._held[holder], key=self._held[holder].__getitem__)
            self.end(holder, largest)
            if not largest.expired():  # its reader waits for more, and wakes up by this
                largest.reschedule(BROKEN_OFF)

    def end(self, visitor: str, body: asyncio.Timeout) -> None:
        """Counts a body no longer: it has arrived, or is given up."""
        bodies = self._held.get(visitor, {})
        self._total -= bodies.pop(body, 0)
        if not bodies:
            self._held.pop(visitor, None)


def refuse_full() -> Refusal:
    """What those are told who hold most while there is no room left."""
    return Refusal(503, "Too many requests at a time; please try again in a moment.")
