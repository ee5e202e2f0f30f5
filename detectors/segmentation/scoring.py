"""What a candidate is worth: the verdict of the classifier less what the grouping costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from classifiers.calibration import logit, sigmoid
from detectors.detections import Detections
from detectors.segmentation.grouping import Candidate
from detectors.segmentation.neighbours import Group, Reach, usual_size
from detectors.segmentation.pieces import Piece, box_gap
from models.classes import CENSORED, OTHER

Verdict = tuple[np.ndarray, float]
"""Probabilities float32 ``[12]``, and how likely the crop is one whole symbol."""


MAX_LOG_ODDS = 8.0
"""Log-odds above which a verdict counts as no surer."""

MIN_LOG_LOWER = 0.15
"""Log of how many times lower than its sheet's usual ink a digit may be at no cost: hands vary by a sixth."""


MAX_DOT_SIZE = 0.2
"""Size below which a piece is a dot, as a share of the symbol that it is in."""


@dataclass(frozen=True)
class ScoreConfig:
    """What a grouping costs, in units of log-probability and log-odds, and how sure a chosen one is.

    Tuned on composed scenes of validation writers: ``python -m training.segmentation_costs``.
    """

    # Pieces further apart than these shares of the larger one's size, across and down, are not grouped: symbols stand
    # side by side, their parts above one another.
    reach: Reach = (0.15, 0.25)
    symbol: float = 6.1  # for every symbol that is not cut out; log-odds of 12 in all outweigh it
    part: float = 3.9  # for every symbol that is cut out of a piece; less, so that many parts outweigh the cut
    several: float = 3.0  # for cutting a piece at all, into however many
    other: float = 0.2  # for calling something "other": wrong groupings look like other drawings
    other_joined: float = 0.7  # and again for every further piece in it: several digits look like other drawings too
    gap: float = 1.0  # times the gap inside a group, as a share of its size
    whole: float = 5.0  # times the log-probability that it is one whole symbol
    # Times the log of how many times lower than usual a digit is, less MIN_LOG_LOWER: the loops of an 8 that do not
    # meet are two zeros half as high as the digits beside them.
    low: float = 5.0
    dot: float = 4.0  # for every dot in a digit of several pieces: it is a point or half a colon
    # Times the log-odds of the class and of one whole symbol.  Log-probabilities end at 0, so a 7 that has swallowed a
    # point would be worth as much as the 7 alone, of which the classifier is yet surer.
    odds: float = 0.5
    rare_other: float = 0.5  # off the logit of "other": rarer on sheets than among the crops that taught the classifier
    rare_censored: float = 0.3  # and of "censored"
    rare_low: float = 1.0  # off the logits of digits, times the same log: what is much lower than the rest is a comma
    sure: float = 0.95  # a piece read as one whole symbol with this probability is not cut
    trust: float = 3.0  # added to the logit of the confidence of digits and censored drawings once they are chosen
    trust_other: float = 0.5  # and to that of other drawings: what was not understood looks like one


@dataclass(frozen=True, eq=False)
class Hypothesis:
    """One reading of some ink as one symbol.

    Attributes:
        piece: the ink.
        members: indices of its pieces or, of a symbol cut out of a piece, of that piece's parts.
        probabilities: float32 ``[12]``, of the classes if it is one whole symbol.
        certain: how likely it is one whole symbol and of its likeliest class.
        score: the reading's log-probability and log-odds less what its grouping costs.
        confidence: how sure the reading is if it is chosen, 0 to 1.
    """

    piece: Piece
    members: Group
    probabilities: np.ndarray
    certain: float
    score: float
    confidence: float


@dataclass(frozen=True, eq=False)
class Dissection:
    """All that was tried on one sheet, and what was chosen.

    Attributes:
        ink: uint8 ``[H, W]``, 0 paper to 255 ink.
        pen: estimated width of the strokes in pixels.
        pieces: connected ink.
        hypotheses: everything that was read, chosen or not.
        chosen: the hypotheses that make the reading.
        scale: ink pixels per pixel of the drawing.
        complete: whether everything was tried that could have been; a drawing may be too much for that.
    """

    ink: np.ndarray
    pen: float
    pieces: tuple[Piece, ...]
    hypotheses: tuple[Hypothesis, ...]
    chosen: tuple[Hypothesis, ...]
    scale: float
    complete: bool = True

    def detections(self) -> Detections:
        """The chosen hypotheses in the drawing's pixels."""
        if not self.chosen:
            return Detections.empty()
        probabilities = np.stack([h.probabilities for h in self.chosen])
        boxes = np.array([h.piece.box for h in self.chosen], np.float32) / self.scale
        confidence = np.array([h.confidence for h in self.chosen], np.float32)
        return Detections(boxes, confidence, probabilities.argmax(1), probabilities, exclusive=True)


def score_candidate(
    config: ScoreConfig,
    candidate: Candidate,
    verdict: Verdict,
    members: Sequence[Piece],
    usual: float,
    is_part: bool = False,
) -> Hypothesis:
    """A candidate with its verdict as a hypothesis: its score, and how sure it is if it is chosen.

    Args:
        config: what groupings cost.
        candidate: some ink.
        verdict: of the classifier.
        members: the pieces it was made of, or the one it was cut out of.
        usual: height of the sheet's ink in pixels, see :func:`usual_height`.
        is_part: it was cut out of a larger piece.
    """
    lower = max(0.0, float(np.log(usual / candidate.piece.height)) - MIN_LOG_LOWER) if usual else 0.0
    row, whole = _reweigh_classes(config, verdict[0], lower), verdict[1]
    answer = int(row.argmax())
    likely = float(row[answer])
    score = np.log(max(likely, 1e-6)) + config.whole * np.log(max(whole, 1e-6))
    score += config.odds * (_log_odds(likely) + _log_odds(whole))
    score -= config.part if is_part else config.symbol
    if answer == OTHER:
        score -= config.other + config.other_joined * (len(members) - 1)
    if answer < CENSORED:
        score -= config.low * lower
    if len(members) > 1:
        # The gaps that hold the group together: each member's to its nearest fellow.
        widest = max(min(box_gap(a, b) for b in members if b is not a) for a in members)
        score -= config.gap * widest / candidate.piece.size
        if answer < CENSORED:
            score -= config.dot * sum(piece.size < MAX_DOT_SIZE * candidate.piece.size for piece in members)
    certain = min(max(likely * whole, 1e-6), 1 - 1e-6)
    trust = config.trust_other if answer == OTHER else config.trust
    confidence = float(sigmoid(np.array(logit(certain) + trust)))
    return Hypothesis(candidate.piece, candidate.members, row, certain, float(score), confidence)


def usual_height(pieces: Sequence[Piece]) -> float:
    """What most pieces of a sheet are as high as, in pixels; 0 where fewer than two leave none to compare with."""
    return usual_size(np.array([piece.height for piece in pieces])) if len(pieces) > 1 else 0.0


def best_part_score(config: ScoreConfig) -> float:
    """What a symbol that is cut out of a piece is worth at most."""
    return 2 * MAX_LOG_ODDS * config.odds - config.part


def _log_odds(probability: float) -> float:
    """The log-odds of a probability, -14 to :data:`MAX_LOG_ODDS`."""
    return min(float(logit(min(max(probability, 1e-6), 1 - 1e-6))), MAX_LOG_ODDS)


def _reweigh_classes(config: ScoreConfig, row: np.ndarray, lower: float) -> np.ndarray:
    """Probabilities with the shares that classes have on sheets (Saerens et al., Neural Computation 14(1), 2002).

    Args:
        config: of the shares.
        row: probabilities of the classes.
        lower: log of how many times lower than usual the ink is, less MIN_LOG_LOWER; at least 0.
    """
    weighed = row.copy()
    weighed[OTHER] *= np.exp(-config.rare_other)
    weighed[CENSORED] *= np.exp(-config.rare_censored)
    weighed[:CENSORED] *= np.exp(-config.rare_low * lower)
    return weighed / weighed.sum()
