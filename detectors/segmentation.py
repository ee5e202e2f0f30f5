"""Segmentation: contours cut the drawing into pieces, a classifier reads them, and the best grouping wins.

Contours alone cannot know that two strokes are one 5, or that one blob is two digits.  So every plausible grouping of
pieces, and every plausible cut of one, is read by the classifier, and the partition of the ink that it finds most
convincing is the reading.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from classifiers.classifier import Classifier
from classifiers.preprocess import stroke_width
from detectors.canvas import ink_map, to_work_size
from detectors.contours import Piece, cut, find_pieces, gap, join
from detectors.detections import Detections
from detectors.detector import Detector
from detectors.grouping import Group, best_partition, clusters, groupings, neighbours
from models import CENSORED, OTHER

Verdict = tuple[np.ndarray, float]
"""Probabilities float32 ``[12]``, and how likely the crop is one whole symbol."""


@dataclass(frozen=True)
class ScoreConfig:
    """What a grouping costs, in units of log-probability; tuned on composed sheets of validation writers."""

    reach: float = 0.15  # pieces further apart than this share of the larger one's size are not grouped
    symbol: float = 0.3  # for every symbol: fewer are more likely
    other: float = 1.2  # for calling something "other": wrong groupings look like other drawings
    other_joined: float = 0.6  # and again for every further piece in it: several digits look like other drawings too
    gap: float = 2.0  # times the gap inside a group, as a share of its size
    cut: float = 0.4  # for every cut through ink
    sure: float = 0.9  # a piece read as a digit or censored with this probability is not cut


@dataclass(frozen=True, eq=False)
class Hypothesis:
    """One reading of some ink as one symbol.

    Attributes:
        piece: the ink.
        members: the pieces it was made of, as indices; a part of a cut piece has one.
        probabilities: float32 ``[12]``, of the classes if it is one whole symbol.
        whole: how likely it is one whole symbol.
        score: the reading's log-probability less what its grouping costs.
    """

    piece: Piece
    members: Group
    probabilities: np.ndarray
    whole: float
    score: float


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
        confidence = probabilities.max(1) * [h.whole for h in self.chosen]
        return Detections(boxes, confidence, probabilities.argmax(1), probabilities)


class SegmentationDetector(Detector):
    """Contours and a classifier.

    Args:
        classifier: reads crops.
        config: costs of groupings and cuts.
    """

    approach = "Segmentation"

    def __init__(self, classifier: Classifier, config: ScoreConfig | None = None) -> None:
        self.name = f"contours-{classifier.name}"
        self.label = classifier.label
        self.classifier = classifier
        self.config = config or ScoreConfig()

    def candidates(self, images: Sequence[np.ndarray]) -> list[Detections]:
        return [trace.detections() for trace in self.trace(images)]

    def trace(self, images: Sequence[np.ndarray]) -> list[Trace]:
        """All stages for each drawing; the classifier is called twice however many there are."""
        traces = [self._find(image) for image in images]
        near = [neighbours(t.pieces, self.config.reach) for t in traces]
        parts = [clusters(n) for n in near]
        wanted = [
            [(group, join([t.pieces[i] for i in group])) for cluster in cs for group in groupings(cluster, n)]
            for t, n, cs in zip(traces, near, parts, strict=True)
        ]
        for t, group_pieces, rows in zip(traces, wanted, self._read([[p for _, p in w] for w in wanted]), strict=True):
            t.hypotheses.extend(
                self._judged(piece, group, verdict, [t.pieces[i] for i in group])
                for (group, piece), verdict in zip(group_pieces, rows, strict=True)
            )
        cuts = [{h.members[0]: cut(h.piece, t.pen) for h in t.hypotheses if self._may_cut(h)} for t in traces]
        runs = [[(i, a, b) for i, ps in c.items() for a in range(len(ps)) for b in range(a + 1, min(a + 4, len(ps)) + 1)
                 if b - a < len(ps)] for c in cuts]  # fmt: skip
        joined = [[join(c[i][a:b]) for i, a, b in r] for c, r in zip(cuts, runs, strict=True)]
        for t, cs, c, r, ps, rows in zip(traces, parts, cuts, runs, joined, self._read(joined), strict=True):
            self._decide(t, cs, c, r, ps, rows)
        return traces

    def _find(self, image: np.ndarray) -> Trace:
        small, scale = to_work_size(image)
        ink = ink_map(small)
        pen = stroke_width(ink)
        return Trace(ink, pen, find_pieces(ink, pen), scale=scale)

    def _read(self, pieces: list[list[Piece]]) -> list[list[Verdict]]:
        """The classifier's judgement of lists of pieces, in one call of it."""
        probabilities, whole = self.classifier.judge([p.crop() for each in pieces for p in each])
        verdicts = list(zip(probabilities, whole.tolist(), strict=True))
        ends = np.cumsum([len(each) for each in pieces])
        return [verdicts[end - len(each) : end] for each, end in zip(pieces, ends.tolist(), strict=True)]

    def _judged(
        self, piece: Piece, group: Group, verdict: Verdict, members: Sequence[Piece], cuts: float = 0.0
    ) -> Hypothesis:
        row, whole = verdict
        answer = int(row.argmax())
        score = float(np.log(max(float(row[answer]) * whole, 1e-6))) - self.config.symbol - self.config.cut * cuts
        if answer == OTHER:
            score -= self.config.other + self.config.other_joined * (len(members) - 1)
        if len(members) > 1:
            # The gaps that hold the group together: each member's to its nearest fellow.
            widest = max(min(gap(a, b) for b in members if b is not a) for a in members)
            score -= self.config.gap * widest / piece.size
        return Hypothesis(piece, group, row, whole, score)

    def _may_cut(self, hypothesis: Hypothesis) -> bool:
        sure = float(hypothesis.probabilities[: CENSORED + 1].max()) * hypothesis.whole
        return len(hypothesis.members) == 1 and sure < self.config.sure

    def _decide(
        self,
        trace: Trace,
        parts: list[Group],
        cuts: dict[int, list[Piece]],
        runs: list[tuple[int, int, int]],
        joined: list[Piece],
        rows: list[Verdict],
    ) -> None:
        """Cuts first, each piece by itself; then the best partition of every neighbourhood."""
        by_group = {h.members: h for h in trace.hypotheses}
        split: dict[int, list[Hypothesis]] = {}
        for i, pieces in cuts.items():
            mine = [k for k, run in enumerate(runs) if run[0] == i]
            if not mine:
                continue
            found = [self._judged(joined[k], (i,), rows[k], [joined[k]], cuts=1.0) for k in mine]
            trace.hypotheses.extend(found)
            spans = [tuple(range(runs[k][1], runs[k][2])) for k in mine]
            best = [found[k] for k in best_partition(tuple(range(len(pieces))), spans, [h.score for h in found])]
            if sum(h.score for h in best) > by_group[(i,)].score:
                split[i] = best
        for cluster in parts:
            groups = [g for g in by_group if set(g) <= set(cluster)]
            scores = [
                sum(h.score for h in split[g[0]]) if len(g) == 1 and g[0] in split else by_group[g].score
                for g in groups
            ]
            for k in best_partition(cluster, groups, scores):
                group = groups[k]
                trace.chosen.extend(split[group[0]] if len(group) == 1 and group[0] in split else [by_group[group]])
