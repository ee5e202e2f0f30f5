"""The shipped writer: what is drawn comes back, the rest is made, and bad input is refused in words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from classifiers import load_classifier
from handwriting import Hand, load_writer
from handwriting.line import MARKS
from ink.drawing import DrawingError
from ink.pen import draw_ink
from ink.strokes import Stroke, stroke_bounds
from tests.helpers import digit_strokes, packages_after
from weights.store import WEIGHTS_FOLDER, WeightsError

FOUR = digit_strokes(4, (200, 150), 100)


@pytest.fixture(scope="module")
def hand() -> Hand:
    return load_writer().learn([(FOUR, 4)])


def middle_free(glyph: list[np.ndarray]) -> np.ndarray:
    points = np.concatenate(glyph)
    return points - points.min(0)


def test_one_entry_a_character_from_left_to_right(hand: Hand) -> None:
    written = hand.write("0123456789")
    assert len(written) == 10
    lefts = [float(stroke_bounds(glyph)[0][0]) for glyph in written]
    assert lefts == sorted(lefts)
    assert all(path.dtype == np.float32 and path.shape[1] == 2 for glyph in written for path in glyph)


def test_what_was_drawn_comes_back_as_drawn_and_then_varied(hand: Hand) -> None:
    first, second = hand.write("44")
    np.testing.assert_allclose(middle_free(first), middle_free(FOUR), atol=1e-3)
    assert np.abs(middle_free(second) - middle_free(FOUR)).max() > 0.3
    assert np.abs(middle_free(second) - middle_free(FOUR)).max() < 20


def test_made_digits_are_as_large_as_drawn_ones(hand: Hand) -> None:
    heights = [np.ptp(np.concatenate(glyph)[:, 1]) for glyph in hand.write("0235689")]
    assert np.median(heights) == pytest.approx(np.ptp(np.concatenate(FOUR)[:, 1]), rel=0.15)


def test_made_digits_are_read_right(hand: Hand) -> None:
    crops = []
    for glyph in hand.write("0123456789"):
        low, _ = stroke_bounds(glyph)
        crops.append(255 - draw_ink([Stroke(p - low + 20, 8.72) for p in glyph], 150, 150))
    assert load_classifier("cnn")(crops).argmax(1).tolist() == list(range(10))


def test_a_leaning_four_makes_leaning_digits() -> None:
    writer = load_writer()
    upright, leaning = (
        writer.learn([([np.stack([p[:, 0] - lean * p[:, 1], p[:, 1]], 1) for p in FOUR], 4)]) for lean in (-0.2, 0.6)
    )
    assert writer.style.lean(leaning.factors) > writer.style.lean(upright.factors) + 0.05


def test_seeds_and_strengths_change_what_is_made(hand: Hand) -> None:
    plain = hand.write("7")
    assert all(np.array_equal(a, b) for a, b in zip(plain[0], hand.write("7")[0], strict=True))
    assert not np.array_equal(np.concatenate(plain[0])[:5], np.concatenate(hand.write("7", 2.0)[0])[:5])
    others = {np.concatenate(hand.write("7", seed=seed)[0]).tobytes() for seed in range(1, 8)}
    assert len(others) > 1


def test_an_unsure_example_says_less() -> None:
    writer = load_writer()
    sure, unsure = (writer.learn([(FOUR, 4)], weights=[w]) for w in (1.0, 0.1))
    assert np.linalg.norm(unsure.factors) < np.linalg.norm(sure.factors)


def test_shapes_are_chosen(hand: Hand) -> None:
    writer = load_writer()
    shapes = writer.allographs(hand, 7)
    assert 2 <= len(shapes) <= 4
    chosen = hand.choose(7, 1).choose(2, 0)
    assert dict(chosen.allographs) == {7: 1, 2: 0}
    assert not np.array_equal(chosen.factors, hand.factors)
    with pytest.raises(DrawingError, match="no shape by that number of the digit 7"):
        hand.choose(7, 9)


def test_numbers_dates_and_telephone_numbers(hand: Hand) -> None:
    text = "".join(MARKS) + "12.5 - 3/4 (+49)"
    written = hand.write(text)
    assert [bool(glyph) for glyph in written] == [character != " " for character in text]
    assert hand.write("") == []
    assert all(stroke.width == 6 for stroke in hand.draw("12", 6))


@pytest.mark.parametrize(
    ("examples", "message"),
    [
        ([], "at least one digit"),
        ([([], 3)], "list of strokes"),
        ([([np.zeros((0, 2))], 3)], "list of points"),
        ([([np.zeros((4, 3))], 3)], "list of points"),
        ([([np.array([[0, np.nan]])], 3)], "no pairs of numbers"),
        ([(FOUR, 11)], "Only the digits 0 to 9"),
        ([(FOUR, "x")], "Only the digits 0 to 9"),
        ([(["ab"], 4)], "list of strokes"),
    ],
)
def test_what_is_no_digit_is_refused(examples: list, message: str) -> None:
    with pytest.raises(DrawingError, match=message):
        load_writer().learn(examples)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(("x",), "Only digits"), (("1" * 61,), "at most 60"), (("1", 9.0), "strength must be 0 to 2"), (("²",), "Only")],
)
def test_what_cannot_be_written_is_refused(hand: Hand, arguments: tuple, message: str) -> None:
    with pytest.raises(DrawingError, match=message):
        hand.write(*arguments)


def test_dots_and_single_points_can_be_learned_from() -> None:
    assert len(load_writer().learn([([np.array([[3, 3]])], 1)]).write("09")) == 2


def test_the_file_is_small_and_checked(tmp_path: Path) -> None:
    path = WEIGHTS_FOLDER / "handwriting.safetensors"
    assert path.stat().st_size < 1_000_000
    for suffix in (".safetensors", ".json"):
        (tmp_path / f"handwriting{suffix}").write_bytes(path.with_suffix(suffix).read_bytes())
    assert load_writer(tmp_path).style.bank.digit.shape
    (tmp_path / "handwriting.safetensors").write_bytes(path.read_bytes()[:-1] + b"x")
    load_writer.cache_clear()
    with pytest.raises(WeightsError, match="checksum"):
        load_writer(tmp_path)


def test_writing_needs_no_torch() -> None:
    assert not {"torch", "gradio"} & packages_after("from handwriting import load_writer; load_writer()")
