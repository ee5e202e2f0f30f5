"""Every format that can be read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from comparison.datasets.coco import find_coco
from comparison.datasets.dataset import Dataset, DatasetError
from comparison.datasets.makesense import find_makesense
from comparison.datasets.seed import find_seed
from comparison.datasets.voc import find_voc
from comparison.datasets.yolo import find_yolo


def read_dataset(folder: str | Path) -> Dataset:
    """A labelled set in any of the formats of :data:`READERS`.

    Raises:
        DatasetError: no such folder, no such format, a broken file, no label of ours, or no pictures.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise DatasetError(f"There is no folder {folder.name}.")
    for read in READERS.values():
        found = read(folder)
        if found is not None:
            return found
    raise DatasetError(
        f"There are no labels in {folder.name} that can be read; these can: {', '.join(READERS)}. "
        "Labels and pictures go into one folder or archive."
    )


READERS: dict[str, Callable[[Path], Dataset | None]] = {
    "COCO": find_coco,
    "the seed's JSON": find_seed,
    "makesense.ai CSV": find_makesense,
    "Pascal VOC": find_voc,
    "YOLO": find_yolo,
}
"""Format -> its reader; the first that finds its files reads the folder.  makesense.ai exports the other three too."""
