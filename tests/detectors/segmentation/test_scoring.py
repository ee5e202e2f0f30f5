"""What a candidate is worth."""

from __future__ import annotations

import numpy as np
import pytest

from detectors.segmentation.grouping import Candidate
from detectors.segmentation.pieces import Piece
from detectors.segmentation.scoring import ScoreConfig, score_candidate, usual_height
from ink.sheet import Sheet
from models.classes import OTHER

SHEET = Sheet(np.full((60, 200, 3), 255, np.uint8))


def score(height: int, answer: int, usual: float) -> float:
    """Of a surely read piece of this height, its class taken as it was read."""
    piece = Piece(0, 0, np.full((height, 20), 255, np.uint8))
    probabilities = np.full(12, 0.001, np.float32)
    probabilities[answer] = 0.989
    candidate = Candidate.from_pieces(SHEET, (0,), [piece])
    return score_candidate(ScoreConfig(rare_low=0), candidate, (probabilities, 0.99), [piece], usual).score


def test_a_digit_half_as_high_as_usual_costs_more() -> None:
    whole = score(40, 0, 40)
    assert score(20, 0, 40) == pytest.approx(whole - ScoreConfig().low * (np.log(2) - 0.15))
    # Hands vary, what is no digit has any height, and one piece alone has nothing to be compared with.
    assert score(36, 0, 40) == whole
    assert score(80, 0, 40) == whole
    assert score(20, OTHER, 40) == score(40, OTHER, 40)
    assert score(20, 0, 0) == whole


@pytest.mark.parametrize(("height", "answer"), [(40, 1), (34, 1), (12, OTHER)])
def test_what_may_be_a_digit_and_is_much_lower_than_the_rest_is_a_comma(height: int, answer: int) -> None:
    probabilities = np.full(12, 0.001, np.float32)
    probabilities[[1, OTHER]] = 0.6, 0.39
    piece = Piece(0, 0, np.full((height, 6), 255, np.uint8))
    candidate = Candidate.from_pieces(SHEET, (0,), [piece])
    found = score_candidate(ScoreConfig(rare_other=0), candidate, (probabilities, 0.99), [piece], 40)
    assert found.probabilities.argmax() == answer
    assert found.probabilities.sum() == pytest.approx(1)


def test_usual_height() -> None:
    pieces = [Piece(0, 0, np.zeros((height, 5), np.uint8)) for height in (40, 40, 42, 6)]
    assert usual_height(pieces) == pytest.approx(40.5)
    assert usual_height(pieces[:1]) == 0


@pytest.mark.parametrize(("side", "answer", "cost"), [(7, 9, 4.0), (9, 9, 0.0), (7, OTHER, 0.0)])
def test_a_dot_is_no_part_of_a_digit(side: int, answer: int, cost: float) -> None:
    """A dot right of a bar of 40 pixels, and within the gap that costs nothing more for being wider."""
    body, dot = (Piece(x, 0, np.full((h, w), 255, np.uint8)) for x, h, w in ((0, 40, 10), (10, side, side)))
    probabilities = np.full(12, 0.001, np.float32)
    probabilities[answer] = 0.989

    def of(config: ScoreConfig) -> float:
        candidate = Candidate.from_pieces(SHEET, (0, 1), [body, dot])
        return score_candidate(config, candidate, (probabilities, 0.99), [body, dot], 40).score

    assert of(ScoreConfig(dot=0)) - of(ScoreConfig()) == pytest.approx(cost)
