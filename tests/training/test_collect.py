"""The walk-through of docs/training.md on a tiny set: collect, train, compose, and what goes wrong on the way."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from models.classes import CLASSES
from tests.helpers import digit_strokes
from training import classifier, collect, compose
from training.glyphs import collected
from training.glyphs.reader import DataError, load_glyphs, load_mnist

WALK = Path(__file__).resolve().parents[2] / "docs" / "training.md"


def save(folder: Path, name: str, strokes: list[np.ndarray]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    rows = [{"w": 6, "p": np.round(s, 1).tolist()} for s in strokes]
    (folder / f"{name}.json").write_text(json.dumps({"side": 400, "strokes": rows}))


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two writers who drew everything twice."""
    folder = tmp_path_factory.mktemp("own")
    for number, writer in enumerate(("anna", "ben")):
        for k, name in enumerate(CLASSES):
            for copy in range(2):
                save(folder / writer, f"{name}-{copy}", digit_strokes(k % 10, (200 + 3 * number, 200), 250 + 9 * copy))
    return folder


def test_collected_drawings_are_those_that_were_drawn(own: Path, tmp_path: Path) -> None:
    collect.main(["--drawings", str(own), "--data", str(tmp_path)])
    train, val = load_glyphs(tmp_path), load_glyphs(tmp_path, "val")
    assert len(train) == len(val) == 2 * len(CLASSES)
    assert set(train.writer) == {"own/anna"}
    assert set(val.writer) == {"own/ben"}
    index = int(train.by_class[7][0])
    drawn = [s * collected.UNITS_PER_PIXEL for s in digit_strokes(7, (200, 200), 250)]
    for found, expected in zip(train.strokes(index), drawn, strict=True):
        np.testing.assert_allclose(found, expected, atol=1.5)
    assert len(load_mnist(tmp_path)[1]) == 0


@pytest.mark.slow
def test_the_walk_through(own: Path, tmp_path: Path) -> None:
    """Every command of the page is run, at the smallest size."""
    commands = re.findall(r"python -m (\S+)", WALK.read_text())
    assert {"training.collect", "training.compose", "training.classifier", "training.detector"} <= set(commands)
    data = tmp_path / "data"
    collect.main(["--drawings", str(own), "--data", str(data)])
    classifier.main(
        ["cnn", "--data", str(data), "--out", str(tmp_path / "runs"), "--start", "weights", "--epochs", "1",
         "--samples", "16", "--batch", "8", "--workers", "0", "--no-compile", "--no-save", "--precision", "32-true"]
    )  # fmt: skip
    assert json.loads((tmp_path / "runs" / "cnn" / "run.json").read_text())["steps"] == 2
    compose.main(["--data", str(data), "--out", str(tmp_path / "mine"), "--count", "13"])
    assert len(list((tmp_path / "mine" / "images").iterdir())) == 13


@pytest.mark.parametrize(
    "name", ["7", "7-2", "7_2", "7 (1)", "7(1)", "7 copy", "7 copy 2", "7 - Kopie", " 7"]
)  # what people, browsers and file managers make of a second 7
def test_a_second_file_of_a_name_counts_too(tmp_path: Path, name: str) -> None:
    save(tmp_path / "anna", name, digit_strokes(7, (200, 200), 250))
    assert collected.read_collected(tmp_path / "anna" / f"{name}.json")[0] == 7


def test_what_computers_leave_beside_drawings_does_not_matter(tmp_path: Path) -> None:
    """A Mac's hidden files, a mark at a file's beginning, and a browser's name of a second download."""
    for name in ("7", "3"):
        save(tmp_path / "in" / "anna", name, digit_strokes(int(name), (200, 200), 250))
    folder = tmp_path / "in" / "anna"
    (folder / "7 (1).json").write_bytes(b"\xef\xbb\xbf" + (folder / "7.json").read_bytes())
    (folder / "._7.json").write_bytes(b"\x00\x05\x16\x07")
    (tmp_path / "in" / ".Trash").mkdir()
    (tmp_path / "in" / ".Trash" / "seven.json").write_text("{}")
    collect.main(["--drawings", str(tmp_path / "in"), "--data", str(tmp_path / "data")])
    with np.load(tmp_path / "data" / "own_strokes.npz") as archive:
        assert sorted(archive["label"].tolist()) == [3, 7, 7]


def test_all_odd_files_are_named_at_once(tmp_path: Path) -> None:
    save(tmp_path / "anna", "7", digit_strokes(7, (200, 200), 250))
    for name in ("seven", "eight", "10"):
        save(tmp_path / "ben", name, digit_strokes(7, (200, 200), 250))
    with pytest.raises(SystemExit) as refusal:
        collect.main(["--drawings", str(tmp_path), "--data", str(tmp_path / "data")])
    for name in ("seven", "eight", "10"):
        assert f"{name}.json: a name starts with what is drawn" in str(refusal.value)
    assert "7.json" not in str(refusal.value)


def test_a_single_writer_is_split_by_drawing() -> None:
    split = collected.choose_splits(["me"] * 14, [1] * 7 + [2] * 7)
    assert split.count("val") == 4
    assert split[1] == split[8] == "val"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("seven", '{"side": 400, "strokes": []}', "starts with what is drawn: 0, 1"),
        ("7", "hello", "7.json"),
        ("7", '{"side": 400, "strokes": []}', "nothing is drawn"),
        ("7-1", '{"side": 400, "strokes": [{"w": -1, "p": [[1, 2]]}]}', "pen has to be 0.5 to 80"),
    ],
)
def test_refuses_in_words(tmp_path: Path, name: str, content: str, message: str) -> None:
    (tmp_path / "anna").mkdir()
    (tmp_path / "anna" / f"{name}.json").write_text(content)
    with pytest.raises(SystemExit, match=message):
        collect.main(["--drawings", str(tmp_path), "--data", str(tmp_path / "data")])
    assert not (tmp_path / "data").exists()


def test_refuses_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="There are no drawings in"):
        collect.main(["--drawings", str(tmp_path), "--data", str(tmp_path)])


def test_a_class_nobody_drew_is_named(tmp_path: Path) -> None:
    for writer in ("anna", "ben"):
        save(tmp_path / writer, "3", digit_strokes(3, (200, 200), 250))
    collect.main(["--drawings", str(tmp_path), "--data", str(tmp_path / "data")])
    with pytest.raises(DataError, match="There are no drawings of 0, 1, 2, 4"):
        load_glyphs(tmp_path / "data")
