"""Which method reads more of a set, and whether that may be chance."""

import pytest

from comparison.evaluation.paired import differences_in_words, paired_difference


def flags(right: int, wrong: int) -> list[bool]:
    return [True] * right + [False] * wrong


def test_an_interval_by_hand() -> None:
    # 8 drawings only the first reads, 2 only the second, 40 both: d' = (8.5 - 2.5) / 52, and
    # se = sqrt(11 - 36 / 52) / 52 = 0.0617
    first, second = flags(48, 2), [*flags(40, 8), True, True]
    d = paired_difference(first, second)
    assert (d.drawings, d.more) == (50, 6)
    assert (d.low, d.high) == pytest.approx((50 * (6 / 52 - 1.96 * 0.06174), 50 * (6 / 52 + 1.96 * 0.06174)), abs=0.02)
    assert d.may_be_chance


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        (flags(40, 12), flags(28, 24), "a reads 12 more of 52 drawings exactly than b (95 % interval: 5 more to 18 "
         "more)."),
        (flags(30, 22), flags(29, 23), "a reads 1 more of 52 drawings exactly than b; with so few drawings that may be "
         "chance (95 % interval: 2 fewer to 4 more)."),
        (flags(30, 22), flags(30, 22), "a and b read equally many of 52 drawings exactly (95 % interval: 2 fewer to 2 "
         "more)."),
    ],
)  # fmt: skip
def test_sentences(first: list[bool], second: list[bool], sentence: str) -> None:
    assert differences_in_words({"b": second, "a": first} if first != second else {"a": first, "b": second}) == [
        sentence
    ]


def test_nothing_to_compare() -> None:
    assert differences_in_words({}) == differences_in_words({"a": [True]}) == []
    assert paired_difference([], []).more == 0
