"""When long work is given up: its time is over, its client has gone, or the server stops."""

from __future__ import annotations

import threading
import time

import gradio as gr
from gradio.context import LocalContext

STOPPING = threading.Event()
"""Set once the server is to stop."""

MAX_BENCHMARK_S = 300.0
"""Seconds that a benchmark over the network may take; the command line has no limit."""

MAX_STRESS_S = 30.0
"""Seconds that a stress may take."""


class DeadlineError(Exception):
    """Work was given up; the message says why in the user's words."""


class Deadline:
    """Asks between the steps of long work whether it goes on.

    Args:
        seconds: that it may take from now on.
        hint: what else can be done, in the sentence that says that they are over.
    """

    def __init__(self, seconds: float, hint: str) -> None:
        self._seconds, self._hint = seconds, hint
        self._end = time.monotonic() + seconds

    def check(self, share: float | None = None) -> None:
        """DeadlineError where the work is over; otherwise who waits is told how far it is, 0 to 1, where known."""
        if STOPPING.is_set():
            raise DeadlineError("The server is being stopped.")
        if not _is_awaited():
            raise DeadlineError("Nobody waits for this answer any more.")
        if time.monotonic() > self._end:
            raise DeadlineError(f"This took longer than {self._seconds:.0f} seconds. {self._hint}")
        if share is not None:
            gr.Progress()(min(max(share, 0.0), 1.0), "Reading")


def benchmark_deadline() -> Deadline:
    """Of a benchmark that begins now."""
    return Deadline(MAX_BENCHMARK_S, "Take fewer drawings, or the command line, which has no limit.")


def stress_deadline() -> Deadline:
    """Of a stress that begins now."""
    return Deadline(MAX_STRESS_S, "Take a drawing with less on it.")


def _is_awaited() -> bool:
    """Whether the call that this thread works for still has a client; work that is no such call is always wanted."""
    blocks, event_id = LocalContext.blocks.get(None), LocalContext.event_id.get(None)
    if blocks is None or event_id is None:
        return True
    jobs = list(getattr(blocks, "_queue").active_jobs)  # noqa: B009
    return any(event._id == event_id and event.alive for events in jobs if events for event in events)
