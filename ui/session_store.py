"""Where the server keeps what visitors have drawn: bounded by bytes, and nobody is thrown out for who floods it."""

from __future__ import annotations

import datetime
import pickle
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

import gradio as gr
from gradio.blocks import Block
from gradio.state_holder import SessionState, StateHolder

from ui.visitors import Ledger, current_visitor

MAX_BYTES = 200_000_000
"""Bytes of all visitors' sessions together."""

EMPTY_BYTES = 20_000
"""What a session takes that holds nothing, and more: Gradio's tables of the page's components and functions."""


def weight(value: object) -> int:
    """Bytes that a value takes, or nearly; components of the page count nothing, they are part of any session."""
    if value is None or isinstance(value, Block):
        return 0
    if isinstance(value, str | bytes):
        return len(value)
    try:
        return len(pickle.dumps(value, protocol=5))
    except Exception:  # whatever can't be packed is no drawing
        return 0


class WeighedSession(SessionState):
    """Gradio's session, which tells how many bytes it holds whenever that changes."""

    def __init__(self, blocks: gr.Blocks, report: Callable[[int], None]) -> None:
        # Gradio describes every component anew for each session, for its deep links alone, which there are none of:
        # that was a quarter of what an answer costs.  It describes those that are in `blocks`: here, none.
        super().__init__(SimpleNamespace(default_config=blocks.default_config, blocks={}))  # type: ignore[arg-type]
        self._weights: dict[int, int] = {}
        self._report = report

    def __setitem__(self, key: int, value: Any) -> None:
        super().__setitem__(key, value)
        self._weights[key] = weight(value)
        self._report(EMPTY_BYTES + sum(self._weights.values()))

    def _update_value_in_config(self, key: int, value: Any) -> None:
        """Keeps no second copy of what a client sent and got: only Gradio's deep links need it."""


class SessionStore(StateHolder):
    """All visitors' sessions.  Above :data:`MAX_BYTES` the visitor who holds most loses the session unused longest."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        super().__init__()
        self._ledger = Ledger(max_bytes)
        self._sizes: dict[str, int] = {}

    def claim(self, session_id: str, visitor: str) -> None:
        """Says whose a session is that is about to be used."""
        if session_id in self._ledger:
            return
        self._weigh(session_id, EMPTY_BYTES + len(session_id), visitor)

    def __getitem__(self, session_id: str) -> SessionState:
        session = self.session_data.get(session_id)
        if session is None:
            session = WeighedSession(self.blocks, partial(self._weigh, session_id))
            self.session_data[session_id] = session
        self.claim(session_id, current_visitor.get())
        self._weigh(session_id, self._sizes.get(session_id, EMPTY_BYTES))
        self.time_last_used[session_id] = datetime.datetime.now()
        return session

    def _weigh(self, session_id: str, size: int, visitor: str | None = None) -> None:
        self._sizes[session_id] = size
        for surplus in self._ledger.put(session_id, size, visitor):
            self.session_data.pop(surplus, None)
            self.time_last_used.pop(surplus, None)
            self._sizes.pop(surplus, None)
