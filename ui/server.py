"""How the page is served: weights, settings and limits of the server, memory, log."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import ctypes
import gc
import logging
import os
import signal
import socket
import sys
import threading
import warnings
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import gradio as gr
from gradio import http_server
from gradio.blocks import BlockFunction
from gradio.exceptions import InvalidPathError
from gradio.routes import App, file_upload_statuses
from gradio.utils import get_upload_folder
from pydantic import ValidationError
from starlette.middleware import Middleware

from detectors import Detector, load_detectors
from ui.deadline import STOPPING
from ui.foreign_words import REFUSALS
from ui.guard import Guard
from ui.logs import log, set_up_logging, shorten
from ui.session_store import SessionStore
from ui.temporary import MAX_AGE_S, empty_folders, make_folders, sweep
from ui.theme import CSS, SCRIPT, page_theme
from ui.waiting import FairQueue
from weights.store import WeightsError

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

SWEEP_INTERVAL_S = 30.0
"""Seconds between two looks for what nobody has fetched."""

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
    """Whether a file's path, anywhere in a call's values, is an address on the network or can't be looked at.

    Where a name is too long, or lies in a folder that is closed, Gradio fails in another way than where nothing is
    there, and so would tell which folders the server has.
    """
    if isinstance(value, dict):
        path, meta = value.get("path"), value.get("meta")
        if isinstance(path, str) and "://" in path:
            return True
        if isinstance(path, str) and isinstance(meta, dict) and not can_be_looked_at(path):
            return True
        return any(map(names_no_file, value.values()))
    return isinstance(value, list) and any(map(names_no_file, value))


def can_be_looked_at(path: str) -> bool:
    """Whether something is there that the server may look at; no name that no file can have."""
    try:
        os.stat(path)
    except (OSError, ValueError):
        return False
    return True


def names_no_upload(error: Exception) -> bool:
    """Whether Gradio refuses what stands in a file's place: another file of the server, or no file at all."""
    return isinstance(error, InvalidPathError) or (isinstance(error, ValidationError) and error.title == "FileData")


@asynccontextmanager
async def keep_house(app: App) -> AsyncIterator[None]:
    """While the server runs: keeps sessions within bounds, and sweeps what nobody has fetched or cleaned up."""
    page, app.state_holder = app.get_blocks(), SessionStore()
    app.state_holder.set_blocks(page)

    async def sweep_often() -> None:
        while True:
            await asyncio.sleep(SWEEP_INTERVAL_S)
            if isinstance(page._queue, FairQueue):
                page._queue.forget_unread()
            forget_uploads()
            await asyncio.to_thread(sweep, Path(get_upload_folder()))
            await asyncio.to_thread(give_back_memory)

    task = asyncio.create_task(sweep_often())
    try:
        yield
    finally:
        task.cancel()


def launch_settings() -> dict[str, Any]:
    """How the page is served, here and in the tests; made anew for every start, as Gradio writes into it."""
    return {
        "theme": page_theme(), "css": CSS, "js": SCRIPT, "ssr_mode": False, "max_file_size": "20mb",
        "show_error": False, "enable_monitoring": False,
        "mcp_server": find_spec("mcp") is not None,  # with gradio[mcp] the endpoints are tools of a language model
        "_frontend": False,  # Gradio would give up where the page takes 3 s for its first answer, on a busy machine
        "app_kwargs": {"middleware": [Middleware(Guard)], "exception_handlers": dict(REFUSALS), "lifespan": keep_house},
    }  # fmt: skip


def forget_uploads() -> None:
    """Throws away what Gradio keeps for good of uploads whose progress somebody asked for, or might have."""
    kept = file_upload_statuses
    for name in [name for name, upload in kept._statuses.items() if upload.is_done]:
        kept._statuses.pop(name, None)
    for name in [name for name in kept._signals if name not in kept._statuses]:
        kept._signals.pop(name, None)


class TakenOnce:
    """An attribute whose value the thread that set it takes once; then it is None again."""

    def __init__(self) -> None:
        self._held = threading.local()

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        return self._held.__dict__.pop("value", None)

    def __set__(self, instance: object, value: Any) -> None:
        self._held.value = value


# Gradio would describe the endpoints to everybody by the address that the first visitor says the server has.
App.api_info = TakenOnce()  # type: ignore[assignment]


def limit_malloc_arenas() -> None:
    """Has GNU's allocator share two heaps among all threads instead of up to eight per core; leaves others alone.

    Each thread that meets a busy heap opens one of its own, and memory freed in one cannot serve another: a server with
    many threads keeps growing (mallopt(3), M_ARENA_MAX).
    """
    with contextlib.suppress(AttributeError, TypeError, OSError):
        ctypes.CDLL(None).mallopt(-8, 2)


def give_back_memory() -> None:
    """Has GNU's allocator give pages back that nothing uses any more; it keeps them once much was in use."""
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)


def tell_warning(message: Warning | str, category: type[Warning], *_: Any, **__: Any) -> None:
    """Writes a warning of some library into the log in one line, without the place in the server's files."""
    log.warning("%s: %s", category.__name__, " ".join(str(message).split()))


def read_command_line(arguments: Sequence[str] | None = None) -> None:
    """Options of ``python app.py``: they take the place of the settings of the same meaning in the environment."""
    parser = argparse.ArgumentParser(
        prog="python app.py", description="Serves the page; docs/security.md has all settings."
    )
    parser.add_argument("--host", help="where it listens (GRADIO_SERVER_NAME; 127.0.0.1)")
    parser.add_argument("--port", type=int, help="at which port (GRADIO_SERVER_PORT; 7860)")
    options = parser.parse_args(arguments)
    if options.host:
        os.environ["GRADIO_SERVER_NAME"] = options.host
    if options.port:
        os.environ["GRADIO_SERVER_PORT"] = str(options.port)


def listening_address() -> tuple[str, int]:
    """Where the page is served: GRADIO_SERVER_NAME, without the brackets of IPv6, and GRADIO_SERVER_PORT.

    Raises:
        OSError: nothing can listen there, with a sentence that says so.
    """
    host = (os.environ.get("GRADIO_SERVER_NAME") or "127.0.0.1").strip("[]")
    port = int(os.environ.get("GRADIO_SERVER_PORT") or 7860)
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise OSError(f"port {port} of {host} can't be used: {error.strerror or error}.") from error
    return host, port


def stop_on_signal(number: int, frame: FrameType | None) -> None:
    """Has long work give up and the server close; a second signal ends the process at once."""
    STOPPING.set()
    signal.signal(number, signal.SIG_DFL)
    raise KeyboardInterrupt


def serve(build_page: Callable[[Mapping[str, Detector]], Page]) -> None:
    """Loads the weights, builds the page over them and serves it until the process is stopped (SIGINT, SIGTERM).

    GRADIO_SERVER_NAME and GRADIO_SERVER_PORT say where, or the options of the same meaning.

    Args:
        build_page: makes the page of the methods, by their names.

    Raises:
        SystemExit: weights are missing or broken, the port is taken, or there is no temporary folder; with a sentence
            that says so.
    """
    set_up_logging()
    warnings.showwarning = tell_warning
    limit_malloc_arenas()
    try:
        host, port = listening_address()
        make_folders()
        detectors = load_detectors()
    except (WeightsError, OSError) as error:
        sys.exit(f"Digit Duel can't start: {error}")
    page = build_page(detectors)
    # What was built stays for good: searching it for garbage is slow, and makes Python search too seldom.
    gc.collect()
    gc.freeze()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop_on_signal)
    http_server.LOCALHOST_NAME = "127.0.0.1"  # Gradio probes the port there, and knows no IPv6
    page.launch(server_name=f"[{host}]" if ":" in host else host, server_port=port, **launch_settings())
    leave()


def leave() -> NoReturn:
    """Ends the process once the page is closed, and leaves nothing behind.

    Work under way gives up at its next step; Python's own way out would wait for it, or break off its threads.
    """
    empty_folders()
    logging.shutdown()
    os._exit(0)
