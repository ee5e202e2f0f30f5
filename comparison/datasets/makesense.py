"""makesense.ai's CSV."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from comparison.datasets.labels import Box, Findings, LabelledPicture, as_numbers
from comparison.datasets.walk import PICTURE_SUFFIXES, LabelFile, SetFolder

COLUMNS = ("label_name", "bbox_x", "bbox_y", "bbox_width", "bbox_height", "image_name", "image_width", "image_height")
"""As the site's own header names them; without a header they come in this order."""


def read_makesense_file(file: LabelFile, folder: SetFolder, found: Findings) -> bool:
    """makesense.ai's CSV, with or without its header, with commas, semicolons or tabs."""
    rows = _split_rows(file.text)
    order = list(range(len(COLUMNS)))
    head = [cell.strip().lower() for cell in rows[0]] if rows else []
    if set(COLUMNS[:6]) <= set(head):
        order = [head.index(name) if name in head else len(head) for name in COLUMNS]
        rows = rows[1:]
    entries = [_read_row([row[k] if k < len(row) else "" for k in order]) for row in rows]
    if not any(entries):
        return False
    found.count_rows(len(rows))
    pictures: dict[str, LabelledPicture] = {}
    for entry in entries:
        if entry is None:
            found.notes.skip_row(f"{file.name}: a row is not label, x, y, width, height, picture with an area.")
            continue
        name, box, label, size = entry
        if name not in pictures:
            match = folder.find_picture(name, file.path)
            pictures[name] = LabelledPicture(file.source, name, match, [], stored_size=size)
        pictures[name].boxes.append((box, label))
    found.pictures += pictures.values()
    found.has_backgrounds = True
    return True


def _split_rows(text: str) -> list[list[str]]:
    """The rows that hold anything, split where most of them fall into enough columns."""
    lines = [line for line in text.splitlines() if line.strip(" \t,;")]
    if lines and lines[0].lower().startswith("sep="):  # for Excel
        del lines[0]

    def split(delimiter: str) -> list[list[str]]:
        try:
            return list(csv.reader(lines, delimiter=delimiter))
        except csv.Error:
            return []

    return max(map(split, ",;\t"), key=lambda rows: sum(len(row) >= 6 for row in rows))


def _read_row(cells: Sequence[str]) -> tuple[str, Box, str, tuple[float, float] | None] | None:
    """Picture, box, label and the picture's size; None where the row has another form."""
    label, *corner, name, width, height = cells
    numbers = as_numbers([cell.replace(",", ".") for cell in corner])
    if numbers is None or Path(name.strip()).suffix.lower() not in PICTURE_SUFFIXES:
        return None
    x, y, dx, dy = numbers
    size = as_numbers([width, height])
    box = (x, y, x + dx, y + dy)
    return (name.strip(), box, label, (size[0], size[1]) if size else None) if dx > 0 and dy > 0 else None
