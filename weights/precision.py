"""Which numbers a network runs in: eight bits where the processor multiplies them fast, floats elsewhere."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SETTING = "DIGIT_DUEL_PRECISION"
"""Environment variable that forces one of ``PRECISIONS``."""

PRECISIONS = ("auto", "float", "int8")

FAST_FLAGS = frozenset({"avx512_vnni", "avx_vnni"})
"""Flags of x86 processors that add up products of bytes in one instruction.

Without them ONNX Runtime is no faster in int8 than in float and may saturate, so that it reads differently; other kinds
of processors were not measured.  A flag costs nothing to look up; a timing would depend on what else is running."""

PROCESSOR = Path("/proc/cpuinfo")


def has_fast_int8() -> bool:
    """Whether this processor has one of ``FAST_FLAGS``; false where it does not say."""
    try:
        text = PROCESSOR.read_text()
    except OSError:
        return False
    flags = next((line for line in text.splitlines() if line.startswith("flags")), "")
    return not FAST_FLAGS.isdisjoint(flags.split())


def runs_int8() -> bool:
    """Whether networks run in int8 where they can: by ``SETTING``, or else by the processor.

    Raises:
        ValueError: the setting is none of ``PRECISIONS``.
    """
    chosen = os.environ.get(SETTING, "auto")
    if chosen not in PRECISIONS:
        raise ValueError(f"{SETTING} must be one of {', '.join(PRECISIONS)}, not {chosen!r}.")
    return chosen == "int8" or (chosen == "auto" and has_fast_int8())


@contextmanager
def forced_precision(chosen: str) -> Iterator[None]:
    """What is loaded inside runs in one of ``PRECISIONS``."""
    before = os.environ.get(SETTING)
    os.environ[SETTING] = chosen
    try:
        yield
    finally:
        if before is None:
            del os.environ[SETTING]
        else:
            os.environ[SETTING] = before
