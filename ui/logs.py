"""What gets into the log: one printable line of bounded length for each thing, without the server's paths."""

from __future__ import annotations

import logging

MAX_MESSAGE_LETTERS = 400
"""Letters of a refusal: what a client sends may stand in it, and the log is not theirs to fill."""

log = logging.getLogger("digit-duel")
"""Refusals and failures, one line each."""


def shorten(message: str) -> str:
    """The message, cut where it is longer than anybody reads."""
    return message if len(message) <= MAX_MESSAGE_LETTERS else message[:MAX_MESSAGE_LETTERS] + " ..."


def printable(text: str) -> str:
    """The text with a question mark for all that would begin a line, steer a terminal or hide in it."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def tame_record(record: logging.LogRecord) -> bool:
    """A filter for our own logger: what a client has sent may stand in its messages, and can't forge lines there."""
    record.msg, record.args = printable(shorten(record.getMessage())), ()
    return True


def tame_foreign_record(record: logging.LogRecord) -> bool:
    """A filter for a handler: libraries, such as that of MCP, log whole requests, and tracebacks with paths."""
    if record.name != log.name:
        message = printable(shorten(record.getMessage()))
        if record.exc_info and record.exc_info[0]:
            message += f" ({record.exc_info[0].__name__})"
        record.msg, record.args = message, ()
        record.exc_info = record.exc_text = record.stack_info = None
    return True


def set_up_logging() -> None:
    """Has the log written, from warnings on, in lines of our own making."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    for handler in logging.getLogger().handlers:  # one filter there sees the records of all loggers
        handler.addFilter(tame_foreign_record)


log.addFilter(tame_record)
