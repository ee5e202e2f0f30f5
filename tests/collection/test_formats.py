"""Labels out and back again in every format, labels to begin with, and labels that are wrong."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import pytest

from classifiers.classifier import Classifier
from classifiers.crop import Crop, fit_square
from collection import audit
from collection.__main__ import accepted_drawings, main, write_suspects
from collection.audit import audit_dataset, label_doubts, out_of_fold
from collection.formats import FORMATS, LabelledDrawing, dataset_drawings
from collection.prelabel import AGREED, BY_CONTOURS, SUSPECT, prelabel_folder
from collection.record import LabelledObjects
from collection.store import Review, Store
from comparison.datasets.dataset import DatasetError
from comparison.datasets.readers import read_dataset
from tests.helpers import DRAWING_OF_4, LABELLED_4, FakeDetector, contribution, draw_digits

TWO = draw_digits((7, (100, 200), 120), (1, (300, 200), 120))
TWO_LABELS = LabelledObjects(np.array([[35, 130, 165, 270], [260, 130, 340, 270]], np.float32), np.array([7, 10]))


@pytest.mark.parametrize("name", FORMATS)
def test_labels_come_back_from_every_format(name: str, tmp_path: Path) -> None:
    items = [LabelledDrawing("four", DRAWING_OF_4, LABELLED_4, "one"), LabelledDrawing("two-1", TWO, TWO_LABELS, "two")]
    assert FORMATS[name](tmp_path / "set", items) == 2
    back = list(dataset_drawings(read_dataset(tmp_path / "set")))
    assert len(back) == 2
    for item, again in zip(items, sorted(back, key=lambda each: len(each.objects)), strict=True):
        np.testing.assert_allclose(again.objects.xyxy, item.objects.xyxy, atol=0.1)
        assert again.objects.class_id.tolist() == item.objects.class_id.tolist()
        assert again.drawing.shape == item.drawing.shape
    # And on to another one, as after correcting elsewhere.
    assert main(["export", str(tmp_path / "set"), "--format", "yolo", "--out", str(tmp_path / "other")]) == 0
    assert sum(len(s.class_id) for s in read_dataset(tmp_path / "other").samples) == 3


def test_a_set_with_a_folder_of_drawings_is_no_store(tmp_path: Path) -> None:
    picture = LabelledDrawing("drawings/four", DRAWING_OF_4, LABELLED_4, "one")
    (tmp_path / "set" / "images" / "drawings").mkdir(parents=True)
    assert FORMATS["coco"](tmp_path / "set", [picture]) == 1
    (tmp_path / "set" / "images" / "drawings").rename(tmp_path / "set" / "drawings")
    assert main(["export", str(tmp_path / "set"), "--out", str(tmp_path / "other")]) == 0
    assert len(read_dataset(tmp_path / "other").samples) == 1


@pytest.mark.parametrize("name", FORMATS)
def test_no_drawings_are_no_error(name: str, tmp_path: Path) -> None:
    assert FORMATS[name](tmp_path / "set", []) == 0


def test_what_was_accepted_is_exported_under_a_pseudonym(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "store"))
    store.add(contribution())
    place = store.add(contribution())
    store.add_review(place, Review(True, LABELLED_4), (400, 400))
    (item,) = accepted_drawings(store)
    assert place.owner[:8] not in item.name
    assert main(["export", str(tmp_path / "store"), "--out", str(tmp_path / "set")]) == 0
    (sample,) = read_dataset(tmp_path / "set").samples
    assert sample.slice == item.slice
    assert main(["expire", str(tmp_path / "store"), "--today", "2027-11-26"]) == 0
    assert list(store.places()) == [place]


def save(path: Path, drawing: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), drawing)


def test_a_pile_of_pictures_gets_labels(tmp_path: Path) -> None:
    drawing = DRAWING_OF_4.copy()
    drawing[5:8, 5:8] = 0  # a speck
    save(tmp_path / "4" / "a.png", drawing)
    save(tmp_path / "11" / "a.png", DRAWING_OF_4)
    save(tmp_path / "multiple" / "a.png", DRAWING_OF_4)
    (tmp_path / "multiple" / "b.png").write_bytes(b"no picture")
    agree = {"one": FakeDetector("one", "Detection", 4), "two": FakeDetector("two", "Segmentation", 4)}
    differ = agree | {"two": FakeDetector("two", "Segmentation", 9, 0.95)}
    for detectors, kind, class_id in ((agree, AGREED, 4), (differ, SUSPECT, 9)):
        found = list(prelabel_folder(tmp_path, detectors))
        items = {item.name: item for item in found if isinstance(item, LabelledDrawing)}
        assert len(found) == 4
        assert {name: item.slice for name, item in items.items()} == {
            "4-a": BY_CONTOURS, "11-a": BY_CONTOURS, "multiple-a": kind,
        }  # fmt: skip
        assert [items[name].objects.class_id.tolist() for name in ("4-a", "11-a", "multiple-a")] == [
            [4],
            [11],
            [class_id],
        ]
        assert items["4-a"].objects.xyxy[0, 0] > 50
    with pytest.raises(DatasetError, match="no folder"):
        list(prelabel_folder(tmp_path / "nowhere", agree))


class PixelClassifier:
    """Reads crops by the nearest of some examples; its features are the ink."""

    def __init__(self, examples: Sequence[np.ndarray], class_id: Sequence[int]) -> None:
        self.examples, self.class_id = self._rows(examples), list(class_id)

    @staticmethod
    def _rows(crops: Sequence[np.ndarray | Crop]) -> np.ndarray:
        rows = np.stack([fit_square(crop)[0].ravel().astype(np.float32) for crop in crops])
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)

    def features(self, crops: Sequence[np.ndarray | Crop]) -> np.ndarray:
        return self._rows(crops)

    def __call__(self, crops: Sequence[np.ndarray | Crop]) -> np.ndarray:
        nearest = (self._rows(crops) @ self.examples.T).argmax(1)
        return (0.9 * np.eye(12)[np.array(self.class_id)[nearest]] + 0.1 / 12).astype(np.float32)


def test_wrong_labels_come_first(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    items, wrong = [], set()
    for k in range(60):
        digit, x = k % 10, float(rng.uniform(120, 280))
        drawing = draw_digits((digit, (x, 200), float(rng.uniform(120, 180))), pen=float(rng.uniform(6, 14)))
        dark = np.argwhere(drawing[..., 0] < 128)
        (top, left), (bottom, right) = dark.min(0), dark.max(0) + 1
        label = digit
        if k % 10 == k // 10:  # one in ten
            label = (digit + 3) % 10
            wrong.add(k)
        box = np.array([[left, top, right, bottom]], np.float32)
        items.append(LabelledDrawing(f"{k:03d}", drawing, LabelledObjects(box, np.array([label]))))
    FORMATS["coco"](tmp_path / "set", items)
    dataset = read_dataset(tmp_path / "set")
    examples = [draw_digits((d, (200, 200), 150))[..., 0] for d in range(10)]
    reader = cast(Classifier, PixelClassifier(examples, range(10)))
    found = audit_dataset(dataset, reader, {}, boxes=False)
    assert len(found) == 60
    assert {s.sample for s in found[: len(wrong)]} == wrong
    assert all(int(s.suggestion) == s.sample % 10 for s in found[: len(wrong)])
    write_suspects(tmp_path, dataset, found)
    assert (tmp_path / "suspects.csv").read_text().count("\n") == 61
    assert cv2.imread(str(tmp_path / "suspects.png")).shape == (6 * 128, 10 * 128, 3)


def test_boxes_that_are_misplaced_or_missing_are_found(tmp_path: Path) -> None:
    astray = LabelledObjects(np.array([[5, 5, 60, 60]], np.float32), np.array([4]))
    FORMATS["coco"](
        tmp_path, [LabelledDrawing("a", DRAWING_OF_4, astray), LabelledDrawing("b", DRAWING_OF_4, LABELLED_4)]
    )
    reader = cast(Classifier, PixelClassifier([DRAWING_OF_4[..., 0]], [4]))
    detectors: Any = {"one": FakeDetector("one", "Detection", 4), "two": FakeDetector("two", "Segmentation", 4)}
    found = audit_dataset(read_dataset(tmp_path), reader, detectors)
    faults = [(s.sample, s.fault, s.suggestion) for s in found if s.fault != "label"]
    assert sorted(faults) == [(0, "box", ""), (0, "missing", "4")]


def test_nothing_is_read_by_a_classifier_that_has_seen_it(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    monkeypatch.setattr(
        audit, "_fit_linear", lambda rows, class_id: seen.append(len(rows)) or np.zeros((rows.shape[1], 12))
    )
    found = out_of_fold(np.ones((10, 4), np.float32), np.arange(10) % 2, np.arange(10))
    assert seen == [8] * 5
    np.testing.assert_allclose(found, 1 / 12)
    doubt, _ = label_doubts(np.zeros(0, np.int64), np.zeros((0, 12)), np.zeros((0, 12)))
    assert len(doubt) == 0


def test_the_command_line_refuses_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "nowhere://x", "--out", str(tmp_path / "a")]) == 2
    assert main(["audit", str(tmp_path / "none"), "--out", str(tmp_path / "a")]) == 2
    assert "There is no folder" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="password"):
        main(["review", str(tmp_path), "--host", "0.0.0.0"])
