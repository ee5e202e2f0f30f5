"""The page as Gradio's blocks: how visitors wait, what a call may bring, and what is told of what fails."""

from __future__ import annotations

import os
from typing import Any

import gradio as gr
from gradio.blocks import BlockFunction
from gradio.exceptions import InvalidPathError
from pydantic import ValidationError

from ui.logs import log, shorten
from ui.temporary import MAX_AGE_S
from ui.waiting import FairQueue

# Gradio reads these when a page is built, not when it is imported.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
# The queue would remember ten thousand events, and summarise them after each for a page of figures that is not served.
os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "1")
os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", str(10**9))
os.environ.setdefault("FORWARDED_ALLOW_IPS", "")  # whose X-Forwarded-For counts is said in ui.visitors alone

STATIC_PAGE = os.environ.get("DIGIT_DUEL_STATIC_PAGE", "")
"""Address of the page without a server, which the title then links to."""

PAGE_SETTINGS: dict[str, Any] = {
    "title": "Digit Duel", "analytics_enabled": False,
    "delete_cache": (300, MAX_AGE_S),  # every 5 minutes, uploads older than half an hour go
}  # fmt: skip
"""What the page is made with."""

UNEXPECTED = "This can't be answered; something in it is not as expected."

NOT_UPLOADED = "That file was not uploaded."
"""Whatever is there: nobody learns what files the server has."""


class Page(gr.Blocks):
    """The page: visitors wait in a :class:`ui.waiting.FairQueue`, and whatever goes wrong is told in a sentence."""

    def open_queue(self) -> Page:
        """Has visitors wait for each other."""
        self.queue(api_open=False)  # every call waits in turn
        self._queue = FairQueue(self)
        return self

    async def process_api(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Answers a call; gr.Error, with a sentence, for everything that it fails by, and one line in the log."""
        try:
            return await super().process_api(*args, **kwargs)
        except gr.Error as error:
            if error.print_exception:  # Gradio's own: it may say a value of megabytes back, and nobody has logged it
                error.message = shorten(str(error.message))
                log.warning("refused: %s", error.message)
            error.print_exception = False
            raise
        except Exception as error:
            if names_no_upload(error):
                log.warning("refused: %s", NOT_UPLOADED)
                raise gr.Error(NOT_UPLOADED, print_exception=False) from error
            log.warning("a call failed: %s", type(error).__name__)
            log.debug("a call failed", exc_info=error)
            raise gr.Error(UNEXPECTED, print_exception=False) from error

    def validate_inputs(self, block_fn: BlockFunction, inputs: list[Any]) -> None:
        """Refuses what Gradio would take: another number of values than a call has, and files that are none."""
        if len(inputs) != len(block_fn.inputs):
            count = len(block_fn.inputs)
            sentence = f"This call takes {count} value{'s' * (count != 1)}, and {len(inputs)} came."
            log.warning("refused: %s", sentence)
            raise gr.Error(sentence, print_exception=False)
        if names_no_file(inputs):  # Gradio would fetch it, of whatever size, or tell what is there
            log.warning("refused: %s", NOT_UPLOADED)
            raise gr.Error(NOT_UPLOADED, print_exception=False)


def names_no_file(value: object) -> bool:
    """Whether a file's path, anywhere in a call's values, is an address on the network or that of no file.

    Where a name is too long, or lies in a folder that is closed, Gradio fails in another way than where nothing is
    there, and so would tell which folders the server has.  A folder of uploads it would put on its list of files to
    delete, where it ends the deletion of all.
    """
    if isinstance(value, dict):
        path, meta = value.get("path"), value.get("meta")
        if isinstance(path, str) and "://" in path:
            return True
        if isinstance(path, str) and isinstance(meta, dict) and not os.path.isfile(path):
            return True
        return any(map(names_no_file, value.values()))
    return isinstance(value, list) and any(map(names_no_file, value))


def names_no_upload(error: Exception) -> bool:
    """Whether Gradio refuses what stands in a file's place: another file of the server, or no file at all."""
    return isinstance(error, InvalidPathError) or (isinstance(error, ValidationError) and error.title == "FileData")
