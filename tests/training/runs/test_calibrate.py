import numpy as np
import pytest

from tests.helpers import detections
from training.runs.calibrate import fit_confidence
from training.scenes.composer import Scene

BOX = [0.0, 0, 40, 40]


def test_the_best_threshold_becomes_one_half() -> None:
    """Right boxes score above 0.3 and wrong ones below 0.2, so the best threshold lies between."""
    rng = np.random.default_rng(0)
    image = np.zeros((1, 1, 3), np.uint8)
    found, scenes = [], []
    for _ in range(60):
        found.append(
            detections((BOX, 3, float(rng.uniform(0.3, 0.9))), ([100, 0, 140, 40], 3, float(rng.uniform(0.02, 0.2))))
        )
        scenes.append(Scene(image, np.array([BOX], np.float32), np.array([3]), "single"))
    fitted = fit_confidence(found, scenes)

    def calibrated(p: float) -> float:
        return 1 / (1 + np.exp(-(fitted["scale"] * np.log(p / (1 - p)) + fitted["shift"])))

    assert calibrated(0.3) > 0.5 > calibrated(0.2)
    assert calibrated(0.9) > 0.9


def test_nothing_found() -> None:
    scene = Scene(np.zeros((1, 1, 3), np.uint8), np.array([BOX], np.float32), np.array([3]), "single")
    assert fit_confidence([detections()], [scene]) == pytest.approx({"scale": 1.0, "shift": 0.0})
