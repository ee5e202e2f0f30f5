"""Sessions are bounded by what they hold and by visitor: nobody's drawing goes because somebody else floods."""

from __future__ import annotations

import gradio as gr
import numpy as np
import pytest

from tests.helpers import session_of
from ui.session_store import EMPTY_BYTES, SessionStore, weight
from ui.visitors import Ledger, current_visitor


def open_store(max_bytes: int) -> tuple[SessionStore, int]:
    """A store over a page, and the name of its one piece of state."""
    with gr.Blocks() as page:
        state = gr.State(None)
        gr.Textbox()
    store = SessionStore(max_bytes)
    store.set_blocks(page)
    return store, state._id


def test_a_thousand_tiny_events_throw_out_nobody_else() -> None:
    store, state = open_store(100 * EMPTY_BYTES + 10_000)
    current_visitor.set("10.0.0.1")
    store["a child's"][state] = "drawing"
    current_visitor.set("10.0.0.2")
    for number in range(1000):
        store[f"flood{number}"][state] = "x"
    assert store["a child's"][state] == "drawing"
    assert len(store.session_data) == 100
    assert "flood999" in store


def test_who_holds_most_loses_what_was_longest_unused() -> None:
    store, state = open_store(10 * EMPTY_BYTES + 1000)
    current_visitor.set("10.0.0.1")
    for name in ("old", "used", "new"):
        store[name][state] = name
    store["used"]
    store["old"][state] = "x" * 7 * EMPTY_BYTES
    store["large"][state] = "x" * EMPTY_BYTES
    assert "used" not in store
    assert store["old"][state] is not None


def test_the_name_of_a_session_counts() -> None:
    store, _ = open_store(20 * EMPTY_BYTES)
    for number in range(5):
        store[f"{number}" * 10 * EMPTY_BYTES]
    assert len(store.session_data) == 1


def test_a_session_in_use_goes_on_working_when_it_is_thrown_out() -> None:
    store, state = open_store(EMPTY_BYTES + 1000)
    session = store["a"]
    session[state] = "x" * 5000
    assert session[state] == "x" * 5000
    assert "a" not in store
    assert store["a"][state] is None


def test_what_values_weigh() -> None:
    session = session_of()
    assert weight(None) == 0
    assert weight("x" * 500) == 500
    assert weight(session) > 1000
    assert weight([session, session]) < 2 * weight(session)
    assert weight(lambda: None) == 0
    assert weight(np.zeros(5000, np.uint8)) > 5000


def test_no_session_describes_the_page_or_keeps_what_a_client_sent_twice() -> None:
    store, _ = open_store(10**9)
    text = next(k for k, b in store.blocks.blocks.items() if isinstance(b, gr.Textbox))
    session = store["a"]
    session._update_value_in_config(text, "x" * 100)
    assert session.config_values == {}
    assert session[text] is store.blocks.blocks[text]


def test_a_ledger_of_equals_loses_the_oldest() -> None:
    ledger = Ledger(100)
    assert [ledger.put(name, 40, name) for name in "abc"] == [[], [], ["a"]]
    assert ledger.put("b", 30) == []
    assert (ledger.held("b"), ledger.held("a"), "a" in ledger) == (30, 0, False)
    ledger.drop("c")
    ledger.drop("c")
    assert ledger.put("d", 70, "d") == []


def test_what_changes_hands_weighs_on_its_new_owner_alone() -> None:
    ledger = Ledger(100)
    for visitor in ("a", "b"):
        assert [ledger.put(f"{k}", 20, visitor) for k in range(5)] == [[]] * 5
    assert (ledger.held("a"), ledger.held("b")) == (0, 100)
    assert ledger.put("more", 20, "c") == ["0"]


@pytest.fixture(autouse=True)
def nobody() -> None:
    current_visitor.set("")
