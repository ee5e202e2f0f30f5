import numpy as np
import pytest

from classifiers.calibration import expected_calibration_error, fit_temperature, reliability, softmax


def test_softmax_of_large_logits() -> None:
    p = softmax(np.array([[1000.0, 1000.0], [-1000.0, 0.0]]))
    np.testing.assert_allclose(p, [[0.5, 0.5], [0, 1]], atol=1e-6)


def test_temperature_undoes_a_scaling() -> None:
    """Logits whose softmax tells the truth, times three: the temperature must come out as about three."""
    rng = np.random.default_rng(0)
    honest = rng.normal(0, 2, (4000, 5))
    classes = (softmax(honest).cumsum(1) < rng.random((4000, 1))).sum(1).clip(max=4)
    assert fit_temperature(honest * 3, classes) == pytest.approx(3, rel=0.1)


def test_error_by_hand() -> None:
    """Two answers of confidence 0.8, one right: 0.3 off.  Two of 0.6, both right: 0.4 off."""
    p = np.array([[0.8, 0.2], [0.8, 0.2], [0.6, 0.4], [0.6, 0.4]])
    np.testing.assert_allclose(reliability(p, np.array([0, 1, 0, 0])), [[0.6, 1, 2], [0.8, 0.5, 2]])
    assert expected_calibration_error(p, np.array([0, 1, 0, 0])) == pytest.approx((2 * 0.3 + 2 * 0.4) / 4)
