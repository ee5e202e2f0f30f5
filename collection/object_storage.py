"""Named objects in a folder, in memory, on S3 or on the Hub: created whole or not at all, listed, read, removed."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import fsspec
from fsspec.implementations.local import LocalFileSystem
from huggingface_hub import HfApi, HfFileSystem
from huggingface_hub.errors import EntryNotFoundError
from huggingface_hub.utils import disable_progress_bars

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

UNFINISHED_S = 3600
"""Seconds after which a file that was being written when its server stopped is thrown away."""

S3_SETTINGS: dict[str, Any] = {
    # Other servers than Amazon's don't know the checksums that newer clients send unasked.
    "config_kwargs": {
        "request_checksum_calculation": "when_required", "response_checksum_validation": "when_required",
        "connect_timeout": 5, "read_timeout": 20, "retries": {"max_attempts": 2},
    },
}  # fmt: skip


class StoreError(Exception):
    """The store can't be used for this; the message says why in the user's words, without naming a place."""


@contextmanager
def _errors_in_words() -> Iterator[None]:
    """Whatever a file system raises, as a StoreError.  Clients of S3 and the Hub bring errors of their own kinds."""
    try:
        yield
    except (FileNotFoundError, FileExistsError):
        raise  # of an object: a missing folder is made
    except EntryNotFoundError as error:
        raise FileNotFoundError(str(error)) from error
    except Exception as error:
        if getattr(error, "errno", None) in FULL:
            raise StoreError("The store is full; nothing was kept.") from error
        raise StoreError(f"The store can't be reached at the moment ({type(error).__name__}).") from error


class ObjectFolder:
    """Objects by name, over fsspec.  All methods but ``names`` take names with slashes, without one in front.

    Args:
        url: a folder, ``memory://name``, ``s3://bucket/folder`` or ``hf://buckets/owner/name``.

    Raises:
        StoreError: there is no such kind of store, or a package that it needs is missing.
    """

    def __init__(self, url: str) -> None:
        if url.startswith("hf://") and not url.startswith("hf://buckets/"):
            raise StoreError(
                "A data set or model on the Hub keeps in its history what is deleted; a store there has to be a "
                "bucket, hf://buckets/owner/name."
            )
        self._url, self._settings = url, S3_SETTINGS if url.startswith("s3://") else {}
        try:
            fs, root = fsspec.core.url_to_fs(url, **self._settings)
        except ImportError as error:
            raise StoreError(f'This kind of store needs a package: pip install -e ".[s3]" ({error})') from error
        except ValueError as error:
            raise StoreError(f"There is no such kind of store: {error}") from error
        self._root = root.rstrip("/")
        self._is_local = isinstance(fs, LocalFileSystem)
        if self._is_local and Path(self._root).exists() and not Path(self._root).is_dir():
            raise StoreError("A store is a folder, and this is a file.")

    @property
    def _fs(self) -> Any:
        """This thread's file system: the Hub's remembers listings, and several threads confuse one another there."""
        return fsspec.core.url_to_fs(self._url, **self._settings)[0]

    def is_missing(self) -> bool:
        """Whether it is a folder on this machine that is not there; elsewhere nobody knows before it is asked."""
        return self._is_local and not Path(self._root).is_dir()

    def names(self, folder: str) -> dict[str, int]:
        """Names and bytes of all objects in a folder and its folders; StoreError where it can't be reached."""
        with _errors_in_words():
            self._fs.invalidate_cache()
            try:
                found = self._fs.find(f"{self._root}/{folder}", detail=True)
            except FileNotFoundError:
                return {}
        start = len(self._root) + 1
        return {path[path.index(self._root) :][start:]: int(about.get("size") or 0) for path, about in found.items()}

    def read(self, name: str) -> bytes:
        """An object's bytes; FileNotFoundError where it is not there, StoreError where it can't be reached."""
        with _errors_in_words():
            return bytes(self._fs.cat_file(f"{self._root}/{name}"))

    def create(self, name: str, data: bytes, day: date) -> None:
        """Writes a new object, whole or not at all.

        Args:
            name: of the object.
            data: its bytes.
            day: what a disk says of when it was written: the day and nothing finer.

        Raises:
            FileExistsError: there is one of that name.
            StoreError: it can't be written.
        """
        path = f"{self._root}/{name}"
        with _errors_in_words():
            if self._is_local:
                _create_file(Path(path), data, day)
                self._tell_day(Path(path).parent, day)
                return
            if isinstance(self._fs, HfFileSystem):
                _create_on_hub(path, data)
                return
            if self._fs.exists(path):  # not every S3 server minds that an object must be new
                raise FileExistsError(path)
            self._fs.pipe_file(path, data, mode="create")

    def remove(self, name: str) -> None:
        """Removes an object, or a folder with all that is in it; nothing where it is not there."""
        with _errors_in_words():
            try:
                self._fs.invalidate_cache()
                self._fs.rm(f"{self._root}/{name}", recursive=True)
            except FileNotFoundError:
                return
            finally:
                self._fs.invalidate_cache()

    def _tell_day(self, folder: Path, day: date) -> None:
        """Has a disk say of a folder, and those that it lies in, that it changed on a day, and nothing finer."""
        for each in (folder, *folder.parents):
            if each.is_relative_to(self._root) and each.exists():
                os.utime(each, (midnight(day),) * 2)

    def tidy(self) -> None:
        """Removes what a disk keeps and an object store does not: empty folders, and files nobody finished."""
        if not self._is_local:
            return
        for folder, _, files in os.walk(self._root, topdown=False):
            for name in files:
                part = Path(folder, name)
                if name.endswith(".part") and datetime.now(UTC).timestamp() - part.stat().st_ctime > UNFINISHED_S:
                    part.unlink(missing_ok=True)
            if folder != self._root and not os.listdir(folder):
                os.rmdir(folder)


def midnight(day: date) -> float:
    """When a day begins, in seconds of the epoch."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()


def _create_file(final: Path, data: bytes, day: date) -> None:
    """Writes a file aside and links it to its name, which must be new; what is there is on the disk."""
    final.parent.mkdir(parents=True, exist_ok=True)
    aside = final.with_name(f".{final.name}.{secrets.token_hex(4)}.part")
    try:
        with aside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.utime(aside, (midnight(day),) * 2)
        os.link(aside, final)
    finally:
        aside.unlink(missing_ok=True)


def _create_on_hub(path: str, data: bytes) -> None:
    """Writes an object of a bucket, whose path is ``buckets/owner/name/...``.

    Not by the file system itself: that looks for an older one in listings it remembers, and leaves a temporary file
    with the data behind where it can't write.
    """
    _, owner, name, rest = path.split("/", 3)
    api, bucket = HfApi(), f"{owner}/{name}"
    if any(api.get_bucket_paths_info(bucket, [rest])):
        raise FileExistsError(path)
    disable_progress_bars()
    api.batch_bucket_files(bucket, add=[(data, rest)])
