"""Timing side by side: everything takes turns in one run, so that a busy moment of the machine hits all alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

WARM_UP = 3
"""Rounds that are not counted."""


def take_turns(runs: Mapping[str, Callable[[], object]], rounds: int, warm_up: int = WARM_UP) -> dict[str, list[float]]:
    """Milliseconds of each run in each round, after some rounds of warming up."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(rounds + warm_up):
        for name, run in runs.items():
            run()  # not counted: whoever had the turn before left the caches cold, and threads that still spin
            begun = time.perf_counter()
            run()
            if number >= warm_up:
                times[name].append((time.perf_counter() - begun) * 1000)
    return times
