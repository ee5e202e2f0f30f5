"""Searches side by side ask together, and find what each of them would find alone."""

from collections.abc import Generator

from detectors.lockstep import answered, lockstep, translated

Search = Generator[int, int, list[int]]


def search(*numbers: int) -> Search:
    """Asks about each number, and finds the answers."""
    told = []
    for number in numbers:
        told.append((yield number))
    return told


def test_all_that_are_not_done_ask_at_once() -> None:
    asked: list[list[int]] = []

    def double(numbers: list[int]) -> list[int]:
        asked.append(numbers)
        return [2 * n for n in numbers]

    assert answered(lockstep([search(1, 2, 3), search(), search(10, 20)]), double) == [[2, 4, 6], [], [20, 40]]
    assert asked == [[1, 10], [2, 20], [3]]


def test_nothing_to_ask() -> None:
    def nobody(_: list[int]) -> list[int]:
        raise AssertionError("asked")

    assert answered(lockstep([]), nobody) == []
    assert answered(lockstep([search(), search()]), nobody) == [[], []]


def test_in_other_words() -> None:
    in_words = translated(search(1, 2), question=str, answer=lambda asked, told: asked * len(told))
    assert answered(in_words, lambda word: word + "!") == [2, 4]
