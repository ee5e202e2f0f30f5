"""The files of a set without the hidden ones, each read once, and which picture a name means."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from PIL import Image, UnidentifiedImageError

from comparison.datasets.dataset import DatasetError, SetTooLargeError
from comparison.datasets.names import decode_text, display_name, fold_name, is_hidden, split_name
from ink.drawing import FORMATS
from ink.picture_files import open_picture

PICTURE_SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff"}

ARCHIVE_SUFFIXES = {".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".zst"}

MAX_LABEL_FILE_BYTES = 10_000_000
"""A file of labels at most: parsed, it takes many times as much memory."""

MAX_LABELS_BYTES = 30_000_000
"""All label files of one ending together at most."""

MAX_COMPARISONS = 300_000
"""Pictures that names are compared with at most: each name with all pictures of that name."""

GENERIC_FOLDERS = {
    "labels", "label", "images", "image", "annotations", "annotation", "jpegimages", "imgs", "img", "pictures", "xml",
    "xmls", "txt", "json", "csv", "data", "obj_train_data",
}  # fmt: skip
"""Names of folders that tell labels from pictures and nothing else, so that ``a/labels`` and ``a/images`` are one."""


def picture_geometry(path: Path) -> tuple[int, int, int]:
    """Width and height of a picture as it is seen, and how it was turned to that (EXIF, 1 to 8), from the header.

    Raises:
        DatasetError: it is no picture.
    """
    try:
        with open_picture(path, FORMATS) as image:
            width, height = image.size
            if image.format == "TIFF":  # turned by Pillow itself
                return width, height, 1
            # Pillow would decode a PNG to look for more.
            turned = image.getexif().get(0x0112, 1) if image.format != "PNG" or "exif" in image.info else 1
            turned = turned if turned in range(1, 9) else 1
            return (height, width, turned) if turned >= 5 else (width, height, turned)
    except (OSError, ValueError, SyntaxError, KeyError, TypeError, OverflowError, UnidentifiedImageError,
            Image.DecompressionBombError) as error:  # fmt: skip
        raise DatasetError(f"{display_name(path)} is not a picture that can be read.") from error


def picture_size(path: Path) -> tuple[int, int]:
    """Width and height in pixels of a picture as it is seen, from the header; DatasetError where it is no picture."""
    return picture_geometry(path)[:2]


@dataclass(frozen=True)
class LabelSource:
    """Which file says something: its path, without what it holds."""

    path: Path

    @cached_property
    def name(self) -> str:
        """For messages."""
        return display_name(self.path)


@dataclass(frozen=True)
class LabelFile:
    """One file of labels, read once and forgotten once a format took what it needs.

    Attributes:
        source: which one.
        text: what it holds.
        content: the same as JSON, where its name ends so.
    """

    source: LabelSource
    text: str
    content: Any = None

    @property
    def path(self) -> Path:
        """Where it lies."""
        return self.source.path

    @property
    def name(self) -> str:
        """For messages."""
        return self.source.name


@dataclass(frozen=True)
class PictureMatch:
    """Which picture a name means.

    Attributes:
        path: the picture; None where there is none or more than one.
        strength: how surely, to be compared with another name's: whether every part of the name fits, and how near
            the picture lies to where the label file would have it (3: right there, 0: anywhere).
        clash: the pictures among which the name does not choose.
    """

    path: Path | None = None
    strength: tuple[bool, int] = (False, 0)
    clash: tuple[Path, ...] = ()

    @property
    def is_beside(self) -> bool:
        """Whether the picture lies where a label file's own picture does."""
        return self.path is not None and self.strength[1] >= 2


class SetFolder:
    """The files of a labelled set: walked once, hidden parts left out, sorted by path."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.files: list[Path] = []
        self._bytes_read: Counter[str] = Counter()
        self._comparisons = 0
        self._matches: dict[tuple[str, Path], PictureMatch] = {}
        stack = [root]
        while stack:
            with os.scandir(stack.pop()) as entries:
                for entry in entries:
                    if is_hidden([entry.name]):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        stack.append(Path(entry.path))
                    elif entry.is_file():
                        self.files.append(Path(entry.path))
        self.files.sort()
        self.pictures = self.with_suffix(*PICTURE_SUFFIXES)
        self.archives = self.with_suffix(*ARCHIVE_SUFFIXES)

    @property
    def name(self) -> str:
        """For messages."""
        return display_name(self.root)

    def with_suffix(self, *suffixes: str) -> list[Path]:
        """The files whose names end so, in any case."""
        return [path for path in self.files if path.suffix.lower() in suffixes]

    def read_text(self, path: Path, limit: int = MAX_LABEL_FILE_BYTES) -> str:
        """The text of a label file, in whatever encoding.

        Raises:
            DatasetError: it, or all that were read together, are too large, or it can't be read.
        """
        try:
            with path.open("rb") as file:
                data = file.read(limit + 1)
        except OSError as error:
            raise DatasetError(f"{display_name(path)} can't be read: {error.strerror}.") from error
        self._bytes_read[path.suffix.lower()] += len(data)
        if len(data) > limit:
            size = f"{limit // 1_000_000} MB" if limit >= 1_000_000 else f"{limit // 1000} KB"
            raise DatasetError(f"{display_name(path)} is too large for a label file: at most {size}.")
        if self._bytes_read[path.suffix.lower()] > MAX_LABELS_BYTES:
            raise DatasetError(f"The label files hold more than {MAX_LABELS_BYTES // 1_000_000} MB together.")
        return decode_text(data)

    def read_label_file(self, path: Path) -> LabelFile:
        """A label file, parsed where it is JSON; DatasetError where that can't be."""
        text = self.read_text(path)
        if path.suffix.lower() != ".json":
            return LabelFile(LabelSource(path), text)
        try:
            return LabelFile(LabelSource(path), text, json.loads(text))
        except (ValueError, RecursionError) as error:
            reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)[:200]
            raise DatasetError(f"{display_name(path)} is no JSON: {reason}.") from error

    @cached_property
    def _by_name(self) -> dict[str, list[Path]]:
        table: dict[str, list[Path]] = {}
        for path in self.pictures:
            for key in {fold_name(path.name), fold_name(path.stem) + "/"}:  # no name holds a slash
                table.setdefault(key, []).append(path)
        return table

    def has_picture_named(self, stem: str) -> bool:
        """Whether any picture has this name before its ending."""
        return fold_name(stem) + "/" in self._by_name

    def find_picture(self, name: str, beside: Path) -> PictureMatch:
        """The picture that a label file means by a name, with or without folders, of any system.

        The more folders of the name fit, the better; of equals the one that lies beside the label file.

        Args:
            name: as the label file writes it.
            beside: the label file.
        """
        key = name, beside
        if key not in self._matches:
            self._matches[key] = self._find_picture(name, beside)
        return self._matches[key]

    def _find_picture(self, name: str, beside: Path) -> PictureMatch:
        parts = split_name(name)
        if not parts:
            return PictureMatch()
        for written in (parts, [unquote(part) for part in parts]):
            match = self._choose(written, self._by_name.get(fold_name(written[-1]), []), beside)
            if match.path is not None or match.clash:
                return match
        own = Path(parts[-1])  # turned into another format since, or named without ending
        match = self.find_by_stem(own.stem if own.suffix.lower() in PICTURE_SUFFIXES else parts[-1], beside)
        return PictureMatch(match.path, (False, match.strength[1]), match.clash)

    def find_by_stem(self, stem: str, beside: Path) -> PictureMatch:
        """The picture of a label file by a name without ending."""
        return self._choose([stem], self._by_name.get(fold_name(stem) + "/", []), beside)

    def _choose(self, parts: list[str], candidates: list[Path], beside: Path) -> PictureMatch:
        self._comparisons += len(candidates)
        if self._comparisons > MAX_COMPARISONS:
            raise SetTooLargeError("Too many pictures of the set have the same names.")
        ranked = sorted(((self._rank(parts, path, beside), path) for path in candidates), reverse=True)
        if not ranked:
            return PictureMatch()
        fitting, nearness, _ = best = ranked[0][0]
        equals = [path for rank, path in ranked if rank == best]
        if len(equals) > 1 or (len(ranked) > 1 and fitting == 1 and not nearness):
            return PictureMatch(clash=tuple(path for _, path in ranked))
        return PictureMatch(equals[0], (fitting >= len(parts) or nearness == 3, nearness))

    def _rank(self, parts: list[str], path: Path, beside: Path) -> tuple[int, int, bool]:
        """How many parts of a name fit a picture, how near it lies to the label file, whether its case fits."""
        own = _folders(path.relative_to(self.root))
        asked = [fold_name(part) for part in parts[:-1]]
        fitting = 1
        for part, other in zip(reversed(asked), reversed(own), strict=False):
            if part != other:
                break
            fitting += 1
        home = _folders(beside.relative_to(self.root))
        wanted = [part for part in os.path.normpath("/".join([*home, *asked])).split("/") if part not in ("", ".")]
        telling = _telling(own)
        if own == wanted:
            nearness = 3
        elif telling in (_telling(wanted), _telling(home)) or own == asked:
            nearness = 2
        else:  # annotations/instances_train.json and images/train/
            nearness = int(bool(telling) and telling[-1] in re.split(r"[_.\s-]+", fold_name(beside.stem)))
        exact = unicodedata.normalize("NFC", parts[-1])
        return fitting, nearness, exact in (unicodedata.normalize("NFC", n) for n in (path.name, path.stem))


def _folders(path: Path) -> list[str]:
    return [fold_name(part) for part in path.parts[:-1]]


def _telling(folders: Sequence[str]) -> list[str]:
    return [part for part in folders if part not in GENERIC_FOLDERS]
