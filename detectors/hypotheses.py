"""Every reading of a sheet's ink that could be, and the most convincing one.

Contours alone cannot know that two strokes are one 5, or that one blob is two digits.  So every plausible grouping of
pieces, and every plausible cut of one, is judged by a classifier, and the partition of the ink that it finds most
convincing is the reading.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from detectors.boxes import logit, sigmoid
from detectors.contours import Piece, cut, find_pieces, gap, join
from detectors.detections import Detections
from detectors.grouping import Group, Reach, best_partition, clusters, groupings, neighbours, runs, search_chain
from detectors.lockstep import lockstep, translated
from ink.ink import stroke_width
from ink.sheet import Sheet, inked
from models import CENSORED, OTHER

Found = TypeVar("Found")

Verdict = tuple[np.ndarray, float]
"""Probabilities float32 ``[12]``, and how likely the crop is one whole symbol."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """Some ink of a sheet that may be one symbol.

    Attributes:
        members: what it was made of: indices of pieces, or of the parts of one that was cut.
        piece: the ink.
        crop: the ink as the classifiers take it.
    """

    members: Group
    piece: Piece
    crop: np.ndarray

    @classmethod
    def of(cls, ink: np.ndarray, members: Group, pieces: Sequence[Piece]) -> Candidate:
        """Some pieces of a sheet's ink."""
        piece = join([pieces[i] for i in members])
        return cls(members, piece, piece.crop(ink))


Reading = Generator[list[Candidate], list[Verdict], Found]
"""Asks about candidates, is sent the classifier's verdicts on them, and returns what it found."""


@dataclass(frozen=True)
class ScoreConfig:
    """What a grouping costs, in units of log-probability, and how sure a chosen one is.

    Tuned on composed sheets of validation writers: ``python -m training.grouping``.
    """

    # Pieces further apart than these shares of the larger one's size, across and down, are not grouped: symbols stand
    # side by side, their parts above one another.
    reach: Reach = (0.15, 0.25)
    symbol: float = 0.1  # for every symbol that is not cut out: fewer are more likely
    part: float = -0.1  # for every symbol that is cut out of a piece
    several: float = 1.0  # for cutting a piece at all, into however many
    other: float = 0.6  # for calling something "other": wrong groupings look like other drawings
    other_joined: float = 1.5  # and again for every further piece in it: several digits look like other drawings too
    gap: float = 1.0  # times the gap inside a group, as a share of its size
    whole: float = 5.0  # times the log-probability that it is one whole symbol
    rare_other: float = 1.5  # off the logit of "other": rarer on sheets than among the crops that taught the classifier
    rare_censored: float = 0.8  # and of "censored"
    sure: float = 0.95  # a piece read as one whole symbol with this probability is not cut
    trust: float = 3.0  # added to the logit of the confidence of digits and censored drawings once they are chosen
    trust_other: float = 0.5  # and to that of other drawings: what was not understood looks like one


@dataclass(frozen=True, eq=False)
class Hypothesis:
    """One reading of some ink as one symbol.

    Attributes:
        piece: the ink.
        members: the pieces it was made of, as indices; a part of a cut piece has one.
        probabilities: float32 ``[12]``, of the classes if it is one whole symbol.
        certain: how likely it is one whole symbol, and that class.
        score: the reading's log-probability less what its grouping costs.
        confidence: how sure the reading is if it is chosen, 0 to 1.
    """

    piece: Piece
    members: Group
    probabilities: np.ndarray
    certain: float
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
    clusters: list[Group]
    candidates: list[Candidate]


def _taken_apart(sheet: Sheet, reach: Reach) -> _Apart:
    ink, _ = sheet.once(inked)
    pen = stroke_width(ink)
    pieces = find_pieces(ink, pen)
    near = neighbours(pieces, reach)
    found = clusters(near)
    groups = [group for cluster in found for group in groupings(cluster, near)]
    return _Apart(pen, pieces, found, [Candidate.of(ink, group, pieces) for group in groups])


def _cut_up(sheet: Sheet, reach: Reach, number: int) -> tuple[list[Piece], list[Group]]:
    """The parts of one piece, and every run of them."""
    apart = sheet.once(_taken_apart, reach)
    parts = cut(apart.pieces[number], apart.pen)
    return parts, runs(parts)


def _part(sheet: Sheet, reach: Reach, number: int, run: Group) -> Candidate:
    """A run of the parts of one piece."""
    return Candidate.of(sheet.once(inked)[0], run, sheet.once(_cut_up, reach, number)[0])


def reader(sheet: Sheet, config: ScoreConfig) -> Reading[Trace]:
    """Reads one drawing."""
    ink, scale = sheet.once(inked)
    apart = sheet.once(_taken_apart, config.reach)
    trace = Trace(ink, apart.pen, apart.pieces, scale=scale)

    verdicts = yield apart.candidates
    read: dict[Group, Hypothesis] = {}
    for candidate, verdict in zip(apart.candidates, verdicts, strict=True):
        members = [apart.pieces[i] for i in candidate.members]
        read[candidate.members] = _hypothesis(config, candidate, verdict, members)
    trace.hypotheses.extend(read.values())

    # The best reading of each group: as one symbol, or cut into several.
    best = {group: [hypothesis] for group, hypothesis in read.items()}
    doubtful = [group for group, hypothesis in read.items() if len(group) == 1 and hypothesis.certain < config.sure]
    searches = lockstep([_cut_reader(sheet, config, group[0], read[group].score, trace) for group in doubtful])
    for group, parts in zip(doubtful, (yield from translated(searches, joined, shared_out)), strict=True):
        best[group] = parts or best[group]
    for cluster in apart.clusters:
        mine = [group for group in read if cluster[0] <= group[0] and set(group) <= set(cluster)]
        costs = [config.several * (len(best[group]) > 1) for group in mine]
        for k in best_partition(mine, [_total(best[g]) - cost for g, cost in zip(mine, costs, strict=True)]):
            trace.chosen.extend(best[mine[k]])
    return trace


def _cut_reader(
    sheet: Sheet, config: ScoreConfig, number: int, as_one: float, trace: Trace
) -> Reading[list[Hypothesis]]:
    """Reads one piece as several symbols; finds none where that is no better than reading it ``as_one``."""
    _, spans = sheet.once(_cut_up, config.reach, number)
    piece = trace.pieces[number]
    read: dict[int, Hypothesis] = {}

    def ask(numbers: list[int]) -> list[Candidate]:
        return [sheet.once(_part, config.reach, number, spans[k]) for k in numbers]

    def judge(numbers: list[int], verdicts: list[Verdict]) -> list[float]:
        for k, candidate, verdict in zip(numbers, ask(numbers), verdicts, strict=True):
            read[k] = _hypothesis(config, candidate, verdict, [piece], is_part=True)
        return [read[k].score for k in numbers]

    chain = yield from translated(search_chain(spans, as_one + config.several), ask, judge)
    trace.hypotheses.extend(read.values())
    return [read[k] for k in chain]


def joined(asked: list[list[Candidate]]) -> list[Candidate]:
    """What several readings ask about, in one list."""
    return [candidate for candidates in asked for candidate in candidates]


def shared_out(asked: list[list[Candidate]], verdicts: list[Verdict]) -> list[list[Verdict]]:
    """The verdicts on that list, for each reading its own."""
    left = iter(verdicts)
    return [[next(left) for _ in candidates] for candidates in asked]


def _hypothesis(
    config: ScoreConfig, candidate: Candidate, verdict: Verdict, members: Sequence[Piece], is_part: bool = False
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
        score -= config.gap * widest / candidate.piece.size
    certain = min(max(likely * whole, 1e-6), 1 - 1e-6)
    trust = config.trust_other if answer == OTHER else config.trust
    confidence = float(sigmoid(np.array(logit(certain) + trust)))
    return Hypothesis(candidate.piece, candidate.members, row, certain, float(score), confidence)


def _on_sheets(config: ScoreConfig, row: np.ndarray) -> np.ndarray:
    """Probabilities with the shares that classes have on sheets (Saerens et al., Neural Computation 14(1), 2002)."""
    weighed = row.copy()
    weighed[OTHER] *= np.exp(-config.rare_other)
    weighed[CENSORED] *= np.exp(-config.rare_censored)
    return weighed / weighed.sum()


def candidates(image: np.ndarray, reach: Reach) -> list[Candidate]:
    """Everything about a drawing that a classifier may be asked, if all that can be cut has to be."""
    sheet = Sheet(image)
    apart = sheet.once(_taken_apart, reach)
    pieces = range(len(apart.pieces))
    return apart.candidates + [
        sheet.once(_part, reach, number, run) for number in pieces for run in sheet.once(_cut_up, reach, number)[1]
    ]
