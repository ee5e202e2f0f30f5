import json
import pickle
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from models.cnn import CNN, CNNConfig
from training.runs.save import save_weights
from weights.store import WEIGHTS_FOLDER, WeightsError, load_weights

CONFIG = {"widths": [8, 8], "blocks": [1, 1], "outputs": 13, "dropout": 0.2}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    net = CNN(CNNConfig(widths=(8, 8), blocks=(1, 1)))
    save_weights("tiny", net, config=CONFIG, calibration={"temperature": 1.5}, card={"task": "test"}, folder=tmp_path)
    return tmp_path


def test_there_and_back(folder: Path) -> None:
    weights = load_weights("tiny", folder)
    net = weights.into(CNN(CNNConfig(widths=(8, 8), blocks=(1, 1))))
    assert weights.calibration == {"temperature": 1.5}
    assert not net.training
    assert all(t.dtype != torch.float16 for t in weights.tensors.values())


SAVING = """
import os, signal, sys
from pathlib import Path
from models.cnn import CNN, CNNConfig
import training.runs.save
from training.runs.save import save_weights
{fault}
net = CNN(CNNConfig(widths=(8, 8), blocks=(1, 1)))
save_weights("tiny", net, config={config}, calibration={{"temperature": 9.0}}, card={{}}, folder=Path(sys.argv[1]))
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "fault",
    [
        "training.runs.save.write_graph = lambda *_: os.kill(os.getpid(), signal.SIGKILL)",
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)); "
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)",
    ],
    ids=["killed", "disk full"],
)
def test_a_save_that_fails_half_way_leaves_the_old_weights(folder: Path, fault: str) -> None:
    command = [sys.executable, "-c", SAVING.format(fault=fault, config=CONFIG), str(folder)]
    done = subprocess.run(command, cwd=WEIGHTS_FOLDER.parent, capture_output=True, timeout=120, check=False)
    assert done.returncode != 0
    assert load_weights("tiny", folder).calibration == {"temperature": 1.5}


def _damage(folder: Path, kind: str) -> None:
    path, card = folder / "tiny.safetensors", folder / "tiny.json"
    data = path.read_bytes()
    content = json.loads(card.read_text())
    if kind == "missing":
        path.unlink()
    elif kind == "no card":
        card.unlink()
    elif kind == "truncated":
        path.write_bytes(data[: len(data) // 2])
    elif kind == "one bit":
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    elif kind == "lfs":
        path.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
    elif kind == "config":
        card.write_text(json.dumps(content | {"config": CONFIG | {"blocks": [1, 2]}}))
    elif kind == "classes":
        card.write_text(json.dumps(content | {"classes": ["a", "b"]}))
    elif kind == "card":
        card.write_text("{}")
    elif kind == "pickle":
        import hashlib

        path.write_bytes(pickle.dumps({"a": 1}))
        card.write_text(json.dumps(content | {"sha256": hashlib.sha256(path.read_bytes()).hexdigest()}))


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("missing", "tiny.safetensors is missing"),
        ("no card", "tiny.json is missing"),
        ("truncated", "checksum differs"),
        ("one bit", "checksum differs"),
        ("lfs", "Git LFS pointer"),
        ("config", "another config"),
        ("classes", "other classes"),
        ("card", "no model card"),
        ("pickle", "not a safetensors file"),
    ],
)
def test_refuses_in_words(folder: Path, kind: str, message: str) -> None:
    _damage(folder, kind)
    with pytest.raises(WeightsError, match=message):
        load_weights("tiny", folder)


def test_refuses_another_network(folder: Path) -> None:
    with pytest.raises(WeightsError, match="do not fit"):
        load_weights("tiny", folder).into(CNN(CNNConfig(widths=(16, 16), blocks=(1, 1))))


@pytest.mark.parametrize("name", ["yolov3", "cnn", "vit"])
def test_shipped_files(name: str) -> None:
    path = WEIGHTS_FOLDER / f"{name}.safetensors"
    assert path.stat().st_size < 10_000_000
    card = json.loads((WEIGHTS_FOLDER / f"{name}.json").read_text())
    assert {"task", "made by", "data", "validation", "sha256", "config", "calibration"} <= set(card)
    load_weights(name)


def test_nothing_unpickles() -> None:
    """No code of the serving side calls what could run a stranger's bytes."""
    root = WEIGHTS_FOLDER.parent
    files = subprocess.run(
        ["git", "ls-files", "*.py"], cwd=root, capture_output=True, text=True, check=True
    ).stdout.split()
    serving = [f for f in files if not f.startswith(("tests/", "training/"))]
    assert "app.py" in serving
    for file in serving:
        text = (root / file).read_text()
        for call in (r"pickle\.load", r"torch\.load\(", "allow_pickle=True", "joblib", r"(?<![\w.])(eval|exec)\("):
            assert not re.search(call, text), f"{file} uses {call}"
