"""YOLO's text files."""

from __future__ import annotations

from comparison.datasets.class_lists import LIST_NAMES, find_class_list
from comparison.datasets.dataset import DatasetError
from comparison.datasets.labels import Box, Findings, LabelledPicture, as_numbers, class_of_label
from comparison.datasets.walk import LabelFile, SetFolder, picture_size

MAX_SHARE_BEYOND = 0.5
"""How far a box or its centre may lie outside its picture, as a share of the picture's side."""

MAX_CELLS = 4000
"""Numbers of a line at most."""

FORM = "expected lines of class, centre and size (or class and outline), as shares of the picture"


def read_yolo_file(file: LabelFile, folder: SetFolder, found: Findings) -> bool:
    """One text file per picture, lines "class cx cy w h" or "class x1 y1 x2 y2 x3 y3 ..." relative to its size.

    The numbers of classes are those of the nearest list of names, or ours where the set has none.

    Raises:
        DatasetError: the file lies beside a picture of its name, and no line of it has this form.
    """
    if file.path.name.lower() in LIST_NAMES:
        found.unusable.append(file.path)  # a picture of its name is none of the set
        return False
    lines = [_split_line(line) for line in file.text.splitlines() if line.strip()]
    rows = [_read_row(cells) for cells in lines]
    match = folder.find_by_stem(file.path.stem, file.path)
    if not any(rows) and lines:
        if match.is_beside or match.clash:
            found.unusable.append(file.path)
            raise DatasetError(f"{file.name}: {FORM}.")
        return False
    if not lines and match.path is None:
        return False
    found.count_rows(len(lines))
    found.has_backgrounds = True
    boxes: list[tuple[Box, str]] = []
    try:
        width, height = picture_size(match.path) if match.path else (1, 1)
    except DatasetError:  # told when the picture is to be read
        width = height = 1
    names = find_class_list(folder, file.path, found) if lines else []
    for row in rows:
        label = _label(row[1], names) if row else None
        if row is None:
            found.notes.skip_row(f"{file.name}: {FORM}, with an area.")
        elif label is None:
            found.notes.skip_row(f"{file.name}: expected lines of class and box; a class is not on the list of names.")
        else:
            x1, y1, x2, y2 = row[0]
            boxes.append(((x1 * width, y1 * height, x2 * width, y2 * height), label))
    found.pictures.append(LabelledPicture(file.source, match.path.name if match.path else file.path.stem, match, boxes))
    return True


def _split_line(line: str) -> list[str]:
    """The numbers of a line, apart by spaces, or by commas where it has no spaces; decimal commas become points."""
    cells = line.split(maxsplit=MAX_CELLS)
    return line.split(",", MAX_CELLS) if len(cells) == 1 else [cell.replace(",", ".") for cell in cells]


def _label(number: str, names: list[str]) -> str | None:
    """The name of a class by its number ("3", "3.0"), or the name itself."""
    numbers = as_numbers([number])
    if numbers is None:
        return number if class_of_label(number) is not None else None
    known = numbers[0].is_integer() and 0 <= numbers[0] < len(names)
    return names[int(numbers[0])] if known else None


def _read_row(cells: list[str]) -> tuple[Box, str] | None:
    """Box as shares of the picture and class; None where the row has another form.

    Five cells are a box, six one with a confidence; an odd count from seven is an outline, an even one an outline with
    a confidence.
    """
    numbers = as_numbers(cells[1:])
    if numbers is None or len(numbers) < 4 or not all(-MAX_SHARE_BEYOND <= v <= 1 + MAX_SHARE_BEYOND for v in numbers):
        return None
    if len(numbers) <= 5:
        cx, cy, w, h = numbers[:4]
        box = (cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2) if w > 0 and h > 0 else None
    else:
        xs, ys = numbers[: len(numbers) // 2 * 2 : 2], numbers[1::2]
        box = (min(xs), min(ys), max(xs), max(ys))
    return (box, cells[0]) if box else None
