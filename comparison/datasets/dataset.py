"""What a labelled set is, and where the built-in one lies."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

BUILT_IN = Path(__file__).parent / "builtin"
"""A small set of composed canvases that comes with the project."""


class DatasetError(Exception):
    """A data set can't be used; the message says why in the user's words."""


@dataclass(frozen=True, eq=False)
class Sample:
    """One labelled picture.

    Attributes:
        image_id: the data set's own number.
        path: of the picture.
        xyxy: float32 ``[N, 4]`` in pixels.
        class_id: int64 ``[N]``, one of our twelve classes.
        slice: what kind of picture it is; empty where the data set doesn't say.
    """

    image_id: int
    path: Path
    xyxy: np.ndarray
    class_id: np.ndarray
    slice: str = ""


@dataclass(frozen=True, eq=False)
class Dataset:
    """A labelled set.

    Attributes:
        samples: its pictures.
        category_id: the set's number for each of our classes that it has.
    """

    samples: list[Sample]
    category_id: dict[int, int]
