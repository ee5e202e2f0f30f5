"""The seed project's JSON."""

from __future__ import annotations

from pathlib import Path

from comparison.datasets.dataset import Dataset, DatasetError
from comparison.datasets.walk import LabelledPicture, label_pictures, path_inside, pictures_by_name, read_json


def find_seed(folder: Path) -> Dataset | None:
    """One JSON object {image path: [[x, y, w, h, class], ...]} in pixels: the layout of the seed's Kaggle set.

    The pictures lie in folders 0 to 11 and ``multiple``, which become the slices.
    """
    pictures: list[LabelledPicture] = []
    for source in sorted(folder.rglob("*.json")):
        content = read_json(source)
        if not isinstance(content, dict) or not all(isinstance(rows, list) for rows in content.values()):
            continue
        at_hand = pictures_by_name(folder)
        try:
            for name, rows in content.items():
                path = path_inside(source.parent, name)
                path = path if path.is_file() else at_hand.get(path.name, path)
                boxes = [((x, y, x + w, y + h), str(int(c))) for x, y, w, h, c in (map(float, r) for r in rows)]
                pictures.append((path, boxes, Path(name).parent.name))
        except (ValueError, TypeError, OverflowError) as error:
            raise DatasetError(f"{source.name}: expected {{picture: [[x, y, w, h, class], ...]}}; {error}.") from error
    return label_pictures(pictures, folder.name) if pictures else None
