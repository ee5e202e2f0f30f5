"""A writer is fitted on tiny data, saved with its card, and writes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import training.handwriting
from handwriting import load_writer
from handwriting.factors import fit_factors
from tests.helpers import digit_strokes
from training.handwriting import first_of_each, main


def test_fitted_saved_and_written_with(data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training.handwriting, "SHIPPED_SOURCES", ("pendigits",))
    main(["--data", str(data_folder), "--out", str(tmp_path), "--min-confidence", "0", "--factors", "3"])
    writer = load_writer(tmp_path)
    assert len(writer.learn([(digit_strokes(4, (0, 0), 100), 4)]).write("0123456789")) == 10
    card = json.loads((tmp_path / "handwriting.json").read_text())
    assert card["drawings kept are of"] == ["pendigits_strokes_train"]
    assert card["writers kept"] == 2  # the other two are for validation
    page = (tmp_path / "handwriting.md").read_text()
    assert "drawings kept and learned from" in page
    assert all(source["licence"] in page for source in card["data"])


def test_a_missing_folder_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="data folder"):
        main(["--data", str(tmp_path / "nowhere")])


def test_the_first_of_each_key() -> None:
    rows, keys = np.array([5, 6, 7, 8, 9]), np.array(["a", "b", "a", "a", "b"])
    assert first_of_each(rows, keys, 1).tolist() == [5, 6]
    assert first_of_each(rows, keys, 2).tolist() == [5, 6, 7, 9]


def test_factors_find_what_a_writer_does_with_every_digit() -> None:
    rng = np.random.default_rng(0)
    hands = rng.normal(0, 1, (80, 1))
    digits = np.tile(np.repeat(np.arange(10), 3), 80)
    writers = np.repeat(np.arange(80), 30)
    # The first feature is the hand's, the second each digit's own.
    own = rng.normal(0, 1, (80, 10))[writers, digits]
    features = np.stack([hands[writers, 0], own], 1) + rng.normal(0, 0.2, (len(digits), 2))
    model = fit_factors(features, digits, writers, 1, 10)
    assert (model.maps[:, 0, 0] ** 2 > 4 * model.maps[:, 1, 0] ** 2).all()
    standard = model.standardise(features, digits)
    found = [model.posterior(standard[writers == w][:6], digits[writers == w][:6])[0][0] for w in range(80)]
    assert abs(np.corrcoef(found, hands[:, 0])[0, 1]) > 0.95
    none = np.zeros(0, int)
    assert model.posterior(standard[none], none)[0] == pytest.approx([0.0])
