"""The seed project's JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from comparison.datasets.labels import Box, Findings, LabelledPicture, as_numbers
from comparison.datasets.names import split_name
from comparison.datasets.walk import PICTURE_SUFFIXES, LabelFile, SetFolder


def _is_entry(name: str, rows: list[Any]) -> bool:
    return Path(name).suffix.lower() in PICTURE_SUFFIXES or (bool(rows) and all(map(_read_row, rows)))


def read_seed_file(file: LabelFile, folder: SetFolder, found: Findings) -> bool:
    """One JSON object {image path: [[x, y, w, h, class], ...]} in pixels: the layout of the seed's Kaggle set.

    The pictures lie in folders 0 to 11 and ``multiple``, which become the slices.
    """
    content = file.content
    if not isinstance(content, dict):
        return False
    named = {name: rows for name, rows in content.items() if isinstance(rows, list) and _is_entry(name, rows)}
    if not named:
        return False
    found.count_rows(len(named) + sum(map(len, named.values())))
    for name, rows in named.items():
        boxes = []
        for row in rows:
            labelled = _read_row(row)
            if labelled is None:
                found.notes.skip_row(f"{file.name}: expected {{picture: [[x, y, w, h, class], ...]}} with an area.")
            else:
                boxes.append(labelled)
        parts = split_name(name)
        kind = parts[-2] if len(parts) > 1 else ""
        found.pictures.append(
            LabelledPicture(
                file.source, name, folder.find_picture(name, file.path), boxes, slice="" if kind == ".." else kind
            )
        )
    return True


def _read_row(row: Any) -> tuple[Box, str] | None:
    numbers = as_numbers(row) if isinstance(row, list) and len(row) == 5 else None
    if numbers is None:
        return None
    x, y, width, height, class_id = numbers
    box = (x, y, x + width, y + height)
    return (box, str(int(class_id))) if width > 0 and height > 0 and class_id.is_integer() else None
