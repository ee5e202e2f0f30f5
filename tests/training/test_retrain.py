"""The walk-through of docs/collection.md on a tiny set: given, reviewed, learned from, measured, and the gate."""

from __future__ import annotations

import re
import shutil
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from collection import __main__ as commands
from collection.consent import owner_of_key
from collection.record import Contribution, LabelledObjects, drawing_to_json
from collection.review import ReviewSession, on_submit, show_current
from collection.review_queue import ReviewRound, build_queue
from collection.store import Store
from tests.helpers import contribution, digit_strokes, draw_digits
from training import classifier, retrain
from training.batches.crop_batches import fixed_crops
from training.glyphs.collected import UNITS_PER_PIXEL
from training.glyphs.given import object_strokes, read_store
from training.glyphs.glyph_set import DataError
from training.glyphs.reader import load_glyphs
from training.retrain import NEW, adopt_weights, compare, verdict

WALK = Path(__file__).resolve().parents[2] / "docs" / "collection.md"
OWNERS = [owner_of_key(f"{k:032x}") for k in range(2)]


def drawn(owner: str, *digits: int) -> Contribution:
    """Digits side by side in live ink, labelled as what they are."""
    rows: list[dict[str, Any]] = []
    boxes = []
    for k, digit in enumerate(digits):
        strokes = digit_strokes(digit, (80 + 110 * k, 200), 90)
        points = np.concatenate(strokes)
        boxes.append([*(points.min(0) - 6), *(points.max(0) + 6)])
        rows += [{"w": 8.0, "p": np.round(s, 1).tolist()} for s in strokes]
    objects = LabelledObjects(np.array(boxes, np.float32), np.array(digits))
    return contribution(owner, picture={"side": 400, "strokes": rows}, objects=objects)


def test_live_ink_is_divided_by_its_boxes_and_pictures_are_traced() -> None:
    given = drawn(OWNERS[0], 7, 4, 1)
    strokes = object_strokes(given, given.objects)
    for digit, paths, k in ((7, strokes[0], 0), (4, strokes[1], 1), (1, strokes[2], 2)):
        expected = digit_strokes(digit, (80 + 110 * k, 200), 90)
        assert len(paths) == len(expected)
        np.testing.assert_allclose(paths[0], expected[0] * UNITS_PER_PIXEL, atol=2)
    picture = contribution(picture=drawing_to_json(draw_digits((4, (200, 200), 200))))
    (traced,) = object_strokes(picture, picture.objects)
    assert np.concatenate(traced).max() < 320 * UNITS_PER_PIXEL
    both = LabelledObjects(np.array([[20, 100, 260, 300]], np.float32), np.array([7]))
    assert object_strokes(given, both)[0]


def test_a_large_thin_picture_is_traced_whole() -> None:
    """Of an outline of 1,000 pixels hardly a seventh was left once pixels were passed over instead of averaged."""
    drawing = np.full((1200, 1200, 3), 255, np.uint8)
    cv2.ellipse(drawing, (600, 600), (300, 500), 0, 0, 360, (0, 0, 0), 4, cv2.LINE_AA)
    picture = contribution(picture=drawing_to_json(drawing))
    oval = LabelledObjects(np.array([[290, 90, 910, 1110]], np.float32), np.array([0]))
    (traced,) = object_strokes(picture, oval)
    length = sum(np.linalg.norm(np.diff(path, axis=0), axis=1).sum() for path in traced) / UNITS_PER_PIXEL
    assert len(traced) == 1
    assert 2400 < length * 1200 / max(drawing.shape) < 2700  # its perimeter is 2,550 pixels


def test_the_gate() -> None:
    before = {"single": [True] * 90 + [False] * 10, NEW: [False] * 10 + [True] * 10}
    better = {"single": [True] * 89 + [False] * 11, NEW: [True] * 20}
    worse = {"single": [True] * 70 + [False] * 30, NEW: [True] * 20}
    assert verdict(compare(before, better))[0]
    refused, sentence = verdict(compare(before, worse))
    assert not refused
    assert "beyond chance, of: all old, single" in sentence
    assert "no more of the given" in verdict(compare(before, before))[1]
    assert "second contributor" in verdict(compare({"single": [True]}, {"single": [True]}))[1]


def test_new_weights_take_the_place_of_the_old_which_are_not_lost(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "weights").mkdir()
    for suffix in (".safetensors", ".onnx", ".json"):
        (tmp_path / "new" / f"cnn{suffix}").write_text("new")
        (tmp_path / "weights" / f"cnn{suffix}").write_text("old")
    adopt_weights(tmp_path / "new", "cnn", tmp_path / "weights")
    assert {path.name: path.read_text() for path in (tmp_path / "weights").iterdir()} == {
        "cnn.safetensors": "new", "cnn.onnx": "new", "cnn.json": "new",
    }  # fmt: skip
    assert (tmp_path / "new" / "replaced" / "cnn.onnx").read_text() == "old"


def review_all(store: Store) -> None:
    session = ReviewSession(ReviewRound(store, build_queue(store)))
    value: dict[str, Any] | None = show_current(session)[1]
    while session.round.item is not None:
        assert value is not None
        _, value, _ = on_submit(session, {"at": value["at"], "act": "accept", "objects": value["objects"]})


@pytest.mark.slow
def test_the_walk_through(data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command of the page, at the smallest size."""
    monkeypatch.setattr(classifier, "fixed_crops", partial(fixed_crops, per_class=5))
    named = set(re.findall(r"python -m (\S+ ?[a-z]*)", WALK.read_text(encoding="utf-8")))
    assert {
        "collection review",
        "collection expire",
        "collection export",
        "collection audit",
        "collection prelabel",
    } <= named
    assert any(name.startswith("training.retrain") for name in named)
    store = Store(str(tmp_path / "store"))
    with pytest.raises(DataError, match="No drawing of this store is accepted"):
        read_store(store)
    for owner in OWNERS:
        for digits in ((7, 1, 4), (2, 5, 0), (3, 6, 9)):
            store.add(drawn(owner, *digits))
    review_all(store)
    assert commands.main(["export", str(tmp_path / "store"), "--out", str(tmp_path / "set")]) == 0
    assert commands.main(["expire", str(tmp_path / "store"), "--today", "2030-01-01"]) == 0
    glyphs, split, measured = read_store(store)
    assert (len(glyphs), len(measured), set(split.tolist())) == (18, 3, {"train", "val"})
    run = [
        "--store", str(tmp_path / "store"), "--data", str(data_folder), "--out", str(tmp_path / "out"), "--epochs", "1",
        "--samples", "16", "--batch", "8", "--workers", "0", "--no-compile", "--precision", "32-true",
        "--measured", "13", "--no-adopt",
    ]  # fmt: skip
    retrain.main(run)
    report = (tmp_path / "out" / "report.md").read_text()
    assert f"| {NEW} | 3 |" in report
    assert "| all old | 13 |" in report
    assert "own" in load_glyphs(tmp_path / "out" / "data").short_source
    shutil.rmtree(tmp_path / "out" / "runs")  # what is done is not done again
    retrain.main(run)
    assert (tmp_path / "out" / "report.md").read_text() == report
    with pytest.raises(SystemExit, match="kind of store"):
        retrain.main([*run, "--store", "nowhere://x", "--no-resume"])
