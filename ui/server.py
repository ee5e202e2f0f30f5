"""How the page is served: weights, launch settings, memory."""

from __future__ import annotations

import contextlib
import ctypes
from importlib.util import find_spec
from typing import Any

from detectors import DETECTORS, Detector, load_detector
from ui.theme import CSS, SCRIPT, page_theme

LAUNCH_SETTINGS: dict[str, Any] = {
    "theme": page_theme(), "css": CSS, "js": SCRIPT, "ssr_mode": False, "max_file_size": "20mb",
    "state_session_capacity": 100,  # a session takes 130 KB, and its drawing, packed, some more
    "mcp_server": find_spec("mcp") is not None,  # with gradio[mcp] the endpoints are tools of a language model
}  # fmt: skip
"""How the page is served, here and in the tests."""


def load_detectors() -> dict[str, Detector]:
    """Every registered detector with its weights."""
    return {name: load_detector(name) for name in DETECTORS}


def limit_malloc_arenas() -> None:
    """Has GNU's allocator share two heaps among all threads instead of up to eight a core; leaves others alone.

    Each thread that meets a busy heap opens one of its own, and memory freed in one cannot serve another: a server with
    many threads keeps growing (mallopt(3), M_ARENA_MAX).
    """
    with contextlib.suppress(AttributeError, TypeError, OSError):
        ctypes.CDLL(None).mallopt(-8, 2)
