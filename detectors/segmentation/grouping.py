"""Which pieces of a sheet may make one symbol."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from classifiers.crop import Crop
from detectors.boxes import shared_areas
from detectors.segmentation.cuts import cut_piece
from detectors.segmentation.neighbours import (
    MAX_SPECK_SIZE,
    Group,
    Reach,
    find_clusters,
    find_neighbours,
    usual_size,
)
from detectors.segmentation.pieces import Piece, join_pieces, measure_pen, sheet_pieces
from detectors.segmentation.place import crop_piece
from ink.sheet import Sheet

MAX_CLUSTER_PIECES = 12
"""Larger neighbourhoods are only read piece by piece and as a whole: the search is exponential in this."""

REACH_STEP = 0.6
"""Factor on the reach and the usual size, time and again, until a larger neighbourhood falls into smaller ones."""

MIN_REACH = 0.02
"""Reach at which it is left as it is."""

MAX_CANDIDATES = 200
"""Candidates that one sheet is read by: a page of a hundred digits has half as many, mazes and combs thousands."""

MAX_CROP_PIXELS = 40_000_000
"""Pixels of all their crops."""

MAX_RUN_ASPECT = 1.8
"""Width of neighbouring parts of a cut piece that may make one symbol, as a multiple of their height."""

MIN_STRANGER_SHARE = 0.8
"""Share of a piece's box from which it stands in another one."""


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
    crop: Crop

    @classmethod
    def from_pieces(cls, sheet: Sheet, members: Group, pieces: Sequence[Piece]) -> Candidate:
        """Some pieces of a sheet."""
        piece = join_pieces([pieces[i] for i in members])
        return cls(members, piece, crop_piece(sheet, piece))


class Budget:
    """What reading one sheet may still cost.

    Attributes:
        kept: whether everything asked for was granted.
    """

    def __init__(self) -> None:
        self._candidates, self._pixels, self.kept = MAX_CANDIDATES, MAX_CROP_PIXELS, True

    def take(self, sizes: Sequence[int]) -> bool:
        """Whether candidates of these sizes (longer sides in pixels) may be read; if so, they are charged."""
        pixels = sum(size * size for size in sizes)
        granted = len(sizes) <= self._candidates and pixels <= self._pixels
        if granted:
            self._candidates -= len(sizes)
            self._pixels -= pixels
        self.kept &= granted
        return granted


@dataclass(frozen=True, eq=False)
class Groupings:
    """What a sheet's pieces may be put together to.

    Attributes:
        clusters: the neighbourhoods of its pieces, as indices.
        candidates: every group of neighbours; of neighbourhoods that the budget had no room for, only single pieces.
        kept: whether there was room for all.
    """

    clusters: list[Group]
    candidates: list[Candidate]
    kept: bool


def enumerate_groups(cluster: Group, near: np.ndarray) -> list[Group]:
    """Every connected set of a few pieces of a neighbourhood (fewer the larger it is), and the whole of it."""
    found: set[Group] = {(i,) for i in cluster}
    if len(cluster) <= MAX_CLUSTER_PIECES:
        most = 4 if len(cluster) <= 6 else 3 if len(cluster) <= 9 else 2
        frontier = set(found)
        for _ in range(min(most, len(cluster)) - 1):
            frontier = {
                tuple(sorted((*group, j)))
                for group in frontier
                for j in cluster
                if j not in group and near[list(group), j].any()
            }
            found |= frontier
    return sorted(found | {cluster}, key=lambda g: (len(g), g))


def enumerate_runs(parts: Sequence[Piece]) -> list[Group]:
    """Every run of neighbours among the parts of a cut piece that is not too wide, but not all of them at once.

    Args:
        parts: from left to right.
    """
    boxes = np.array([p.box for p in parts], float).reshape(-1, 4)
    found = []
    for first in range(len(parts)):
        for last in range(first + 1, len(parts) + 1):
            low, high = boxes[first:last, :2].min(0), boxes[first:last, 2:].max(0)
            width, height = high - low
            if last - first < len(parts) and (last == first + 1 or width <= MAX_RUN_ASPECT * height):
                found.append(tuple(range(first, last)))
    return found


def find_groupings(sheet: Sheet, reach: Reach) -> Groupings:
    """Every grouping of the pieces of a sheet, made once per reach."""
    return sheet.step("groupings", _find_groupings, reach)


def _find_groupings(sheet: Sheet, reach: Reach) -> Groupings:
    pieces = sheet_pieces(sheet)
    boxes = np.array([p.box for p in pieces], int).reshape(-1, 4)
    usual = usual_size((boxes[:, 2:] - boxes[:, :2]).max(1, initial=0))
    strangers = stranger_areas(boxes, usual)
    clusters = find_clusters(find_neighbours(pieces, reach, usual))
    budget = Budget()
    budget.take([piece.size for piece in pieces])
    groups: dict[Group, list[Group]] = {}
    for cluster in sorted(clusters, key=len):
        found = drop_mixed(_groups_within(pieces, cluster, reach, usual), boxes, strangers)
        joined = [group for group in found if len(group) > 1]
        groups[cluster] = (
            found if budget.take([_joined_size(pieces, group) for group in joined]) else found[: len(cluster)]
        )
    candidates = [Candidate.from_pieces(sheet, group, pieces) for cluster in clusters for group in groups[cluster]]
    return Groupings(clusters, candidates, budget.kept)


def _groups_within(pieces: Sequence[Piece], cluster: Group, reach: Reach, usual: float) -> list[Group]:
    """Groups of a neighbourhood; one too large to search is taken as a whole, and apart where its gaps are widest."""
    near = find_neighbours([pieces[i] for i in cluster], reach, usual)
    parts = find_clusters(near)
    if len(parts) == 1 and len(cluster) > MAX_CLUSTER_PIECES and min(reach) > MIN_REACH:
        nearer = (REACH_STEP * reach[0], REACH_STEP * reach[1])
        found = {cluster, *_groups_within(pieces, cluster, nearer, REACH_STEP * usual)}
    else:
        members = [tuple(cluster[k] for k in part) for part in parts]
        if len(parts) > 1:
            found = {group for part in members for group in _groups_within(pieces, part, reach, usual)}
        else:
            found = {tuple(cluster[k] for k in group) for group in enumerate_groups(parts[0], near)}
    return sorted(found, key=lambda group: (len(group), group))


def stranger_areas(boxes: np.ndarray, usual: float) -> np.ndarray:
    """How much of each piece's box has to lie in a group's box for it to stand there; a speck never does.

    Args:
        boxes: int ``[N, 4]``, ``xyxy``.
        usual: size of the sheet's pieces in pixels, see :func:`usual_size`.

    Returns:
        float ``[N]`` in square pixels.
    """
    sides = boxes[:, 2:] - boxes[:, :2]
    size = sides.max(1, initial=0)
    return np.where(size < MAX_SPECK_SIZE * usual, np.inf, MIN_STRANGER_SHARE * sides.prod(1))


def drop_mixed(groups: Sequence[Group], boxes: np.ndarray, strangers: np.ndarray) -> list[Group]:
    """The groups but for those of several pieces in whose box stands another piece that is no speck.

    A bar and one digit of the number below it are no 7, for in the box of both stand the number's other digits; and
    what is in a ring belongs to it whole or not at all.

    Args:
        groups: indices of pieces.
        boxes: int ``[N, 4]``, ``xyxy``, of all pieces of the sheet.
        strangers: see :func:`stranger_areas`.
    """
    kept = []
    for group in groups:
        if len(group) > 1:
            own = list(group)
            whole = np.concatenate([boxes[own, :2].min(0), boxes[own, 2:].max(0)])
            stands_in = shared_areas(boxes, whole[None])[:, 0] >= strangers
            stands_in[own] = False
            if stands_in.any():
                continue
        kept.append(group)
    return kept


def _joined_size(pieces: Sequence[Piece], group: Group) -> int:
    """Longer side in pixels of several pieces together."""
    x1, y1, x2, y2 = zip(*(pieces[k].box for k in group), strict=True)
    return max(max(x2) - min(x1), max(y2) - min(y1))


def cut_sheet_piece(sheet: Sheet, number: int) -> tuple[list[Piece], list[Group]]:
    """The parts of one piece of a sheet, from left to right, and every run of them."""
    return sheet.step("parts", _cut_sheet_piece, number)


def _cut_sheet_piece(sheet: Sheet, number: int) -> tuple[list[Piece], list[Group]]:
    parts = cut_piece(sheet_pieces(sheet)[number], measure_pen(sheet))
    return parts, enumerate_runs(parts)


def part_candidate(sheet: Sheet, number: int, run: Group) -> Candidate:
    """A run of the parts of one piece of a sheet."""
    return sheet.step("part candidates", _part_candidate, number, run)


def _part_candidate(sheet: Sheet, number: int, run: Group) -> Candidate:
    return Candidate.from_pieces(sheet, run, cut_sheet_piece(sheet, number)[0])


def enumerate_candidates(image: np.ndarray, reach: Reach) -> list[Candidate]:
    """Everything about a drawing that a classifier may be asked, if all that can be cut has to be.

    Args:
        image: uint8 ``[H, W, 3]`` RGB.
        reach: see :func:`find_neighbours`.
    """
    sheet = Sheet(image)
    return find_groupings(sheet, reach).candidates + [
        part_candidate(sheet, number, run)
        for number in range(len(sheet_pieces(sheet)))
        for run in cut_sheet_piece(sheet, number)[1]
    ]
