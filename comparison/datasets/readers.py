"""Every format that can be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from comparison.datasets.assemble import assemble_dataset
from comparison.datasets.coco import read_coco_file
from comparison.datasets.dataset import Dataset, DatasetError, Notes, SetTooLargeError
from comparison.datasets.labels import Findings
from comparison.datasets.makesense import read_makesense_file
from comparison.datasets.names import display_name
from comparison.datasets.seed import read_seed_file
from comparison.datasets.voc import read_voc_file
from comparison.datasets.walk import LabelFile, SetFolder
from comparison.datasets.yolo import read_yolo_file

FileReader = Callable[[LabelFile, SetFolder, Findings], bool]
"""Adds what a label file says; False, and nothing added, where the file is of another form.

It raises DatasetError where the file is of its form and broken.
"""

READERS: dict[str, tuple[str, FileReader]] = {
    "COCO": (".json", read_coco_file),
    "the seed's JSON": (".json", read_seed_file),
    "makesense.ai CSV": (".csv", read_makesense_file),
    "Pascal VOC": (".xml", read_voc_file),
    "YOLO": (".txt", read_yolo_file),
}
"""Format -> the ending of its files and what reads one.  makesense.ai exports the other three too."""


def read_dataset(folder: str | Path) -> Dataset:
    """A labelled set in any of the formats of :data:`READERS`: the one that labels the most pictures.

    Every file is read once and belongs to the format whose form it has; files of no such form are passed over.

    Raises:
        DatasetError: no such folder, or nothing in it that can be measured; the message says why.
    """
    root = Path(folder)
    if not root.is_dir():
        raise DatasetError(f"There is no folder {root.name}.")
    files = SetFolder(root)
    found = {name: Findings() for name in READERS}
    broken: dict[str, Counter[str]] = {suffix: Counter() for suffix, _ in READERS.values()}
    unknown: list[str] = []
    main_file = root / "annotations.json"
    label_files = files.with_suffix(*broken)
    for path in sorted(label_files, key=lambda path: path != main_file):
        suffix = path.suffix.lower()
        if suffix == ".json" and any(p.source.path == main_file for p in found["COCO"].pictures[:1]):
            continue  # other JSON files are no part of such a set
        try:
            file = files.read_label_file(path)
            readers = ((name, read) for name, (ending, read) in READERS.items() if ending == suffix)
            if not any(read(file, files, found[name]) for name, read in readers):
                unknown.append(f"{file.name} has the form of none of these.")
        except SetTooLargeError:
            raise
        except DatasetError as error:
            broken[suffix][str(error)] += 1
            for name, (ending, _) in READERS.items():
                if ending == suffix:
                    found[name].unusable.append(path)
    name = max(found, key=lambda name: found[name].size())
    best = found[name]
    if not best.pictures and not best.refusal:
        packed = [f"{display_name(path)} in it is an archive itself: unpack that first." for path in files.archives[:1]]
        told = " ".join(
            [*packed, *(text for counts in broken.values() for text in Notes.lines(counts)[:3]), *unknown[:3]]
        )
        raise DatasetError(
            f"There are no labels in {files.name} that can be read; these can: {', '.join(READERS)}. "
            f"Labels and pictures go into one folder or archive. {told}".strip()
        )
    best.notes.skipped.update(broken[READERS[name][0]])
    for other in found:
        if other != name and found[other].pictures:
            told = f"There are labels as {other} too; only those as {name} were measured."
            best.notes.assumed[told] += 1
    return assemble_dataset(best, files)
