"""The order in which a sheet's candidates are shown to the classifier, and the reading that wins."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from detectors.lockstep import lockstep, translated
from detectors.segmentation.cuts import cut_piece
from detectors.segmentation.grouping import (
    Group,
    Reach,
    best_partition,
    enumerate_groups,
    enumerate_runs,
    find_clusters,
    find_neighbours,
)
from detectors.segmentation.pieces import Piece, find_pieces
from detectors.segmentation.scoring import (
    Candidate,
    Dissection,
    Hypothesis,
    ScoreConfig,
    Verdict,
    score_candidate,
)
from ink.ink import stroke_width
from ink.sheet import Sheet, inked

MIN_CHAIN_SCORE = -10.0
"""Sum of scores below which the beginning of a row is not read on."""

ENDS_AT_ONCE = 2
"""Beginnings of a row that are read on at the same time: more need fewer calls of the classifier, and more crops."""


def search_chain(spans: Sequence[Group], bar: float) -> Generator[list[int], list[float], list[int]]:
    """Looks from left to right for runs that together take every part of a row exactly once, scoring few of them.

    Only runs that begin where a likely reading of the parts before them ends are asked about, a few ends at a time,
    the likeliest first.  Scores are taken to be hardly ever above 0, so what has fallen to the bar stays below it.

    Args:
        spans: runs of neighbouring parts, as :func:`enumerate_runs` gives them.
        bar: what the sum of scores has to exceed.

    Yields:
        Indices into ``spans``; is sent their scores.

    Returns:
        Indices into ``spans``, from left to right, with the largest sum of scores found; empty where none exceeds the
        bar.
    """
    end = max((span[-1] + 1 for span in spans), default=0)
    scores: dict[int, float] = {}
    best: dict[int, tuple[float, list[int]]] = {0: (0.0, [])}
    begun: set[int] = set()
    while True:
        top = max(bar, MIN_CHAIN_SCORE, best[end][0] if end in best else -np.inf)
        ends = [e for e, (total, _) in best.items() if e < end and e not in begun and total > top]
        if not ends:
            break
        starts = sorted(ends, key=lambda e: -best[e][0])[:ENDS_AT_ONCE]
        begun.update(starts)
        asked = [k for k, span in enumerate(spans) if span[0] in starts]
        scores.update(zip(asked, (yield asked), strict=True))
        best = _best_chains(spans, scores)
    total, chain = best.get(end, (-np.inf, []))
    return chain if total > bar else []


def _best_chains(spans: Sequence[Group], scores: Mapping[int, float]) -> dict[int, tuple[float, list[int]]]:
    """For every part that runs with a score lead up to from the first: their largest sum of scores, and which."""
    best: dict[int, tuple[float, list[int]]] = {0: (0.0, [])}
    for k in sorted(scores, key=lambda k: spans[k][-1]):
        first, end = spans[k][0], spans[k][-1] + 1
        if first in best:
            total = best[first][0] + scores[k]
            if end not in best or total > best[end][0]:
                best[end] = total, [*best[first][1], k]
    return best


Found = TypeVar("Found")


Reading = Generator[list[Candidate], list[Verdict], Found]
"""Asks about candidates, is sent the classifier's verdicts on them, and returns what it found."""


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
    near = find_neighbours(pieces, reach)
    found = find_clusters(near)
    groups = [group for cluster in found for group in enumerate_groups(cluster, near)]
    return _Apart(pen, pieces, found, [Candidate.of(ink, group, pieces) for group in groups])


def _cut_up(sheet: Sheet, reach: Reach, number: int) -> tuple[list[Piece], list[Group]]:
    """The parts of one piece, and every run of them."""
    apart = sheet.once(_taken_apart, reach)
    parts = cut_piece(apart.pieces[number], apart.pen)
    return parts, enumerate_runs(parts)


def _part(sheet: Sheet, reach: Reach, number: int, run: Group) -> Candidate:
    """A run of the parts of one piece."""
    return Candidate.of(sheet.once(inked)[0], run, sheet.once(_cut_up, reach, number)[0])


def reader(sheet: Sheet, config: ScoreConfig) -> Reading[Dissection]:
    """Reads one drawing."""
    ink, scale = sheet.once(inked)
    apart = sheet.once(_taken_apart, config.reach)
    trace = Dissection(ink, apart.pen, apart.pieces, scale=scale)

    verdicts = yield apart.candidates
    read: dict[Group, Hypothesis] = {}
    for candidate, verdict in zip(apart.candidates, verdicts, strict=True):
        members = [apart.pieces[i] for i in candidate.members]
        read[candidate.members] = score_candidate(config, candidate, verdict, members)
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
    sheet: Sheet, config: ScoreConfig, number: int, as_one: float, trace: Dissection
) -> Reading[list[Hypothesis]]:
    """Reads one piece as several symbols; finds none where that is no better than reading it ``as_one``."""
    _, spans = sheet.once(_cut_up, config.reach, number)
    piece = trace.pieces[number]
    read: dict[int, Hypothesis] = {}

    def ask(numbers: list[int]) -> list[Candidate]:
        return [sheet.once(_part, config.reach, number, spans[k]) for k in numbers]

    def judge(numbers: list[int], verdicts: list[Verdict]) -> list[float]:
        for k, candidate, verdict in zip(numbers, ask(numbers), verdicts, strict=True):
            read[k] = score_candidate(config, candidate, verdict, [piece], is_part=True)
        return [read[k].score for k in numbers]

    chain = yield from translated(search_chain(spans, as_one + config.several), ask, judge)
    trace.hypotheses.extend(read.values())
    return [read[k] for k in chain]


def joined(asked: list[list[Candidate]]) -> list[Candidate]:
    """What several readings ask about, in one list."""
    return [candidate for wave in asked for candidate in wave]


def shared_out(asked: list[list[Candidate]], verdicts: list[Verdict]) -> list[list[Verdict]]:
    """The verdicts on that list, for each reading its own."""
    left = iter(verdicts)
    return [[next(left) for _ in wave] for wave in asked]


def enumerate_candidates(image: np.ndarray, reach: Reach) -> list[Candidate]:
    """Everything about a drawing that a classifier may be asked, if all that can be cut has to be."""
    sheet = Sheet(image)
    apart = sheet.once(_taken_apart, reach)
    pieces = range(len(apart.pieces))
    return apart.candidates + [
        sheet.once(_part, reach, number, run) for number in pieces for run in sheet.once(_cut_up, reach, number)[1]
    ]
