"""A labelled set from a folder or from an archive that anyone may have made."""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from comparison.datasets.dataset import DatasetError

MAX_FILES, MAX_UNPACKED = 10_000, 1_000_000_000
"""Files and bytes of an archive at most: a small archive can unpack to a very large folder."""


@contextmanager
def unpacked(path: str | Path) -> Iterator[Path]:
    """A folder of a data set: the given one, or the contents of an archive for as long as the context lasts.

    Raises:
        DatasetError: neither a folder nor a zip archive, or an archive that is broken, too large, or that wants to
            write outside its folder.
    """
    path = Path(path)
    if path.is_dir():
        yield path
        return
    if not path.is_file():
        raise DatasetError(f"There is no folder or archive {path.name}.")
    with tempfile.TemporaryDirectory(prefix="digit-duel-") as folder:
        _unpack(path, Path(folder))
        yield Path(folder)


def _unpack(path: Path, folder: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MAX_FILES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
                raise DatasetError(
                    f"{path.name} holds too much: at most {MAX_FILES:,} files and {MAX_UNPACKED // 10**9} GB unpacked."
                )
            for entry in entries:
                name = PurePosixPath(entry.filename.replace("\\", "/"))
                if name.is_absolute() or ".." in name.parts or ":" in entry.filename:
                    raise DatasetError(f"{path.name} wants to write outside its folder: {entry.filename}.")
            for entry in entries:
                archive.extract(entry, folder)
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, RuntimeError, zlib.error) as error:
        raise DatasetError(f"{path.name} is no zip archive that can be read ({error}).") from error
