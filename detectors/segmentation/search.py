"""The order in which a sheet's candidates are shown to the classifier, and the reading that wins."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice

import numpy as np

from detectors.segmentation.grouping import (
    Budget,
    Candidate,
    cut_sheet_piece,
    find_groupings,
    part_candidate,
)
from detectors.segmentation.neighbours import Group
from detectors.segmentation.partition import best_partition
from detectors.segmentation.pieces import Piece, has_all_pieces, measure_pen, sheet_pieces
from detectors.segmentation.scoring import (
    Dissection,
    Hypothesis,
    ScoreConfig,
    Verdict,
    best_part_score,
    score_candidate,
    usual_height,
)
from ink.sheet import Sheet

MIN_ROW_SCORE = -10.0
"""Sum of scores of the first parts of a row below which it is not read on."""

MAX_ENDS_AT_ONCE = 2
"""Ends that are read on at the same time: more need fewer calls of the classifier, and more crops."""

Judge = Callable[[Sequence[Candidate]], Iterable[Verdict]]
"""The classifier's verdicts on candidates, in their order."""


class RowSearch:
    """Looks from left to right for runs that together take every part of a row exactly once, scoring few of them.

    A row is the parts of one cut piece from left to right; an end is a number of parts already taken.
    Only runs that begin where a likely reading of the parts before them ends are asked about, a few ends at a time,
    the likeliest first.  What is further below the bar than one more run can lift it is given up.

    Args:
        runs: of neighbouring parts, as :func:`detectors.segmentation.grouping.enumerate_runs` gives them.
        bar: what the sum of scores has to exceed.
        most: the largest score that a run can have.
    """

    def __init__(self, runs: Sequence[Group], bar: float, most: float) -> None:
        self._runs, self._bar, self._most = runs, bar, most
        self._end = max((run[-1] + 1 for run in runs), default=0)
        self._scores: dict[int, float] = {}
        self._best: dict[int, tuple[float, list[int]]] = {0: (0.0, [])}
        self._begun: set[int] = set()
        self._pending = self._open()

    def pending(self) -> list[int]:
        """Indices of the runs whose scores are asked for next; empty when done."""
        return self._pending

    def receive(self, scores: Sequence[float]) -> None:
        """The scores of what is pending, in its order."""
        if not self._pending:
            return
        self._scores.update(zip(self._pending, scores, strict=True))
        self._best = _best_rows(self._runs, self._scores)
        self._pending = self._open()

    def result(self) -> list[int]:
        """Indices of the runs with the largest sum found, from left to right; empty where none exceeds the bar."""
        total, row = self._best.get(self._end, (-np.inf, []))
        return row if total > self._bar else []

    def _open(self) -> list[int]:
        """The runs that begin at the likeliest ends which have not been read on yet."""
        top = max(self._bar, MIN_ROW_SCORE, self._best.get(self._end, (-np.inf,))[0])
        starts = {run[0] for run in self._runs} - self._begun
        ends = [end for end, (total, _) in self._best.items() if end in starts and total + self._most > top]
        chosen = sorted(ends, key=lambda end: -self._best[end][0])[:MAX_ENDS_AT_ONCE]
        self._begun.update(chosen)
        return [k for k, run in enumerate(self._runs) if run[0] in chosen]


def _best_rows(runs: Sequence[Group], scores: Mapping[int, float]) -> dict[int, tuple[float, list[int]]]:
    """For each end the best chain of scored runs from the first part up to it: its sum of scores, and the runs."""
    best: dict[int, tuple[float, list[int]]] = {0: (0.0, [])}
    for k in sorted(scores, key=lambda k: runs[k][-1]):
        first, end = runs[k][0], runs[k][-1] + 1
        if first in best:
            total = best[first][0] + scores[k]
            if end not in best or total > best[end][0]:
                best[end] = total, [*best[first][1], k]
    return best


def longer_side_of_parts(piece: Piece) -> int:
    """About how long the longer side of a symbol is that is cut out of a piece, in pixels."""
    height, width = piece.ink.shape
    return max(height, width // 3)


class CutReading:
    """One piece of a sheet while it is read as several symbols.

    Args:
        sheet: the drawing.
        config: what groupings cost.
        number: of the piece.
        as_one: score of the piece as one symbol, which the symbols together have to exceed by the cost of cutting.
        budget: of the sheet; the piece stays one symbol where it runs out.
    """

    def __init__(self, sheet: Sheet, config: ScoreConfig, number: int, as_one: float, budget: Budget) -> None:
        self._sheet, self._config, self._number, self._budget = sheet, config, number, budget
        pieces = sheet_pieces(sheet)
        self._piece, self._usual = pieces[number], usual_height(pieces)
        self._runs = cut_sheet_piece(sheet, number)[1]
        self._search = RowSearch(self._runs, as_one + config.several, best_part_score(config))
        self._given_up = False
        self._pending = self._open()
        self.read: dict[int, Hypothesis] = {}  # by the index of the run

    def pending(self) -> list[Candidate]:
        """What is asked next; empty when done."""
        return self._pending

    def receive(self, verdicts: Sequence[Verdict]) -> None:
        """The verdicts on what is pending, in its order."""
        if not self._pending:
            return
        asked = self._search.pending()
        for k, candidate, verdict in zip(asked, self._pending, verdicts, strict=True):
            self.read[k] = score_candidate(self._config, candidate, verdict, [self._piece], self._usual, is_part=True)
        self._search.receive([self.read[k].score for k in asked])
        self._pending = self._open()

    def result(self) -> list[Hypothesis]:
        """The symbols from left to right; none where they are no better than the piece as one."""
        return [] if self._given_up else [self.read[k] for k in self._search.result()]

    def _open(self) -> list[Candidate]:
        runs = self._search.pending()
        size = longer_side_of_parts(self._piece)
        self._given_up = not self._budget.take([size] * len(runs))
        return [] if self._given_up else [part_candidate(self._sheet, self._number, self._runs[k]) for k in runs]


class SheetReading:
    """One sheet while it is read: first every grouping of its pieces, then doubtful pieces cut up, wave by wave.

    Args:
        sheet: the drawing.
        config: what groupings cost.
    """

    def __init__(self, sheet: Sheet, config: ScoreConfig) -> None:
        self._sheet, self._config = sheet, config
        self._pieces = sheet_pieces(sheet)
        self._groupings = find_groupings(sheet, config.reach)
        self._read: dict[Group, Hypothesis] = {}
        self._cuts: dict[Group, CutReading] = {}
        self._budget = Budget()
        self._budget.take([candidate.piece.size for candidate in self._groupings.candidates])

    def pending(self) -> list[Candidate]:
        """What the classifier is asked next; empty when done."""
        if not self._read:
            return self._groupings.candidates
        return [candidate for cut in self._cuts.values() for candidate in cut.pending()]

    def receive(self, verdicts: Sequence[Verdict]) -> None:
        """The verdicts on what is pending, in its order."""
        if not self._read:
            usual = usual_height(self._pieces)
            for candidate, verdict in zip(self._groupings.candidates, verdicts, strict=True):
                members = [self._pieces[i] for i in candidate.members]
                self._read[candidate.members] = score_candidate(self._config, candidate, verdict, members, usual)
            doubtful = [
                group for group, each in self._read.items() if len(group) == 1 and each.certain < self._config.sure
            ]
            for group in doubtful:
                # To cut it costs about what one crop does.
                if self._budget.take([longer_side_of_parts(self._read[group].piece)]):
                    score = self._read[group].score
                    self._cuts[group] = CutReading(self._sheet, self._config, group[0], score, self._budget)
            return
        left = iter(verdicts)
        for cut in self._cuts.values():
            cut.receive(list(islice(left, len(cut.pending()))))

    def result(self) -> Dissection:
        """Everything that was tried and chosen."""
        # The best reading of each group: as one symbol, or cut into several.
        best = {group: [hypothesis] for group, hypothesis in self._read.items()}
        best |= {group: symbols for group, cut in self._cuts.items() if (symbols := cut.result())}
        scores = {
            group: sum(h.score for h in symbols) - self._config.several * (len(symbols) > 1)
            for group, symbols in best.items()
        }
        chosen: list[Hypothesis] = []
        for cluster in self._groupings.clusters:
            mine = [group for group in best if group[0] in cluster]
            for k in best_partition(mine, [scores[group] for group in mine]):
                chosen += best[mine[k]]
        parts = [hypothesis for cut in self._cuts.values() for hypothesis in cut.read.values()]
        return Dissection(
            ink=self._sheet.ink,
            pen=measure_pen(self._sheet),
            pieces=tuple(self._pieces),
            hypotheses=(*self._read.values(), *parts),
            chosen=tuple(chosen),
            scale=self._sheet.scale,
            complete=self._groupings.kept and self._budget.kept and has_all_pieces(self._sheet),
        )


def read_sheets(sheets: Sequence[Sheet], judge: Judge, config: ScoreConfig) -> list[Dissection]:
    """Reads sheets side by side: a batch costs as many calls of ``judge`` as its hardest sheet."""
    readings = [SheetReading(sheet, config) for sheet in sheets]
    while any(waves := [reading.pending() for reading in readings]):
        verdicts = iter(judge([candidate for wave in waves for candidate in wave]))
        for reading, wave in zip(readings, waves, strict=True):
            reading.receive(list(islice(verdicts, len(wave))))
    return [reading.result() for reading in readings]
