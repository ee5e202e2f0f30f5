"""Searches that ask for what they do not know: put together so that what many want to know is asked at once.

A search is a generator that yields a question, is sent its answer, and returns what it found.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import TypeVar

Asked = TypeVar("Asked")
Told = TypeVar("Told")
Found = TypeVar("Found")
Question = TypeVar("Question")
Answer = TypeVar("Answer")


def lockstep(searches: Sequence[Generator[Asked, Told, Found]]) -> Generator[list[Asked], list[Told], list[Found]]:
    """One search made of many: asks what all that are not done yet ask, and finds what each of them finds."""
    found: dict[int, Found] = {}
    told: dict[int, Told | None] = dict.fromkeys(range(len(searches)))
    while told:
        asked: dict[int, Asked] = {}
        for number, answer in told.items():
            try:
                # A generator's first answer is None by its protocol, which its type does not tell.
                asked[number] = searches[number].send(answer)  # type: ignore[arg-type]
            except StopIteration as done:
                found[number] = done.value
        told = dict(zip(asked, (yield list(asked.values())), strict=True)) if asked else {}
    return [found[number] for number in range(len(searches))]


def translated(
    search: Generator[Asked, Told, Found],
    question: Callable[[Asked], Question],
    answer: Callable[[Asked, Answer], Told],
) -> Generator[Question, Answer, Found]:
    """The same search for somebody who speaks another language.

    Args:
        search: what is asked and told.
        question: what is asked, in the other's words.
        answer: the other's answer to what was asked, in the search's words.
    """
    try:
        asked = next(search)
        while True:
            asked = search.send(answer(asked, (yield question(asked))))
    except StopIteration as done:
        return done.value


def answered(search: Generator[Asked, Told, Found], answer: Callable[[Asked], Told]) -> Found:
    """What a search finds with these answers."""
    try:
        asked = next(search)
        while True:
            asked = search.send(answer(asked))
    except StopIteration as done:
        return done.value
