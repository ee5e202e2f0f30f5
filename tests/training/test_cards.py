from pathlib import Path

import cv2
import pytest

from training.cards import plot_reliability, readable

CARD = {
    "name": "cnn", "task": "read", "parameters": 5, "sha256": "0", "made by": "hand", "training": [{"crops": 1234}],
    "classes": ["0", "1"], "config": {}, "calibration": {}, "validation": {"items": 3}, "data": [],
}  # fmt: skip


@pytest.mark.parametrize("bins", [None, [[0.5, 0.4, 10], [0.9, 0.95, 90]]])
def test_a_card_shows_its_reliability_where_there_is_one(tmp_path: Path, bins: list | None) -> None:
    card, picture = CARD | ({"reliability": bins} if bins else {}), tmp_path / "reliability.png"
    assert ("../docs/reliability.png" in readable(card)) == bool(bins)
    plot_reliability([card, CARD], picture)
    assert picture.is_file() == bool(bins)
    if bins:
        assert cv2.imread(str(picture)).std() > 1
