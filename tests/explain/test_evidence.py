import numpy as np
import pytest

from classifiers import load_classifier
from classifiers.classifier import Classifier
from explain.evidence import find_evidence
from models.classes import CROP_PLANES
from tests.helpers import draw_digits
from weights.engine import TorchEngine

CROPS = [draw_digits((d, (200, 200), 200))[..., 0] for d in (4, 2)]
INPUTS = Classifier.inputs(CROPS)


@pytest.mark.parametrize(("name", "title"), [("cnn", "class activation"), ("vit", "attention")])
def test_a_map_per_crop(name: str, title: str) -> None:
    found = find_evidence(load_classifier(name), INPUTS)
    assert found is not None
    assert found[0] == title
    assert found[1].shape[0] == 2
    assert found[1].shape[1] == found[1].shape[2]
    for strength in found[1]:
        assert (strength.min(), strength.max()) == (pytest.approx(0), pytest.approx(1))


def test_nothing_to_look_at() -> None:
    assert find_evidence(load_classifier("cnn"), INPUTS[:0]) is None


def test_a_network_without_such_a_map() -> None:
    from torch import nn

    net = nn.Sequential(nn.Flatten(), nn.Linear(CROP_PLANES * 32 * 32, 13))
    assert find_evidence(Classifier("flat", "Flat", TorchEngine(net), net=lambda: net), INPUTS) is None
    assert find_evidence(Classifier("flat", "Flat", TorchEngine(net)), INPUTS) is None
    assert np.isfinite(Classifier("flat", "Flat", TorchEngine(net))(CROPS)).all()
