"""Segmentation: contours cut the drawing into pieces, a classifier reads them, and the best grouping wins.

Contours alone cannot know that two strokes are one 5, or that one blob is two digits.  So every plausible grouping of
pieces, and every plausible cut of one, is read by the classifier, and the partition of the ink that it finds most
convincing is the reading.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, fields

import cv2
import numpy as np

from classifiers.classifier import Classifier
from classifiers.preprocess import stroke_width
from detectors.contours import INK_THRESHOLD, Piece, cut, find_pieces, gap, join
from detectors.detections import Detections
from detectors.detector import Detector
from detectors.grouping import Group, best_chain, best_partition, clusters, groupings, neighbours, runs
from detectors.sheet import Sheet, inked
from detectors.stages import PALETTE, Picture, Stage, enlarged, heat, on_paper
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


MOST_SHOWN = 24
"""Hypotheses that the stages show at most."""


def _outlined(trace: Trace) -> np.ndarray:
    """The pieces in colours of their own, with their boxes."""
    picture = on_paper(np.zeros_like(trace.ink))
    for k, piece in enumerate(trace.pieces):
        colour = PALETTE[k % len(PALETTE)]
        x1, y1, x2, y2 = piece.box
        picture[y1:y2, x1:x2][piece.ink > INK_THRESHOLD] = colour
        cv2.rectangle(picture, (x1 - 2, y1 - 2), (x2 + 1, y2 + 1), colour, 1)
    return picture


def _told(hypothesis: Hypothesis) -> str:
    """A hypothesis in a few words."""
    answer = int(hypothesis.probabilities.argmax())
    sure = float(hypothesis.probabilities[answer]) * hypothesis.whole
    return f"{CLASSES[answer]} {sure:.0%}, score {hypothesis.score:.1f}"


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

    def candidates(self, sheets: Sequence[Sheet]) -> list[Detections]:
        return [trace.detections() for trace in self.trace(sheets)]

    def trace(self, sheets: Sequence[Sheet]) -> list[Trace]:
        """All steps for each drawing.

        The drawings are read side by side: whenever all of them wait for the classifier, it is called once for all.
        """
        readings = [reader(sheet, self.config) for sheet in sheets]
        wanted = [next(reading) for reading in readings]
        traces: list[Trace] = []
        while not traces and readings:
            verdicts = self._judge(wanted)
            wanted = []
            for reading, mine in zip(readings, verdicts, strict=True):
                try:
                    wanted.append(reading.send(mine))
                except StopIteration as done:
                    traces.append(done.value)
        return traces

    def stages(self, image: np.ndarray) -> list[Stage]:
        trace = self.trace([Sheet(image)])[0]
        stages = [
            Stage(
                "Ink or paper?",
                f"Every pixel is one or the other. The pen is about {trace.pen / trace.scale:.1f} pixels wide.",
                [Picture(on_paper(np.where(trace.ink > INK_THRESHOLD, 255, 0).astype(np.uint8)), "ink mask")],
            ),
            Stage(
                "What hangs together?",
                "Ink that touches makes one piece, whatever it was meant to be.",
                [Picture(_outlined(trace), f"{len(trace.pieces)} piece{'' if len(trace.pieces) == 1 else 's'}")],
            ),
        ]
        if not trace.hypotheses:
            return stages
        chosen = sorted(trace.chosen, key=lambda h: h.piece.x)
        turned_down = sorted((h for h in trace.hypotheses if h not in chosen), key=lambda h: -h.score)
        ranked = [*chosen, *turned_down[: max(0, MOST_SHOWN - len(chosen))]]
        stages.append(
            Stage(
                "Which pieces are one symbol?",
                "Pieces are put together, and cut apart, in every plausible way, and the classifier reads them all. "
                f"The best sum of scores wins: {len(trace.chosen)} chosen of {len(trace.hypotheses)}; "
                "a score is the logarithm of a probability less what the grouping costs.",
                [Picture(enlarged(on_paper(ink)), _told(h), h in chosen)
                 for h, ink in zip(ranked, self._seen(trace, ranked), strict=True)],
            )
        )  # fmt: skip
        crops = [h.piece.crop(trace.ink) for h in chosen]
        looked = self.classifier.evidence(crops)
        if looked is not None:
            name, maps = looked
            stages.append(
                Stage(
                    f"Where does the {self.label} look?",
                    f"The crop of 32 x 32 pixels that the network sees, and its {name}: the darker, the more.",
                    [Picture(enlarged(heat(ink, m), 128), CLASSES[h.probabilities.argmax()])
                     for h, ink, m in zip(chosen, self._seen(trace, chosen), maps, strict=True)],
                )
            )  # fmt: skip
        return stages

    def _seen(self, trace: Trace, hypotheses: Sequence[Hypothesis]) -> list[np.ndarray]:
        """What the classifier sees of each, uint8 ``[32, 32]``: the other ink around is faint."""
        planes = self.classifier.inputs([h.piece.crop(trace.ink) for h in hypotheses])
        return [np.maximum(own, around // 4) for own, around in planes]

    def _judge(self, asked: Sequence[Question]) -> list[list[Verdict]]:
        """The classifier's judgement of several sheets' crops, in one call of it."""
        probabilities, whole = self.classifier.judge([crop for question in asked for crop in question.crops])
        verdicts = iter(zip(probabilities, whole.tolist(), strict=True))
        return [[next(verdicts) for _ in question.crops] for question in asked]


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
        group: [_hypothesis(config, piece, group, next(answers), [piece], cuts=1) for piece in question.pieces]
        for group, question in cuts.items()
    }

    trace.hypotheses.extend(read.values())
    trace.hypotheses.extend(h for found in cut_read.values() for h in found)
    # The best reading of each group: as one symbol, or cut into several.
    best = {group: [hypothesis] for group, hypothesis in read.items()}
    for group, found in cut_read.items():
        parts_read = [found[k] for k in best_chain(cuts[group].groups, [h.score for h in found])]
        if parts_read and _total(parts_read) > read[group].score:
            best[group] = parts_read
    for part in apart.parts:
        mine = [group for group in read if part[0] <= group[0] and set(group) <= set(part)]
        for k in best_partition(mine, [_total(best[group]) for group in mine]):
            trace.chosen.extend(best[mine[k]])
    return trace


def _hypothesis(
    config: ScoreConfig, piece: Piece, group: Group, verdict: Verdict, members: Sequence[Piece], cuts: int = 0
) -> Hypothesis:
    row, whole = verdict
    answer = int(row.argmax())
    score = float(np.log(max(float(row[answer]) * whole, 1e-6))) - config.symbol - config.cut * cuts
    if answer == OTHER:
        score -= config.other + config.other_joined * (len(members) - 1)
    if len(members) > 1:
        # The gaps that hold the group together: each member's to its nearest fellow.
        widest = max(min(gap(a, b) for b in members if b is not a) for a in members)
        score -= config.gap * widest / piece.size
    return Hypothesis(piece, group, row, whole, score)


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
