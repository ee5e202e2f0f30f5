import json
from pathlib import Path

import numpy as np
import pytest

from comparison.datasets.coco import read_coco, write_coco
from comparison.datasets.dataset import Dataset, DatasetError, Sample
from comparison.evaluation.evaluate import evaluate
from comparison.evaluation.metrics import coco_results, mean_average_precision
from tests.helpers import FakeDetector, detections, sheet

FULL = {k: k for k in range(12)}


def sample(number: int, *objects: tuple[list[float], int], kind: str = "") -> Sample:
    return Sample(
        number, Path("x"), np.array([b for b, _ in objects], np.float32).reshape(-1, 4),
        np.array([c for _, c in objects], np.int64), kind,
    )  # fmt: skip


def average_precision(samples: list[Sample], found: list) -> tuple[float, float]:
    dataset = Dataset(samples, FULL)
    return mean_average_precision(coco_results(found, samples, dataset), samples, dataset)


BOX, FAR = [0.0, 0, 40, 40], [100.0, 0, 140, 40]


def test_perfect() -> None:
    assert average_precision([sample(1, (BOX, 3))], [detections((BOX, 3, 0.9))]) == pytest.approx((1, 1))


def test_nothing_found() -> None:
    assert average_precision([sample(1, (BOX, 3))], [detections()]) == (0, 0)


def test_half_found() -> None:
    """One of two objects of one class: precision one up to recall one half, 51 of 101 points."""
    result = average_precision([sample(1, (BOX, 3), (FAR, 3))], [detections((BOX, 3, 0.9))])
    assert result[0] == pytest.approx(51 / 101)


def test_a_false_alarm_before_the_hit_halves_precision() -> None:
    found = [detections((FAR, 3, 0.95), (BOX, 3, 0.9))]
    assert average_precision([sample(1, (BOX, 3))], found)[0] == pytest.approx(0.5)


def test_a_loose_box_counts_only_at_low_iou() -> None:
    """IoU 0.64: right at 0.5, 0.55 and 0.6 of ten thresholds."""
    result = average_precision([sample(1, (BOX, 3))], [detections(([0, 0, 32, 32], 3, 0.9))])
    assert result == pytest.approx((1, 0.3))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    image = sheet((5, (200, 200), 200))
    five = (image, np.array([[95.0, 95, 305, 305]]), np.array([5]), "single")
    blank = (np.full_like(image, 255), np.zeros((0, 4)), np.zeros(0, int), "empty")
    assert write_coco(tmp_path / "set", [five, blank]) == 2
    return tmp_path / "set"


def test_coco_there_and_back(folder: Path) -> None:
    dataset = read_coco(folder)
    assert [s.slice for s in dataset.samples] == ["single", "empty"]
    assert dataset.samples[0].xyxy.tolist() == [[95, 95, 305, 305]]
    assert dataset.samples[0].class_id.tolist() == [5]
    assert len(dataset.samples[1].class_id) == 0


def test_evaluate_writes_what_the_contract_says(folder: Path, tmp_path: Path) -> None:
    (folder / "images" / "00003.png").write_bytes(b"no picture")
    content = json.loads((folder / "annotations.json").read_text())
    content["images"].append({"id": 3, "file_name": "00003.png", "width": 1, "height": 1})
    (folder / "annotations.json").write_text(json.dumps(content))
    detectors = {"right": FakeDetector("right", "Detection", 5), "wrong": FakeDetector("wrong", "Segmentation", 6, 0.3)}
    report = evaluate(read_coco(folder), detectors, tmp_path / "out")
    assert report == json.loads((tmp_path / "out" / "report.json").read_text())
    right, wrong = report["methods"]["right"], report["methods"]["wrong"]
    assert (right["images"], right["objects"], right["exact"], right["mAP50"]) == (2, 1, 1.0, 1.0)
    assert (wrong["exact"], wrong["mAP50"]) == (0.5, 0.0)
    assert right["slices"]["single"]["exact"] == 1.0
    assert report["unreadable"] == [
        "00003.png is not a picture that can be read; use PNG, JPEG, WebP, BMP, GIF or TIFF."
    ]
    (row,) = json.loads((tmp_path / "out" / "predictions-wrong.json").read_text())
    assert (row["image_id"], row["category_id"], row["score"]) == (1, 6, 0.3)
    text = (tmp_path / "out" / "report.md").read_text()
    assert "| right | 2 | 1.000 |" in text
    assert "![sheets that wrong" in text
    assert (tmp_path / "out" / "mistakes-wrong.png").is_file()


def test_categories_are_matched_by_name(folder: Path) -> None:
    content = json.loads((folder / "annotations.json").read_text())
    content["categories"] = [{"id": 70, "name": "5"}, {"id": 71, "name": "cat"}]
    content["annotations"][0]["category_id"] = 70
    (folder / "annotations.json").write_text(json.dumps(content))
    dataset = read_coco(folder)
    assert dataset.category_id == {5: 70}
    assert dataset.samples[0].class_id.tolist() == [5]
    rows = coco_results([detections((BOX, 5, 0.5), (BOX, 6, 0.5))], dataset.samples[:1], dataset)
    assert [r["category_id"] for r in rows] == [70]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (None, "no annotations.json"),
        ("{", "no COCO data set"),
        ("[]", "no COCO data set"),
        ('{"images": [], "annotations": [], "categories": []}', "No category"),
        ('{"images": [], "annotations": [], "categories": [{"id": 1, "name": "5"}]}', "lists no images"),
        (
            '{"images": [{"id": 1, "file_name": "../x"}], "annotations": [], "categories": [{"id": 1, "name": "5"}]}',
            "leads out of the folder",
        ),
    ],
)
def test_refuses_in_words(tmp_path: Path, change: str | None, message: str) -> None:
    if change is not None:
        (tmp_path / "annotations.json").write_text(change)
    with pytest.raises(DatasetError, match=message):
        read_coco(tmp_path)
