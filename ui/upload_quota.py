"""How much may lie in the folder for uploads: of all visitors, and of each."""

from __future__ import annotations

import threading
import time
from collections import defaultdict, deque
from pathlib import Path

from gradio.utils import get_upload_folder

from ui.temporary import MAX_AGE_S, MAX_FOLDER_BYTES, MIN_FREE_BYTES, folder_bytes, free_bytes

MAX_VISITOR_BYTES = 300_000_000
"""Bytes that one visitor may upload while none of them is deleted; a school may be one visitor."""

MEASURE_INTERVAL_S = 5.0
"""Seconds between two looks at the folder; what is uploaded between them is added up."""

FULL = "The server has no room for more files; please try again in half an hour."

TOO_MANY = "You have uploaded a lot; please try again in half an hour, when older files are deleted."


class UploadQuota:
    """Counts uploads.

    Args:
        max_folder_bytes: of the folder.
        max_visitor_bytes: of a visitor within the time that a file is kept.
    """

    def __init__(self, max_folder_bytes: int = MAX_FOLDER_BYTES, max_visitor_bytes: int = MAX_VISITOR_BYTES) -> None:
        self.max_folder_bytes, self.max_visitor_bytes = max_folder_bytes, max_visitor_bytes
        self._lock = threading.Lock()
        self._measured_at = -MEASURE_INTERVAL_S
        self._folder_bytes = self._added_bytes = self._free_bytes = 0
        self._uploads: dict[str, deque[tuple[float, int]]] = defaultdict(deque)

    def measure(self) -> None:
        """Looks at the folder, where the last look is some time ago."""
        with self._lock:
            now = time.monotonic()
            if now - self._measured_at < MEASURE_INTERVAL_S:
                return
            self._measured_at = now
            folder = Path(get_upload_folder())
            self._folder_bytes, self._added_bytes = folder_bytes(folder), 0
            self._free_bytes = free_bytes(folder if folder.is_dir() else folder.parent)
            for visitor in list(self._uploads):
                uploads = self._uploads[visitor]
                while uploads and uploads[0][0] < now - MAX_AGE_S:
                    uploads.popleft()
                if not uploads:
                    del self._uploads[visitor]

    def refusal(self, visitor: str, size: int) -> str | None:
        """Why a visitor can't upload so many bytes more, in a sentence; None where they can."""
        added = self._added_bytes + size
        if self._folder_bytes + added > self.max_folder_bytes or self._free_bytes - added < MIN_FREE_BYTES:
            return FULL
        if sum(count for _, count in self._uploads.get(visitor, ())) + size > self.max_visitor_bytes:
            return TOO_MANY
        return None

    def count(self, visitor: str, size: int) -> None:
        """Notes that so many bytes have come from a visitor."""
        now, uploads = time.monotonic(), self._uploads[visitor]
        self._added_bytes += size
        if uploads and now - uploads[-1][0] < 1:
            uploads[-1] = (uploads[-1][0], uploads[-1][1] + size)
        else:
            uploads.append((now, size))
