"""What is handed in is taken, or refused in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from comparison.datasets.dataset import DatasetError
from ink.drawing import DrawingError
from ui.uploads import drawing_from_strokes, open_labelled_set, read_view_file


def test_strokes_become_a_drawing() -> None:
    drawing = drawing_from_strokes({"side": 400, "strokes": [{"w": 12, "p": [[200, 80], [200, 320]]}]})
    assert drawing.shape == (400, 400, 3)
    assert drawing[200, 200].tolist() == [0, 0, 0]
    with pytest.raises(DrawingError, match="no pen strokes"):
        drawing_from_strokes("hello")


def test_a_file_that_is_no_view(tmp_path: Path) -> None:
    (tmp_path / "a.duel").write_bytes(b"\xff\xfe")
    for path in (None, str(tmp_path / "missing"), str(tmp_path / "a.duel")):
        with pytest.raises(DrawingError, match="no saved view"):
            read_view_file(path)


def test_the_built_in_set_stands_in_for_none() -> None:
    with open_labelled_set(None) as dataset:
        assert len(dataset.samples) == 52


def test_a_set_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.uploads.MAX_BENCHMARK_DRAWINGS", 51)
    with pytest.raises(DatasetError, match="has 52 drawings; the page takes 51"), open_labelled_set(None):
        pass
