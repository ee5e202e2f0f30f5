"""What a network takes over from an earlier one of another shape."""

import pytest
import torch

from training.runs.checkpoints import add_planes, outermost_parts


@pytest.mark.parametrize(
    ("keys", "known", "expected"),
    [
        ([], ["a.b"], []),
        (["a.0.weight", "a.1.weight"], [], ["a"]),  # a whole new part, said once
        (["a.1.norm.weight", "a.1.norm.bias"], ["a.0.weight"], ["a.1"]),
        (["a.weight"], ["a.bias"], ["a.weight"]),  # the same layer in another shape
    ],
)
def test_names_only_what_is_new(keys: list[str], known: list[str], expected: list[str]) -> None:
    assert outermost_parts(keys, known) == expected


def test_planes_that_are_new_start_at_nothing() -> None:
    weight, fresh = torch.ones(4, 2, 3, 3), torch.full((4, 3, 3, 3), 7.0)
    grown = add_planes(weight, fresh)
    assert grown.shape == fresh.shape
    assert grown[:, :2].eq(1).all()
    assert not grown[:, 2].any()
    for other in (torch.ones(4), torch.ones(4, 3, 3, 3), torch.ones(5, 2, 3, 3), torch.ones(4, 4, 3, 3)):
        assert add_planes(other, fresh) is other
