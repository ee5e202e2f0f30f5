"""Pictures turned by EXIF, and boxes that were made on either."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from comparison.datasets.assemble import turn_box
from comparison.datasets.walk import picture_size
from ink.drawing import read_drawing
from tests.helpers import check_set
from tools.labelled_sets import PICTURE_HEIGHT, PICTURE_WIDTHS, Box, voc_text, write_yolo_files


def save_turned(path: Path, width: int, orientation: int) -> None:
    """A picture that is ``width`` wide once turned upright."""
    size = (PICTURE_HEIGHT, width) if orientation >= 5 else (width, PICTURE_HEIGHT)
    exif = Image.Exif()
    exif[0x0112] = orientation
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, "white").save(path, exif=exif)


@pytest.mark.parametrize("orientation", [1, 3, 6, 8, 5])
@pytest.mark.parametrize("ending", ["jpg", "png", "webp", "tiff"])
def test_yolo_labels_are_for_the_picture_as_it_is_seen(tmp_path: Path, orientation: int, ending: str) -> None:
    for k, width in enumerate(PICTURE_WIDTHS):
        path = tmp_path / f"p{k}.{ending}"
        save_turned(path, width, orientation)
        assert picture_size(path) == read_drawing(path).shape[1::-1]
    write_yolo_files(tmp_path)
    check_set(tmp_path)


def stored_box(box: Box, width: int) -> Box:
    """A box of the upright picture on the stored one, which orientation 6 turns clockwise."""
    x1, y1, x2, y2 = box
    return y1, width - x2, y2, width - x1


def test_boxes_made_on_the_stored_picture_are_turned_with_it(tmp_path: Path) -> None:
    for k, width in enumerate(PICTURE_WIDTHS):
        save_turned(tmp_path / f"p{k}.jpg", width, 6)
        size = f"<size><width>{PICTURE_HEIGHT}</width><height>{width}</height></size><object>"
        text = voc_text(width, f"p{k}.jpg", lambda box, width=width: stored_box(box, width))  # type: ignore[misc]
        (tmp_path / f"p{k}.xml").write_text(text.replace("<object>", size, 1))
    check_set(tmp_path)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_box_is_turned_as_its_picture_is(tmp_path: Path, orientation: int) -> None:
    image = np.full((50, 80, 3), 255, np.uint8)
    image[10:20, 30:70] = 0
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(image).save(tmp_path / "a.png", exif=exif)
    ys, xs = np.nonzero(read_drawing(tmp_path / "a.png")[..., 0] == 0)
    assert turn_box((30, 10, 70, 20), 80, 50, orientation) == (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)
