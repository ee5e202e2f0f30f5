import numpy as np
import pytest

from classifiers import CLASSIFIERS, load_classifier
from classifiers.classifier import Classifier
from models.cnn import CNN, CNNConfig
from tests.helpers import draw_digits
from weights.engine import TorchEngine


@pytest.fixture(scope="module")
def tiny() -> Classifier:
    return Classifier("tiny", "Tiny", TorchEngine(CNN(CNNConfig(widths=(8, 8), blocks=(1, 1)))))


@pytest.mark.parametrize("count", [0, 1, 5])
def test_probabilities(tiny: Classifier, count: int) -> None:
    rows = tiny([np.full((20 + k, 30), 255, np.uint8) for k in range(count)])
    assert (rows.shape, rows.dtype) == ((count, 12), np.float32)
    np.testing.assert_allclose(rows.sum(1), 1, atol=1e-5)


@pytest.mark.parametrize(
    "crop", [np.zeros((5, 5, 3), np.uint8), np.zeros((5, 5)), np.zeros((0, 5), np.uint8)], ids=["rgb", "float", "empty"]
)
def test_refuses_other_crops(tiny: Classifier, crop: np.ndarray) -> None:
    with pytest.raises(ValueError, match="crop 0 must be uint8"):
        tiny([crop])


def test_unknown_name() -> None:
    with pytest.raises(KeyError, match="cnn, vit"):
        load_classifier("svm")


@pytest.mark.parametrize("name", list(CLASSIFIERS))
def test_shipped_weights_read_recorded_digits(name: str) -> None:
    classifier = load_classifier(name)
    crops = [draw_digits((d, (200, 200), 200))[..., 0] for d in range(10)]
    answer = classifier(crops).argmax(1)
    assert (answer == np.arange(10)).sum() >= 9, answer
    # The same at the size of an MNIST image and in a crop that is anything but square.
    small = [draw_digits((d, (14, 14), 20), pen=2.72, side=28)[..., 0] for d in range(10)]
    assert (classifier(small).argmax(1) == np.arange(10)).sum() >= 8
    assert classifier([np.full((300, 90), 255, np.uint8)]).shape == (1, 12)
