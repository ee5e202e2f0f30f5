"""Names of files and text as any system writes them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def display_name(name: str | Path) -> str:
    """A file's name as it can be printed anywhere: its last part, short, without control or broken characters."""
    text = name.name if isinstance(name, Path) else re.split(r"[/\\]", name)[-1] or name
    clean = "".join(c if c.isprintable() else "?" for c in text.encode("utf-8", "replace").decode())
    return clean if len(clean) <= 80 else clean[:79] + "\u2026"


def is_hidden(parts: Sequence[str]) -> bool:
    """Whether a path has a part that an operating system or a program added for itself."""
    return any(part.startswith(".") or part.lower() in {"__macosx", "@eadir", "$recycle.bin"} for part in parts)


def decode_text(data: bytes) -> str:
    """Text in whatever encoding a tool wrote it: by its mark, else UTF-8, UTF-16, what XML declares, or Windows'."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    head = data[:2000]
    if b"\x00" in head:  # Latin text in two bytes per letter has its zeros on one side
        return data.decode("utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be", "replace")
    declared = re.match(rb"\s*<\?xml[^>]{0,100}encoding\s*=\s*[\"']([\w.\-]{1,40})", head)
    for encoding in ("utf-8", declared[1].decode() if declared else "cp1252"):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            pass
    return data.decode("latin-1")


def fold_name(name: str) -> str:
    """A file name as it is compared: composed accents, no case."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name.strip()).casefold())


def split_name(name: str) -> list[str]:
    """The parts of a path as any system writes it, without a drive."""
    path = name.strip()
    if re.match(r"https?://", path):
        path = re.sub(r"^https?://[^/]*|[?#].*$", "", path)
    path = re.sub(r"^(file:/*)?([A-Za-z]:(?=[\\/]))?", "", path)
    return [part for part in re.split(r"[/\\]+", path) if part not in ("", ".")]
