"""Pascal VOC's XML files."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

from comparison.datasets.dataset import DatasetError
from comparison.datasets.labels import Box, Findings, LabelledPicture, as_numbers
from comparison.datasets.walk import LabelFile, PictureMatch, SetFolder

MAX_XML_LENGTH = 1_000_000
"""Letters of one picture's labels at most."""

MAX_XML_DEPTH = 20
"""Elements within each other at most."""


class _ShallowBuilder(ElementTree.TreeBuilder):
    """Builds a tree, and stops where it gets deep."""

    depth = 0

    def start(self, tag: str, attrs: dict[Any, Any], /) -> ElementTree.Element:
        self.depth += 1
        if self.depth > MAX_XML_DEPTH:
            raise ValueError("its elements are nested too deeply")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> ElementTree.Element:
        self.depth -= 1
        return super().end(tag)


def read_voc_file(file: LabelFile, folder: SetFolder, found: Findings) -> bool:
    """Pascal VOC: one XML file per picture.

    Raises:
        DatasetError: the file is broken, or declares entities.
    """
    if "<annotation" not in file.text:
        return False
    if "<!ENTITY" in file.text:
        raise DatasetError(f"{file.name} declares entities, which no label file needs.")
    if len(file.text) > MAX_XML_LENGTH:
        raise DatasetError(f"{file.name} is too large for the labels of one picture.")
    try:
        # The text is decoded already, whatever the declaration says.
        text = re.sub(r"^\s*<\?xml[^>]*\?>", "", file.text).strip()
        root = ElementTree.fromstring(text, ElementTree.XMLParser(target=_ShallowBuilder()))
    except (ElementTree.ParseError, ValueError) as error:
        raise DatasetError(f"{file.name} is no Pascal VOC file: {str(error)[:200]}.") from error
    if root.tag != "annotation":
        return False
    boxes: list[tuple[Box, str]] = []
    objects = list(root.iter("object"))
    found.count_rows(len(objects))
    for item in objects:
        corners = as_numbers([item.findtext(f"bndbox/{k}") for k in ("xmin", "ymin", "xmax", "ymax")])
        if corners is None:
            found.notes.skip_row(f"{file.name} is no Pascal VOC file throughout: an object has no box of four numbers.")
            continue
        (x1, x2), (y1, y2) = sorted(corners[::2]), sorted(corners[1::2])
        boxes.append(((x1, y1, x2, y2), item.findtext("name") or ""))
    size = as_numbers([root.findtext("size/width"), root.findtext("size/height")])
    name, match = _find_picture(file, root.findtext("filename") or root.findtext("path") or "", folder)
    found.pictures.append(
        LabelledPicture(file.source, name, match, boxes, stored_size=(size[0], size[1]) if size else None)
    )
    found.has_backgrounds = True
    return True


def _find_picture(file: LabelFile, told: str, folder: SetFolder) -> tuple[str, PictureMatch]:
    """The picture of an XML file and its name: its namesake beside it, else the one that is named inside.

    Files are copied as templates, and then all of them name one picture.
    """
    stem = file.path.stem
    own, named = folder.find_by_stem(stem, file.path), folder.find_picture(told, file.path)
    if own.is_beside or (own.path is not None and named.path is None):
        return own.path.name if own.path else stem, own
    if named.path is not None:
        is_namesake = named.path.stem.casefold() == stem.casefold()
        return told, named if is_namesake else PictureMatch(named.path, (False, named.strength[1]))
    return (told or stem), own if own.clash else named
