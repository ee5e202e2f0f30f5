"""The Benchmark tab, without a page."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import gradio as gr
import numpy as np
import pytest

from tests.helpers import FAKE_DETECTORS
from ui.session import PackedImage
from ui.tabs.benchmark import MAX_TILES, on_pick, on_run, on_stopped

RUNNING = {"bench-work", "bench-stop"}
FINISHED = {*RUNNING, "bench-table", "bench-gallery", "drawings"}


@pytest.fixture(scope="module")
def run() -> list[dict[str, Any]]:
    """What a run on the built-in set answers; the report is gone when the last answer was taken."""
    answers = []
    for updates in on_run(FAKE_DETECTORS, None):
        if "bench-report" in updates:
            files = cast(gr.Files, updates["bench-report"]).value
            assert len(cast(Any, files)) == 2
        answers.append(updates)
    return answers


def test_a_run_says_how_far_it_has_come(run: list[dict[str, Any]]) -> None:
    *progress, _ = run
    assert all(set(updates) == RUNNING for updates in progress)
    assert all(updates["bench-stop"].interactive for updates in progress)
    shares = [updates["bench-work"].split('aria-valuenow="')[1].split("%")[0] for updates in progress]
    assert [int(s) for s in shares] == sorted(int(s) for s in shares)
    assert shares[-1] == "100"


def test_a_run_ends_with_a_table_a_report_and_the_drawings_that_differ(run: list[dict[str, Any]]) -> None:
    last = run[-1]
    assert set(last) == {*FINISHED, "bench-report"}
    assert "of 52 drawings are read differently" in last["bench-work"]
    assert "52 drawings" in last["bench-table"]
    assert not last["bench-stop"].interactive
    assert len(last["drawings"]) == MAX_TILES  # these detectors agree on nothing
    assert all(isinstance(drawing, PackedImage) for drawing in last["drawings"])


def test_a_file_that_is_no_archive_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "bad.zip").write_text("hello")
    (updates,) = on_run(FAKE_DETECTORS, str(tmp_path / "bad.zip"))
    assert set(updates) == FINISHED
    assert "no zip archive" in str(updates["bench-work"])
    assert updates["drawings"] == []


def test_a_report_that_cannot_be_saved_is_shown_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> list[str]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ui.tabs.benchmark.write_report", full)
    *_, last = on_run(FAKE_DETECTORS, None)
    assert "could not be saved: No space left on device" in str(last["bench-work"])
    assert "52 drawings" in str(last["bench-table"])
    assert cast(gr.Files, last["bench-report"]).visible is False


def test_a_stopped_run_says_so() -> None:
    updates = on_stopped()
    assert set(updates) == RUNNING
    assert "Stopped." in str(updates["bench-work"])


@pytest.mark.parametrize("index", [-1, 2, [0, 1], None])
def test_a_tile_that_is_not_there_opens_nothing(index: object) -> None:
    drawings = [PackedImage(np.full((4, 4, 3), k, np.uint8)) for k in range(2)]
    assert on_pick(drawings, cast(gr.SelectData, SimpleNamespace(index=index))) == {}


def test_a_tile_opens_its_drawing_on_the_first_tab() -> None:
    drawings = [PackedImage(np.full((4, 4, 3), k, np.uint8)) for k in range(2)]
    updates = on_pick(drawings, cast(gr.SelectData, SimpleNamespace(index=1)))
    np.testing.assert_array_equal(cast(Any, updates["picked-drawing"]), np.full((4, 4, 3), 1))
    assert cast(gr.Tabs, updates["tabs"]).selected == "draw"
