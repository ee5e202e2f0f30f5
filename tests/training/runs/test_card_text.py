from pathlib import Path

import cv2
import pytest

from training.runs.card_text import HELD_OUT, csv_table, render_card
from training.runs.plots import plot_reliability

CARD = {
    "name": "cnn", "task": "read", "parameters": 5, "sha256": "0", "made by": "hand", "training": [{"crops": 1234}],
    "classes": ["0", "1"], "config": {}, "calibration": {}, "validation": {"items": 3}, "data": [],
}  # fmt: skip


@pytest.mark.parametrize("bins", [None, [[0.5, 0.4, 10], [0.9, 0.95, 90]]])
def test_a_card_shows_its_reliability_where_there_is_one(tmp_path: Path, bins: list | None) -> None:
    card, picture = CARD | ({"reliability": bins} if bins else {}), tmp_path / "reliability.png"
    assert ("../docs/reliability.png" in render_card(card)) == bool(bins)
    plot_reliability([card, CARD], {"cnn": ("#123456", "--")}, picture)
    assert picture.is_file() == bool(bins)
    if bins:
        assert cv2.imread(str(picture)).std() > 1


def test_only_a_models_own_rows_are_in_its_card() -> None:
    head, line, *rows = csv_table("cnn", HELD_OUT)
    assert head == "| digits of | without these writers | without these sources |"
    assert line == "| --- | --- | --- |"
    assert all(row in render_card(CARD) for row in rows)
    assert csv_table("vit", HELD_OUT) == []
    assert "never seen" not in render_card(CARD | {"name": "vit"})
