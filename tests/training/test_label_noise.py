"""Wrong labels come first in the list of suspects."""

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest

from training import label_noise as noise
from training.label_noise import main
from training.runs import held_out
from training.runs.held_out import assign_folds, read_by_others


def test_folds_keep_groups_together_and_are_of_about_one_size() -> None:
    names = np.repeat(["a", "b", "c", "d", "e"], [50, 30, 20, 20, 10])
    fold = assign_folds(names, 3, np.random.default_rng(0))
    assert all(len(set(fold[names == name].tolist())) == 1 for name in "abcde")
    assert sorted(np.bincount(fold).tolist()) == [40, 40, 50]


def test_nobody_is_read_by_a_network_that_knows_them(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    glyphs = noise.load_glyphs(data_folder)
    digits = np.flatnonzero(glyphs.class_id < noise.CENSORED)
    seen: list[set[str]] = []
    train = held_out.train_fold

    def watched(glyphs, indices, *rest):  # type: ignore[no-untyped-def]
        seen.append(set(glyphs.writer[indices].tolist()))
        return train(glyphs, indices, *rest)

    monkeypatch.setattr(held_out, "train_fold", watched)
    found = read_by_others(glyphs, digits, glyphs.writer[digits], folds=2, crops=128, seed=1)
    assert found.shape == (len(digits), 10)
    np.testing.assert_allclose(found.sum(1), 1, atol=1e-5)
    writers = set(glyphs.writer[digits].tolist())
    assert len(seen) == 2
    assert all(known < writers for known in seen)
    assert seen[0] | seen[1] == writers
    assert not (writers - seen[0]) & (writers - seen[1])


def test_the_least_likely_labels_are_listed_and_drawn(
    data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def certain(glyphs, indices, *rest):  # type: ignore[no-untyped-def]
        rows = np.eye(10, dtype=np.float32)[glyphs.class_id[indices]]
        rows[7] = np.roll(rows[7], 1)
        return rows

    monkeypatch.setattr(noise, "read_by_others", certain)
    main(["--data", str(data_folder), "--out", str(tmp_path), "--most", "3"])
    said = capsys.readouterr().out
    assert "3 of 40 digits" in said
    assert "all: 0.9750" in said
    assert "pendigits: " in said
    with (tmp_path / "suspects.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    glyphs = noise.load_glyphs(data_folder)
    assert len(rows) == 3
    assert rows[0]["probability of the label"] == "0.0"
    assert int(rows[0]["row"]) == glyphs.row[np.flatnonzero(glyphs.class_id < noise.CENSORED)[7]]
    assert cv2.imread(str(tmp_path / "suspects.png")).shape[1] == 20 * 66


def test_there_are_no_more_folds_than_writers_or_sources(
    data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def unsure(glyphs, indices, kept_together, folds, *rest):  # type: ignore[no-untyped-def]
        asked.append(folds)
        return np.full((len(indices), 10), 0.1, np.float32)

    monkeypatch.setattr(noise, "read_by_others", unsure)
    main(["--data", str(data_folder), "--out", str(tmp_path), "--by", "source", "--folds", "9"])
    assert asked == [2]
    with pytest.raises(SystemExit, match="With 1 folds"):
        main(["--data", str(data_folder), "--folds", "1"])


def test_only_writers_or_sources_are_kept_together(data_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--data", str(data_folder), "--by", "colour"])
    assert "choose from" in capsys.readouterr().err
