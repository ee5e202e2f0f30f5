"""Every cost of segmentation's groupings is tried, and the best stays."""

from dataclasses import fields

from detectors.segmentation.scoring import ScoreConfig
from training.runs.cost_search import TRIED_COSTS, search_costs


def test_every_cost_is_tried_beside_its_own_value() -> None:
    tried = {field.name: field.default in TRIED_COSTS.get(field.name, ()) for field in fields(ScoreConfig)}
    assert [name for name, has_own in tried.items() if not has_own] == []
    assert set(TRIED_COSTS) == set(tried)


def test_the_best_costs_are_found_one_at_a_time() -> None:
    """The share is largest where two costs have values other than their own."""
    best, top = search_costs(ScoreConfig(), 1, lambda costs: (costs.low == 8.0) / 2 + (costs.rare_low == 2.0) / 2)
    assert (best.low, best.rare_low, top) == (8.0, 2.0, 1.0)
    assert best.symbol == ScoreConfig().symbol
