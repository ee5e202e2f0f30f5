"""Pascal VOC as its tools write it."""

from __future__ import annotations

from pathlib import Path

from comparison.datasets.readers import read_dataset
from tests.helpers import boxes_by_width, check_set
from tools.labelled_sets import (
    PICTURE_HEIGHT,
    PICTURE_WIDTHS,
    coco_content,
    voc_text,
    write_coco_file,
    write_pictures,
    write_voc_files,
)


def test_a_copied_file_name_misleads_nobody(tmp_path: Path) -> None:
    write_pictures(tmp_path / "JPEGImages")
    write_voc_files(tmp_path / "Annotations", [(f"p{k}.xml", "p0.png") for k in range(4)])
    check_set(tmp_path)


def test_swapped_corners_are_put_right(tmp_path: Path) -> None:
    write_pictures(tmp_path)
    for k, width in enumerate(PICTURE_WIDTHS):
        (tmp_path / f"p{k}.xml").write_text(voc_text(width, f"p{k}.png", lambda b: (b[2], b[1], b[0], b[3])))
    check_set(tmp_path)


def test_a_box_is_cut_at_the_edge_of_its_picture(tmp_path: Path) -> None:
    write_pictures(tmp_path, ("p0.png",))
    rows = coco_content(("p0.png",))
    rows["annotations"][0]["bbox"] = [-5, 20, 45, 500]
    write_coco_file(tmp_path, "annotations.json", rows)
    assert boxes_by_width(read_dataset(tmp_path))[200][0] == (1, (0, 20, 40, PICTURE_HEIGHT))
