"""What visitors and programs hand in, as drawings and labelled sets; what is none is refused in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from gradio.data_classes import FileData
from gradio.utils import get_upload_folder, is_in_or_equal

from comparison.datasets.archive import unpacked
from comparison.datasets.dataset import BUILT_IN, Dataset, DatasetError
from comparison.datasets.readers import read_dataset
from ink.drawing import DrawingError
from ink.pen import draw_strokes
from ink.strokes import read_strokes

MAX_BENCHMARK_DRAWINGS = 600
"""Drawings of a labelled set that the page evaluates; the command line takes any number."""

MAX_BENCHMARK_PIXELS = 1_000_000_000
"""Pixels of a set's pictures together that the page reads while someone waits."""


def drawing_from_strokes(value: object) -> np.ndarray:
    """What live ink sends as a drawing, uint8 ``[S, S, 3]``; DrawingError where it sends something else."""
    side, strokes = read_strokes(value)
    return draw_strokes(strokes, side)


def uploaded_file(value: object) -> Path | None:
    """Where a file lies that a client has uploaded; None for anything else that it may send.

    Gradio checks what goes into the page's own buttons and fields; an endpoint gets what a client sends as it is, and a
    path in that counts only where the file, every link followed, lies in the folder that Gradio keeps uploads in.
    """
    name = value.get("path") if isinstance(value, dict) else value.path if isinstance(value, FileData) else None
    if not isinstance(name, str):
        return None
    try:
        path = Path(name).resolve(strict=True)
        return path if path.is_file() and is_in_or_equal(path, get_upload_folder()) else None
    except (OSError, ValueError, RuntimeError):  # not there, a name that no file can have, links in a circle
        return None


def read_view_file(path: str | None) -> str:
    """The text of a saved view; DrawingError where the file is none."""
    try:
        return Path(path or "").read_text(encoding="ascii")
    except (OSError, ValueError) as error:
        raise DrawingError("This file is no saved view.") from error


@contextmanager
def open_labelled_set(archive: str | Path | None) -> Iterator[Dataset]:
    """A labelled set for as long as the context lasts: an archive's, or the built-in one where none is given.

    Raises:
        DatasetError: it is none, or larger than what the page can evaluate while someone waits.
    """
    with unpacked(archive or BUILT_IN) as folder:
        dataset = read_dataset(folder)
        if len(dataset.samples) > MAX_BENCHMARK_DRAWINGS:
            raise DatasetError(
                f"The set has {len(dataset.samples)} drawings; the page takes {MAX_BENCHMARK_DRAWINGS}, "
                "the command line any number."
            )
        if dataset.pixels > MAX_BENCHMARK_PIXELS:
            raise DatasetError(
                f"The set's pictures have {dataset.pixels // 10**6:,} million pixels together; the page takes "
                f"{MAX_BENCHMARK_PIXELS // 10**6:,}, the command line any number."
            )
        yield dataset
