"""What clients send stands in the log as one line of bounded length, and no library adds a traceback."""

from __future__ import annotations

import logging
import sys

import gradio as gr
import httpx
import pytest

from ui.logs import MAX_MESSAGE_LETTERS, log, tame_foreign_record
from ui.page import Page
from ui.server import launch_settings


def test_nobody_forges_lines_or_steers_a_terminal(caplog: pytest.LogCaptureFixture) -> None:
    log.warning("refused: %s", "a\r\nb\x1b[2J\u2028\x9b\u202e\ud800 é")
    assert caplog.records[0].getMessage() == "refused: a??b?[2J???? é"


@pytest.mark.parametrize("name", ["root", "mcp.server.streamable_http"])
def test_what_libraries_log_is_cut_and_without_tracebacks(name: str) -> None:
    try:
        raise KeyError("/home/somebody/secret")
    except KeyError:
        record = logging.LogRecord(name, logging.ERROR, __file__, 1, "%s\nfailed", ("x" * 10**6,), sys.exc_info())
    assert tame_foreign_record(record)
    assert logging.Formatter().format(record) == "x" * MAX_MESSAGE_LETTERS + " ... (KeyError)"


def test_a_refusal_of_gradios_own_is_cut_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    with Page() as page:
        gr.Button().click(str, gr.Radio(["a"]), gr.Textbox(), api_name="choose")
    _, address, _ = page.open_queue().launch(prevent_thread_lock=True, quiet=True, **launch_settings())
    try:
        call = f"{address}gradio_api/call/choose"
        ticket = httpx.post(call, json={"data": ["x\n" * 500_000]}).json()["event_id"]
        told = httpx.get(f"{call}/{ticket}", timeout=60).text
    finally:
        page.close()
    assert "Value: " in told
    assert len(told) < 3000
    assert [len(record.getMessage()) < MAX_MESSAGE_LETTERS + 10 for record in caplog.records] == [True]
    assert "\n" not in caplog.records[0].getMessage()
