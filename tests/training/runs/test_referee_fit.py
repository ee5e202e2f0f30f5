"""What decides between two ways is fitted to scenes whose truth is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from detectors import Detections, keep_best
from detectors.referee import decide, merge_decisions
from tests.helpers import FakeDetector, detections
from training.glyphs.reader import load_glyphs
from training.runs import read_scenes as module
from training.runs.changes import difference_with_interval, exact_flags, share_with_interval
from training.runs.read_scenes import ReadScene, code_files, compose_numbered, half_of_writers, read_scenes
from training.runs.referee_fit import fit_logistic, fit_referee, fit_trust


def test_logistic_regression_finds_the_odds() -> None:
    """A feature that is on in half of the rows, right three times in four there, and once in four elsewhere."""
    x = np.repeat([[1.0], [0.0]], 400, 0)
    right = np.concatenate([np.tile([1, 1, 1, 0], 100), np.tile([1, 0, 0, 0], 100)]).astype(bool)
    weights = fit_logistic(x, right)
    assert weights == pytest.approx([2 * np.log(3), -np.log(3)], abs=0.1)


def test_the_pool_trusts_the_way_that_is_right() -> None:
    rng = np.random.default_rng(0)
    classes = rng.integers(12, size=300)
    probabilities = np.full((300, 2, 12), 0.2 / 11)
    probabilities[np.arange(300), 0, classes] = 0.8
    probabilities[np.arange(300), 1, rng.integers(12, size=300)] = 0.8
    (slope, weight), (other_slope, other_weight) = fit_trust(probabilities, rng.normal(size=(300, 1)), classes)[0]
    assert weight > 1
    assert max(abs(other_weight), abs(slope), abs(other_slope)) < 0.3


def test_whom_to_trust_may_depend_on_the_crowd() -> None:
    rng = np.random.default_rng(0)
    classes, right = rng.integers(12, size=600), np.arange(600) % 2
    probabilities = np.full((600, 2, 12), 0.2 / 11)
    probabilities[np.arange(600), right, classes] = 0.8
    probabilities[np.arange(600), 1 - right, rng.integers(12, size=600)] = 0.8
    trust, bias = fit_trust(probabilities, right[:, None] * 3.0, classes)
    weights = trust @ [[0, 3], [1, 1]]
    assert weights[0, 0] > weights[1, 0] + 1
    assert weights[1, 1] > weights[0, 1] + 1
    assert bias.shape == (12,)


def scene(number: int) -> ReadScene:
    """The first way is always right; the second sees another class, and an object that is not there."""
    rng = np.random.default_rng(number)
    box = [*rng.uniform(0, 100, 2), *rng.uniform(150, 200, 2)]
    class_id = int(rng.integers(10))
    first = detections((box, class_id, float(rng.uniform(0.6, 0.99))))
    second = detections((box, (class_id + 1) % 10, 0.9), ([300, 300, 340, 360], 5, float(rng.uniform(0.5, 0.9))))
    return ReadScene(number, "single", (400, 400), first.xyxy, first.class_id, {"a": first, "b": second})


def test_the_referee_learns_whom_to_trust() -> None:
    scenes = [scene(k) for k in range(40)]
    parameters = fit_referee(scenes[:30], ("a", "b"))
    found = [merge_decisions(decide(parameters, *s.proposals.values())) for s in scenes[30:]]
    assert exact_flags(scenes[30:], found).all()
    assert not exact_flags(scenes[30:], [s.proposals["b"] for s in scenes[30:]]).any()
    assert [len(keep_best(each)) for each in found] == [1] * 10


def test_shares_have_intervals() -> None:
    flags = np.repeat([True, False], [90, 10])
    assert share_with_interval(flags) == "0.900 (0.826 to 0.945)"
    assert difference_with_interval(flags, flags).startswith("+0.0 (")
    assert difference_with_interval(flags, np.zeros(100, bool)).startswith("+90.0 (")


def test_a_writer_is_in_one_half(data_folder: Path) -> None:
    glyphs = load_glyphs(data_folder, "val")
    halves = [half_of_writers(glyphs, second) for second in (False, True)]
    assert len(halves[0]) + len(halves[1]) == len(glyphs)
    assert not set(halves[0].writer) & set(halves[1].writer)


def test_what_was_read_is_kept(data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHUNK_SCENES", 3)
    glyphs, card = load_glyphs(data_folder, "val"), tmp_path / "card.json"
    card.write_text("{}")
    detectors = {"fake": FakeDetector("fake", "Detection", 5)}
    first = read_scenes(glyphs, 3, 5, detectors, [card], tmp_path / "kept")
    monkeypatch.setattr(detectors["fake"], "propose", lambda sheets: [Detections.empty()] * len(sheets))
    again = read_scenes(glyphs, 3, 5, detectors, [card], tmp_path / "kept")
    assert [s.number for s in again] == [0, 1, 2]
    for a, b in zip(first, again, strict=True):
        made = compose_numbered(glyphs, 5, a.number)
        np.testing.assert_array_equal(made.xyxy, b.xyxy)
        assert (made.kind, made.image.shape[:2]) == (b.kind, b.size)
        np.testing.assert_array_equal(a.proposals["fake"].xyxy, b.proposals["fake"].xyxy)
        assert len(b.proposals["fake"]) == 1
    card.write_text("other weights")
    other = read_scenes(glyphs, 3, 5, detectors, [card], tmp_path / "kept")
    assert sum(len(s.proposals["fake"]) for s in other) == 0


def test_the_code_that_reads_is_ink_classifiers_and_detectors() -> None:
    """Whoever changes a cost and fits anew must not get what the old cost read."""
    files = [path.relative_to(module.WEIGHTS_FOLDER.parent).as_posix() for path in code_files()]
    assert {"ink/paper.py", "classifiers/crop.py", "detectors/segmentation/scoring.py"} <= set(files)
    assert {file.split("/")[0] for file in files} == {"ink", "classifiers", "detectors"}
