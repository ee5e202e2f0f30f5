"""Both ways together: what is decided, by which evidence, and at which cost."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from comparison.datasets.coco import write_coco
from comparison.datasets.readers import read_dataset
from comparison.evaluation.evaluate import EvaluationRun
from comparison.reading import read_sheet
from comparison.stress import STRESSES, run_stress
from detectors import DETECTORS, Detections, Detector, load_detectors
from detectors.detector import keep_best
from detectors.referee import Referee, merge_decisions, reason_in_words, shown_confidence
from ink.sheet import Sheet
from tests.helpers import FakeDetector, detections, draw_digits, plain_referee
from weights.store import WEIGHTS_FOLDER, WeightsError

LEFT, RIGHT, WHOLE = [0.0, 0, 40, 60], [44.0, 0, 84, 60], [0.0, 0, 84, 60]


def unsure(box: list[float], class_id: int, confidence: float, certain: float) -> Detections:
    """One object whose class has this probability."""
    row = np.full((1, 12), (1 - certain) / 11)
    row[0, class_id] = certain
    return Detections(np.array([box]), np.array([confidence]), np.array([class_id]), row)


def words(first: Detections, second: Detections) -> list[tuple[int, str, bool]]:
    decisions = plain_referee().decide([first, second])
    return [(int(d.probabilities.argmax()), reason_in_words(d, ("A", "B")), d.confidence >= 0.5) for d in decisions]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (Detections.empty(), Detections.empty(), []),
        (detections((LEFT, 4, 0.9)), detections((LEFT, 4, 0.8)), [(4, "both say so", True)]),
        (unsure(LEFT, 4, 0.9, 0.6), unsure(LEFT, 9, 0.9, 0.8), [(9, "B is surer of its class", True)]),
        (detections((LEFT, 4, 0.9)), Detections.empty(), [(4, "only A sees it", True)]),
        (Detections.empty(), detections((LEFT, 4, 0.6)), [(4, "only B sees it", False)]),
        (
            detections((WHOLE, 8, 0.9)),
            detections((LEFT, 1, 0.8), (RIGHT, 0, 0.7)),
            [(8, "A divides the ink more convincingly", True), (1, "A divides the ink more convincingly", False),
             (0, "A divides the ink more convincingly", False)],
        ),
    ],
)  # fmt: skip
def test_decides(first: Detections, second: Detections, expected: list[tuple[int, str, bool]]) -> None:
    assert words(first, second) == expected


def test_one_version_of_a_contest_is_shown() -> None:
    first, second = detections((WHOLE, 8, 0.6)), detections((LEFT, 1, 0.95), (RIGHT, 0, 0.9))
    found = merge_decisions(plain_referee().decide([first, second]))
    assert keep_best(found).reading() == "10"


def test_confidence_keeps_to_its_side_of_a_half() -> None:
    assert shown_confidence(np.array([0.9, 0.9, 0.3]), np.array([1, 0.5, 0.5])).tolist() == pytest.approx(
        [0.9, 0.7, 0.3]
    )


class CountingDetector(FakeDetector):
    """Counts the sheets it looks at."""

    looks = 0

    def propose(self, sheets: Sequence[Sheet]) -> list[Detections]:
        self.looks += len(sheets)
        return super().propose(sheets)


def test_shares_all_work_with_the_ways() -> None:
    """However many methods rest on it, a way looks at a sheet once."""
    ways = [CountingDetector("a", "Detection", 4), CountingDetector("b", "Segmentation", 4)]
    detectors = {"a": ways[0], "b": ways[1], "referee": plain_referee(*ways)}
    readings = read_sheet(Sheet(draw_digits((4, (200, 200), 200))), detectors)
    assert [way.looks for way in ways] == [1, 1]
    assert readings["referee"].shown().reading() == "4"
    assert readings["referee"].milliseconds >= max(readings[name].milliseconds for name in ("a", "b"))
    assert detectors["referee"](draw_digits((4, (200, 200), 200))).reading() == "4"  # alone it asks them
    assert [way.looks for way in ways] == [2, 2]


def test_evaluation_and_stress_share_it_too(tmp_path: Path) -> None:
    """Each way reads as many sheets as it would without a referee: every picture, and again those that are timed."""
    image = draw_digits((4, (200, 200), 200))
    write_coco(tmp_path, [(image, np.array([[95.0, 95, 305, 305]]), np.array([4]), "single")])
    looks = []
    for judged in (False, True):
        ways = [CountingDetector("a", "Detection", 4), CountingDetector("b", "Segmentation", 4)]
        detectors: dict[str, Detector] = {way.name: way for way in ways}
        if judged:
            detectors["referee"] = plain_referee(*ways)
        evaluation = EvaluationRun(read_dataset(tmp_path), detectors).finish()
        assert all(result.figures["exact"] == 1 for result in evaluation.results.values())
        course = run_stress(STRESSES["noise"], image, read_sheet(Sheet(image), detectors), detectors)
        assert course is not None
        looks.append([way.looks for way in ways])
    assert looks[0] == looks[1] == [3 + len(STRESSES["noise"].values)] * 2


def test_loaded_with_its_ways_it_shares_them() -> None:
    detectors = load_detectors(["yolov3", "referee"])
    assert [way.name for way in detectors["referee"].ways] == list(DETECTORS["referee"].rests_on)
    assert detectors["referee"].ways[0] is detectors["yolov3"]


@pytest.mark.parametrize("kind", ["truncated", "tampered", "shape", "missing"])
def test_refuses_damaged_parameters(tmp_path: Path, kind: str) -> None:
    for path in WEIGHTS_FOLDER.glob("referee.*"):
        shutil.copy(path, tmp_path)
    path, card = tmp_path / "referee.safetensors", tmp_path / "referee.json"
    data = path.read_bytes()
    if kind == "truncated":
        path.write_bytes(data[:-8])
    elif kind == "tampered":
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    elif kind == "missing":
        path.unlink()
    else:
        import hashlib

        from safetensors.numpy import load, save

        arrays = load(data) | {"contest": np.ones(3)}
        config = json.loads(card.read_text())
        metadata = {"config": json.dumps(config["config"]), "classes": json.dumps(config["classes"])}
        path.write_bytes(save(arrays, metadata))
        card.write_text(json.dumps(config | {"sha256": hashlib.sha256(path.read_bytes()).hexdigest()}))
    with pytest.raises(WeightsError, match={"shape": "contest must be", "missing": "is missing"}.get(kind, "checksum")):
        Referee.load(tmp_path)
