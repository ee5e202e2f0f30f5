"""The Benchmark tab, without a page."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import gradio as gr
import numpy as np
import pytest

from comparison.datasets.dataset import Sample
from comparison.evaluation.results import project_version
from detectors import Detections, method_lines
from tests.helpers import FAKE_DETECTORS, detections
from ui.html.gallery import mistake_in_words
from ui.pad import Pick
from ui.tabs.benchmark import MAX_TILES, on_run, on_stopped

RUNNING = {"bench-work", "bench-stop"}
FINISHED = {*RUNNING, "bench-table", "bench-gallery", "picks"}


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
    assert "of 52 drawings are not read exactly by some method" in last["bench-work"]
    assert "52 drawings" in last["bench-table"]
    assert not last["bench-stop"].interactive
    assert 0 < len(last["picks"]) <= MAX_TILES
    assert all(isinstance(pick, Pick) for pick in last["picks"])


def test_a_file_that_is_no_archive_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "bad.zip").write_text("hello")
    (updates,) = on_run(FAKE_DETECTORS, str(tmp_path / "bad.zip"))
    assert set(updates) == FINISHED
    assert "no zip archive" in str(updates["bench-work"])
    assert updates["picks"] == []


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


def test_the_truth_is_told_in_the_gallery_the_picks_and_the_report(run: list[dict[str, Any]]) -> None:
    gallery, picks = run[-1]["bench-gallery"], run[-1]["picks"]
    assert gallery.count('data-ask="pick"') == len(picks)
    assert all(f"<strong>{pick.truth}</strong>" in gallery for pick in picks)
    assert {"only Fake 4 right", "all methods wrong"} <= {text.split("<")[0] for text in gallery.split('">')}


def test_every_method_is_called_as_elsewhere_on_the_page(run: list[dict[str, Any]]) -> None:
    last = run[-1]
    assert "<i>Segmentation, Fake 9</i>" in last["bench-gallery"]
    assert "Segmentation, Fake 9" in last["bench-table"]
    assert "contours-cnn" not in last["bench-gallery"] + last["bench-table"]
    colours = {name: colour for name, (colour, _) in method_lines(FAKE_DETECTORS).items()}
    assert f'--tint: {colours["contours-cnn"]}"><i>Segmentation, Fake 9</i>' in last["bench-gallery"]


BOX, FAR, HALF = [0.0, 0, 40, 60], [200.0, 0, 240, 60], [0.0, 0, 40, 25]


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (detections((HALF, 8, 0.9), (FAR, 11, 0.9)), "another box"),
        (detections((BOX, 8, 0.9), (FAR, 10, 0.9)), "another class"),
        (detections((BOX, 8, 0.9)), "1 object missed"),
        (
            detections((BOX, 8, 0.9), (FAR, 11, 0.9), ([90.0, 0, 99, 9], 11, 0.9), ([90.0, 90, 99, 99], 11, 0.9)),
            "2 objects more",
        ),
    ],
)
def test_what_reads_like_the_truth_and_is_wrong_says_why(found: Detections, words: str) -> None:
    sample = Sample(1, Path("8.png"), np.array([BOX, FAR]), np.array([8, 11]))
    assert mistake_in_words(found, sample) == words


def test_a_report_names_the_set_the_day_and_the_version(run: list[dict[str, Any]]) -> None:
    summary = run[-1]["bench-table"]
    assert f"Built-in set, {datetime.now(UTC).date()}, Digit Duel {project_version()}" in summary
    assert "of 52 drawings exactly" in summary
    assert "95 % interval" in summary
