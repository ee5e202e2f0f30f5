"""A labelled set from a folder or from an archive that anyone may have made."""

from __future__ import annotations

import re
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from comparison.datasets.dataset import DatasetError
from comparison.datasets.names import display_name, is_hidden

MAX_FILES = 10_000
"""Files of an archive at most."""

MAX_UNPACKED_BYTES = 200_000_000
"""Bytes of an archive's files together at most, counted while they are unpacked: what it says is not believed."""

MAX_RATIO = 100
"""Unpacked bytes per byte of the archive at most, from ``MIN_RATIO_BYTES`` on."""

MIN_RATIO_BYTES = 10_000_000
"""Unpacked bytes up to which any ratio is fine: white drawings and short label files pack very well."""

MAX_FOLDERS = 2000
"""Folders of an archive: each takes room on the disk that its files do not tell."""

MAX_DEPTH = 40
"""Folders within folders at most."""

LABEL_SUFFIXES = {".json", ".csv", ".xml", ".txt", ".yaml", ".yml"}
"""Endings of the files that say what is on the pictures of a set."""

METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2}
"""Ways to compress that are read: LZMA lets an archive ask for any amount of memory."""

CHUNK_BYTES = 1 << 16

OTHER_ARCHIVES = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"7z\xbc\xaf": "7z",
    b"Rar!": "RAR",
    b"\x28\xb5\x2f\xfd": "zstd",
}
"""How files of archives begin that are not read, and what they are called."""

TAR_MARK = slice(257, 262)
"""Where a tar archive says that it is one."""


@contextmanager
def unpacked(path: str | Path) -> Iterator[Path]:
    """A folder of a data set: the given one, or the contents of an archive for as long as the context lasts.

    Raises:
        DatasetError: neither a folder nor a zip archive, or an archive that is broken, too large, or that wants to
            write outside its folder.
    """
    path = Path(path)
    try:
        is_folder, is_file = path.is_dir(), path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        is_folder = is_file = False
    if is_folder:
        yield path
        return
    if not is_file:
        raise DatasetError(f"There is no folder or archive {display_name(path)}.")
    try:
        home = tempfile.TemporaryDirectory(prefix="digit-duel-", ignore_cleanup_errors=True)
    except OSError as error:
        raise DatasetError(f"There is no room to unpack {display_name(path)}: {error.strerror}.") from error
    with home:
        folder = Path(home.name) / (path.stem.strip(". ") or "set")  # its name stands in what is told
        _unpack(path, folder)
        yield folder


def _entry_name(entry: zipfile.ZipInfo) -> str:
    """An entry's name; UTF-8 where a Mac wrote it so without saying."""
    if not entry.flag_bits & 0x800:
        try:
            return entry.filename.encode("cp437").decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            pass
    return entry.filename


def _entry_parts(entry: zipfile.ZipInfo, archive: str) -> list[str]:
    """The parts of an entry's path, with slashes of either kind.

    Raises:
        DatasetError: it leads out of the folder, or too deep into it.
    """
    name = _entry_name(entry)
    parts = [part for part in re.split(r"[/\\]+", name) if part not in ("", ".")]
    if re.match(r"[/\\]|[A-Za-z]:[/\\]", name) or ".." in parts:
        shown = "".join(c if c.isprintable() else "?" for c in name)[:80]
        raise DatasetError(f"{archive} wants to write outside its folder: {shown}.")
    if len(parts) > MAX_DEPTH:
        raise DatasetError(f"{archive} has more than {MAX_DEPTH} folders within each other.")
    return parts


def _unpack(path: Path, folder: Path) -> None:
    name = display_name(path)
    _refuse_other_archives(path, name)
    too_much = f"{name} holds too much: at most {MAX_FILES:,} files and {MAX_UNPACKED_BYTES // 10**6} MB unpacked"
    try:
        folder.mkdir()
        with zipfile.ZipFile(path) as archive:
            files = [(e, _entry_parts(e, name)) for e in archive.infolist() if not e.filename.endswith(("/", "\\"))]
            files = [(entry, parts) for entry, parts in files if parts and not is_hidden(parts)]
            if len(files) > MAX_FILES or sum(entry.file_size for entry, _ in files) > MAX_UNPACKED_BYTES:
                raise DatasetError(f"{too_much}; unpack it yourself and give the folder to the command line.")
            folders = {tuple(parts[:depth]) for _, parts in files for depth in range(1, len(parts))}
            if len(folders) > MAX_FOLDERS:
                raise DatasetError(f"{name} has more than {MAX_FOLDERS:,} folders.")
            left = max(MIN_RATIO_BYTES, MAX_RATIO * path.stat().st_size)
            left = min(left, MAX_UNPACKED_BYTES)
            for entry, parts in files:
                if entry.flag_bits & 1:
                    raise DatasetError(f"{name} is locked by a password; unpack it and make an archive without one.")
                if entry.compress_type not in METHODS:
                    raise DatasetError(f"{name} is compressed in a way that is not read; use an ordinary zip archive.")
                target = folder.joinpath(*parts)
                if not target.is_relative_to(folder):  # a drive letter, where there are drives
                    raise DatasetError(f"{name} wants to write outside its folder: {display_name(parts[-1])}.")
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(entry) as source, target.open("wb") as sink:
                    while chunk := source.read(CHUNK_BYTES):
                        left -= len(chunk)
                        if left < 0:
                            raise DatasetError(f"{too_much}, and {MAX_RATIO} times the size of the archive.")
                        sink.write(chunk)
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        EOFError,
        ValueError,
        RuntimeError,
        zlib.error,
        struct.error,
        KeyError,
        OverflowError,
    ) as error:
        raise DatasetError(f"{name} is no zip archive that can be read ({_reason(error)}).") from error
    except OSError as error:
        raise DatasetError(f"{name} can't be unpacked: {error.strerror or 'it is no zip archive'}.") from error


def _refuse_other_archives(path: Path, name: str) -> None:
    """DatasetError, with what to do, for an archive that is no zip archive, and for a single file of labels."""
    try:
        with path.open("rb") as file:
            head = file.read(TAR_MARK.stop)
    except OSError:  # opening it as an archive will say why
        return
    kind = next((kind for mark, kind in OTHER_ARCHIVES.items() if head.startswith(mark)), "")
    if head[TAR_MARK] == b"ustar":
        kind = "tar"
    if kind:
        raise DatasetError(f"{name} is a {kind} archive, which is not read; unpack it and pack the folder as .zip.")
    if path.suffix.lower() in LABEL_SUFFIXES and not zipfile.is_zipfile(path):
        raise DatasetError(f"{name} is one file of a set; give the folder or zip archive that also has its pictures.")


def _reason(error: Exception) -> str:
    return "".join(c if c.isprintable() else "?" for c in str(error))[:120]
