"""Pascal VOC's XML files."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from comparison.datasets.dataset import Dataset, DatasetError
from comparison.datasets.walk import Box, LabelledPicture, label_pictures, pictures_by_stem


def find_voc(folder: Path) -> Dataset | None:
    """Pascal VOC: one XML file per picture."""
    pictures = pictures_by_stem(folder)
    found: list[LabelledPicture] = []
    for source in sorted(folder.rglob("*.xml")):
        text = source.read_text(encoding="utf-8", errors="replace")
        if "<!DOCTYPE" in text or "<!ENTITY" in text:
            raise DatasetError(f"{source.name} declares entities, which no label file needs.")
        try:
            root = ElementTree.fromstring(text)
            name = root.findtext("filename") or source.stem
            boxes: list[tuple[Box, str]] = []
            for item in root.iter("object"):
                x1, y1, x2, y2 = (float(item.findtext(f"bndbox/{k}") or "") for k in ("xmin", "ymin", "xmax", "ymax"))
                boxes.append(((x1, y1, x2, y2), item.findtext("name") or ""))
        except (ElementTree.ParseError, ValueError) as error:
            raise DatasetError(f"{source.name} is no Pascal VOC file: {error}.") from error
        path = pictures.get(Path(name).stem) or pictures.get(source.stem)
        if path is None:
            raise DatasetError(f"There is no picture for {source.name}.")
        found.append((path, boxes, ""))
    return label_pictures(found, folder.name) if found else None
