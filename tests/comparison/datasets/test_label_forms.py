"""Lines, tables and encodings as the usual programs write them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.helpers import check_set
from tools.labelled_sets import (
    MAKESENSE_HEADER,
    PICTURE_HEIGHT,
    PICTURE_NAMES,
    PICTURE_WIDTHS,
    SET_WRITERS,
    TRUE_BOXES,
    Box,
    boxes_of,
    makesense_text,
    voc_text,
    write_pictures,
    write_yolo_set,
    yolo_text,
)


def outline(box: Box, width: int) -> str:
    x1, y1, x2, y2 = box
    points = [(x1, (y1 + y2) / 2), ((x1 + x2) / 2, y1), (x2, (y1 + y2) / 2), ((x1 + x2) / 2, y2)]
    return " ".join(f"{x / width} {y / PICTURE_HEIGHT}" for x, y in points)


LINES: dict[str, Callable[[str, int, Box, int], str]] = {
    "outlines": lambda row, c, box, width: f"{c} {outline(box, width)}",
    "outlines with a confidence": lambda row, c, box, width: f"{c} {outline(box, width)} 0.9",
    "a confidence": lambda row, c, box, width: f"{row} 0.87",
    "classes as floats": lambda row, c, box, width: f"{c}.0 {row.split(maxsplit=1)[1]}",
    "decimal commas": lambda row, c, box, width: row.replace(".", ","),
    "commas between": lambda row, c, box, width: row.replace(" ", ","),
    "blank lines and tabs": lambda row, c, box, width: "\r\n" + row.replace(" ", "\t") + "\r\n",
}


@pytest.mark.parametrize("form", LINES.values(), ids=LINES.keys())
def test_every_form_of_a_yolo_line(tmp_path: Path, form: Callable[[str, int, Box, int], str]) -> None:
    write_yolo_set(tmp_path)
    for k, width in enumerate(PICTURE_WIDTHS):
        rows = zip(yolo_text(width).splitlines(), TRUE_BOXES[width], strict=True)
        lines = [form(row, c, box, width) for row, (c, box) in rows]
        (tmp_path / "labels" / f"p{k}.txt").write_text("\n".join(lines))
    assert check_set(tmp_path).skipped == []


MAKESENSE = {
    "today's header": MAKESENSE_HEADER + makesense_text(),
    "the header in another order": "image_name,label_name,bbox_x,bbox_y,bbox_width,bbox_height\n"
    + "".join(f"{r[5]},{','.join(r[:5])}\n" for r in csv.reader(io.StringIO(makesense_text()))),
    "what Excel wants to be told": "sep=,\n" + makesense_text(),
    "semicolons": makesense_text(delimiter=";"),
    "tabs": makesense_text(delimiter="\t"),
    "decimal commas": makesense_text(delimiter=";").replace(";10;", ";10,0;"),
    "a blank last line": makesense_text() + "\n",
    "lines of delimiters only": makesense_text() + ",,,,,,,\n",
    "another case": makesense_text(("P0.PNG", "P1.PNG", "p2.Png", "p3.png")),
    "Windows paths": makesense_text(tuple(f"C:\\Users\\me\\{name}" for name in PICTURE_NAMES)),
}


@pytest.mark.parametrize("text", MAKESENSE.values(), ids=MAKESENSE.keys())
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_form_of_a_makesense_file(tmp_path: Path, text: str, encoding: str) -> None:
    write_pictures(tmp_path)
    (tmp_path / "labels_my-project-name.csv").write_text(text, encoding=encoding)
    assert check_set(tmp_path).skipped == []


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("write", SET_WRITERS.values(), ids=SET_WRITERS.keys())
def test_label_files_in_any_encoding(tmp_path: Path, write: Callable[[Path], None], encoding: str) -> None:
    write(tmp_path)
    for path in [p for p in tmp_path.rglob("*") if p.suffix in (".json", ".csv", ".xml", ".txt")]:
        path.write_text(path.read_text(), encoding=encoding)
    check_set(tmp_path)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("name", ["classes.txt", "obj.names", "digits.yaml"])
def test_class_lists_in_any_encoding(tmp_path: Path, encoding: str, name: str) -> None:
    write_yolo_set(tmp_path, order="1234567890")
    lines = list("1234567890")
    text = f"names: {lines}\n" if name.endswith("yaml") else "\n".join(lines)
    (tmp_path / name).write_text(text, encoding=encoding)
    check_set(tmp_path)


def test_xml_in_the_encoding_that_it_declares(tmp_path: Path) -> None:
    write_pictures(tmp_path, ("zähl.png",))
    text = '<?xml version="1.0" encoding="ISO-8859-1"?>\n' + voc_text(200, "zähl.png")
    (tmp_path / "one.xml").write_bytes(text.encode("latin-1"))
    check_set(tmp_path, boxes_of(200))
    (tmp_path / "one.xml").write_bytes(text.replace("ISO-8859-1", "utf-16").encode())  # as .NET writes it
    check_set(tmp_path, boxes_of(200))
