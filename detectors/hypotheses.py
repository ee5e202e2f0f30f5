"""Every reading of a sheet's ink that could be, and the most convincing one.

Contours alone cannot know that two strokes are one 5, or that one blob is two digits.  So every plausible grouping of
pieces, and every plausible cut of one, is judged by a classifier, and the partition of the ink that it finds most
convincing is the reading.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, fields

import numpy as np

from classifiers.preprocess import stroke_width
from detectors.boxes import logit, sigmoid
from detectors.contours import Piece, cut, find_pieces, gap, join
from detectors.detections import Detections
from detectors.grouping import Group, best_chain, best_partition, clusters, groupings, neighbours, runs
from detectors.sheet import Sheet, inked
from models import CENSORED, CLASSES, OTHER

Verdict = tuple[np.ndarray, float]
"""Probabilities float32 ``[12]``, and how likely the crop is one whole symbol."""


@dataclass(frozen=True, eq=False)
class Question:
    """What a classifier is asked about one sheet; every list has one entry a crop.

    Attributes:
        groups: what the crop was made of: indices of pieces, or of the parts of one that was cut.
        pieces: its ink.
        crops: the ink as the classifiers take it.
    """

    groups: list[Group]
    pieces: list[Piece]
    crops: list[np.ndarray]

    @classmethod
    def of(cls, ink: np.ndarray, groups: list[Group], members: Sequence[Piece]) -> Question:
        """Groups of some pieces of a sheet's ink."""
        joined = [join([members[i] for i in group]) for group in groups]
        return cls(groups, joined, [piece.crop(ink) for piece in joined])


@dataclass(frozen=True)
class ScoreConfig:
    """What a grouping costs, in units of log-probability, and how sure a chosen one is.

    Tuned on composed sheets of validation writers: ``python -m training.grouping``.
    """

    reach: float = 0.15  # pieces further apart than this share of the larger one's size are not grouped
    symbol: float = 0.2  # for every symbol that is not cut out: fewer are more likely
    part: float = -0.1  # for every symbol that is cut out of a piece
    several: float = 1.0  # for cutting a piece at all, into however many
    other: float = 0.6  # for calling something "other": wrong groupings look like other drawings
    other_joined: float = 1.5  # and again for every further piece in it: several digits look like other drawings too
    gap: float = 1.0  # times the gap inside a group, as a share of its size
    whole: float = 4.0  # times the log-probability that it is one whole symbol
    rare_other: float = 1.5  # off the logit of "other": rarer on sheets than among the crops that taught the classifier
    rare_censored: float = 0.8  # and of "censored"
    sure: float = 0.8  # a piece read as a digit or censored with this probability is not cut
    trust: float = 3.0  # added to the logit of the confidence of digits and censored drawings once they are chosen
    trust_other: float = 0.5  # and to that of other drawings: what was not understood looks like one


@dataclass(frozen=True, eq=False)
class Hypothesis:
    """One reading of some ink as one symbol.

    Attributes:
        piece: the ink.
        members: the pieces it was made of, as indices; a part of a cut piece has one.
        probabilities: float32 ``[12]``, of the classes if it is one whole symbol.
        whole: how likely it is one whole symbol.
        score: the reading's log-probability less what its grouping costs.
        confidence: how sure the reading is if it is chosen, 0 to 1.
    """

    piece: Piece
    members: Group
    probabilities: np.ndarray
    whole: float
    score: float
    confidence: float


@dataclass(frozen=True, eq=False)
class Trace:
    """Every stage of one reading, so that the page can show how it came about.

    Attributes:
        ink: uint8 ``[H, W]``, 0 paper to 255 ink.
        pen: estimated width of the strokes in pixels.
        pieces: connected ink.
        hypotheses: everything that was read, chosen or not.
        chosen: the hypotheses that make the reading.
        scale: ink pixels per pixel of the drawing.
    """

    ink: np.ndarray
    pen: float
    pieces: list[Piece]
    hypotheses: list[Hypothesis] = field(default_factory=list)
    chosen: list[Hypothesis] = field(default_factory=list)
    scale: float = 1.0

    def detections(self) -> Detections:
        """The chosen hypotheses in the drawing's pixels."""
        if not self.chosen:
            return Detections.empty()
        probabilities = np.stack([h.probabilities for h in self.chosen])
        boxes = np.array([h.piece.box for h in self.chosen], np.float32) / self.scale
        confidence = np.array([h.confidence for h in self.chosen], np.float32)
        return Detections(boxes, confidence, probabilities.argmax(1), probabilities)


def _total(hypotheses: Sequence[Hypothesis]) -> float:
    return sum(h.score for h in hypotheses)


@dataclass(frozen=True, eq=False)
class _Apart:
    """A sheet taken apart: the pen's width, the pieces, their neighbourhoods and every grouping of them."""

    pen: float
    pieces: list[Piece]
    parts: list[Group]
    question: Question


def _taken_apart(sheet: Sheet, reach: float) -> _Apart:
    ink, _ = sheet.once(inked)
    pen = stroke_width(ink)
    pieces = find_pieces(ink, pen)
    near = neighbours(pieces, reach)
    parts = clusters(near)
    groups = [group for part in parts for group in groupings(part, near)]
    return _Apart(pen, pieces, parts, Question.of(ink, groups, pieces))


def _cut_up(sheet: Sheet, reach: float, number: int) -> Question:
    """The piece of one grouping cut, and every run of its parts."""
    apart = sheet.once(_taken_apart, reach)
    parts = cut(apart.question.pieces[number], apart.pen)
    return Question.of(sheet.once(inked)[0], runs(parts), parts)


def _together(questions: Sequence[Question]) -> Question:
    return Question(*([entry for q in questions for entry in getattr(q, f.name)] for f in fields(Question)))


def reader(sheet: Sheet, config: ScoreConfig) -> Generator[Question, list[Verdict], Trace]:
    """Reads one drawing; asks about crops and is sent the classifier's verdicts on them, twice."""
    ink, scale = sheet.once(inked)
    apart = sheet.once(_taken_apart, config.reach)
    trace = Trace(ink, apart.pen, apart.pieces, scale=scale)

    verdicts = yield apart.question
    read: dict[Group, Hypothesis] = {}
    for group, piece, verdict in zip(apart.question.groups, apart.question.pieces, verdicts, strict=True):
        read[group] = _hypothesis(config, piece, group, verdict, [trace.pieces[i] for i in group])

    cuts = {
        hypothesis.members: sheet.once(_cut_up, config.reach, number)
        for number, hypothesis in enumerate(read.values())
        if _may_be_several(config, hypothesis)
    }
    answers = iter((yield _together(list(cuts.values()))))
    cut_read = {
        group: [_hypothesis(config, piece, group, next(answers), [piece], is_part=True) for piece in question.pieces]
        for group, question in cuts.items()
    }

    trace.hypotheses.extend(read.values())
    trace.hypotheses.extend(h for found in cut_read.values() for h in found)
    # The best reading of each group: as one symbol, or cut into several.
    best = {group: [hypothesis] for group, hypothesis in read.items()}
    for group, found in cut_read.items():
        parts_read = [found[k] for k in best_chain(cuts[group].groups, [h.score for h in found])]
        if parts_read and _total(parts_read) - config.several > read[group].score:
            best[group] = parts_read
    for part in apart.parts:
        mine = [group for group in read if part[0] <= group[0] and set(group) <= set(part)]
        costs = [config.several * (len(best[group]) > 1) for group in mine]
        for k in best_partition(mine, [_total(best[g]) - cost for g, cost in zip(mine, costs, strict=True)]):
            trace.chosen.extend(best[mine[k]])
    return trace


def _hypothesis(
    config: ScoreConfig, piece: Piece, group: Group, verdict: Verdict, members: Sequence[Piece], is_part: bool = False
) -> Hypothesis:
    row, whole = _on_sheets(config, verdict[0]), verdict[1]
    answer = int(row.argmax())
    likely = float(row[answer])
    score = np.log(max(likely, 1e-6)) + config.whole * np.log(max(whole, 1e-6))
    score -= config.part if is_part else config.symbol
    if answer == OTHER:
        score -= config.other + config.other_joined * (len(members) - 1)
    if len(members) > 1:
        # The gaps that hold the group together: each member's to its nearest fellow.
        widest = max(min(gap(a, b) for b in members if b is not a) for a in members)
        score -= config.gap * widest / piece.size
    certain = min(max(likely * whole, 1e-6), 1 - 1e-6)
    trust = config.trust_other if answer == OTHER else config.trust
    confidence = float(sigmoid(np.array(logit(certain) + trust)))
    return Hypothesis(piece, group, row, whole, float(score), confidence)


def _on_sheets(config: ScoreConfig, row: np.ndarray) -> np.ndarray:
    """Probabilities with the shares that classes have on sheets (Saerens et al., Neural Computation 14(1), 2002)."""
    weighed = row.copy()
    weighed[OTHER] *= np.exp(-config.rare_other)
    weighed[CENSORED] *= np.exp(-config.rare_censored)
    return weighed / weighed.sum()


def _may_be_several(config: ScoreConfig, hypothesis: Hypothesis) -> bool:
    sure = float(hypothesis.probabilities[: CENSORED + 1].max()) * hypothesis.whole
    return len(hypothesis.members) == 1 and sure < config.sure


def questions(image: np.ndarray, config: ScoreConfig) -> Question:
    """Everything about a drawing that a classifier may be asked, if all that can be cut has to be."""
    reading = reader(Sheet(image), config)
    first = next(reading)
    undecided = np.full(len(CLASSES), 1 / len(CLASSES), np.float32), 0.5
    second = reading.send([undecided] * len(first.crops))
    return _together([first, second])
