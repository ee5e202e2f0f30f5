import pickle
from pathlib import Path

import numpy as np
import pytest

from classifiers import CLASSIFIERS
from classifiers.classifier import Classifier
from models.classes import OTHER
from training import export, hardness, segmentation_costs
from training.batches import crop_batches
from training.batches.crop_batches import CropStream
from training.batches.hard_glyphs import MAX_REPEATS, crop_worth, measure_doubt, repeat_hard_glyphs, repeats_of
from training.glyphs.reader import DataError, load_glyphs, load_mnist


def test_doubt_counts_up_to_one_half() -> None:
    found = repeats_of(np.array([0, 0.04, 0.3, 0.5, 1], np.float16))
    assert found.tolist() == [1, 1, 4, MAX_REPEATS, MAX_REPEATS]
    assert (np.diff(repeats_of(np.linspace(0, 1, 101))) >= 0).all()


def test_what_is_misread_is_doubted(data_folder: Path) -> None:
    """Labels that say something else than the ink are the ones that the classifier doubts."""
    glyphs, mnist = load_glyphs(data_folder), load_mnist(data_folder)
    digits = np.flatnonzero(glyphs.class_id < 10)
    before, images = measure_doubt(glyphs, mnist)
    assert before.shape == (len(glyphs),)
    assert images.shape == (len(mnist[1]),)
    glyphs.class_id[digits] = (glyphs.class_id[digits] + 5) % 10
    after, _ = measure_doubt(glyphs, mnist)
    glyphs.class_id[digits] = (glyphs.class_id[digits] + 5) % 10
    assert np.median(before[digits]) < 0.2
    assert np.median(after[digits]) > 0.8


def test_hard_drawings_come_more_often(data_folder: Path, tmp_path: Path) -> None:
    glyphs, mnist = load_glyphs(data_folder), load_mnist(data_folder)
    doubt = np.zeros(len(glyphs), np.float16)
    sevens = np.flatnonzero(glyphs.class_id == 7)
    doubt[sevens[0]] = 1
    file = str(tmp_path / "hardness.npz")
    image_doubt = np.zeros(len(mnist[1]), np.float16)
    image_doubt[1] = 1
    np.savez(file, drawings=doubt, mnist=image_doubt)
    hard, (images, labels) = repeat_hard_glyphs(glyphs, mnist, file)
    rng = np.random.default_rng(1)
    picks = [hard.pick(7, rng) for _ in range(1000)]
    share = MAX_REPEATS / (MAX_REPEATS + len(sevens) - 1)
    assert np.mean(np.array(picks) == sevens[0]) == pytest.approx(share, abs=0.05)
    assert {hard.pick(OTHER, rng) for _ in range(300)} == set(glyphs.by_class[OTHER].tolist())
    assert len(images) == len(labels) == len(mnist[1]) + MAX_REPEATS - 1
    same = repeat_hard_glyphs(glyphs, mnist, "")
    assert same[0] is glyphs
    assert same[1] is mnist


def test_refuses_files_that_do_not_fit(data_folder: Path, tmp_path: Path) -> None:
    glyphs, mnist = load_glyphs(data_folder), load_mnist(data_folder)
    broken, other = tmp_path / "broken.npz", tmp_path / "other.npz"
    broken.write_bytes(b"no archive")
    np.savez(other, drawings=np.zeros(3), mnist=np.zeros(3))
    with pytest.raises(DataError, match="is not a file that"):
        repeat_hard_glyphs(glyphs, mnist, str(broken))
    with pytest.raises(DataError, match="3 drawings and 3 images"):
        repeat_hard_glyphs(glyphs, mnist, str(other))


def test_the_command_writes_what_a_run_reads(
    data_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "runs" / "hardness.npz"
    hardness.main(["--data", str(data_folder), "--out", str(out), "--looks", "1"])
    glyphs, mnist = load_glyphs(data_folder), load_mnist(data_folder)
    assert len(repeat_hard_glyphs(glyphs, mnist, str(out))[0]) == len(glyphs)
    assert "mnist: " in capsys.readouterr().out
    with pytest.raises(SystemExit, match="There is no data folder"):
        hardness.main(["--data", str(tmp_path / "nowhere")])
    with pytest.raises(SystemExit, match="no classifier called owl; there are cnn and vit"):
        hardness.main(["--data", str(data_folder), "--by", "owl"])


def test_weights_that_cannot_be_used_are_refused_in_words(
    data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_weights(name: str, folder: Path = tmp_path) -> Classifier:
        return CLASSIFIERS[name].load(tmp_path)

    monkeypatch.setattr("training.batches.hard_glyphs.load_classifier", without_weights)
    monkeypatch.setattr("training.segmentation_costs.load_classifier", without_weights)
    with pytest.raises(SystemExit, match=r"cnn\.safetensors is missing in"):
        hardness.main(["--data", str(data_folder), "--out", str(tmp_path / "hardness.npz")])
    with pytest.raises(SystemExit, match=r"cnn\.safetensors is missing in"):
        segmentation_costs.main(["--data", str(data_folder)])
    with pytest.raises(SystemExit, match=r"yolov3\.safetensors is missing in"):
        export.main(["--folder", str(tmp_path)])


def test_a_stream_with_a_judge_can_be_sent_to_another_process(data_folder: Path) -> None:
    stream = CropStream(load_glyphs(data_folder), load_mnist(data_folder), 1, (1,), "cnn")
    stream.from_scenes(np.random.default_rng(5))  # the judge is loaded by now
    assert pickle.loads(pickle.dumps(stream)).judge == "cnn"


def test_crops_of_scenes_are_taken_by_their_worth(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    glyphs, mnist = load_glyphs(data_folder), load_mnist(data_folder)
    plain = CropStream(glyphs, mnist, 1, (1,)).from_scenes(np.random.default_rng(5))
    inputs, classes = np.stack([ink for ink, _ in plain]), np.array([class_id for _, class_id in plain])
    worth = crop_worth("cnn")
    right, wrong = worth(inputs, classes), worth(inputs, np.where(classes < 10, (classes + 5) % 10, 0))
    assert right.min() >= 1 / MAX_REPEATS
    assert wrong.max() == 1
    assert wrong.mean() > 0.8 > right.mean()
    monkeypatch.setattr(crop_batches, "crop_worth", lambda by: lambda found, _: np.full(len(found), 0.25))
    fewer = CropStream(glyphs, mnist, 1, (1,), "cnn").from_scenes(np.random.default_rng(5))
    assert 0.05 * len(plain) < len(fewer) < 0.5 * len(plain)
