"""How the page is served: settings and limits of the server, its command line, start and stop."""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
import signal
import socket
import sys
import warnings
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from gradio import http_server
from gradio.routes import App
from gradio.utils import get_upload_folder
from starlette.middleware import Middleware

from detectors import Detector, load_detectors
from ui.deadline import STOPPING
from ui.foreign_words import REFUSALS
from ui.guard import Guard
from ui.logs import log, set_up_logging
from ui.memory import forget_uploads, give_back_memory, limit_malloc_arenas
from ui.page import Page
from ui.session_store import SessionStore
from ui.temporary import empty_folders, make_folders, sweep
from ui.theme import CSS, SCRIPT, page_theme
from ui.waiting import FairQueue
from weights.store import WeightsError

SWEEP_INTERVAL_S = 30.0
"""Seconds between two looks for what nobody has fetched."""


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
    if options.port is not None:
        os.environ["GRADIO_SERVER_PORT"] = str(options.port)


def listening_address() -> tuple[str, int]:
    """Where the page is served: GRADIO_SERVER_NAME, without the brackets of IPv6, and GRADIO_SERVER_PORT.

    Raises:
        OSError: nothing can listen there, with a sentence that says so.
    """
    host = (os.environ.get("GRADIO_SERVER_NAME") or "127.0.0.1").strip("[]")
    given = os.environ.get("GRADIO_SERVER_PORT") or "7860"
    port = int(given) if given.isdecimal() else 0
    if not 0 < port < 1 << 16:
        raise OSError(f"a port is a number from 1 to 65535, and not {given}.")
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
