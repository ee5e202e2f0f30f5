"""Judges of made digits and their trials: who is judged is unknown to them, and chance is a half."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.handwriting import CANDIDATES, render_candidates, render_table
from benchmarks.stroke_model import StrokeModelBenchmark, change_hands, train_stroke_model
from benchmarks.synthetic_writers import bent_copies, doubled_writers, made_hands
from handwriting import load_writer
from ink.drawing import read_drawing
from tests.helpers import digit_strokes
from tools.handwriting_devices import DEVICES, PICTURE, redrawn_hands
from tools.handwriting_judges import Reader, Verifier, gradient_features, split_all
from tools.handwriting_rotations import DRAWN, RotationSettings, divide_writers
from tools.handwriting_sheet import FAILURES, PICTURES, main
from tools.handwriting_trials import (
    BASELINES,
    Jury,
    baseline_gradients,
    infer_factors,
    made_gradients,
    make_trials,
    preferred,
    split_writers,
    writers_hands,
)
from training.glyphs.glyph_set import select_glyphs
from training.glyphs.reader import load_glyphs
from training.handwriting import HandData


@pytest.fixture(scope="module")
def hands() -> HandData:
    """The shipped drawings as those of ten writers of two collections."""
    bank = load_writer().style.bank
    rows = np.concatenate([rows[:100] for rows in bank.by_digit])
    writer = np.tile(np.arange(10), len(rows) // 10)
    source = np.where(writer % 2 == 0, "a/x", "b")
    points, stroke = bank.points[rows], bank.stroke[rows]
    digit = bank.digit[rows].astype(int)
    return HandData(points, stroke, bank.features[rows], digit, writer.astype(str), source)


def test_writers_are_split_evenly_and_never_between_folds(hands: HandData) -> None:
    fold = split_writers(hands, 5)
    assert all(len(np.unique(fold[hands.writer == name])) == 1 for name in np.unique(hands.writer))
    assert {tuple(sorted(set(hands.source[fold == k]))) for k in range(5)} == {("a/x", "b")}


@pytest.mark.parametrize("drawn", DRAWN)
def test_trials_keep_apart_what_is_given_asked_and_compared(hands: HandData, drawn: int) -> None:
    trials = make_trials(hands, np.ones(len(hands.digit), bool), drawn, 1, 0)
    assert len(trials) == 10 * (10 - drawn)
    for trial in trials:
        assert trial.digit not in hands.digit[list(trial.own)]
        assert trial.digit not in hands.digit[trial.reference]
        assert not set(trial.own) & set(trial.reference.tolist())
        writer, other = (set(hands.writer[list(rows)]) for rows in (trial.own, trial.wrong))
        assert len(writer) == len(other) == 1
        assert writer != other
        assert set(hands.source[list(trial.wrong)]) == set(hands.source[list(trial.own)])
        assert hands.digit[list(trial.real)].tolist() == [trial.digit] * 2


def test_all_that_is_offered_can_be_judged(hands: HandData) -> None:
    style = load_writer().style
    gradients = gradient_features(split_all(hands.points, hands.stroke))
    verifier = Verifier.fit(gradients, hands.digit, hands.writer, hands.source)
    trials = make_trials(hands, np.ones(len(hands.digit), bool), 3, 1, 0)
    jury = Jury(verifier, gradients, hands, trials)
    own = infer_factors(style, hands, [trial.own for trial in trials])
    offered = [made_gradients(style, own, jury.digits, 1.0)]
    offered += [baseline_gradients(style, own, jury.digits, kind) for kind in BASELINES]
    for each in offered:
        assert np.isfinite(jury.score(each)).all()
    # The jury's scores are the verifier's, but for what is the same for all digits of a trial.
    trial = trials[0]
    hand = verifier.hand(gradients[trial.reference], hands.digit[trial.reference])
    two = gradients[list(trial.real)]
    plain = verifier.score(hand, two, np.array([trial.digit] * 2))
    repeated = [jury.score(np.repeat(row[None], len(trials), 0))[0] for row in two]
    assert repeated[0] - repeated[1] == pytest.approx(plain[0] - plain[1], rel=1e-3)


def test_the_reader_reads() -> None:
    glyphs = [digit_strokes(digit, (0, 0), 1) for digit in range(10)] * 3
    digits = np.tile(np.arange(10), 3)
    reader = Reader.fit(gradient_features(glyphs), digits)
    assert reader.read(gradient_features(glyphs)).tolist() == digits.tolist()


def test_ties_count_half() -> None:
    assert preferred(np.array([1.0, 2, 3, 3]), np.array([0.0, 2, 4, 4])) == 0.375


def test_the_table_has_errors_and_leaves_out_what_was_not_measured() -> None:
    rotations = [{("own", 1): 0.5, ("own", 3): 0.5, ("own", 9): 0.5, ("ms", 1): k} for k in (1.0, 3.0)]
    table = "\n".join(render_table(rotations))
    assert "0.500 ± 0.000" in table
    assert "| ms | 2.000 ± 1.000 |  |  |" in table


@pytest.mark.parametrize("device", [PICTURE, *DEVICES])
def test_a_device_changes_how_digits_were_drawn_and_not_which(hands: HandData, device: str) -> None:
    style, rows = load_writer().style, np.arange(0, 1000, 100)
    changed = redrawn_hands(style, hands, rows, device)
    left = np.delete(np.arange(len(hands.digit)), rows)
    np.testing.assert_array_equal(changed.features[left], hands.features[left])
    assert np.isfinite(changed.features).all()
    spread = style.model.standardise(changed.features, hands.digit) - style.model.standardise(
        hands.features, hands.digit
    )
    assert 0 < np.abs(spread[rows]).mean() < 1.2


def test_who_is_asked(hands: HandData) -> None:
    fold = split_writers(hands, 5)
    parts = divide_writers(RotationSettings(), hands, fold)
    assert list(parts) == [f"part {k + 1}" for k in range(5)]
    assert (np.sum(list(parts.values()), 0) == 1).all()
    many = replace(hands, writer=np.arange(len(hands.digit)).astype(str))
    collections = divide_writers(RotationSettings(apart="collections"), many, fold)
    assert {name: set(hands.source[rows]) for name, rows in collections.items()} == {"a": {"a/x"}, "b": {"b"}}


def test_candidates_and_what_is_chosen_of_them() -> None:
    scores = np.full((2, len(CANDIDATES), 3, 2), 0.5)
    scores[:, 1, 0, 0] = 0.7
    head, _, *rows = render_candidates(scores)
    assert "1 drawn" in head
    assert len(rows) == len(CANDIDATES)
    assert rows[1] == "| 1, 0.5 | 0.700 ± 0.000 | 0.500 ± 0.000 | 0.500 ± 0.000 | 0.500 ± 0.000 |"
    assert render_candidates(scores, [1, 0])[2].startswith("| chosen | 0.600 ± 0.100 | 0.500")


def test_a_few_writers_are_enlarged_in_three_ways(data_folder: Path, hands: HandData) -> None:
    glyphs, rng = load_glyphs(data_folder), np.random.default_rng(0)
    digits = select_glyphs(glyphs, np.flatnonzero(glyphs.class_id < 10)[:20])
    few = hands.select(np.arange(20))
    sets = [doubled_writers(digits, 2, 1), bent_copies(few, 2, rng), made_hands(load_writer().style, 2, 2, rng)]
    assert [(len(seen), len(shown)) for seen, shown in sets] == [(40, 40)] * 3
    assert np.bincount(sets[2][1]).tolist() == [4] * 10


def test_the_pictures_of_the_documentation(data_folder: Path, tmp_path: Path) -> None:
    main(["--data", str(data_folder), "--out", str(tmp_path), "--writers", "3"])
    for name in (*PICTURES, FAILURES):
        assert (read_drawing(tmp_path / name) < 100).any()


def test_a_stroke_model_moves_drawings_for_another_hand_and_none_for_their_own(hands: HandData) -> None:
    style, rows = load_writer().style, np.arange(40)
    network = train_stroke_model(StrokeModelBenchmark(width=16, epochs=2), style.model, hands)
    own = writers_hands(style)[rows]
    assert np.abs(change_hands(network, style, rows, own, blur=0.1)).max() < 1e-6
    moved = change_hands(network, style, rows, own + 1, blur=0.1)
    assert moved.shape == (40, 64, 2)
    assert np.abs(moved).max() > 1e-4
