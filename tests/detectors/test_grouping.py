import numpy as np
import pytest

from detectors.contours import Piece
from detectors.grouping import best_chain, best_partition, clusters, groupings, neighbours, runs


def block(x: int, side: int = 10) -> Piece:
    return Piece(x, 0, np.full((side, side), 255, np.uint8))


def test_neighbourhoods() -> None:
    near = neighbours([block(0), block(12), block(60)], reach=0.3)
    assert near.tolist() == [[False, True, False], [True, False, False], [False, False, False]]
    assert clusters(near) == [(0, 1), (2,)]
    assert clusters(np.zeros((0, 0), bool)) == []


def test_groupings_are_connected() -> None:
    """In a chain 0-1-2 the ends alone are no group."""
    near = neighbours([block(0), block(12), block(24)], reach=0.3)
    assert groupings((0, 1, 2), near) == [(0,), (1,), (2,), (0, 1), (1, 2), (0, 1, 2)]


def test_a_crowd_is_read_piece_by_piece_or_whole() -> None:
    near = np.ones((30, 30), bool)
    assert len(groupings(tuple(range(30)), near)) == 31
    assert len(groupings(tuple(range(12)), near)) < 90


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


@pytest.mark.parametrize(("count", "expected"), [(0, 0), (1, 0), (2, 2), (3, 5), (6, 6 + 5 + 4 + 3 + 2)])
def test_runs(count: int, expected: int) -> None:
    """Parts a third as wide as high: five of them are not too wide for one symbol, but never all."""
    parts = [Piece(20 * k, 0, np.full((60, 20), 255, np.uint8)) for k in range(count)]
    assert len(runs(parts)) == expected


def test_a_single_part_is_a_run_however_wide() -> None:
    wide = [Piece(0, 0, np.full((10, 100), 255, np.uint8)), Piece(100, 0, np.full((10, 10), 255, np.uint8))]
    assert runs(wide) == [(0,), (1,)]


@pytest.mark.parametrize(
    ("scores", "answer"),
    [
        ({(0,): -1.0, (1,): -1.0, (2,): -1.0, (0, 1): -1.5, (1, 2): -3.0}, [(0, 1), (2,)]),
        ({(0,): -1.0, (1,): -1.0, (2,): -1.0, (0, 1): -2.5, (1, 2): -1.2}, [(0,), (1, 2)]),
        ({(0,): -1.0, (1,): -0.1, (2,): -1.0, (0, 1): -2.5, (1, 2): -1.2}, [(0,), (1,), (2,)]),
    ],
)
def test_best_chain(scores: dict[tuple[int, ...], float], answer: list[tuple[int, ...]]) -> None:
    spans = list(scores)
    assert [spans[k] for k in best_chain(spans, [scores[s] for s in spans])] == answer


def test_a_chain_must_take_every_part() -> None:
    assert best_chain([], []) == []
    with pytest.raises(ValueError, match="every part"):
        best_chain([(0,), (2,)], [0.0, 0.0])


def test_no_members() -> None:
    assert best_partition([], []) == []


def test_impossible() -> None:
    with pytest.raises(ValueError, match="no set of groups"):
        best_partition([(0, 1), (1, 2)], [0.0, 0.0])
