"""Picture files that would cost far more to open than they hold, told by their structure before they are decoded."""

from __future__ import annotations

import io
import re
import struct
from pathlib import Path

from PIL import Image

MAX_SCANS = 100
"""Scans of a JPEG; each goes over all its pixels, and cameras write about ten."""

MAX_SEGMENTS = 1000
"""Segments of a JPEG that hold what cameras and programs note."""

MAX_NOTE_BYTES = 100_000
"""Bytes of comments and the like before the first frame of a GIF."""

MAX_PLAIN_BYTES = 2_000_000
"""Bytes of a picture whose pixels are written as text."""

MAX_PLAIN_COMMENTS = 100
"""Comments among them."""

HEADER_BYTES = 4096
"""Bytes within which the header of a PNM picture ends."""

_PNM_HEADER = re.compile(rb"P[1-6](?:(?:\s+(?:#[^\n]*\n)*)+\d+){2}")
_TYPE_BYTES = {3: 2, 4: 4, 5: 8, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}  # of a TIFF tag's values; one otherwise


def open_picture(source: Path | bytes, formats: tuple[str, ...]) -> Image.Image:
    """Pillow's picture of a file or its bytes, its header read and nothing decoded.

    Raises:
        ValueError: opening or decoding it would cost far more than such a picture does.
        OSError: it can't be read; other errors as ``PIL.Image.open``.
    """
    data = source if isinstance(source, bytes) else source.read_bytes()
    _check_structure(data)
    image = Image.open(io.BytesIO(data), formats=formats)
    check_exif(image)
    return image


def check_exif(image: Image.Image) -> None:
    """ValueError where what a camera noted in a picture would take more than its own bytes to read."""
    notes = image.info.get("exif")
    if isinstance(notes, bytes):
        _check_tags(notes.removeprefix(b"Exif\0\0"))


def _check_structure(data: bytes) -> None:
    if data.startswith(b"\xff\xd8"):
        # Within the pixels' own bytes FF is followed by 00, so these are markers.
        if data.count(b"\xff\xda") > MAX_SCANS or data.count(b"\xff\xe1") > MAX_SEGMENTS:
            raise ValueError("a JPEG of too many parts")
    elif data.startswith((b"GIF87a", b"GIF89a")):
        _check_gif_notes(data)
    elif data.startswith((b"II", b"MM")):
        _check_tags(data)
    elif data[:1] == b"P" and data[1:2] in b"123456":
        if not _PNM_HEADER.match(data[:HEADER_BYTES]):
            raise ValueError("a PNM picture without a header")
        plain = data[1:2] in b"123"
        if plain and (len(data) > MAX_PLAIN_BYTES or data.count(b"#") > MAX_PLAIN_COMMENTS):
            raise ValueError("a picture written as text that is too long")


def _check_gif_notes(data: bytes) -> None:
    """ValueError where a GIF has long comments before its first frame: Pillow gathers them block by block."""
    flags = data[10] if len(data) > 10 else 0
    place = start = 13 + (3 << ((flags & 7) + 1) if flags & 128 else 0)
    while data[place : place + 1] == b"!":
        place += 2
        while place < len(data) and data[place]:
            place += 1 + data[place]
            if place - start > MAX_NOTE_BYTES:
                raise ValueError("a GIF with long comments")
        place += 1


def _check_tags(data: bytes) -> None:
    """ValueError where the tags of a TIFF, or of what a camera noted, say that they hold more than there is.

    Tags may point to the same bytes, and Pillow copies them for each.
    """
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    try:
        if order is None or struct.unpack_from(order + "H", data, 2)[0] != 42:
            raise ValueError("no TIFF of the classic form")
        (place,) = struct.unpack_from(order + "I", data, 4)
        (count,) = struct.unpack_from(order + "H", data, place)
        total = 0
        for k in range(count):
            kind, values = struct.unpack_from(order + "HI", data, place + 2 + 12 * k + 2)
            total += values * _TYPE_BYTES.get(kind, 1)
    except struct.error as error:
        raise ValueError("a TIFF that ends early") from error
    if total > len(data):
        raise ValueError("a TIFF whose tags hold more than there is")
