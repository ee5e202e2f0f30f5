"""The writer: learns a hand from one to ten drawn digits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from safetensors.numpy import load

from handwriting.bank import Bank
from handwriting.factors import FactorModel
from handwriting.features import FEATURES, PATH_POINTS, Glyph
from handwriting.hand import Hand, check_examples
from handwriting.style import StyleModel
from ink.drawing import DrawingError
from weights.store import WEIGHTS_FOLDER, WeightsError, load_weights

NAME = "handwriting"
"""Of the weight file and its card."""


@dataclass(frozen=True)
class Writer:
    """Knows many hands, and learns a new one from a few digits.

    Attributes:
        style: factors of hands, and drawings to start from.
    """

    style: StyleModel

    def learn(
        self,
        examples: Sequence[tuple[Sequence[np.ndarray], int]],
        weights: Sequence[float] | None = None,
        traced: bool = False,
    ) -> Hand:
        """The hand that drew these digits.

        Args:
            examples: one or more digits: strokes in the order drawn (``[n, 2]`` each, y down), and which digit it is.
                Unit, place and the rate of points don't matter, but must be the same for all.
            weights: how sure that is, above 0 and at most 1; an unsure digit says less of the hand.
            traced: the strokes were traced from pictures, so neither their order nor their direction is the hand's.

        Raises:
            DrawingError: there is no example, one is no digit in strokes, or the weights do not fit.
        """
        checked = check_examples(examples)
        if weights is not None and (len(weights) != len(checked) or not all(0 < w <= 1 for w in weights)):
            raise DrawingError("There must be one weight for each digit, above 0 and at most 1.")
        certainty = (1.0,) * len(checked) if weights is None else tuple(float(w) for w in weights)
        if traced:
            checked = tuple((self.style.arrange(glyph, digit), digit) for glyph, digit in checked)
        factors = self.style.infer(checked, certainty, traced=traced)
        return Hand(self.style, checked, certainty, factors, traced=traced)

    def allographs(self, hand: Hand, digit: int, strength: float = 1.0) -> list[Glyph]:
        """The shapes that a digit may have, one to four, each in this hand: what :meth:`Hand.choose` chooses from."""
        return [
            self.style.make(hand.factors, digit, strength, number, wobble=hand.wobble)
            for number in range(self.style.shape_count(digit))
        ]


@cache
def load_writer(folder: Path = WEIGHTS_FOLDER) -> Writer:
    """The shipped writer.

    Raises:
        WeightsError: its file is missing, damaged, or of another version than the code.
    """
    path = load_weights(NAME, folder).path
    arrays = load(path.read_bytes())
    try:
        model = FactorModel(
            *(arrays[key].astype(float) for key in ("mean", "scale", "maps", "own", "within", "traced"))
        )
        bank = Bank(*(arrays[key] for key in ("grid", "counts", "digit", "allograph", "writer")))
    except KeyError as error:
        raise WeightsError(f"{path.name} has no array {error}.") from error
    if model.traced.shape != (2, 10, len(FEATURES)) or bank.grid.shape != (len(bank.digit), PATH_POINTS, 2):
        raise WeightsError(f"{path.name} is for other features of handwriting than these; fit it anew.")
    if not all(len(rows) for rows in bank.by_digit):
        raise WeightsError(f"{path.name} lacks drawings of a digit.")
    return Writer(StyleModel(model, bank))
