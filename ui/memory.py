"""What the server holds no longer than somebody needs it."""

from __future__ import annotations

import contextlib
import ctypes
import threading
from typing import Any

from gradio.routes import App, file_upload_statuses


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
