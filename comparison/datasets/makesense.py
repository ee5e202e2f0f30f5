"""makesense.ai's CSV."""

from __future__ import annotations

import csv
from pathlib import Path

from comparison.datasets.dataset import Dataset, DatasetError
from comparison.datasets.walk import Box, label_pictures, pictures_by_name


def find_makesense(folder: Path) -> Dataset | None:
    """makesense.ai's CSV: label, x, y, width, height, picture, its width and height; no header."""
    by_name = pictures_by_name(folder)
    rows: dict[Path, list[tuple[Box, str]]] = {}
    for source in sorted(folder.rglob("*.csv")):
        try:
            for row in csv.reader(source.read_text(encoding="utf-8").splitlines()):
                label, x, y, w, h, name = row[:6]
                if name not in by_name:
                    raise DatasetError(f"{source.name} names {name}, which is not there.")
                left, top = float(x), float(y)
                rows.setdefault(by_name[name], []).append(((left, top, left + float(w), top + float(h)), label))
        except (ValueError, csv.Error) as error:
            raise DatasetError(f"{source.name} is no makesense.ai export: {error}.") from error
    if not rows:
        return None
    return label_pictures([(path, rows.get(path, []), "") for path in by_name.values()], folder.name)
