"""How visitors wait for each other: in lanes by how long the work takes, in turns, and never behind one who floods."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections import Counter, OrderedDict
from typing import Any

import fastapi
import gradio as gr
from gradio.data_classes import PredictBodyInternal
from gradio.queueing import Event, Queue
from gradio.server_messages import EventMessage, ProcessCompletedMessage

from ui.session_store import SessionStore
from ui.visitors import visitor_address

Lane = dict[str, Any]
"""Settings of an event: the name of what it shares, and how much of that runs at a time."""

READING: Lane = {"concurrency_id": "reading", "concurrency_limit": 2}
"""Work that takes a fraction of a second."""

HANDWRITING: Lane = {"concurrency_id": "handwriting", "concurrency_limit": 1}
"""Numbers in a visitor's hand: as much as a reading, but nobody's live ink waits for them."""

HEAVY: Lane = {"concurrency_id": "heavy", "concurrency_limit": 1}
"""Work that takes seconds: stress, and methods taken apart."""

BENCHMARK: Lane = {"concurrency_id": "benchmark", "concurrency_limit": 1}
"""Work that takes minutes."""

MAX_WAITING = 600
"""Calls that wait at most."""

MAX_WAITING_BYTES = 8_000_000
"""Bytes of their requests at most; as numbers in Python they take up to eighty times as much."""

MAX_VISITOR_SHARE = 0.5
"""Share of that room that one visitor may take: a school may be one visitor."""

MAX_SESSION_NAME = 64
"""Characters by which a client may name its session."""

MAX_UNREAD_S = 60.0
"""Seconds that an answer is kept which nobody fetches."""

MAX_TURNS = 10_000
"""Visitors and sessions of whom it is known when they were served last."""

BUSY = "Too many drawings are waiting; please try again in a moment."


def waiting_share(event_bytes: int) -> float:
    """The share of the room for waiting calls that one with so many bytes takes."""
    return 1 / MAX_WAITING + event_bytes / MAX_WAITING_BYTES


class FairQueue(Queue):
    """Gradio's queue, in which visitors take turns instead of being served in the order in which they came.

    Of those who wait in a lane, the visitor who was served longest ago is next, likewise among that visitor's sessions.
    Where there is no more room, the visitor who takes most of it loses the call that came last.
    """

    def __init__(self, blocks: gr.Blocks) -> None:
        super().__init__(
            live_updates=False,  # who waits is told once a second; at every answer, it would be a message per visitor
            concurrency_count=blocks.max_threads,
            update_intervals=1.0,
            max_size=None,
            blocks=blocks,
        )
        self._clock = itertools.count(1)
        self._turns: OrderedDict[object, int] = OrderedDict()
        self._last_message: dict[str, float] = {}
        self._work: set[asyncio.Future[None]] = set()  # the loop itself holds no task for good

    async def push(
        self, body: PredictBodyInternal, request: fastapi.Request, username: str | None
    ) -> tuple[bool, Any, Any]:
        """Takes a call, or refuses it in a sentence."""
        if len(body.session_hash or "") > MAX_SESSION_NAME:
            return False, f"A session's name has at most {MAX_SESSION_NAME} characters.", "error"
        if not self._make_room(request):
            return False, BUSY, "queue_full"
        store = self.blocks.state_holder
        if body.session_hash and isinstance(store, SessionStore):
            store.claim(body.session_hash, visitor_address(request.scope))
        return await super().push(body, request, username)

    def get_events(self) -> tuple[list[Event], bool, str] | None:
        """The call that is next, of some lane that has a place for it."""
        lanes = list(self.event_queue_per_concurrency_id.values())
        for lane in random.sample(lanes, len(lanes)):
            limit = lane.concurrency_limit
            if lane.queue and (limit is None or lane.current_concurrency < limit):
                event = min(lane.queue, key=self._turn)
                lane.queue.remove(event)
                self._note_turn(event)
                return [event], False, lane.concurrency_id
        return None

    async def process_events(self, events: list[Event], *args: Any, **kwargs: Any) -> None:
        """Answers calls; a lane's place is taken until the work has ended, even where somebody cancels the call.

        Gradio's way to cancel ends the task that waits, and not the thread that works.
        """
        work = asyncio.ensure_future(super().process_events(events, *args, **kwargs))
        self._work.add(work)
        work.add_done_callback(self._work.discard)
        try:
            await asyncio.shield(work)
        except asyncio.CancelledError:
            for event in events:
                event.alive = False  # ui.deadline ends work that nobody waits for
            raise

    def send_message(self, event: Event, event_message: EventMessage) -> None:
        """Leaves a message for the client that called, if it is still there."""
        if event.session_hash not in self.pending_messages_per_session:
            return
        self._last_message[event.session_hash] = time.monotonic()
        super().send_message(event, event_message)

    def has_answer(self, name: str) -> bool:
        """Whether the answer to a call is to come, or there to be fetched; a call is named, or its session is."""
        events = self.pending_event_ids_session
        return name in self.pending_messages_per_session or any(name in known for known in events.values())

    def forget_unread(self) -> None:
        """Throws away the answers that nobody has fetched for :data:`MAX_UNREAD_S`."""
        busy = {event.session_hash for events in self.active_jobs if events for event in events}
        busy |= {event.session_hash for event in self._waiting()}
        old = time.monotonic() - MAX_UNREAD_S
        for session in [s for s, said in self._last_message.items() if said < old and s not in busy]:
            del self._last_message[session]
            self.pending_messages_per_session.pop(session, None)
            self.pending_event_ids_session.pop(session, None)

    def _waiting(self) -> list[Event]:
        return [event for lane in self.event_queue_per_concurrency_id.values() for event in lane.queue]

    def _make_room(self, request: fastapi.Request) -> bool:
        """Whether there is room for one more call, once those who take more than this visitor have given way."""
        visitor, share = visitor_address(request.scope), _share(request)
        while True:
            held: Counter[str] = Counter({visitor: share})
            for event in self._waiting():
                held[visitor_address(event.request.scope)] += _share(event.request)  # type: ignore[assignment]
            if held[visitor] > MAX_VISITOR_SHARE:
                return False
            if held.total() < 1 + 0.5 / MAX_WAITING:  # shares are rounded
                return True
            most = max(held, key=lambda name: held[name])
            if most == visitor:
                return False
            self._turn_away([e for e in self._waiting() if visitor_address(e.request.scope) == most][-1])

    def _turn_away(self, event: Event) -> None:
        self.event_queue_per_concurrency_id[event.concurrency_id].queue.remove(event)
        self.event_ids_to_events.pop(event._id, None)
        self.send_message(event, ProcessCompletedMessage(output={"error": BUSY}, success=False))

    def _turn(self, event: Event) -> tuple[int, int]:
        visitor = visitor_address(event.request.scope)
        return self._turns.get(visitor, 0), self._turns.get((visitor, event.session_hash), 0)

    def _note_turn(self, event: Event) -> None:
        visitor = visitor_address(event.request.scope)
        for key in (visitor, (visitor, event.session_hash)):
            self._turns.pop(key, None)
            self._turns[key] = next(self._clock)
        while len(self._turns) > MAX_TURNS:
            self._turns.popitem(last=False)


def _share(request: fastapi.Request) -> float:
    return waiting_share(int(request.scope.get("digit_duel.bytes", 0)))
