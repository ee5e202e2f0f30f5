"""What browsers upload of the Sketchpad before its drawing is read: bounded in number, bytes, pixels and age.

Gradio keeps such uploads for as long as the server runs, under any name and at any index; see docs/security.md.
"""

from __future__ import annotations

import time
from abc import ABCMeta
from collections import OrderedDict

import fastapi
import gradio as gr
from gradio.components.base import server
from gradio.components.image_editor import AcceptBlobs, EditorDataBlobs
from PIL import Image, UnidentifiedImageError

from ink.picture_files import open_picture
from ui.visitors import Ledger, current_visitor

MAX_BLOB_BYTES = 1_000_000
"""Bytes of one picture: a sheet of the pad takes 640 KB even where nothing can be packed."""

MAX_BLOB_PIXELS = 2_000_000
"""Pixels of one picture: a sheet of the pad has 160,000."""

MAX_STORE_BYTES = 32_000_000
"""Bytes of all uploads that wait to be read."""

EMPTY_BYTES = 10_000
"""What an upload counts beside its bytes, so that there are no more than a few thousand of them."""

MAX_AGE_S = 120.0
"""Seconds after which an upload that nobody asked for is thrown away."""

MAX_NAME = 64
"""Characters of an upload's name."""

PARTS = ("background", "composite")
"""Pictures of an upload that are kept: the page's pad has no layers."""


def _refuse(sentence: str) -> fastapi.HTTPException:
    return fastapi.HTTPException(status_code=413, detail=sentence)


class BlobStore(OrderedDict[str, EditorDataBlobs]):
    """Uploads by the name that the browser gave them, oldest first."""

    def __init__(self) -> None:
        super().__init__()
        self._ledger = Ledger(MAX_STORE_BYTES)
        self._times: dict[str, float] = {}

    def keep(self, name: str, part: str, content: bytes) -> None:
        """Adds a picture to an upload; whoever keeps most here loses the oldest, where there is no more room."""
        for old in [n for n, then in self._times.items() if time.monotonic() - then > MAX_AGE_S]:
            self.pop(old, None)
        blobs = self.get(name) or EditorDataBlobs(background=None, layers=[], composite=None)
        setattr(blobs, part, content)
        self[name] = blobs
        self._times.setdefault(name, time.monotonic())
        size = EMPTY_BYTES + sum(len(getattr(blobs, each) or b"") for each in PARTS)
        for surplus in self._ledger.put(name, size, current_visitor.get()):
            self.pop(surplus, None)

    def pop(self, name: str, *default: object) -> EditorDataBlobs:
        """Takes an upload out."""
        self._times.pop(name, None)
        self._ledger.drop(name)
        return super().pop(name, *default)


def check_blob(content: object) -> bytes:
    """The bytes of a small picture of a format that browsers draw; HTTPException 413 for anything else."""
    if not isinstance(content, bytes) or len(content) > MAX_BLOB_BYTES:
        raise _refuse(f"A drawing of the pad has at most {MAX_BLOB_BYTES // 10**6} MB.")
    try:
        with open_picture(content, ("PNG", "JPEG", "WEBP")) as picture:
            width, height = picture.size
    except (OSError, ValueError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise _refuse("This is not a picture that the pad draws.") from error
    if width * height > MAX_BLOB_PIXELS:
        raise _refuse(f"A drawing of the pad has at most {MAX_BLOB_PIXELS // 10**6} million pixels.")
    return content


class SharedUploads:
    """What makes a Sketchpad keep its uploads in a :class:`BlobStore`.

    Gradio makes a copy of a pad for every visitor to whom an event has shown something on it; all of them share the
    store, as the server reads uploads from the first.
    """

    uploads = BlobStore()

    @property
    def blob_storage(self) -> BlobStore:
        """The uploads by name."""
        return self.uploads

    @blob_storage.setter
    def blob_storage(self, _: object) -> None:
        """Gradio wants one for every pad; it stays this one."""

    def get_block_name(self) -> str:
        """The browser knows it as what the Sketchpad is made of."""
        return "imageeditor"

    @server
    def accept_blobs(self, data: AcceptBlobs) -> None:
        """Takes one picture of an upload."""
        name, part = data.data.get("id"), data.data.get("type")
        if not isinstance(name, str) or not 0 < len(name) <= MAX_NAME or not data.files:
            raise _refuse("This is no drawing of the pad.")
        content = check_blob(data.files[0][1])
        if part in PARTS:
            self.uploads.keep(name, str(part), content)


# Made without what Gradio's metaclass adds, which writes a file of types beside this one.
BoundedPad: type[gr.Sketchpad] = ABCMeta.__new__(
    type(gr.Sketchpad), "BoundedPad", (SharedUploads, gr.Sketchpad), {"__module__": __name__}
)
"""Gradio's Sketchpad with bounded uploads."""
