"""What a visitor's own digits give to those that are made: pen, size, line, wobble, spacing; and no two are one."""

from __future__ import annotations

import numpy as np
import pytest

from detectors import Detections
from handwriting import Hand, load_writer
from handwriting.examples import Examples, find_examples, trace_examples
from handwriting.features import Glyph, resample_glyph
from handwriting.wobble import measure_wobble, set_wobble
from ink.drawing import DrawingError
from ink.pen import draw_ink
from ink.strokes import Stroke, densify_stroke, stroke_bounds
from tests.helpers import detections, digit_strokes

FOUR = digit_strokes(4, (200, 150), 100)


def on_line(digits: str, gap: float = 30, rise: float = 0.0, bounce: float = 0.0, size: float = 100) -> Hand:
    """The hand that wrote these digits in a row."""
    examples: list[tuple[Glyph, int]] = []
    x = 0.0
    for k, character in enumerate(digits):
        paths = digit_strokes(int(character), (0, 0), size)
        low, high = stroke_bounds(paths)
        foot = np.array([x - low[0], 500 - rise * x + bounce * (-1) ** k - high[1]], np.float32)
        examples.append(([path + foot for path in paths], int(character)))
        x += float(high[0] - low[0]) + gap
    return load_writer().learn(examples)


def boxes(glyphs: list[Glyph]) -> np.ndarray:
    return np.array([np.concatenate(stroke_bounds(glyph)) for glyph in glyphs])


def test_made_digits_are_drawn_by_the_pen_of_those_that_were_drawn() -> None:
    strokes = [Stroke(path, 7.5) for path in FOUR]
    box = [*stroke_bounds(FOUR)[0].tolist(), *stroke_bounds(FOUR)[1].tolist()]
    assert find_examples(strokes, detections((box, 4, 0.9))).pen == 7.5
    traced = trace_examples(draw_ink([Stroke(path, 10.72) for path in FOUR], 300, 400), detections((box, 4, 0.9)))
    assert traced.pen == pytest.approx(10.72, rel=0.25)
    assert traced.traced


@pytest.mark.parametrize("size", [40, 200])
def test_size(size: float) -> None:
    heights = np.diff(boxes(on_line("47", size=size).write("0235689"))[:, [1, 3]])
    assert np.median(heights) == pytest.approx(size, rel=0.2)


@pytest.mark.parametrize("gap", [12, 60])
def test_spacing(gap: float) -> None:
    written = boxes(on_line("4713", gap=gap).write("0235689"))
    assert np.median(written[1:, 0] - written[:-1, 2]) == pytest.approx(gap, rel=0.1)


@pytest.mark.parametrize("rise", [-0.15, 0.0, 0.15])
def test_a_line_that_rises(rise: float) -> None:
    written = boxes(on_line("471352", rise=rise).write("0689068906"))
    slope = np.polyfit(written[:, 0], written[:, 3], 1)[0]
    assert -slope == pytest.approx(rise, abs=0.04)


def test_digits_that_dance_on_their_line() -> None:
    steady, dancing = (boxes(on_line("471352", bounce=bounce).write("0689068906")) for bounce in (0, 8))
    assert np.ptp(steady[:, 3]) < 2
    assert 5 < dancing[:, 3].std() < 20


def test_digits_one_below_the_other_say_nothing_of_a_line() -> None:
    stacked = load_writer().learn(
        [([path + np.array([0, 200 * d]) for path in digit_strokes(d, (0, 0), 100)], d) for d in (1, 4, 7)]
    )
    assert (stacked.line_style.rise, stacked.line_style.bounce) == (0.0, 0.0)


def shaken(glyph: Glyph, amount: float) -> Glyph:
    rng = np.random.default_rng(0)
    return [p + np.cumsum(rng.normal(0, amount, p.shape), 0) for p in (densify_stroke(path, 3) for path in glyph)]


def wobble_of(glyphs: list[Glyph]) -> float:
    return float(np.mean([measure_wobble(*(part[None] for part in resample_glyph(glyph)))[0] for glyph in glyphs]))


def test_an_unsteady_hand_makes_unsteady_digits() -> None:
    steady, unsteady = (load_writer().learn([(shaken(FOUR, amount), 4)]) for amount in (0.0, 1.2))
    assert unsteady.wobble > 1.5 * steady.wobble
    assert wobble_of(unsteady.write("0123")) > 1.3 * wobble_of(steady.write("0123"))


@pytest.mark.parametrize("wanted", [3e-4, 1e-3, 3e-3])
def test_a_digit_gets_the_wobble_that_is_wanted(wanted: float) -> None:
    points, stroke = resample_glyph(shaken(digit_strokes(3, (0, 0), 100), 0.5))
    made = set_wobble(points, stroke, wanted, np.random.default_rng(0))
    assert measure_wobble(made[None], stroke[None])[0] == pytest.approx(wanted, rel=0.6)
    assert np.abs(made - points).max() < 0.05


def test_no_two_digits_of_a_line_are_one() -> None:
    for hand in (on_line("4"), on_line("7")):  # the sevens are made, and drawn
        sevens = [np.concatenate(glyph) - np.concatenate(glyph).min(0) for glyph in hand.write("7777")]
        for k, one in enumerate(sevens):
            for other in sevens[:k]:
                assert 0.3 < np.abs(one - other).max() < 25
    assert [len(glyph) for glyph in on_line("4").write("7777")].count(len(on_line("4").write("7")[0])) == 4


def test_unsure_digits_weigh_less() -> None:
    """Beside a sure digit, another one pulls the hand its own way the less, the less sure it is."""
    writer, two = load_writer(), digit_strokes(2, (0, 0), 100)
    alone = writer.learn([(two, 2)]).factors
    hands = [writer.learn([(FOUR, 4), (two, 2)], [1.0, weight]).factors for weight in (0.05, 0.3, 1.0)]
    pulls = [float(hand @ alone / np.linalg.norm(hand) / np.linalg.norm(alone)) for hand in hands]
    assert pulls == sorted(pulls)
    assert pulls[2] > pulls[0] + 0.1


def test_strokes_go_to_the_object_they_lie_in() -> None:
    left, right = (np.array([[x, 10], [x, 90]], np.float32) for x in (20, 120))
    bar = np.array([[100, 50], [140, 50]], np.float32)
    away = np.array([[300, 300], [310, 310]], np.float32)
    strokes = [Stroke(path, 4) for path in (right, left, bar, away)]
    read = detections(([98, 8, 142, 92], 4, 0.7), ([18, 8, 22, 92], 1, 0.9), ([295, 295, 315, 315], 11, 0.9))
    examples = find_examples(strokes, read)
    assert [(len(glyph), digit) for glyph, digit in examples.digits] == [(1, 1), (2, 4)]
    assert examples.weights == pytest.approx([0.9, 0.7])
    assert examples.text == "14"


@pytest.mark.parametrize("find", [find_examples, trace_examples])
@pytest.mark.parametrize(
    "read", [Detections.empty(), detections(([0, 0, 400, 400], 11, 0.9)), detections(([300, 300, 310, 310], 3, 0.9))]
)
def test_without_a_digit_there_is_no_example(find: object, read: Detections) -> None:
    drawn = [Stroke(path, 4) for path in FOUR] if find is find_examples else draw_ink([Stroke(FOUR[0], 4)], 400, 400)
    with pytest.raises(DrawingError, match="No digit was read"):
        find(drawn, read)  # type: ignore[operator]


def test_a_picture_is_learned_from_nearly_as_its_strokes() -> None:
    strokes = [Stroke(path, 8.72) for path in FOUR]
    box = [*(stroke_bounds(FOUR)[0] - 5).tolist(), *(stroke_bounds(FOUR)[1] + 5).tolist()]
    read, writer = detections((box, 4, 1.0)), load_writer()
    found: list[Examples] = [find_examples(strokes, read), trace_examples(draw_ink(strokes, 300, 400), read)]
    drawn, traced = (writer.learn(e.digits, e.weights, e.traced).factors for e in found)
    assert drawn @ traced > 0.5 * np.linalg.norm(drawn) * np.linalg.norm(traced)
