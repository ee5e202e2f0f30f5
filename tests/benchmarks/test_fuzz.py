"""A slice of ``benchmarks.fuzz``: rubbish is taken or refused in words, never anything else."""

import pytest

from benchmarks.fuzz import KINDS, run

GOOD_KINDS = {"sets of other systems": 2}
"""Kinds that are mostly to be taken -> how many must be refused at least."""


@pytest.mark.parametrize("seed", [11, 12])
def test_rubbish(seed: int) -> None:
    outcomes, faults = run(40 * len(KINDS), seed)
    assert faults == []
    for kind in KINDS:
        assert outcomes[f"{kind}, refused"] >= GOOD_KINDS.get(kind, 8), kind
        if kind in GOOD_KINDS:
            assert outcomes[f"{kind}, taken"] > 20, kind
