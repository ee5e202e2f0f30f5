from collections.abc import Mapping
from itertools import combinations, pairwise

import cv2
import numpy as np
import pytest

from detectors.segmentation.grouping import (
    MAX_CANDIDATES,
    Budget,
    drop_mixed,
    enumerate_groups,
    enumerate_runs,
    find_groupings,
    stranger_areas,
)
from detectors.segmentation.neighbours import Group, find_clusters, find_neighbours
from detectors.segmentation.partition import best_partition
from detectors.segmentation.pieces import Piece
from detectors.segmentation.search import MIN_ROW_SCORE, RowSearch
from ink.sheet import Sheet


def block(x: int, side: int = 10, y: int = 0) -> Piece:
    return Piece(x, y, np.full((side, side), 255, np.uint8))


def test_neighbourhoods() -> None:
    near = find_neighbours([block(0), block(12), block(60)], reach=(0.3, 0.3), usual=10)
    assert near.tolist() == [[False, True, False], [True, False, False], [False, False, False]]
    assert find_clusters(near) == [(0, 1), (2,)]
    assert find_clusters(np.zeros((0, 0), bool)) == []


@pytest.mark.parametrize(
    ("x", "y", "expected"), [(12, 0, True), (14, 0, False), (0, 14, True), (0, 16, False), (12, 14, False)]
)
def test_gaps_down_may_be_wider_than_gaps_across(x: int, y: int, expected: bool) -> None:
    assert find_neighbours([block(0), block(x, y=y)], reach=(0.3, 0.5), usual=10)[0, 1] == expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((8, 8, 10), (8, 8, 42), True),
        ((40, 6, 10), (40, 6, 42), True),
        ((30, 30, 0), (8, 8, 50), True),
        ((30, 30, 0), (8, 8, 60), False),
        ((30, 30, 0), (30, 30, 50), False),
    ],
    ids=["colon", "equals sign", "question mark", "a dot further down", "digits"],
)
def test_dots_and_bars_above_one_another_are_neighbours(
    first: tuple[int, int, int], second: tuple[int, int, int], expected: bool
) -> None:
    """Width, height and top of two pieces beside digits of 60 pixels."""
    two = [Piece(75, y, np.full((h, w), 255, np.uint8)) for w, h, y in (first, second)]
    assert find_neighbours(two, reach=(0.15, 0.25), usual=60)[0, 1] == expected


@pytest.mark.parametrize("gap", [12, 30])
def test_a_colon_between_digits_is_one_group(gap: int) -> None:
    """However near the digits are, and so whether the dots are a neighbourhood of their own or not."""
    image = np.full((120, 260, 3), 255, np.uint8)
    for x in (20, 90 + 2 * gap):
        cv2.rectangle(image, (x, 20), (x + 50, 90), (0, 0, 0), 6)
    for y in (35, 70):
        image[y : y + 8, 76 + gap : 84 + gap] = 0
    assert (1, 2) in {c.members for c in find_groupings(Sheet(image), (0.15, 0.25)).candidates}


def test_a_long_row_of_near_symbols_is_searched_in_parts() -> None:
    """Sixteen 1s with gaps that are near, in pairs whose gaps are nearer, are no neighbourhood too large to search."""
    image = np.full((200, 600, 3), 255, np.uint8)
    for k in range(16):
        x = 20 + 26 * k - 4 * (k % 2)
        image[60:160, x : x + 16] = 0
    groupings = find_groupings(Sheet(image), (0.15, 0.25))
    assert {c.members for c in groupings.candidates} == {
        tuple(range(16)), *((k,) for k in range(16)), *((k, k + 1) for k in range(0, 16, 2))
    }  # fmt: skip


def test_what_stands_between_pieces_or_in_a_ring_is_not_left_out_of_their_group() -> None:
    """A bar above two digits, and a speck in the box of both: the bar belongs to both digits or to none."""
    boxes = np.array([[0, 0, 100, 8], [5, 12, 35, 90], [50, 10, 98, 90], [40, 40, 44, 44]])
    groups: list[Group] = [(0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2)]
    assert drop_mixed(groups, boxes, stranger_areas(boxes, usual=92)) == [(0,), (1,), (2,), (1, 2), (0, 1, 2)]


def test_groupings_are_connected() -> None:
    """In a chain 0-1-2 the ends alone are no group."""
    near = find_neighbours([block(0), block(12), block(24)], reach=(0.3, 0.3), usual=10)
    assert enumerate_groups((0, 1, 2), near) == [(0,), (1,), (2,), (0, 1), (1, 2), (0, 1, 2)]


def test_a_crowd_is_read_piece_by_piece_or_whole() -> None:
    near = np.ones((30, 30), bool)
    assert len(enumerate_groups(tuple(range(30)), near)) == 31
    assert len(enumerate_groups(tuple(range(12)), near)) < 90


def test_a_budget_grants_what_it_has_room_for() -> None:
    budget = Budget()
    assert budget.take([100] * MAX_CANDIDATES)
    assert budget.kept
    assert not budget.take([1])
    assert not budget.kept
    assert not Budget().take([1600] * 20)  # few candidates, but all of a large sheet each


def test_a_page_of_many_neighbours_is_read_within_the_budget() -> None:
    image = np.full((1200, 1200, 3), 255, np.uint8)
    for y in range(20, 1180, 120):
        for x in range(20, 1100, 120):  # squares of six strokes that do not meet
            for k in range(6):
                image[y + 14 * k : y + 14 * k + 8, x : x + 80] = 0
    groupings = find_groupings(Sheet(image), (0.15, 0.25))
    assert not groupings.kept
    assert len(groupings.candidates) <= MAX_CANDIDATES
    alone = {group for group in (c.members for c in groupings.candidates) if len(group) == 1}
    assert alone == {(k,) for cluster in groupings.clusters for k in cluster}


def test_a_large_neighbourhood_is_one_symbol_or_what_its_parts_are() -> None:
    singles, pairs = [(k,) for k in range(14)], [(k, k + 1) for k in range(0, 14, 2)]
    groups = [*singles, *pairs, tuple(range(14))]
    by_pairs = best_partition(groups, [-1.0] * 14 + [-0.5] * 7 + [-9.0])
    assert [groups[k] for k in by_pairs] == pairs
    assert [groups[k] for k in best_partition(groups, [-1.0] * 14 + [-0.5] * 7 + [-1.0])] == [tuple(range(14))]
    assert best_partition(singles, [-1.0] * 14) == list(range(14))  # where the budget had no room for more
    chain = [*singles, *((k, k + 1) for k in range(13))]
    assert best_partition(chain, [-1.0] * 27) == list(range(14))  # too large to search


@pytest.mark.parametrize(
    ("groups", "scores", "answer"),
    [
        ([(0,)], [-1.0], [(0,)]),
        ([(0,), (1,), (0, 1)], [-1.0, -1.0, -3.0], [(0,), (1,)]),
        ([(0,), (1,), (0, 1)], [-1.0, -1.0, -1.5], [(0, 1)]),
        ([(0,), (1,), (2,), (0, 1), (1, 2)], [-1, -5, -1, -2, -1.5], [(0,), (1, 2)]),
    ],
)
def test_best_partition(groups: list[tuple[int, ...]], scores: list[float], answer: list[tuple[int, ...]]) -> None:
    assert sorted(groups[k] for k in best_partition(groups, scores)) == sorted(answer)


@pytest.mark.parametrize(("whole", "count"), [(-1.0, 1), (-99.0, 40)])
def test_a_crowd_is_shared_out_singly_or_not_at_all(whole: float, count: int) -> None:
    everyone = tuple(range(40))
    assert len(best_partition([*((i,) for i in everyone), everyone], [-1.0] * 40 + [whole])) == count


@pytest.mark.parametrize(("count", "expected"), [(0, 0), (1, 0), (2, 2), (3, 5), (7, 7 + 6 + 5 + 4 + 3)])
def test_runs(count: int, expected: int) -> None:
    """Parts a third as wide as high: five of them are not too wide for one symbol, but never all."""
    parts = [Piece(20 * k, 0, np.full((60, 20), 255, np.uint8)) for k in range(count)]
    assert len(enumerate_runs(parts)) == expected


def test_a_single_part_is_a_run_however_wide() -> None:
    wide = [Piece(0, 0, np.full((10, 100), 255, np.uint8)), Piece(100, 0, np.full((10, 10), 255, np.uint8))]
    assert enumerate_runs(wide) == [(0,), (1,)]


def best_row(scores: Mapping[Group, float], bar: float = -99.0) -> tuple[list[Group], set[Group]]:
    """The best row of runs with these scores, and the runs that were asked about on the way."""
    runs, asked = list(scores), set[Group]()
    search = RowSearch(runs, bar, most=max([0.0, *scores.values()]))
    while pending := search.pending():
        assert not asked & {runs[k] for k in pending}, "asked twice"
        asked.update(runs[k] for k in pending)
        search.receive([scores[runs[k]] for k in pending])
    before = search.result()
    search.receive([])  # nothing is pending any more: nothing changes
    assert search.result() == before
    return [runs[k] for k in before], asked


@pytest.mark.parametrize(
    ("scores", "answer"),
    [
        ({(0,): -1.0, (1,): -1.0, (2,): -1.0, (0, 1): -1.5, (1, 2): -3.0}, [(0, 1), (2,)]),
        ({(0,): -1.0, (1,): -1.0, (2,): -1.0, (0, 1): -2.5, (1, 2): -1.2}, [(0,), (1, 2)]),
        ({(0,): -1.0, (1,): -0.1, (2,): -1.0, (0, 1): -2.5, (1, 2): -1.2}, [(0,), (1,), (2,)]),
    ],
)
def test_the_best_row(scores: dict[Group, float], answer: list[Group]) -> None:
    assert best_row(scores)[0] == answer


def test_a_row_is_as_good_as_the_best_of_all() -> None:
    """Against all fifteen ways to take five parts in order, less those with a beginning that is too unlikely."""
    rng = np.random.default_rng(0)
    runs = [tuple(range(a, b)) for a in range(5) for b in range(a + 1, 6) if b - a < 5]
    ways = [
        [tuple(range(a, b)) for a, b in pairwise([0, *cuts, 5])]
        for count in range(1, 5)
        for cuts in combinations(range(1, 5), count)
    ]
    none_found = 0
    for _ in range(300):
        scores = dict(zip(runs, -rng.exponential(2.0, len(runs)), strict=True))
        bar = float(rng.uniform(-15, 0))
        likely = [way for way in ways if sum(scores[s] for s in way[:-1]) > max(bar, MIN_ROW_SCORE)]
        top = max((sum(scores[s] for s in way) for way in likely), default=-np.inf)
        found, _ = best_row(scores, bar)
        assert (sum(scores[s] for s in found) == pytest.approx(top)) if top > bar else found == []
        none_found += not found
    assert 20 < none_found < 280


def test_what_cannot_be_better_is_not_asked_about() -> None:
    """After a first run that is worse than the bar, and after one that no reading gets to, nobody looks."""
    scores = {(0,): -5.0, (1,): -1.0, (2,): -1.0, (3,): -1.0, (0, 1): -0.5, (1, 2): -1.0, (2, 3): -0.5}
    found, asked = best_row(scores, bar=-4.0)
    assert found == [(0, 1), (2, 3)]
    assert not asked & {(1,), (1, 2)}


def test_a_row_must_take_every_part() -> None:
    assert best_row({})[0] == []
    assert best_row({(0,): 0.0, (2,): 0.0})[0] == []


def test_no_members() -> None:
    assert best_partition([], []) == []


def test_impossible() -> None:
    with pytest.raises(ValueError, match="no set of groups"):
        best_partition([(0, 1), (1, 2)], [0.0, 0.0])


def test_what_one_more_run_can_lift_above_the_bar_is_read_on() -> None:
    """A first run that is unlikely by itself, and a second one that makes up for it."""
    scores = {(0,): -1.5, (1,): 2.0}
    assert best_row(scores, bar=0.0)[0] == [(0,), (1,)]
    assert best_row(scores | {(1,): 1.0}, bar=0.0)[0] == []
