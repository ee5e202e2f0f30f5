"""Whole runs on a tiny folder with tiny settings: they learn, resume where they stopped, and refuse in words."""

import json
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from models.cnn import CNN
from training import classifier, detector
from training.batches.crop_batches import fixed_crops
from training.glyphs.reader import load_glyphs, load_mnist
from training.runs import trainer
from training.runs.checkpoints import (
    average_with_start,
    copy_start_weights,
    load_start_weights,
)
from training.runs.classifier_module import ClassifierModule
from training.runs.detector_module import DetectorModule
from training.runs.save import save_weights
from training.runs.settings import RunSettings
from weights.store import WEIGHTS_FOLDER, load_weights

ROOT = Path(__file__).resolve().parents[2]
TINY = ["--no-compile", "--no-save", "--workers", "0", "--batch", "8", "--precision", "32-true"]


def arguments(data: Path, out: Path, *more: str) -> list[str]:
    return ["--data", str(data), "--out", str(out), *TINY, *more]


def cnn_module(settings: RunSettings, data: Path, **more: Any) -> ClassifierModule:
    val = np.zeros((0, 3, 32, 32), np.uint8), np.zeros(0, int), np.zeros(0, str)
    return ClassifierModule(settings, "cnn", CNN, load_glyphs(data), load_mnist(data), val, **more)


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
    module = cnn_module(RunSettings(), data_folder, teacher=classifier.shipped_network("cnn"), teacher_share=1.0)
    monkeypatch.setattr(module, "log", lambda *_, **__: None)
    batch = torch.randint(0, 256, (8, 3, 32, 32), dtype=torch.uint8), torch.zeros(8, dtype=torch.int64)

    def steepest() -> float:
        module.net.zero_grad()
        module.training_step(batch, 0).backward()
        return max(float(p.grad.abs().max()) for p in module.net.parameters() if p.grad is not None)

    untrained = steepest()
    module.net = classifier.shipped_network("cnn")
    assert steepest() < 1e-4 < untrained
    module.teacher_share = 0.5  # the labels, all zeros, say something else
    assert steepest() > 1e-2


def test_refuses_an_unknown_teacher(tmp_path: Path) -> None:
    """Before any data is read: there is none."""
    with pytest.raises(SystemExit, match="no classifier called owl"):
        classifier.shipped_network("owl")
    with pytest.raises(SystemExit, match="no classifier called owl"):
        classifier.main(["cnn", *arguments(tmp_path / "nowhere", tmp_path), "--teacher", "owl"])


def test_refuses_a_folder_without_weights_to_start_from(tmp_path: Path) -> None:
    for run, first, name in ((classifier, ["cnn"], "cnn"), (detector, [], "yolov3")):
        command = [*first, *arguments(tmp_path / "nowhere", tmp_path), "--start", str(tmp_path)]
        with pytest.raises(SystemExit, match=rf"{name}\.safetensors is missing in"):
            run.main(command)


@pytest.mark.parametrize(("keep", "expected"), [(0.0, 3.0), (0.25, 2.5), (1.0, 1.0)])
def test_averaging_with_the_weights_before(data_folder: Path, tmp_path: Path, keep: float, expected: float) -> None:
    """A bias that was 1 before training and is 3 after it."""
    module = cnn_module(RunSettings(start=str(WEIGHTS_FOLDER), keep=keep, out=tmp_path), data_folder)
    copy_start_weights(module)
    load_start_weights(module, {"crops": 1})
    before = load_weights("cnn", WEIGHTS_FOLDER).tensors["head.3.bias"]
    with torch.no_grad():
        module.net.get_parameter("head.3.bias").copy_(before + 2)
    average_with_start(module)
    torch.testing.assert_close(module.net.get_parameter("head.3.bias").data, before - 1 + expected)
    assert ("averaged with the weights before" in module.history[-1]) == bool(keep)


@pytest.mark.slow
def test_a_checkpoint_knows_how_it_came_about(
    data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Saved twice and with other settings on the command line, the card says what was trained, once."""
    saved: list[dict[str, Any]] = []
    monkeypatch.setattr(trainer, "save_weights", lambda *_, card, **__: saved.append(card))
    begun = ["cnn", *arguments(data_folder, tmp_path, "--start", str(WEIGHTS_FOLDER), "--samples", "16")]
    earlier = json.loads((WEIGHTS_FOLDER / "cnn.json").read_text())["training"]
    classifier.main([*begun, "--epochs", "1", "--seed", "5"])
    for _ in range(2):
        classifier.main([*begun, "--epochs", "9", "--seed", "6", "--no-train", "--save"])
    for card in saved:
        assert card["training"][:-1] == earlier
        assert (card["training"][-1]["crops"], card["training"][-1]["seed"]) == (16, 5)
    assert len(saved) == 2


@pytest.fixture(scope="module")
def finished(data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A folder with ``weights/`` and the ``runs/`` that wrote them, and the command that did."""
    folder = tmp_path_factory.mktemp("finished")
    (folder / "weights").mkdir()
    for path in WEIGHTS_FOLDER.glob("cnn.*"):
        shutil.copyfile(path, folder / "weights" / path.name)
    command = [
        "cnn", *arguments(data_folder, folder / "runs"), "--save", "--start", str(folder / "weights"), "--keep", "0.5",
        "--samples", "64", "--epochs", "2", "--learning-rate", "0.03",
    ]  # fmt: skip
    run_into(folder / "weights", command)
    return folder, command


def run_into(weights: Path, command: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trainer, "save_weights", partial(save_weights, folder=weights))
        patch.setattr(classifier, "fixed_crops", partial(fixed_crops, per_class=5))
        classifier.main(command)


@pytest.mark.slow
@pytest.mark.parametrize("more", [[], ["--no-train"], ["--epochs", "1"]], ids=["again", "no train", "fewer epochs"])
def test_a_finished_run_started_again_ends_as_before(finished: tuple[Path, list[str]], more: list[str]) -> None:
    """The averaged weights, once averaged with those before the run, and one entry in the card."""
    folder, command = finished

    def state() -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
        card = json.loads((folder / "weights" / "cnn.json").read_text())  # the file's header has no fixed order
        return load_weights("cnn", folder / "weights").tensors, card | {"sha256": ""}

    tensors, card = state()
    run_into(folder / "weights", [*command, *more])
    tensors_now, card_now = state()
    assert card_now == card
    torch.testing.assert_close(tensors_now, tensors, rtol=0, atol=0)
    runs = card["training"]
    assert len(runs) == len(json.loads((WEIGHTS_FOLDER / "cnn.json").read_text())["training"]) + 1
    assert (runs[-1]["crops"], runs[-1]["averaged with the weights before"]) == (128, 0.5)


@pytest.mark.slow
def test_a_finished_run_has_saved_its_average(finished: tuple[Path, list[str]]) -> None:
    folder, _ = finished
    checkpoint = torch.load(folder / "runs" / "cnn" / "last.ckpt", weights_only=False)
    saved, start = load_weights("cnn", folder / "weights").tensors, load_weights("cnn", WEIGHTS_FOLDER).tensors
    for state, is_saved in (("state_dict", True), ("current_model_state", False)):
        found = checkpoint[state]["net.head.3.weight"].lerp(start["head.3.weight"], 0.5)
        assert torch.equal(found.half().float(), saved["head.3.weight"]) == is_saved, state


@pytest.mark.slow
def test_a_finished_run_goes_on_with_more_epochs(finished: tuple[Path, list[str]], tmp_path: Path) -> None:
    folder, command = finished
    shutil.copytree(folder, tmp_path / "copy")
    command = [part.replace(str(folder), str(tmp_path / "copy")) for part in command]
    run_into(tmp_path / "copy" / "weights", [*command, "--epochs", "3"])
    assert json.loads((tmp_path / "copy" / "runs" / "cnn" / "run.json").read_text())["steps"] == 3 * 8
    now, before = tmp_path / "copy" / "weights", WEIGHTS_FOLDER
    runs, earlier = (json.loads((path / "cnn.json").read_text())["training"] for path in (now, before))
    assert runs[:-1] == earlier
    assert (runs[-1]["crops"], runs[-1]["epochs"]) == (192, 3)


@pytest.mark.slow
@pytest.mark.parametrize("size", [0, 20_000], ids=["empty", "cut off"])
def test_a_broken_checkpoint_is_refused_in_words(finished: tuple[Path, list[str]], tmp_path: Path, size: int) -> None:
    folder, command = finished
    shutil.copytree(folder / "runs", tmp_path / "runs")
    last = tmp_path / "runs" / "cnn" / "last.ckpt"
    last.write_bytes(last.read_bytes()[:size])
    with pytest.raises(SystemExit, match=r"last\.ckpt can't be read .*--no-resume, or copy best\.ckpt over it"):
        classifier.main([*command, "--out", str(tmp_path / "runs"), "--epochs", "3"])


@pytest.mark.slow
def test_a_checkpoint_of_another_network_is_refused_in_words(
    finished: tuple[Path, list[str]], data_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "detector").mkdir()
    shutil.copy(finished[0] / "runs" / "cnn" / "last.ckpt", tmp_path / "detector" / "last.ckpt")
    with pytest.raises(SystemExit, match="is of a network of another shape"):
        detector.main([*arguments(data_folder, tmp_path), "--width", "0.0625", "--validation", "4"])


def test_refuses_fewer_samples_than_a_batch(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"--samples 32 is less than one batch of 64"):
        classifier.main(["cnn", "--samples", "32", "--batch", "64", "--out", str(tmp_path)])


@pytest.mark.slow
def test_a_run_without_a_step_saves_nothing(data_folder: Path, tmp_path: Path) -> None:
    """Two composing processes with half a batch each."""
    command = ["cnn", *arguments(data_folder, tmp_path), "--samples", "8", "--epochs", "1", "--workers", "2"]
    with pytest.raises(SystemExit, match="Nothing was trained"):
        classifier.main(command)


def test_refuses_to_save_what_was_never_trained(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="There is no checkpoint at"):
        classifier.main(["cnn", "--no-train", "--out", str(tmp_path)])


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

    original = DetectorModule.train_data

    def train_data(self: DetectorModule, epoch: int):
        if epoch == 1:
            raise StopError
        return original(self, epoch)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DetectorModule, "train_data", train_data)
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
    # 32 scenes in batches of 8 over two processes are two steps each.
    assert record["steps"] == 2


@pytest.mark.parametrize("module", [classifier, detector])
def test_refuses_without_data(module: object, tmp_path: Path) -> None:
    first = ["cnn"] if module is classifier else []
    with pytest.raises(SystemExit, match="There is no data folder at"):
        module.main([*first, "--data", str(tmp_path / "nowhere"), "--out", str(tmp_path)])  # type: ignore[attr-defined]


def test_refuses_an_unknown_classifier() -> None:
    with pytest.raises(SystemExit, match=r"cnn\|vit"):
        classifier.main(["svm"])


def test_help_needs_no_classifier(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        classifier.main(["--help"])
    assert ended.value.code == 0
    assert "label smoothing: a few labels are wrong" in " ".join(capsys.readouterr().out.split())
