"""Whole runs on a tiny folder with tiny settings: they learn, resume where they stopped, and refuse in words."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from training import classifier, detector
from training.classifier import ClassifierSettings
from training.glyphs.reader import load_glyphs
from training.runs.checkpoints import average_with_start, load_start_weights, outermost_parts
from training.runs.settings import RunSettings, parse_settings
from weights.store import WEIGHTS_FOLDER, load_weights

ROOT = Path(__file__).resolve().parents[2]
TINY = ["--no-compile", "--no-save", "--workers", "0", "--batch", "8", "--precision", "32-true"]


def arguments(data: Path, out: Path, *more: str) -> list[str]:
    return ["--data", str(data), "--out", str(out), *TINY, *more]


def test_settings_from_the_command_line() -> None:
    settings = parse_settings(RunSettings, ["--epochs", "3", "--no-save", "--learning-rate", "0.1"])
    assert (settings.epochs, settings.save, settings.learning_rate, settings.seed) == (3, False, 0.1, 1)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["cnn", "vit"])
def test_classifier_run(name: str, data_folder: Path, tmp_path: Path) -> None:
    classifier.main([name, *arguments(data_folder, tmp_path, "--epochs", "1", "--samples", "32")])
    record = json.loads((tmp_path / name / "run.json").read_text())
    assert record["steps"] == 4
    assert (tmp_path / name / "curves.png").stat().st_size > 1000
    assert (tmp_path / name / "confusion.png").stat().st_size > 1000


def test_a_student_that_agrees_with_its_teacher_has_nothing_to_learn(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = ClassifierSettings(teacher="cnn", teacher_share=1.0, smoothing=0.0)
    module = classifier.ClassifierModule(settings, "cnn", load_glyphs(data_folder), None, (None, None, None))
    monkeypatch.setattr(module, "log", lambda *_, **__: None)
    batch = torch.randint(0, 256, (8, 2, 32, 32), dtype=torch.uint8), torch.zeros(8, dtype=torch.int64)

    def steepest() -> float:
        module.net.zero_grad()
        module.training_step(batch, 0).backward()
        return max(float(p.grad.abs().max()) for p in module.net.parameters() if p.grad is not None)

    untrained = steepest()
    module.net = classifier.shipped_network("cnn")
    assert steepest() < 1e-4 < untrained
    module.teacher_share = 0.5  # the labels, all zeros, say something else
    assert steepest() > 1e-2


def test_refuses_an_unknown_teacher() -> None:
    with pytest.raises(SystemExit, match="no classifier called owl"):
        classifier.shipped_network("owl")


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


@pytest.mark.parametrize(("keep", "expected"), [(0.0, 3.0), (0.25, 2.5), (1.0, 1.0)])
def test_averaging_with_the_weights_before(data_folder: Path, keep: float, expected: float) -> None:
    """A bias that was 1 before training and is 3 after it."""
    settings = ClassifierSettings(start=str(WEIGHTS_FOLDER), keep=keep)
    module = classifier.ClassifierModule(settings, "cnn", load_glyphs(data_folder), None, (None, None, None))
    load_start_weights(module, "cnn", {"crops": 1})
    before = load_weights("cnn", WEIGHTS_FOLDER).tensors["head.3.bias"]
    with torch.no_grad():
        module.net.get_parameter("head.3.bias").copy_(before + 2)
    average_with_start(module, "cnn")
    torch.testing.assert_close(module.net.get_parameter("head.3.bias").data, before - 1 + expected)
    assert ("averaged with the weights before" in module.history[-1]) == bool(keep)


@pytest.mark.slow
def test_a_checkpoint_knows_how_it_came_about(
    data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Saved twice and with other settings on the command line, the card says what was trained, once."""
    saved: list[dict[str, Any]] = []
    monkeypatch.setattr(classifier, "save_weights", lambda *_, card, **__: saved.append(card))
    begun = ["cnn", *arguments(data_folder, tmp_path, "--start", str(WEIGHTS_FOLDER), "--samples", "16")]
    earlier = json.loads((WEIGHTS_FOLDER / "cnn.json").read_text())["training"]
    classifier.main([*begun, "--epochs", "1", "--seed", "5"])
    for _ in range(2):
        classifier.main([*begun, "--epochs", "9", "--seed", "6", "--no-train", "--save"])
    for card in saved:
        assert card["training"][:-1] == earlier
        assert (card["training"][-1]["crops"], card["training"][-1]["seed"]) == (16, 5)
    assert len(saved) == 2


@pytest.mark.slow
def test_a_resumed_run_is_the_unbroken_one(data_folder: Path, tmp_path: Path) -> None:
    """Two epochs at once, and one epoch plus one after a restart, end with the same weights."""
    more = ["--samples", "16", "--width", "0.0625", "--validation", "13"]

    def weights(out: Path) -> dict[str, torch.Tensor]:
        checkpoint = torch.load(out / "detector" / "last.ckpt", weights_only=False)
        return checkpoint["state_dict"]

    unbroken, broken = tmp_path / "unbroken", tmp_path / "broken"
    detector.main([*arguments(data_folder, unbroken), *more, "--epochs", "2"])

    class StopError(Exception):
        pass

    original = detector.DetectorModule.train_data

    def train_data(self: detector.DetectorModule, epoch: int):
        if epoch == 1:
            raise StopError
        return original(self, epoch)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(detector.DetectorModule, "train_data", train_data)
        with pytest.raises(StopError):
            detector.main([*arguments(data_folder, broken), *more, "--epochs", "2"])
    detector.main([*arguments(data_folder, broken), *more, "--epochs", "2"])
    a, b = weights(unbroken), weights(broken)
    assert a.keys() == b.keys()
    for key in a:
        torch.testing.assert_close(a[key], b[key], msg=key)


@pytest.mark.slow
def test_two_processes(data_folder: Path, tmp_path: Path) -> None:
    """Data-parallel over two gloo processes on the CPU, by Lightning's own strategy flag."""
    command = [
        sys.executable, "-m", "training.detector", *arguments(data_folder, tmp_path), "--epochs", "1",
        "--samples", "32", "--width", "0.0625", "--validation", "4", "--accelerator", "cpu",
        "--devices", "2", "--strategy", "ddp",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    record = json.loads((tmp_path / "detector" / "run.json").read_text())
    # 32 canvases in batches of 8 over two processes are two steps each.
    assert record["steps"] == 2


@pytest.mark.parametrize("module", [classifier, detector])
def test_refuses_without_data(module: object, tmp_path: Path) -> None:
    first = ["cnn"] if module is classifier else []
    with pytest.raises(SystemExit, match="There is no data folder at"):
        module.main([*first, "--data", str(tmp_path / "nowhere"), "--out", str(tmp_path)])  # type: ignore[attr-defined]


def test_refuses_an_unknown_classifier() -> None:
    with pytest.raises(SystemExit, match=r"cnn\|vit"):
        classifier.main(["svm"])
