"""From drawn digits to the factors of a hand, and from these to digits that were not drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from handwriting.arrange import arrange_strokes
from handwriting.bank import Bank
from handwriting.factors import FactorModel, fit_shares
from handwriting.features import FEATURES, Glyph, glyph_features, resample_glyph, strokes_of
from handwriting.warp import warp_towards
from handwriting.wobble import measure_wobble, set_wobble
from ink.strokes import stroke_bounds

CHOICE_WEIGHT = 0.5
"""How much a shape that somebody chose counts beside a digit that they drew."""

WOBBLE_RANGE = (0.3, 3.0)
"""How steady and unsteady made digits are, per what is usual: beyond it a digit is no longer read."""

SMOOTHING_ROUNDS = 2
"""Rounds of corner cutting of a made digit, so that large ones show no edges."""


@dataclass(frozen=True)
class StyleSettings:
    """How digits are made from a hand; measured with `python -m benchmarks.handwriting`."""

    exaggeration: float = 1.25  # of the predicted style at strength 1
    reach: float = 2.0  # spreads from the mean that a predicted feature goes at most
    ridge: float = 0.5  # of the bending: see handwriting.warp
    choices: int = 4  # drawings that fit best, of which a seed picks one


@dataclass(frozen=True)
class StyleModel:
    """What was learned of many hands.

    Attributes:
        model: factors of hands.
        bank: drawings to start from.
        settings: how digits are made.
    """

    model: FactorModel
    bank: Bank
    settings: StyleSettings = field(default_factory=StyleSettings)

    @cached_property
    def standard(self) -> np.ndarray:
        """The bank's features, standardised, float ``[M, F]``."""
        return self.model.standardise(self.bank.features, self.bank.digit)

    @cached_property
    def importance(self) -> np.ndarray:
        """How much each feature of each digit tells of the hand and not of the drawing, float ``[D, F]``."""
        return fit_shares(self.model) / (self.model.own + self.model.within)

    @cached_property
    def usual_wobble(self) -> np.ndarray:
        """How unsteady drawings of each digit are, float ``[10]``."""
        wobble = measure_wobble(self.bank.points, self.bank.stroke)
        return np.array([np.median(wobble[rows]) for rows in self.bank.by_digit])

    def wobble(self, examples: Sequence[tuple[Glyph, int]]) -> float:
        """How unsteady examples are, strokes and digit of each, per what is usual for their digits."""
        points, stroke = (
            np.stack(part) for part in zip(*(resample_glyph(glyph) for glyph, _ in examples), strict=True)
        )
        ratio = np.log(measure_wobble(points, stroke) / self.usual_wobble[[digit for _, digit in examples]])
        # The fewer there are, the nearer to what is usual.
        return float(np.clip(np.exp(ratio.sum() / (len(ratio) + 1)), *WOBBLE_RANGE))

    def arrange(self, glyph: Glyph, digit: int) -> Glyph:
        """The strokes of a traced digit in the order and direction in which people write it."""
        variance = (self.model.maps[digit] ** 2).sum(1) + self.model.own[digit] + self.model.within[digit]

        def surprise(points: np.ndarray, stroke: np.ndarray) -> np.ndarray:
            standard = self.model.standardise(glyph_features(points, stroke), np.full(len(points), digit))
            return (standard**2 / variance).sum(1)

        return arrange_strokes(glyph, surprise)

    def infer(
        self,
        examples: Sequence[tuple[Glyph, int]],
        weights: Sequence[float] | None = None,
        allographs: Sequence[tuple[int, int]] = (),
        traced: bool = False,
    ) -> np.ndarray:
        """The factors of the hand that drew the examples.

        Args:
            examples: strokes and digit of each.
            weights: above 0 and at most 1 each: how sure their digits are.
            allographs: digits and the shapes that somebody chose for them.
            traced: the examples are pictures that were traced.

        Returns:
            float ``[K]``.
        """
        resampled = [resample_glyph(glyph) for glyph, _ in examples]
        digits = np.array([digit for _, digit in examples])
        points, stroke = (np.stack(part) for part in zip(*resampled, strict=True))
        standard = np.clip(self.model.standardise(glyph_features(points, stroke), digits, traced), -4, 4)
        weight = np.ones(len(digits)) if weights is None else np.asarray(weights, float)
        for digit, allograph in allographs:
            rows = self.rows(digit, allograph)
            standard = np.vstack([standard, self.standard[rows].mean(0)])
            digits, weight = np.append(digits, digit), np.append(weight, CHOICE_WEIGHT)
        return self.model.estimate(standard, digits, weight, traced)

    def rows(self, digit: int, allograph: int | None = None) -> np.ndarray:
        """The bank's rows of a digit, in one of its shapes where that is given."""
        rows = self.bank.by_digit[digit]
        return rows if allograph is None else rows[self.bank.allograph[rows] == allograph]

    def shape_count(self, digit: int) -> int:
        """How many shapes of a digit there are, 1 to 4."""
        return int(self.bank.allograph[self.bank.by_digit[digit]].max()) + 1

    def target(self, factors: np.ndarray, digit: int, strength: float) -> np.ndarray:
        """The standardised features that a digit should have, float ``[F]``."""
        wanted = self.model.predict(factors, digit, strength * self.settings.exaggeration)
        return np.clip(wanted, -self.settings.reach, self.settings.reach)

    def costs(self, factors: np.ndarray, rows: np.ndarray, strength: float) -> np.ndarray:
        """How badly drawings of one digit, int ``[R]`` rows of the bank, fit a hand: float ``[R]``."""
        digit = int(self.bank.digit[rows[0]])
        return ((self.standard[rows] - self.target(factors, digit, strength)) ** 2) @ self.importance[digit]

    def warp(self, rows: np.ndarray, factors: np.ndarray, strength: float) -> np.ndarray:
        """The bank's drawings, int ``[N]`` rows, each bent towards a hand, float ``[N, K]``: float32 ``[N, 64, 2]``."""
        digits = self.bank.digit[rows]
        targets = np.stack([self.target(h, int(d), strength) for h, d in zip(factors, digits, strict=True)])
        wanted = self.model.mean[digits] + self.model.scale * targets
        weight = self.importance[digits] / self.model.scale**2
        return warp_towards(self.bank.points[rows], self.bank.stroke[rows], wanted, weight, self.settings.ridge)

    def make(
        self,
        factors: np.ndarray,
        digit: int,
        strength: float,
        allograph: int | None = None,
        rng: np.random.Generator | None = None,
        wobble: float = 1.0,
    ) -> Glyph:
        """A digit in a hand.

        Args:
            factors: of the hand, float ``[K]``.
            digit: 0 to 9.
            strength: of the style.
            allograph: one of the digit's shapes; the one that fits best where None.
            rng: of the choice between the drawings that fit best; the best one where None.
            wobble: how unsteady it is, per what is usual.

        Returns:
            Strokes float32 ``[n, 2]``, one unit high, or as wide as a digit of that height is at most.
        """
        rows = self.rows(digit, allograph)
        best = np.argsort(self.costs(factors, rows, strength), kind="stable")[: self.settings.choices]
        row = rows[best[0] if rng is None else rng.choice(best)]
        stroke = self.bank.stroke[row]
        tremor = np.random.default_rng(digit) if rng is None else rng
        points = self.warp(row[None], factors[None], strength)[0]
        points = set_wobble(points, stroke, wobble * self.usual_wobble[digit], tremor)
        strokes = [cut_corners(path) for path in strokes_of(points, stroke)]
        low, high = stroke_bounds(strokes)
        size = glyph_size(high - low)
        return [((path - low) / size).astype(np.float32) for path in strokes]

    def lean(self, factors: np.ndarray) -> float:
        """How far downstrokes of a hand lean to the right per height, on average over the digits."""
        k = FEATURES.index("slant of strokes")
        return float(np.mean(self.model.scale[k] * (self.model.maps[:, k] @ factors) + self.model.mean[:, k]))


def glyph_size(box: np.ndarray) -> float:
    """The height of the line that a digit of so much width and height, float ``[2]``, was written on."""
    return max(float(box[1]), 0.6 * float(box[0]), 1e-6)


def cut_corners(path: np.ndarray) -> np.ndarray:
    """A smoother path (G. Chaikin, 1974) with its ends in place."""
    for _ in range(SMOOTHING_ROUNDS if len(path) > 2 else 0):
        a, b = path[:-1], path[1:]
        inner = np.stack([0.75 * a + 0.25 * b, 0.25 * a + 0.75 * b], 1).reshape(-1, 2)
        path = np.concatenate([path[:1], inner[1:-1], path[-1:]])
    return path
