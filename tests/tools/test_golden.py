"""The golden record: the code reads its drawings as it did when the record was made (see tests/golden/README.md)."""

from __future__ import annotations

import copy
import hashlib
import json
import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from detectors import Detector
from tools import golden
from tools.golden_values import in_drawing, load_all, values

NAMES = golden.names()


@pytest.fixture(scope="session")
def every_method() -> dict[str, Detector]:
    return load_all()


@pytest.mark.parametrize("name", NAMES)
def test_reads_as_recorded(name: str, every_method: dict[str, Detector]) -> None:
    recorded = golden.expected(name)
    assert recorded is not None, "python -m tools.golden make"
    found, pictures = values(golden.drawing(name), every_method)
    assert golden.differences(recorded, found) == []
    for part in ("input", "crops"):
        written, now = golden.picture(name, part), pictures.get(part)
        assert (written is None) == (now is None), part
        if written is not None:
            np.testing.assert_array_equal(written, now, part)


def test_the_record_is_whole() -> None:
    assert len(NAMES) == len(set(NAMES)) >= 60
    files = {p.name for p in (golden.FOLDER / "drawings").iterdir()}
    assert files == {Path(entry["file"]).name for entry in golden.index()["drawings"]}
    assert {p.name.partition(".")[0] for p in (golden.FOLDER / "expected").iterdir()} == set(NAMES)
    assert sum(p.stat().st_size for p in golden.FOLDER.rglob("*") if p.is_file()) < 2_000_000


@pytest.mark.parametrize("name", ["pad-among", "scattered-dark", "tall", "large", "empty-white"])
def test_its_readme_says_how_boxes_go_back(name: str, every_method: dict[str, Detector]) -> None:
    recorded = golden.expected(name)
    assert recorded is not None
    frame, scale = recorded["input"]["frames"][0], recorded["ink"]["scale"]
    high, wide = frame["shape"]

    def back(x: float, axis: str) -> float:
        kept = [k for first, end in frame[axis] for k in range(first, end)]
        start, extent, side = (
            (frame["left"], frame["width"], wide) if axis == "columns" else (frame["top"], frame["height"], high)
        )
        k = x * extent / side + start - 0.5
        if k <= 0:
            return (kept[0] + 0.5 + k) / scale
        if k >= len(kept) - 1:
            return (kept[-1] + 0.5 + k - (len(kept) - 1)) / scale
        low = int(k)
        return (kept[low] + 0.5 + (k - low) * (kept[low + 1] - kept[low])) / scale

    boxes = np.random.default_rng(1).uniform([0, 0, wide / 2, high / 2], [wide / 2, high / 2, wide, high], (40, 4))
    expected = [[back(x, axis) for x, axis in zip(box, ("columns", "rows") * 2, strict=True)] for box in boxes]
    np.testing.assert_allclose(in_drawing(golden.drawing(name), boxes, every_method), expected, atol=1e-2)


@pytest.mark.parametrize("name", NAMES)
def test_checksums_are_those_of_the_pictures(name: str) -> None:
    recorded = golden.expected(name)
    assert recorded is not None
    for part in ("input", "crops"):
        picture = golden.picture(name, part)
        if picture is None:
            assert recorded[part]["shape"][0] == 0
            continue
        assert np.prod(recorded[part]["shape"]) == picture.size
        assert recorded[part]["sha256"] == hashlib.sha256(picture.tobytes()).hexdigest()


def test_nothing_is_said_of_an_unchanged_record() -> None:
    for name in NAMES:
        recorded = golden.expected(name)
        assert recorded is not None
        nearly = copy.deepcopy(recorded)
        for method in nearly["methods"].values():
            for each in method["objects"]:
                each["confidence"] += 0.00005
                each["box"] = [v + 0.04 for v in each["box"]]
        assert golden.differences(recorded, nearly) == []


def test_says_what_changed() -> None:
    recorded = golden.expected("pad-row")
    assert recorded is not None
    other = copy.deepcopy(recorded)
    reading = other["methods"]["yolov3"]
    first, second, third, fourth = reading["objects"]
    reading["reading"] = "7"
    first["class_id"] = 7
    second["box"][2] += 0.4
    third["confidence"] -= 0.001
    reading["objects"] = [first, second, third]
    other["ink"]["sha256"] = "0" * 64
    other["agreement"]["sentence"] = "Both find nothing."
    told = golden.differences(recorded, other)
    beginnings = ["ink map: sha256", "yolov3: reads '7', read", "yolov3: was", "yolov3: box of",
                  "yolov3: confidence of", "yolov3: no longer finds", "agreement: was"]  # fmt: skip
    assert len(told) == len(beginnings)
    for line, beginning in zip(told, beginnings, strict=True):
        assert line.startswith(beginning)
    assert "moved by 0.40 pixels" in told[3]
    assert f"confidence {fourth['confidence']:.3f}" in told[5]


def test_make_says_which_drawing_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without networks: what they find is what is recorded, but for one drawing."""
    chosen = ["pad-single", "empty-white", "small-28"]
    for part in ("drawings", "expected"):
        (tmp_path / part).mkdir()
        for path in (golden.FOLDER / part).iterdir():
            if path.name.partition(".")[0] in chosen:
                shutil.copy(path, tmp_path / part)
    listed = [entry for entry in golden.index()["drawings"] if entry["name"] in chosen]
    golden.write(tmp_path / "index.json", golden.index() | {"drawings": listed})
    found = {name: golden.expected(name, tmp_path) or {} for name in golden.names(tmp_path)}
    pictures = {
        name: {part: p for part in ("input", "crops") if (p := golden.picture(name, part, tmp_path)) is not None}
        for name in found
    }
    told = iter([])
    monkeypatch.setattr(golden, "load_all", dict)
    monkeypatch.setattr(golden, "values", lambda image, detectors: next(told))

    def printed() -> list[str]:
        nonlocal told
        told = iter([(found[name], pictures[name]) for name in golden.names(tmp_path)])
        golden.make(tmp_path)
        return capsys.readouterr().out.splitlines()

    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert printed() == ["0 of 3 drawings changed."]
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    found["pad-single"] = copy.deepcopy(found["pad-single"])
    found["pad-single"]["methods"]["contours-cnn"] = {"reading": "", "objects": []}
    lines = printed()
    assert lines[0].startswith("pad-single: contours-cnn: reads ''")
    assert all(line.startswith("pad-single: ") for line in lines[:-1])
    assert lines[-1] == "1 of 3 drawings changed."
    assert printed() == ["0 of 3 drawings changed."]


def test_files_keep_their_values() -> None:
    value = {"a": [[1.5, 2.25]] * 40, "b": {"c": list(range(100)), "d": []}, "e": [{"f": "x" * 150}], "g": "é"}
    text = golden.dumps(value)
    assert json.loads(text) == value
    assert all(len(line) <= 170 for line in text.splitlines())


def test_runs_of_a_frame_rise() -> None:
    for name in NAMES:
        recorded = golden.expected(name)
        assert recorded is not None
        for axis in ("columns", "rows"):
            runs = recorded["input"]["frames"][0][axis]
            assert all(first < end for first, end in runs)
            assert all(a[1] < b[0] for a, b in pairwise(runs))
