"""What the detector meets: inputs that are met again shrunk, and easy ones less often."""

from pathlib import Path

import numpy as np
import pytest
import torch

from detectors.yolov3.detector import YOLOv3Detector
from training.batches import detector_batches
from training.batches.detector_batches import MAX_SHRINKING, SceneBatches, input_scene, shrink_batch
from training.batches.hard_scenes import shipped_reader
from training.glyphs.reader import load_glyphs


def bars(count: int, height: int = 64, width: int = 96) -> tuple[torch.Tensor, torch.Tensor]:
    """Inputs with one black box each, and those boxes as objects."""
    rng = np.random.default_rng(5)
    inks = torch.zeros(count, 1, height, width)
    rows = []
    for sample in range(count):
        x, y = int(rng.integers(0, width - 40)), int(rng.integers(0, height - 30))
        w, h = int(rng.integers(8, 40)), int(rng.integers(8, 30))
        inks[sample, 0, y : y + h, x : x + w] = 1
        rows.append([sample, 3, x, y, x + w, y + h])
    return inks, torch.tensor(rows, dtype=torch.float32)


def test_boxes_shrink_with_the_ink_and_nothing_is_cut_off() -> None:
    inks, objects = bars(60)
    shrunk, moved = shrink_batch(inks, objects, np.random.default_rng(3))
    assert shrunk.shape == inks.shape
    assert torch.equal(moved[:, :2], objects[:, :2])
    for sample in range(60):
        rows, columns = np.nonzero(shrunk[sample, 0].numpy() > 0.5)
        found = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        np.testing.assert_allclose(found, moved[sample, 2:].numpy(), atol=1.01)
    sides, before = (each[:, 4:] - each[:, 2:4] for each in (moved, objects))
    factor = (before / sides).numpy()
    assert factor.min() > 0.999
    assert factor.max() < MAX_SHRINKING + 0.001
    untouched = (factor == 1).all(1)
    assert 0.2 < untouched.mean() < 0.6
    torch.testing.assert_close(shrunk[untouched], inks[untouched], atol=1e-4, rtol=0)


def test_a_batch_without_objects_shrinks() -> None:
    shrunk, objects = shrink_batch(torch.zeros(2, 1, 32, 32), torch.zeros(0, 6), np.random.default_rng(3))
    assert shrunk.shape == (2, 1, 32, 32)
    assert objects.shape == (0, 6)


def test_the_shipped_detector_judges_an_input(data_folder: Path) -> None:
    glyphs = load_glyphs(data_folder, "train")
    reads = shipped_reader()
    scenes = [input_scene(glyphs, np.random.default_rng(seed), "single") for seed in range(20)]
    right = [reads(*scene) for scene in scenes]
    assert np.mean(right) > 0.6
    other = [reads(ink, frame, boxes, (classes + 1) % 10) for ink, frame, boxes, classes in scenes]
    assert not any(a and b for a, b in zip(right, other, strict=True))


def test_easy_inputs_come_less_often(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that reads everything without a fault leaves out what chance does not let through."""
    glyphs = load_glyphs(data_folder, "train")
    judged = []
    monkeypatch.setattr(detector_batches, "shipped_reader", lambda: lambda *scene: bool(judged.append(scene)) or True)
    next(iter(SceneBatches(glyphs, 1, 3, (1,), easy=0.5)))
    assert judged
    judged.clear()
    next(iter(SceneBatches(glyphs, 1, 3, (1,))))
    assert not judged


def test_frames_are_read_without_the_sheet(data_folder: Path) -> None:
    """What ``read_frames`` says of one frame is what a drawing of that frame alone gets."""
    ink, frame, _, _ = input_scene(load_glyphs(data_folder, "train"), np.random.default_rng(1), "single")
    (found,) = YOLOv3Detector.load().read_frames([(ink, frame)], [(400, 400)])
    assert len(found)
    assert (found.xyxy >= 0).all()
    assert (found.xyxy <= 400).all()
