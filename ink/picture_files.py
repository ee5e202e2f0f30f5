"""Picture files that would cost far more to open than they hold, told by their structure before they are decoded."""

from __future__ import annotations

import io
import re
import struct
from pathlib import Path

from PIL import Image, TiffImagePlugin

MAX_SCANS = 100
"""Scans of a JPEG; each goes over all its pixels, and cameras write about ten."""

MAX_SEGMENTS = 1000
"""Segments of a JPEG that hold what cameras and programs note."""

MAX_MARKERS = 100_000
"""Bytes FF of a JPEG that stand for no pixel: markers, what fills the room before them, and those in notes."""

MAX_CHUNKS = 20_000
"""Parts of a PNG; programs write 8 to 64 KB of pixels in each."""

PIXEL_CHUNKS = (b"IDAT", b"fdAT", b"fcTL")
"""Parts of a PNG that hold its pixels, and those of its further frames."""

MAX_NOTE_CHUNKS = 100
"""Parts of a PNG that hold no pixels; each may unpack to a thousand times its bytes."""

MAX_STRIPS = 20_000
"""Strips or tiles of a TIFF."""

MIN_TILE_SIDE = 1024
"""Tiles of a TIFF may have this side whatever its size, and otherwise as much as the picture."""

MAX_ANIMATION_PIXELS = 4_000_000
"""Pixels of an animated WebP's canvas, of which several copies are made."""

MAX_NOTE_BYTES = 100_000
"""Bytes of comments and the like before the first frame of a GIF."""

MAX_SLOW_BYTES = 1_000_000
"""Bytes of a PNM picture that is read value by value: written as text, or of an odd range."""

MAX_PLAIN_COMMENTS = 100
"""Comments among them."""

BMP_HEADER_BYTES = (12, 40, 52, 56, 64, 108, 124)
"""Sizes that the header of a BMP may have; what else begins with BM is none."""

PNM_KINDS = b"0123456fy"
"""What may follow the P that such pictures begin with."""

HEADER_BYTES = 4096
"""Bytes within which the header of a PNM picture ends."""

_SPACE = rb"(?:\s+(?:#[^\n]*\n)*)+"
_PNM_HEADER = re.compile(rb"P(?:[14]%b\d+%b\d+|[2356]%b\d+%b\d+%b(\d+))\s" % ((_SPACE,) * 5))
_TYPE_BYTES = {3: 2, 4: 4, 5: 8, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}  # of a TIFF tag's values; one otherwise


def open_picture(source: Path | bytes, formats: tuple[str, ...]) -> Image.Image:
    """Pillow's picture of a file or its bytes, its header read and nothing decoded.

    Raises:
        ValueError: opening or decoding it would cost far more than such a picture does.
        PIL.UnidentifiedImageError: it is no picture.
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
        _check_jpeg(data)
    elif data.startswith(b"\x89PNG"):
        _check_chunks(data)
    elif data.startswith((b"GIF87a", b"GIF89a")):
        _check_gif_notes(data)
    elif data[:4] in TiffImagePlugin.PREFIXES:
        _check_tiles(_check_tags(data))
    elif data.startswith(b"BM"):
        header_bytes = int.from_bytes(data[14:18], "little")
        if header_bytes not in BMP_HEADER_BYTES:
            raise Image.UnidentifiedImageError("no BMP")
        # Runs of pixels may stand for gigabytes, and are unpacked one by one.
        if header_bytes >= 40 and data[30:31] not in (b"\0", b"\3", b"\6"):
            raise ValueError("a BMP that is packed")
    elif data.startswith(b"RIFF") and data[12:16] == b"VP8X" and len(data) >= 30:
        sides = [int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27)]
        if data[20] & 2 and sides[0] * sides[1] > MAX_ANIMATION_PIXELS:
            raise ValueError("an animation of too many pixels")
    elif data[:1] == b"P" and data[1:2] in PNM_KINDS:
        _check_pnm(data)


def _check_jpeg(data: bytes) -> None:
    # Within the pixels' own bytes FF is followed by 00, or by a number from D0 to D7, so these are markers.
    markers = data.count(b"\xff") - data.count(b"\xff\0") - sum(data.count(bytes([255, n])) for n in range(0xD0, 0xD8))
    parts = data.count(b"\xff\xda") > MAX_SCANS or data.count(b"\xff\xe1") > MAX_SEGMENTS
    if parts or markers > MAX_MARKERS:
        raise ValueError("a JPEG of too many parts")


def _check_chunks(data: bytes) -> None:
    place, count, notes = 8, 0, 0
    while place + 8 <= len(data):
        count += 1
        notes += data[place + 4 : place + 8] not in PIXEL_CHUNKS
        if count > MAX_CHUNKS or notes > MAX_NOTE_CHUNKS:
            raise ValueError("a PNG of too many parts")
        place += 12 + int.from_bytes(data[place : place + 4], "big")


def _check_pnm(data: bytes) -> None:
    header = _PNM_HEADER.match(data[:HEADER_BYTES])
    if not header:
        raise ValueError("a PNM picture without a header")
    is_plain, top = data[1:2] in b"123", header[1]
    if is_plain and data.count(b"#") > MAX_PLAIN_COMMENTS:
        raise ValueError("a picture written as text that is too long")
    if len(data) > MAX_SLOW_BYTES and (is_plain or top not in (None, b"255", b"65535")):
        raise ValueError("a PNM picture that is read value by value, and too long for that")


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


def _check_tiles(tags: dict[int, tuple[int, int]]) -> None:
    """ValueError where a TIFF's tiles are larger than its picture, or where it has too many of them.

    Args:
        tags: of each tag how many values it has, and the first of them, where that stands within it.
    """
    for side, tile in ((256, 322), (257, 323)):
        if tags.get(tile, (0, 0))[1] > max(MIN_TILE_SIDE, tags.get(side, (0, 0))[1] + 16):
            raise ValueError("a TIFF whose tiles are larger than its picture")
    if max(tags.get(places, (0, 0))[0] for places in (273, 324)) > MAX_STRIPS:
        raise ValueError("a TIFF of too many parts")


def _check_tags(data: bytes) -> dict[int, tuple[int, int]]:
    """How many values each tag of a TIFF, or of what a camera noted, has, and the first that stands within it.

    Tags may point to the same bytes, and Pillow copies them for each.

    Raises:
        ValueError: the tags say that they hold more than there is.
    """
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    try:
        if order is None or struct.unpack_from(order + "H", data, 2)[0] != 42:
            raise ValueError("no TIFF of the classic form")
        (place,) = struct.unpack_from(order + "I", data, 4)
        (count,) = struct.unpack_from(order + "H", data, place)
        total, tags = 0, dict[int, tuple[int, int]]()
        for k in range(count):
            tag, kind, values = struct.unpack_from(order + "HHI", data, place + 2 + 12 * k)
            total += values * _TYPE_BYTES.get(kind, 1)
            (first,) = struct.unpack_from(order + ("H" if kind == 3 else "I"), data, place + 2 + 12 * k + 8)
            tags[tag] = values, first
    except struct.error as error:
        raise ValueError("a TIFF that ends early") from error
    if total > len(data):
        raise ValueError("a TIFF whose tags hold more than there is")
    return tags
