"""A slice of ``benchmarks.fuzz``: rubbish is taken or refused in words, never anything else."""

import pytest

from benchmarks.fuzz import KINDS, run


@pytest.mark.parametrize("seed", [11, 12])
def test_rubbish(seed: int) -> None:
    outcomes, faults = run(50 * len(KINDS), seed)
    assert faults == []
    for kind in KINDS:
        assert outcomes[f"{kind}, refused"] > 10, kind
