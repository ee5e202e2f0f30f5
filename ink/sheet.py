"""One drawing while it is read: named steps that are made once, each with the milliseconds that it cost."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from ink.drawing import to_work_size
from ink.ink import ink_bounds
from ink.paper import PaperReport, read_paper

Value = TypeVar("Value")
Key = tuple[str, *tuple[Hashable, ...]]
"""Name of a step and its settings."""


@dataclass(frozen=True, eq=False)
class _Step:
    """A step that was made.

    Attributes:
        value: what it gave.
        milliseconds: what it cost by itself, without the steps that it rests on.
        needs: keys of the steps that it rests on, its own included.
    """

    value: Any
    milliseconds: float
    needs: set[Key]


class Sheet:
    """One drawing while it is read.

    Methods that read the same sheet share its steps: the ink, and whatever they add with :meth:`step`.

    Args:
        image: uint8 ``[H, W, 3]`` RGB of any size and background.
    """

    def __init__(self, image: np.ndarray) -> None:
        self.image = image
        self._steps: dict[Key, _Step] = {}
        self._spent = 0.0  # milliseconds of all steps made so far
        self._used: set[Key] = set()  # keys of the steps that the work under way rests on
        self.notes: list[str] = []  # sentences for whoever brought the drawing

    @property
    def ink(self) -> np.ndarray:
        """How much pen is on each pixel at working size: uint8 ``[h, w]``, 0 paper to 255."""
        return self.step("ink", _read_ink)[0]

    @property
    def scale(self) -> float:
        """Pixels of the ink per pixel of the drawing, at most 1."""
        return self.step("ink", _read_ink)[1]

    @property
    def paper(self) -> PaperReport:
        """What the paper is like."""
        return self.step("ink", _read_ink)[2]

    @property
    def has_ink(self) -> bool:
        """Whether anything is drawn."""
        return self.step("has_ink", lambda sheet: ink_bounds(sheet.ink) is not None)

    def step(self, name: str, make: Callable[..., Value], *settings: Hashable) -> Value:
        """What ``make(sheet, *settings)`` gives, made the first time only.

        Args:
            name: of the step; who asks for a name and settings that are known gets what was made then.
            make: makes it; the steps that it asks for are charged to their own names.
            settings: that the result depends on.
        """
        return step_of_each([self], name, lambda sheets, *rest: [make(sheets[0], *rest)], *settings)[0]

    def note(self, sentence: str) -> None:
        """Tells whoever brought the drawing something, once, however many methods say so."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def milliseconds(self) -> dict[str, float]:
        """What the steps made so far have cost, by name, each without the steps that it rests on."""
        costs: dict[str, float] = {}
        for (name, *_), step in self._steps.items():
            costs[name] = costs.get(name, 0.0) + step.milliseconds
        return costs

    def measure(self, work: Callable[[], Value]) -> tuple[Value, float]:
        """As :func:`measure_work`, of work on this sheet alone."""
        return measure_work([self], work)

    @contextmanager
    def _noted(self) -> Iterator[set[Key]]:
        """Gathers the keys of the steps that the work inside rests on; they count for the work around it too."""
        outer, used = self._used, set[Key]()
        self._used = used
        try:
            yield used
        finally:
            outer |= used
            self._used = outer


def step_of_each(
    sheets: Sequence[Sheet], name: str, make: Callable[..., Sequence[Value]], *settings: Hashable
) -> list[Value]:
    """As :meth:`Sheet.step`, of several sheets at once.

    Args:
        sheets: drawings, each once.
        name: of the step.
        make: makes it: ``make(sheets, *settings)`` gives one value per sheet, for those that lack it; each of them is
            charged an equal part of what that costs.
        settings: that the result depends on.
    """
    key: Key = (name, *settings)
    if new := [sheet for sheet in sheets if key not in sheet._steps]:
        started, spent = time.perf_counter(), sum(sheet._spent for sheet in new)
        with ExitStack() as stack:
            used = [stack.enter_context(sheet._noted()) for sheet in new]
            values = make(new, *settings)
        own = (time.perf_counter() - started) * 1000 - (sum(sheet._spent for sheet in new) - spent)
        for sheet, value, needs in zip(new, values, used, strict=True):
            sheet._spent += own / len(new)
            sheet._steps[key] = _Step(value, own / len(new), {key, *needs})
    for sheet in sheets:
        sheet._used |= sheet._steps[key].needs
    return [sheet._steps[key].value for sheet in sheets]


def measure_work(sheets: Sequence[Sheet], work: Callable[[], Value]) -> tuple[Value, float]:
    """What ``work()`` gives, and the milliseconds it would have taken on sheets without any steps made.

    A method is not faster for coming after another that made the steps that both need.
    """
    earlier = [set(sheet._steps) for sheet in sheets]
    started = time.perf_counter()
    with ExitStack() as stack:
        used = [stack.enter_context(sheet._noted()) for sheet in sheets]
        value = work()
    milliseconds = (time.perf_counter() - started) * 1000
    for sheet, needs, known in zip(sheets, used, earlier, strict=True):
        milliseconds += sum(sheet._steps[key].milliseconds for key in needs & known)
    return value, milliseconds


def _read_ink(sheet: Sheet) -> tuple[np.ndarray, float, PaperReport]:
    small, scale = to_work_size(sheet.image)
    ink, report = read_paper(small)
    return ink, scale, report
