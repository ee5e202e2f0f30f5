"""The folder for what visitors upload and what is unpacked or written for them: one of our own, metered and swept."""

from __future__ import annotations

import contextlib
import getpass
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

MAX_FOLDER_BYTES = 2_000_000_000
"""Bytes of uploads at most."""

MIN_FREE_BYTES = 300_000_000
"""Bytes that stay free on the disk."""

MAX_AGE_S = 1800
"""Seconds after which an upload is deleted."""


OWN_NAMES = re.compile(r"[0-9a-f]{64}|tmp\w+|digit-duel-.*")
"""What Gradio, Python and we call files and folders there; anything else is somebody else's and stays."""


class NoFolderError(OSError):
    """No temporary folder can be made; the message says why in the user's words."""


def make_folders() -> None:
    """Makes the folder, and has Gradio and Python keep everything temporary in it; sweeps what a crash has left there.

    GRADIO_TEMP_DIR says where uploads go instead.

    Raises:
        NoFolderError: it can't be made, or somebody else has made it.
    """
    try:
        home = Path(tempfile.gettempdir()) / f"digit-duel-{_user()}"
        work = home / "work"
        for folder in (home, work):
            folder.mkdir(mode=0o700, exist_ok=True)
        status = home.lstat()
        if not home.is_dir() or home.is_symlink() or (hasattr(os, "getuid") and status.st_uid != os.getuid()):
            raise NoFolderError("the temporary folder belongs to somebody else")
        uploads = Path(os.environ.setdefault("GRADIO_TEMP_DIR", str(home / "uploads")))
        uploads.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=uploads) as probe:
            probe.write(b"x")
    except NoFolderError:
        raise
    except OSError as error:
        raise NoFolderError(f"no temporary folder can be made: {error.strerror or 'none can be written'}") from error
    tempfile.tempdir = str(work)
    with contextlib.suppress(ImportError):  # where MCP is installed: it has looked at the environment before
        from gradio import mcp

        mcp.DEFAULT_TEMP_DIR = str(uploads)
    sweep(uploads)
    sweep(work)


def empty_folders() -> None:
    """Deletes what is in the folders that :func:`make_folders` has made."""
    for folder in (os.environ.get("GRADIO_TEMP_DIR"), tempfile.tempdir):
        if folder:
            sweep(Path(folder), max_age_s=-1)


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else getpass.getuser()


def _files(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    for parent, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):  # somebody else was faster
                yield Path(parent, name), Path(parent, name).lstat()


def folder_bytes(folder: Path) -> int:
    """Bytes of a folder's files; an empty one counts as a block of the disk."""
    return sum(max(status.st_size, 4096) for _, status in _files(folder))


def free_bytes(folder: Path) -> int:
    """Bytes that are free where a folder lies."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 0


def sweep(folder: Path, max_age_s: float = MAX_AGE_S) -> int:
    """Deletes what uploads and work have left that nobody has touched for so long; how many files."""
    old, count = time.time() - max_age_s, 0

    def is_left_over(path: Path, status: os.stat_result) -> bool:
        return status.st_mtime < old and bool(OWN_NAMES.fullmatch(path.relative_to(folder).parts[0]))

    folders = []
    for parent, names, _ in os.walk(folder, topdown=False):
        for path in (Path(parent, name) for name in names):
            with contextlib.suppress(OSError):
                folders += [path] if is_left_over(path, path.lstat()) else []
    for path, status in _files(folder):
        if is_left_over(path, status):
            with contextlib.suppress(OSError):  # somebody else was faster
                path.unlink()
                count += 1
    for path in folders:
        with contextlib.suppress(OSError):  # something new is in it
            path.rmdir()
    return count
