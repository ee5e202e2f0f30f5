import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from comparison.datasets.coco import write_coco
from comparison.datasets.dataset import Dataset, DatasetError
from comparison.datasets.readers import read_dataset
from comparison.evaluation import evaluate as evaluate_module
from comparison.evaluation.evaluate import EvaluationRun
from comparison.evaluation.metrics import coco_results, mean_average_precision
from comparison.report.markdown import write_report
from tests.helpers import FakeDetector, detections, draw_digits

Object = tuple[list[float], int]
Truth = tuple[np.ndarray, np.ndarray]


def truth(*objects: Object) -> Truth:
    boxes = np.array([b for b, _ in objects], np.float32).reshape(-1, 4)
    return boxes, np.array([c for _, c in objects], np.int64)


BOX, FAR = [0.0, 0, 40, 40], [100.0, 0, 140, 40]


def test_perfect() -> None:
    assert mean_average_precision([detections((BOX, 3, 0.9))], [truth((BOX, 3))]) == pytest.approx((1, 1))


def test_nothing_found() -> None:
    assert mean_average_precision([detections()], [truth((BOX, 3))]) == (0, 0)


def test_half_found() -> None:
    """One of two objects of one class: precision one up to recall one half, 51 of 101 points."""
    result = mean_average_precision([detections((BOX, 3, 0.9))], [truth((BOX, 3), (FAR, 3))])
    assert result[0] == pytest.approx(51 / 101)


def test_a_false_alarm_before_the_hit_halves_precision() -> None:
    found = [detections((FAR, 3, 0.95), (BOX, 3, 0.9))]
    assert mean_average_precision(found, [truth((BOX, 3))])[0] == pytest.approx(0.5)


def test_a_loose_box_counts_only_at_low_iou() -> None:
    """IoU 0.64: right at 0.5, 0.55 and 0.6 of ten thresholds."""
    result = mean_average_precision([detections(([0, 0, 32, 32], 3, 0.9))], [truth((BOX, 3))])
    assert result == pytest.approx((1, 0.3))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    image = draw_digits((5, (200, 200), 200))
    five = (image, np.array([[95.0, 95, 305, 305]]), np.array([5]), "single")
    blank = (np.full_like(image, 255), np.zeros((0, 4)), np.zeros(0, int), "empty")
    assert write_coco(tmp_path / "set", [five, blank]) == 2
    return tmp_path / "set"


def test_coco_there_and_back(folder: Path) -> None:
    dataset = read_dataset(folder)
    assert [s.slice for s in dataset.samples] == ["single", "empty"]
    assert dataset.samples[0].xyxy.tolist() == [[95, 95, 305, 305]]
    assert dataset.samples[0].class_id.tolist() == [5]
    assert len(dataset.samples[1].class_id) == 0


def evaluate(dataset: Dataset, detectors: dict[str, FakeDetector], out: Path) -> dict[str, Any]:
    out.mkdir()
    evaluation = EvaluationRun(dataset, detectors).finish()
    evaluation.write_predictions(out)
    write_report(out, evaluation)
    return evaluation.report()


def test_evaluate_writes_what_the_contract_says(folder: Path, tmp_path: Path) -> None:
    (folder / "images" / "00003.png").write_bytes(b"no picture")
    content = json.loads((folder / "annotations.json").read_text())
    content["images"].append({"id": 3, "file_name": "00003.png", "width": 1, "height": 1})
    (folder / "annotations.json").write_text(json.dumps(content))
    detectors = {"right": FakeDetector("right", "Detection", 5), "wrong": FakeDetector("wrong", "Segmentation", 6, 0.3)}
    report = evaluate(read_dataset(folder), detectors, tmp_path / "out")
    assert report == json.loads((tmp_path / "out" / "report.json").read_text())
    right, wrong = report["methods"]["right"], report["methods"]["wrong"]
    assert (right["images"], right["objects"], right["exact"], right["mAP50"]) == (2, 1, 1.0, 1.0)
    assert (wrong["exact"], wrong["mAP50"]) == (0.5, 0.0)
    assert right["slices"]["single"]["exact"] == 1.0
    assert report["unreadable"] == [
        "00003.png is not a picture that can be read; use PNG, JPEG, WebP, BMP, GIF or TIFF. "
        "HEIC, as some phones take it, AVIF and SVG have to be saved as one of these first."
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
    dataset = read_dataset(folder)
    assert dataset.category_id == {5: 70}
    assert dataset.samples[0].class_id.tolist() == [5]
    rows = coco_results([detections((BOX, 5, 0.5), (BOX, 6, 0.5))], [1], dataset.category_id)
    assert [r["category_id"] for r in rows] == [70]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (None, "There are no labels"),
        ("{", "annotations.json is no JSON"),
        ("[]", "annotations.json has the form of none"),
        ('{"images": [], "annotations": [], "categories": []}', "lists no images"),
        ('{"images": [], "annotations": [], "categories": [{"id": 1, "name": "5"}]}', "lists no images"),
        (
            '{"images": [{"id": 1, "file_name": "../x"}], "annotations": [], "categories": [{"id": 1, "name": "5"}]}',
            "leads out of the folder",
        ),
        ('{"images": [{"id": 1, "file_name": "x"}], "categories": [{"id": 1, "name": "cat"}]}', "No category"),
    ],
)
def test_refuses_in_words(tmp_path: Path, change: str | None, message: str) -> None:
    if change is not None:
        (tmp_path / "annotations.json").write_text(change)
    with pytest.raises(DatasetError, match=message):
        read_dataset(tmp_path)


def write_set(folder: Path, count: int) -> Dataset:
    blank = np.full((40, 40, 3), 255, np.uint8)
    write_coco(folder, [(blank, np.array([[5.0, 5, 20, 20]]), np.array([5]), "")] * count)
    return read_dataset(folder)


def test_a_run_tells_its_progress_and_stops_between_batches(tmp_path: Path) -> None:
    run = EvaluationRun(write_set(tmp_path, 40), {"fake": FakeDetector("fake", "Detection", 5)})
    steps = run.steps()
    assert next(steps) == (0, "fake, 0 of 40")
    assert next(steps) == (pytest.approx(1 / 3), "fake, 16 of 40")
    with pytest.raises(RuntimeError, match="not over"):
        run.result()
    assert list(steps) == [(pytest.approx(2 / 3), "fake, 32 of 40"), (1.0, "done")]
    assert len(run.result().samples) == 40


def test_a_picture_that_is_named_twice_is_read_once(tmp_path: Path) -> None:
    dataset = write_set(tmp_path, 2)
    twice = Dataset([*dataset.samples, *dataset.samples], dataset.category_id)
    run = EvaluationRun(twice, {"fake": FakeDetector("fake", "Detection", 5)})
    assert next(run.steps())[1] == "fake, 0 of 2"
    assert len(run.finish().samples) == 4


def test_large_pictures_come_in_small_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [sample.path for sample in write_set(tmp_path, 3).samples]
    monkeypatch.setattr(evaluate_module, "MAX_BATCH_PIXELS", 2 * 40 * 40)
    assert [len(batch) for batch in evaluate_module.split_batches([*paths, tmp_path / "missing.png"])] == [2, 2]


def test_what_is_found_in_a_crowd_is_neither_right_nor_wrong(tmp_path: Path) -> None:
    """The sheet's five is all there is; half of it and what is beside it are not labelled one by one."""
    image = draw_digits((5, (200, 200), 200))
    five = np.array([[95.0, 95, 305, 305]])
    write_coco(tmp_path, [(image, five, np.array([5]), ""), (image, np.zeros((0, 4)), np.zeros(0, int), "")])
    content = json.loads((tmp_path / "annotations.json").read_text())
    crowd = {"image_id": 2, "category_id": 3, "bbox": [50, 50, 300, 300], "iscrowd": 1}
    content["annotations"] += [crowd, crowd | {"image_id": 1}]
    (tmp_path / "annotations.json").write_text(json.dumps(content))
    dataset = read_dataset(tmp_path)
    evaluation = EvaluationRun(dataset, {"right": FakeDetector("right", "Detection", 5)}).finish()
    figures = evaluation.results["right"].figures
    assert (figures["objects"], figures["exact"], figures["mAP50"]) == (1, 1.0, 1.0)
    assert [len(evaluation.shown("right", k)) for k in range(2)] == [1, 0]
    evaluation.write_predictions(tmp_path)
    assert len(json.loads((tmp_path / "predictions-right.json").read_text())) == 2  # the file holds every box


def test_reports_say_what_was_left_out(folder: Path, tmp_path: Path) -> None:
    content = json.loads((folder / "annotations.json").read_text())
    content["annotations"].append({"image_id": 1, "category_id": 5, "bbox": []})
    content["images"].append({"id": 9, "file_name": "<b>*gone*.png"})
    del content["images"][0]["width"]
    (folder / "annotations.json").write_text(json.dumps(content))
    out = tmp_path / "out"
    report = evaluate(read_dataset(folder), {"right": FakeDetector("right", "Detection", 5)}, out)
    (skipped,) = report["skipped"]
    assert "an annotation has no box" in skipped
    assert report["unreadable"] == ["annotations.json names <b>*gone*.png, which is not there."]
    assert report["assumed"] == []
    html, text = (out / "report.html").read_text(), (out / "report.md").read_text()
    assert "<h3>Left out</h3>" in html
    assert skipped in html
    assert "&lt;b&gt;*gone*.png" in html
    assert skipped in text
    assert "\\<b\\>\\*gone\\*.png" in text


def test_a_set_of_which_no_picture_can_be_read_is_refused(folder: Path) -> None:
    for path in (folder / "images").iterdir():
        path.write_bytes(b"no picture")
    run = EvaluationRun(read_dataset(folder), {"right": FakeDetector("right", "Detection", 5)})
    with pytest.raises(DatasetError, match=r"No labelled picture of the set can be read. 00001.png is not a picture"):
        run.finish()
